"""What the standing agency fills in about a difficulty."""

from datetime import date

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict

from assignments.models import Unit
from reports.domain.states import SolvingLevel
from reports.models import Obstacle


class AssignForm(forms.Form):
    """Which unit deals with a difficulty, which level can solve it, and by when the unit answers."""

    owner = forms.ModelChoiceField(
        label="Đơn vị xử lý",
        queryset=Unit.objects.none(),
        empty_label="Chọn đơn vị",
        widget=forms.Select(attrs={"class": "in"}),
        error_messages={"required": "Hãy chọn đơn vị xử lý.", "invalid_choice": "Không có đơn vị này. Hãy chọn lại."},
    )
    solving_level = forms.ChoiceField(
        label="Cấp giải quyết",
        choices=[("", "Chọn cấp"), *SolvingLevel.choices],
        widget=forms.Select(attrs={"class": "in"}),
        error_messages={"required": "Hãy chọn cấp giải quyết.", "invalid_choice": "Không có cấp này. Hãy chọn lại."},
    )

    due_on = forms.DateField(
        label="Hạn trả lời",
        widget=forms.DateInput(attrs={"class": "in", "type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "Hãy chọn hạn trả lời.", "invalid": "Không đọc được ngày này. Hãy chọn lại."},
    )

    def __init__(
        self, data: QueryDict | None = None, *, obstacle: Obstacle, units: QuerySet[Unit], due_on: date
    ) -> None:
        known = {"owner": obstacle.owner_id, "solving_level": obstacle.solving_level, "due_on": due_on}
        super().__init__(data, initial=known)
        self.fields["owner"].queryset = units  # type: ignore[attr-defined]
