"""What a person chooses about being reached, and whom the standing agency presses for a report by hand."""

from typing import Any

from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.http import QueryDict

from assignments.models import Unit, User
from reports.models import ContactPreference
from reports.web.fields import ChosenRowsField, RequiredTextField

_CHECK = forms.CheckboxInput()


class ContactForm(forms.ModelForm):
    """Hour and channels of one person, but for the bell, which cannot be switched off.

    A channel the portal does not have is not offered.
    """

    class Meta:
        model = ContactPreference
        fields = ("morning_hour", "by_email", "by_webhook")
        widgets = {
            "morning_hour": forms.Select(attrs={"class": "in"}),
            "by_email": _CHECK,
            "by_webhook": _CHECK,
        }

    def __init__(self, data: QueryDict | None = None, *, user: User) -> None:
        known = ContactPreference.objects.filter(user=user).first()
        super().__init__(data, instance=known or ContactPreference(user=user))
        self.fields["morning_hour"].choices = [  # type: ignore[attr-defined]
            ("", "Theo quy tắc nhắc (thường 8 giờ)"),
            *ContactPreference.MORNING_HOURS,
        ]
        if not settings.PORTAL_MAIL_IS_ON:
            del self.fields["by_email"]
        if not settings.PORTAL_WEBHOOK_URL:
            del self.fields["by_webhook"]


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
