"""What a person chooses about being reached; the bell inside the portal cannot be switched off."""

from django import forms
from django.conf import settings
from django.http import QueryDict

from assignments.models import User
from reports.models import ContactPreference

_CHECK = forms.CheckboxInput(attrs={"class": "form-check-input"})


class ContactForm(forms.ModelForm):
    """Hour and channels of one person; a channel the portal does not have is not offered."""

    class Meta:
        model = ContactPreference
        fields = ("morning_hour", "by_email", "by_webhook")
        widgets = {
            "morning_hour": forms.Select(attrs={"class": "form-select portal-touch"}),
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
