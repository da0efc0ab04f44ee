"""Initiatives by units, every cell the state of one duty: ready strings, for there are more than a thousand."""

from collections.abc import Sequence
from typing import NamedTuple

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from assignments.models import AssignmentRole
from models_registry.models import Initiative
from reports.rollup.board import STATES, Board, Cell
from reports.states import look_of

_NO_CELL = "<td></td>"
_ROLES = {role.value: str(role.label) for role in AssignmentRole}


class Column(NamedTuple):
    """A unit heading the matrix."""

    url: str
    label: str
    name: str


class MatrixRow(NamedTuple):
    """One initiative of the matrix; ``cells`` is ready HTML, a table cell for each column."""

    url: str
    code: str
    name: str
    cells: SafeString


class Matrix(NamedTuple):
    columns: list[Column]
    rows: list[MatrixRow]


class _Look(NamedTuple):
    """What a cell says of a state, late or not, escaped once for all cells."""

    classes: str
    sign: str
    word: str
    late: str


def matrix_of(board: Board) -> Matrix:
    """Units in the columns, departments first; a cell leads to the entry behind it and says in words what it shows."""
    address = board.scope.address("rollup_entries", don_vi="", mo_hinh="-", nhom="", loai="", trang_thai="")
    base = escape(address.replace("mo_hinh=-", ""))
    columns = [Column(board.scope.address("rollup", don_vi=unit.pk), unit.label, unit.name) for unit in board.columns]
    labels = [escape(unit.label) for unit in board.columns]
    rows = [_row(board, initiative, base, labels) for initiative in board.initiatives]
    return Matrix(columns, rows)


def _row(board: Board, initiative: Initiative, base: str, labels: Sequence[str]) -> MatrixRow:
    code = escape(initiative.code)
    late = board.late_states[initiative.pk]
    looks = {state: _look(state, is_late=state in late) for state in STATES}
    of_unit = {cell.unit_id: cell for cell in board.cells_of[initiative.pk]}
    link = f"{base}mo_hinh={code}&amp;don_vi="
    before = f"MH {code} – "
    cells = [
        _cell(cell, looks, link, before + label) if (cell := of_unit.get(unit.pk)) else _NO_CELL
        for unit, label in zip(board.columns, labels, strict=True)
    ]
    url = board.scope.address("rollup_entries", mo_hinh=initiative.code)
    return MatrixRow(url, initiative.code, initiative.name, mark_safe("".join(cells)))


def _cell(cell: Cell, looks: dict[str, _Look], link: str, before: str) -> str:
    look = looks[cell.state]
    percent = "" if cell.percent is None else f" {cell.percent} %"
    role = _ROLES[cell.role] + (" (chính)" if cell.is_principal else "")
    changed, was = "", ""
    if cell.state != cell.was_state:
        changed, was = " is-changed", f", kỳ trước: {looks[cell.was_state].word}"
    return (
        f'<td><a class="cell {look.classes}{changed}" href="{link}{cell.unit_id}" '
        f'aria-label="{before} ({role}): {look.word}{percent}{look.late}{was}">{look.sign}</a></td>'
    )


def _look(state: str, *, is_late: bool) -> _Look:
    look = look_of(state)
    late = " is-late" if is_late else ""
    return _Look(f"state-{look.colour}{late}", look.sign, look.word, ", chậm" if is_late else "")
