"""Form fields that pages of several rooms share."""

from datetime import datetime
from typing import Any

from django import forms

from models_registry.text import clean
from reports.lifecycle.required_text import MAX_REQUIRED_TEXT

# A posted key longer than this is no key of ours, and SQLite could not even look for it.
LONGEST_KEY = 18
_MOMENT = "%Y-%m-%dT%H:%M"
# A slip of the hand beyond these years would run out of the calendar when a week is added to it.
_YEARS = range(2000, 2101)


class RequiredTextField(forms.CharField):
    """A text that must be given: a reason, an answer; in NFC, without control characters."""

    def __init__(self, label: str, missing: str, *, rows: int = 3) -> None:
        super().__init__(
            label=label,
            max_length=MAX_REQUIRED_TEXT,
            widget=forms.Textarea(attrs={"class": "in", "rows": rows}),
            error_messages={
                "required": missing,
                "max_length": f"Dài quá {MAX_REQUIRED_TEXT} ký tự. Hãy viết gọn lại.",
            },
        )

    def to_python(self, value: Any) -> str:
        return super().to_python(clean(value or "")) or ""


class MomentField(forms.DateTimeField):
    """A day and an hour in Vietnam, chosen with the browser's own calendar."""

    def __init__(self, label: str, missing: str) -> None:
        super().__init__(
            label=label,
            input_formats=[_MOMENT],
            widget=forms.DateTimeInput(format=_MOMENT, attrs={"class": "in", "type": "datetime-local"}),
            error_messages={"required": missing, "invalid": "Ngày giờ này không đọc được. Hãy chọn lại trên lịch."},
        )

    def to_python(self, value: Any) -> datetime | None:
        moment = super().to_python(value)
        if moment and moment.year not in _YEARS:
            raise forms.ValidationError(self.error_messages["invalid"])
        return moment


class ChosenRowsField(forms.ModelMultipleChoiceField):
    """Rows ticked in a list; a key too long for any row is no choice."""

    def clean(self, value: Any) -> Any:
        if any(len(str(key)) > LONGEST_KEY for key in value or ()):
            raise forms.ValidationError(self.error_messages["invalid_choice"], params={"value": ""})
        return super().clean(value)
