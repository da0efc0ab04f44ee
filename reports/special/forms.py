"""What the standing agency fills in when it asks for a special report."""

from datetime import datetime
from typing import Any

from django import forms
from django.db.models import QuerySet

from assignments.models import Unit
from models_registry.models import Initiative, Plan
from models_registry.text import one_line
from reports.domain.calendar import local_day
from reports.web.fields import ChosenRowsField, MomentField

from .services import LATE_FOR


class InitiativesField(ChosenRowsField):
    """Initiatives by their short names."""

    def label_from_instance(self, obj: Initiative) -> str:
        return f"{obj.label}. {obj.brief}"


class SpecialForm(forms.Form):
    """A special report: what is asked, on which initiatives, of whom, until when.

    Without chosen units it is asked of everybody who owes reports on the chosen initiatives.
    """

    title = forms.CharField(
        label="Nội dung cần báo cáo",
        max_length=300,
        widget=forms.TextInput(attrs={"class": "in"}),
        help_text="Ngắn gọn, ví dụ: rà soát đầu đọc thẻ căn cước tại cơ sở khám chữa bệnh.",
        error_messages={
            "required": "Hãy ghi nội dung cần báo cáo.",
            "max_length": "Nội dung dài quá 300 ký tự. Hãy viết gọn lại.",
        },
    )
    due_at = MomentField("Hạn nộp", "Hãy chọn hạn nộp.")
    initiatives = InitiativesField(
        label="Mô hình",
        queryset=Initiative.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "Hãy chọn ít nhất một mô hình.",
            "invalid_choice": "Không có mô hình này trong kế hoạch. Hãy chọn lại.",
            "invalid_pk_value": "Không có mô hình này trong kế hoạch. Hãy chọn lại.",
        },
    )
    units = ChosenRowsField(
        label="Đơn vị",
        queryset=Unit.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Không chọn đơn vị nào nghĩa là tất cả đơn vị có nhiệm vụ ở các mô hình đã chọn.",
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
