"""What the roll-up may be narrowed to, as a form; the choices live in the address."""

from typing import Any

from django import forms

from assignments.models import Unit
from reports.rollup.board import Board
from reports.rollup.lines import state_code
from reports.states import WorkState, look_of

_FIELDS = ("nhom", "don_vi", "loai", "trang_thai")


class ChoicesForm(forms.Form):
    """Only ever shown: what was chosen is read by ``scope_of``."""

    nhom = forms.ChoiceField(label="Nhóm", required=False)
    don_vi = forms.ChoiceField(label="Đơn vị", required=False)
    loai = forms.ChoiceField(label="Loại đơn vị", required=False)
    trang_thai = forms.ChoiceField(label="Trạng thái", required=False)

    def __init__(self, board: Board, **kwargs: Any) -> None:
        super().__init__(initial=board.scope.asked, prefix="", **kwargs)
        units = sorted(board.units.values(), key=lambda unit: unit.order)
        kinds = {unit.kind for unit in units}
        choices: dict[str, list[tuple[object, object]]] = {
            "nhom": [("", "mọi nhóm"), *((group.pk, str(group)) for group in board.groups)],
            "don_vi": [("", "mọi đơn vị"), *((unit.pk, unit.name) for unit in units)],
            "loai": [("", "mọi loại"), *((value, label) for value, label in Unit.Kind.choices if value in kinds)],
            "trang_thai": [
                ("", "mọi trạng thái"),
                *((state_code(state), look_of(state).word) for state in (*WorkState.values, "")),
            ],
        }
        for name in _FIELDS:
            field = self.fields[name]
            field.widget = forms.Select(attrs={"class": "form-select portal-touch"}, choices=choices[name])


def hidden_of(board: Board) -> list[tuple[str, str]]:
    """What the form keeps of the address without showing it."""
    return [(name, value) for name, value in board.scope.asked.items() if name not in _FIELDS]
