"""What the standing agency fills in: a reopening, who deals with a difficulty, a special report, a word to units."""

from datetime import datetime
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict

from assignments.models import Unit
from models_registry.models import Initiative, Plan
from models_registry.text import clean, one_line
from reports.calendar import local_day
from reports.models import Obstacle
from reports.services.special import LATE_FOR
from reports.services.words import LONGEST_WORDS
from reports.states import SolvingLevel

# A posted key longer than this is no key of ours, and SQLite could not even look for it.
LONGEST_KEY = 18
_MOMENT = "%Y-%m-%dT%H:%M"
# A slip of the hand beyond these years would run out of the calendar when a week is added to it.
_YEARS = range(2000, 2101)


class WordsField(forms.CharField):
    """Words that must be there: a reason, an answer; in NFC, without control characters."""

    def __init__(self, label: str, missing: str, *, rows: int = 3) -> None:
        super().__init__(
            label=label,
            max_length=LONGEST_WORDS,
            widget=forms.Textarea(attrs={"class": "form-control", "rows": rows}),
            error_messages={
                "required": missing,
                "max_length": f"Dài quá {LONGEST_WORDS} ký tự. Hãy viết gọn lại.",
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
            widget=forms.DateTimeInput(
                format=_MOMENT, attrs={"class": "form-control portal-touch", "type": "datetime-local"}
            ),
            error_messages={"required": missing, "invalid": "Ngày giờ này không đọc được. Hãy chọn lại trên lịch."},
        )

    def to_python(self, value: Any) -> datetime | None:
        moment = super().to_python(value)
        if moment and moment.year not in _YEARS:
            raise forms.ValidationError(self.error_messages["invalid"])
        return moment


class ChosenRows(forms.ModelMultipleChoiceField):
    """Rows ticked in a list; a key too long for any row is no choice."""

    def clean(self, value: Any) -> Any:
        if any(len(str(key)) > LONGEST_KEY for key in value or ()):
            raise forms.ValidationError(self.error_messages["invalid_choice"], params={"value": ""})
        return super().clean(value)


class ReopenForm(forms.Form):
    until = MomentField("Nộp được đến", "Hãy chọn thời điểm khóa mới.")
    reason = WordsField("Lý do mở lại", "Hãy ghi lý do mở lại.", rows=2)


class AssignForm(forms.Form):
    """Which unit deals with a difficulty and which level can solve it."""

    owner = forms.ModelChoiceField(
        label="Đơn vị xử lý",
        queryset=Unit.objects.none(),
        empty_label="Chọn đơn vị",
        widget=forms.Select(attrs={"class": "form-select portal-touch"}),
        error_messages={"required": "Hãy chọn đơn vị xử lý.", "invalid_choice": "Không có đơn vị này. Hãy chọn lại."},
    )
    solving_level = forms.ChoiceField(
        label="Cấp giải quyết",
        choices=[("", "Chọn cấp"), *SolvingLevel.choices],
        widget=forms.Select(attrs={"class": "form-select portal-touch"}),
        error_messages={"required": "Hãy chọn cấp giải quyết.", "invalid_choice": "Không có cấp này. Hãy chọn lại."},
    )

    def __init__(self, data: QueryDict | None = None, *, obstacle: Obstacle, units: QuerySet[Unit]) -> None:
        super().__init__(data, initial={"owner": obstacle.owner_id, "solving_level": obstacle.solving_level})
        self.fields["owner"].queryset = units  # type: ignore[attr-defined]


class SpecialForm(forms.Form):
    """A special report: what is asked, on which initiatives, of whom, until when.

    Without chosen units it is asked of everybody who owes reports on the chosen initiatives.
    """

    title = forms.CharField(
        label="Nội dung cần báo cáo",
        max_length=300,
        widget=forms.TextInput(attrs={"class": "form-control portal-touch"}),
        help_text="Ngắn gọn, ví dụ: rà soát đầu đọc thẻ căn cước tại cơ sở khám chữa bệnh.",
        error_messages={
            "required": "Hãy ghi nội dung cần báo cáo.",
            "max_length": "Nội dung dài quá 300 ký tự. Hãy viết gọn lại.",
        },
    )
    due_at = MomentField("Hạn nộp", "Hãy chọn hạn nộp.")
    initiatives = ChosenRows(
        label="Mô hình",
        queryset=Initiative.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "Hãy chọn ít nhất một mô hình.",
            "invalid_choice": "Không có mô hình này trong kế hoạch. Hãy chọn lại.",
            "invalid_pk_value": "Không có mô hình này trong kế hoạch. Hãy chọn lại.",
        },
    )
    units = ChosenRows(
        label="Đơn vị",
        queryset=Unit.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Không chọn đơn vị nào nghĩa là mọi đơn vị có nhiệm vụ ở các mô hình đã chọn.",
        error_messages={
            "invalid_choice": "Đơn vị này không có nhiệm vụ báo cáo trong kế hoạch. Hãy chọn lại.",
            "invalid_pk_value": "Đơn vị này không có nhiệm vụ báo cáo trong kế hoạch. Hãy chọn lại.",
        },
    )

    def __init__(self, *args: Any, plan: Plan, units: QuerySet[Unit], at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.at = at
        self.fields["initiatives"].queryset = plan.initiatives.open_on(local_day(at))  # type: ignore[attr-defined]
        self.fields["units"].queryset = units  # type: ignore[attr-defined]

    def clean_title(self) -> str:
        title = one_line(self.cleaned_data["title"])
        if not title:
            raise forms.ValidationError("Hãy ghi nội dung cần báo cáo.")
        return title

    def clean_due_at(self) -> datetime:
        due_at: datetime = self.cleaned_data["due_at"]
        if due_at <= self.at:
            raise forms.ValidationError("Hạn nộp đã qua. Hãy chọn một thời điểm sau lúc này.")
        return due_at

    @property
    def late_days(self) -> int:
        """For how many days after the due moment it can still be filed, late."""
        return LATE_FOR.days


class RemindForm(forms.Form):
    """Whom to press for a report, and with which words."""

    units = ChosenRows(
        label="Đơn vị",
        queryset=Unit.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "Hãy chọn ít nhất một đơn vị.",
            "invalid_choice": "Có đơn vị vừa nộp hoặc không phải nộp kỳ này. Hãy xem lại danh sách.",
            "invalid_pk_value": "Có đơn vị vừa nộp hoặc không phải nộp kỳ này. Hãy xem lại danh sách.",
        },
    )
    text = WordsField("Lời đôn đốc", "Hãy ghi lời đôn đốc.")

    def __init__(self, *args: Any, units: QuerySet[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["units"].queryset = units  # type: ignore[attr-defined]
