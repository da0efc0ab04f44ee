"""What annex and body say of an initiative, side by side; neither is corrected by the other."""

from collections.abc import Iterable
from typing import NamedTuple

from models_registry.models import InitiativeText
from models_registry.text import fold

_Kind = InitiativeText.Kind
# The annex gives the units in three columns, the body in one passage.
_ANNEX_UNITS = (_Kind.LEAD, _Kind.COORDINATING, _Kind.SUPPORT)
_IN_BOTH = (_Kind.NAME, _Kind.UNITS, _Kind.DEADLINE, _Kind.PLATFORMS)
_ORDER = (
    *(_Kind.NAME, _Kind.OBJECTIVE, _Kind.TASKS, _Kind.UNITS),
    *(_Kind.DEADLINE, _Kind.PLATFORMS, _Kind.LOCATION, _Kind.NOTE),
)


class Passage(NamedTuple):
    """One matter in the words of both sources, "" where a source is silent.

    ``differs`` compares the words alone; units are worded so differently that only a reader can compare them.
    """

    label: str
    annex: str
    body: str
    differs: bool


def compare(texts: Iterable[InitiativeText], code: str) -> list[Passage]:
    """The passages of initiative ``code``, those of the body in its order, extra columns of the annex last."""
    texts = list(texts)
    annex = {text.kind: text.text for text in texts if text.source == InitiativeText.Source.ANNEX and not text.label}
    body = {text.kind: text.text for text in texts if text.source == InitiativeText.Source.BODY}
    annex[_Kind.UNITS] = "\n".join(f"{_Kind(kind).label}: {annex[kind]}" for kind in _ANNEX_UNITS if annex.get(kind))
    passages = [_passage(kind, annex.get(kind, ""), body.get(kind, ""), code) for kind in _ORDER]
    extra = [Passage(text.label, text.text, "", differs=False) for text in texts if text.label]
    return [passage for passage in (*passages, *extra) if passage.annex or passage.body]


def _passage(kind: InitiativeText.Kind, annex: str, body: str, code: str) -> Passage:
    comparable = kind in _IN_BOTH and kind != _Kind.UNITS and annex and body
    # "Mô hình 9: …" in the annex, the bare name in the body.
    prefix = fold(f"mô hình {code}") if kind == _Kind.NAME else ""
    return Passage(kind.label, annex, body, bool(comparable) and fold(annex).removeprefix(prefix).strip() != fold(body))
