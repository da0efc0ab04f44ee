"""A drafted line: what it says, what it was drawn from, and the key by which drafting anew finds it again."""

import hashlib
from collections.abc import Iterable
from typing import NamedTuple

from reports.models import ConsolidatedLine

from .similar import MergedStatement

Form = ConsolidatedLine.Form


class DraftLine(NamedTuple):
    """``entries`` and ``obstacles`` are keys of what the line was drawn from."""

    form: Form
    text: str
    key: str
    entries: tuple[int, ...] = ()
    obstacles: tuple[int, ...] = ()


def heading(text: str, key: str) -> DraftLine:
    return DraftLine(Form.HEADING, text, f"heading {key}")


def paragraph(text: str, key: str, entries: Iterable[int] = ()) -> DraftLine:
    return DraftLine(Form.PARAGRAPH, text, key, tuple(dict.fromkeys(entries)))


def of_merged(form: Form, merged: MergedStatement, text: str, key: str) -> DraftLine:
    """A line drawn from ``merged``; ``key`` names where it stands."""
    return DraftLine(form, text, f"{key} {_digest(merged.folded)}", tuple(merged.entries), tuple(merged.obstacles))


def _digest(words: str) -> str:
    return hashlib.sha256(words.encode()).hexdigest()[:24]
