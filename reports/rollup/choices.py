"""What the roll-up may be narrowed to; the choices live in the address and are read by ``scope_of``."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from assignments.models import Unit
from reports.domain.states import look_of

from .board import STATES, Board
from .scope import state_code

_LABELS = {
    "nhom": ("Nhóm mô hình", "Tất cả nhóm"),
    "don_vi": ("Đơn vị", "Tất cả đơn vị"),
    "loai": ("Loại đơn vị", "Tất cả loại đơn vị"),
    "trang_thai": ("Trạng thái", "Tất cả trạng thái"),
}


class Choice(NamedTuple):
    """One list to choose from; ``options`` is ready HTML, ``chosen`` what is chosen in words, "" for everything."""

    name: str
    label: str
    options: SafeString
    chosen: str


def choices_of(board: Board, names: Sequence[str] = tuple(_LABELS)) -> list[Choice]:
    """``names``: the choices this page offers."""
    kinds = {unit.kind for unit in board.units.values()}
    values = {
        "nhom": [(str(group.pk), str(group)) for group in board.groups],
        "don_vi": [(str(unit.pk), unit.name) for unit in board.units.values()],
        "loai": [(value, str(label)) for value, label in Unit.Kind.choices if value in kinds],
        "trang_thai": [(state_code(state), look_of(state).word) for state in STATES],
    }
    return [_choice(name, *_LABELS[name], values[name], board.scope.asked.get(name, "")) for name in names]


def hidden_of(board: Board, choices: Iterable[Choice]) -> list[tuple[str, str]]:
    """What the form keeps of the address without offering it."""
    offered = {choice.name for choice in choices}
    return [(name, value) for name, value in board.scope.asked.items() if name not in offered]


def _choice(name: str, label: str, everything: str, values: list[tuple[str, str]], asked: str) -> Choice:
    listed = format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        ((value, " selected" if value == asked else "", text) for value, text in values),
    )
    options = format_html('<option value="">{}</option>{}', everything, listed)
    return Choice(name, label, options, dict(values).get(asked, ""))
