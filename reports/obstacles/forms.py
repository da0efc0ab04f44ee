"""What the standing agency fills in about a difficulty."""

from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict

from assignments.models import Unit
from reports.domain.calendar import local_day
from reports.domain.states import SolvingLevel
from reports.domain.wording import vn_date
from reports.models import Obstacle, UnitRequest


class AssignForm(forms.Form):
    """Which unit deals with a difficulty, which level can solve it, and by when the unit answers.

    ``asked`` is the request that was open when the page was shown: who sends a page that somebody else has overtaken is
    told how it stands, and may send it again.
    """

    asked = forms.IntegerField(required=False, widget=forms.HiddenInput)

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
        self,
        data: QueryDict | None = None,
        *,
        obstacle: Obstacle,
        units: QuerySet[Unit],
        due_on: date,
        open_request: UnitRequest | None,
    ) -> None:
        known = {"owner": obstacle.owner_id, "solving_level": obstacle.solving_level, "due_on": due_on}
        self.open_request = open_request
        super().__init__(data, initial={**known, "asked": open_request.pk if open_request else None})
        self.fields["owner"].queryset = units  # type: ignore[attr-defined]

    def clean_asked(self) -> int | None:
        shown, now = self.cleaned_data["asked"], self.initial["asked"]
        if shown != now:
            self.data = {**{name: self.data[name] for name in self.data}, "asked": now or ""}
            raise forms.ValidationError(self._overtaken())
        return shown

    def clean(self) -> dict[str, Any]:
        """What is decided: how the page stood is no part of it."""
        return {name: value for name, value in self.cleaned_data.items() if name != "asked"}

    @property
    def given(self) -> str:
        """ "Phòng Y tế, hạn trả lời 14/03/2024"; "" where no unit is asked."""
        asked = self.open_request
        return f"{asked.unit}, hạn trả lời {vn_date(local_day(asked.due_at))}" if asked else ""

    def _overtaken(self) -> str:
        if not self.given:
            return (
                "Chưa lưu: đơn vị được giao không còn phải trả lời. "
                "Hãy xem Diễn biến; nếu vẫn muốn giao, hãy bấm lần nữa."
            )
        return f"Chưa lưu: khó khăn này đã giao {self.given}. Nếu vẫn muốn giao lại, hãy bấm lần nữa."
