"""Units by initiatives, every cell the state of one duty: ready strings, for there are more than a thousand."""

from collections.abc import Sequence
from html import escape
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple
from urllib.parse import quote_plus

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from assignments.models import Unit
from reports.domain.states import look_of
from reports.domain.wording import cut_at, percent
from reports.drawing.signs import sign

from .board import Board, Cell
from .scope import initiative_path

# What two lines of a head have room for.
_LONGEST_HEAD = 50
# Between the groups of the plan stands a rule.
_FIRST_OF_GROUP = ' class="g0"'


class UnitGroup(NamedTuple):
    """Units of one kind below one heading; ``rows`` is ready HTML, a table row for each unit."""

    name: str
    number: int
    rows: SafeString


class Matrix(NamedTuple):
    """``head`` is ready HTML, a heading for each initiative; ``columns``: how many a row has, its own head included."""

    head: SafeString
    groups: list[UnitGroup]
    columns: int


class _Column(NamedTuple):
    """One initiative: how its cells open and are addressed, for ``{pk}`` the unit."""

    pk: int
    open: str
    link: str
    name: str


class _Pieces(NamedTuple):
    """What a cell of one role and state says around its percent; the same for many cells."""

    classes: str
    role_and_word: str
    after: str
    sign: str


def matrix_of(board: Board, units: Sequence[Unit]) -> Matrix:
    """``units``, all of the board's or a page of them, one below another.

    A cell leads to the entry behind it and says in words what it shows. Thousands stand on one page, so they are put
    together as plain text, what people wrote escaped once, and only the whole is marked as safe.
    """
    columns = _columns(board)
    of_unit: dict[int, dict[int, Cell]] = {}
    for cell in board.cells:
        of_unit.setdefault(cell.unit_id, {})[cell.initiative_id] = cell
    pieces: dict[tuple, _Pieces] = {}
    address = reverse("unit", args=[board.scope.plan.pk, 0])
    groups = []
    for _, members in groupby(units, key=attrgetter("kind")):
        own = list(members)
        rows = "".join(_row(board, unit, of_unit.get(unit.pk, {}), columns, pieces, address) for unit in own)
        groups.append(UnitGroup(own[0].get_kind_display(), len(own), mark_safe(rows)))  # noqa: S308 - see above
    return Matrix(_head(board), groups, len(columns) + 1)


def _columns(board: Board) -> list[_Column]:
    link = escape(board.scope.address("rollup_entries", mo_hinh="-", don_vi="")) + "&amp;don_vi="
    return [
        _Column(one.pk, f"<td{rule}>", link.replace("mo_hinh=-", f"mo_hinh={quote_plus(one.code)}"), escape(one.label))
        for one, rule in _ruled(board)
    ]


def _head(board: Board) -> SafeString:
    return mark_safe(  # noqa: S308 - see matrix_of
        "".join(
            f'<th scope="col"{rule}><a class="v" href="{escape(initiative_path(one.plan_id, one.code))}" '
            f'title="{escape(one.name)}">{escape(cut_at(one.brief, _LONGEST_HEAD))}</a><b>{escape(one.code)}</b></th>'
            for one, rule in _ruled(board)
        )
    )


def _ruled(board: Board) -> list[tuple]:
    """Each initiative, with the rule before the first of its group."""
    before = [None, *(one.group_id for one in board.initiatives)]
    return [
        (one, "" if place and one.group_id == group else _FIRST_OF_GROUP)
        for place, (one, group) in enumerate(zip(board.initiatives, before, strict=False))
    ]


def _row(
    board: Board,
    unit: Unit,
    cells: dict[int, Cell],
    columns: Sequence[_Column],
    pieces: dict[tuple, _Pieces],
    address: str,
) -> str:
    late = board.late_duties
    shown = [f'<tr><th scope="row"><a href="{address.replace("/0/", f"/{unit.pk}/")}">{escape(unit.name)}</a></th>']
    for column in columns:
        cell = cells.get(column.pk)
        if cell is None:
            shown.append(f"{column.open}</td>")
            continue
        is_late = cell.duty_id in late
        key = (cell.role, cell.is_principal, cell.state, cell.was_state, is_late)
        piece = pieces.get(key) or pieces.setdefault(key, _pieces(cell, is_late=is_late))
        done = "" if cell.percent is None else f" {percent(cell.percent)}"
        shown.append(
            f'{column.open}<a class="cell {piece.classes}" href="{column.link}{unit.pk}" '
            f'aria-label="{column.name} {piece.role_and_word}{done}{piece.after}">{piece.sign}</a></td>'
        )
    return "".join(shown) + "</tr>"


def _pieces(cell: Cell, *, is_late: bool) -> _Pieces:
    look = look_of(cell.state)
    has_moved = cell.state != cell.was_state
    return _Pieces(
        classes=f"c-{look.colour}{' late' if is_late else ''}{' was' if has_moved else ''}",
        role_and_word=f"({cell.role_words}): {look.word}",
        after=f"{', chậm' if is_late else ''}{f', kỳ trước: {look_of(cell.was_state).word}' if has_moved else ''}",
        sign=sign(look),
    )
