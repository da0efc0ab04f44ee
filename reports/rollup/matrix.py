"""Initiatives by units, every cell the state of one duty: ready strings, for there are more than a thousand."""

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

from django.utils.safestring import SafeString, mark_safe

from assignments.models import Unit
from models_registry.models import Initiative
from reports.domain.states import look_of
from reports.drawing.signs import sign

from .board import Board, Cell

_Column = tuple[Unit, str]
_NO_CELL = "<td></td>"


class MatrixRow(NamedTuple):
    """One initiative of the matrix; ``html`` is its heading and a table cell for each unit."""

    code: str
    html: SafeString


class Matrix(NamedTuple):
    """``head`` is ready HTML, a heading for each unit."""

    units: Sequence[Unit]
    head: SafeString
    rows: list[MatrixRow]


class _Pieces(NamedTuple):
    """What a cell of one role and state says around its unit and its percent; the same for many cells."""

    classes: str
    role_and_word: str
    after: str
    sign: str


def matrix_of(board: Board, units: Sequence[Unit]) -> Matrix:
    """``units``, all of the board's columns or a page of them, in the columns.

    A cell leads to the entry behind it and says in words what it shows. Thousands stand on one page, so they are put
    together as plain text, what people wrote escaped once, and only the whole is marked as safe.
    """
    columns = [(unit, escape(unit.label)) for unit in units]
    pieces: dict[tuple, _Pieces] = {}
    rows = [_row(board, initiative, columns, pieces) for initiative in board.initiatives]
    return Matrix(units, _head(board, columns), rows)


def _head(board: Board, columns: Sequence[_Column]) -> SafeString:
    address = escape(board.scope.address("rollup_matrix", don_vi="-"))
    return mark_safe(  # noqa: S308 - see matrix_of
        "".join(
            f'<th scope="col"><a href="{address.replace("don_vi=-", f"don_vi={unit.pk}")}" '
            f'title="{escape(unit.name)}">{label}</a></th>'
            for unit, label in columns
        )
    )


def _row(board: Board, initiative: Initiative, columns: Sequence[_Column], pieces: dict[tuple, _Pieces]) -> MatrixRow:
    link = escape(board.scope.address("rollup_entries", mo_hinh=initiative.code, don_vi="")) + "&amp;don_vi="
    late = board.late_states[initiative.pk]
    of_unit = {cell.unit_id: cell for cell in board.cells_of[initiative.pk]}
    begin = f"{escape(initiative.label)} – "
    cells = []
    for unit, label in columns:
        cell = of_unit.get(unit.pk)
        if cell is None:
            cells.append(_NO_CELL)
            continue
        is_late = cell.state in late
        key = (cell.role, cell.is_principal, cell.state, cell.was_state, is_late)
        piece = pieces.get(key) or pieces.setdefault(key, _pieces(cell, is_late=is_late))
        percent = "" if cell.percent is None else f" {cell.percent} %"
        cells.append(
            f'<td><a class="cell {piece.classes}" href="{link}{unit.pk}" '
            f'aria-label="{begin}{label}{piece.role_and_word}{percent}{piece.after}">{piece.sign}</a></td>'
        )
    shown = _row_head(board, initiative) + "".join(cells)
    return MatrixRow(initiative.code, mark_safe(shown))  # noqa: S308 - see matrix_of


def _row_head(board: Board, initiative: Initiative) -> str:
    url, name = escape(board.scope.address("rollup_entries", mo_hinh=initiative.code)), escape(initiative.name)
    return (
        f'<th scope="row"><a href="{url}" title="{name}">{escape(initiative.label)}</a> '
        f'<span class="portal-quiet matrix-name d-none d-lg-inline">{name}</span></th>'
    )


def _pieces(cell: Cell, *, is_late: bool) -> _Pieces:
    look = look_of(cell.state)
    has_moved = cell.state != cell.was_state
    return _Pieces(
        classes=f"state-{look.colour}{' is-late' if is_late else ''}{' is-changed' if has_moved else ''}",
        role_and_word=f" ({cell.role_words}): {look.word}",
        after=f"{', chậm' if is_late else ''}{f', kỳ trước: {look_of(cell.was_state).word}' if has_moved else ''}",
        sign=sign(look),
    )
