"""Which of what was typed may be written over what stands; what may not is shown to who typed it. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

# The columns of a kept history that say who wrote a row and when, as ``told_since`` takes them.
WRITER = ("history_user", "history_user__full_name", "history_date")


class Clash(NamedTuple):
    """What stands in a field is none of the values known to who typed ``mine``; ``key`` is the field's name.

    ``by`` and ``at`` tell who wrote ``theirs``, and when, once that was looked up.
    """

    key: str
    mine: Any
    theirs: Any
    by: str = ""
    at: datetime | None = None


def merge(
    theirs: Mapping[str, Any], mine: Mapping[str, Any], known: Mapping[str, Sequence[Any]]
) -> tuple[dict[str, Any], list[Clash]]:
    """What to write of ``mine`` over ``theirs``, and what clashes.

    ``known``: by field the values its page knows the server to hold, the first the one it showed. One of them may be
    written over. A field that still says what was shown, or that says the same by now, is not written.
    """
    changes: dict[str, Any] = {}
    clashes: list[Clash] = []
    for key, value in mine.items():
        stands, seen = theirs.get(key), known.get(key, ())
        if value == stands:
            continue
        if stands in seen:
            changes[key] = value
        elif not seen or value != seen[0]:
            clashes.append(Clash(key, value, stands))
    return changes, clashes


def told_since(clash: Clash, said: Iterable[tuple[int | None, str | None, datetime, Any]], reader: int) -> Clash:
    """``clash`` as ``reader`` is told it: who wrote what stands, and when.

    ``said``: key and name of who wrote, when, and what stood there, the latest first.
    """
    for writer, name, at, value in said:
        if value != clash.theirs:
            break
        clash = clash._replace(by="Tài khoản này ở cửa sổ khác" if writer == reader else name or "", at=at)
    return clash
