"""Whom the standing agency presses for a report by hand, and with which words."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from assignments.models import Unit
from reports.web.fields import ChosenRowsField, RequiredTextField


class RemindForm(forms.Form):
    """Whom to press for a report, and with which words."""

    units = ChosenRowsField(
        label="Đơn vị",
        queryset=Unit.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "Hãy chọn ít nhất một đơn vị.",
            "invalid_choice": "Có đơn vị vừa nộp hoặc không phải nộp kỳ này. Hãy xem lại danh sách.",
            "invalid_pk_value": "Có đơn vị vừa nộp hoặc không phải nộp kỳ này. Hãy xem lại danh sách.",
        },
    )
    text = RequiredTextField("Lời đôn đốc", "Hãy ghi lời đôn đốc.")

    def __init__(self, *args: Any, units: QuerySet[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["units"].queryset = units  # type: ignore[attr-defined]
