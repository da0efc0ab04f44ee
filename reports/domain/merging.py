"""Merges the edits of two people to one entry; what cannot be merged is shown to the second. Pure."""

from collections.abc import Mapping
from typing import Any, NamedTuple


class Clash(NamedTuple):
    """One field that both changed, each in another way; ``key`` is the field's name."""

    key: str
    mine: Any
    theirs: Any


def merge(
    base: Mapping[str, Any] | None, theirs: Mapping[str, Any], mine: Mapping[str, Any]
) -> tuple[dict[str, Any], list[Clash]]:
    """What to write of ``mine`` over ``theirs``, both having started from ``base``, and what clashes.

    A field I left as it was, or that says the same by now, is not written. Without a known base every difference
    is a clash: better a question too many than a text lost.
    """
    changes: dict[str, Any] = {}
    clashes: list[Clash] = []
    for key, value in mine.items():
        if value == theirs.get(key) or (base is not None and value == base.get(key)):
            continue
        if base is not None and theirs.get(key) == base.get(key):
            changes[key] = value
        else:
            clashes.append(Clash(key, value, theirs.get(key)))
    return changes, clashes


def named_writer(writer: object, by: object) -> str:
    """How ``by`` is told who wrote the other text; "" where nobody knows."""
    return "Bạn (ở cửa sổ khác)" if writer == by else str(writer or "")
