"""What is asked for when a report is issued, and how the issuing unit heads and signs."""

from django import forms

from models_registry.text import clean
from reports.models import ConsolidatedReport, Letterhead

from .services.report_drafts import LONGEST_ADDRESSEES


class FinalForm(forms.Form):
    """Number, day and who signs; addressees and authority one a line."""

    number = forms.IntegerField(
        label="Số văn bản", min_value=1, max_value=99_999, error_messages={"required": "Hãy ghi số văn bản."}
    )
    signed_on = forms.DateField(
        label="Ngày ký",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "Hãy chọn ngày ký.", "invalid": "Ngày ký chưa đúng. Hãy chọn lại."},
    )
    addressees = forms.CharField(
        label="Kính gửi",
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Mỗi dòng một nơi nhận.",
        max_length=LONGEST_ADDRESSEES,
    )
    authority = forms.CharField(
        label="Quyền hạn, chức vụ người ký",
        widget=forms.Textarea(attrs={"rows": 2}),
        required=False,
        max_length=500,
        help_text="Mỗi dòng một mục, ví dụ “KT. TRƯỞNG CÔNG AN HUYỆN” rồi “PHÓ TRƯỞNG CÔNG AN HUYỆN”.",
    )
    office = forms.CharField(
        label="Chức vụ trong cơ quan",
        required=False,
        max_length=100,
        help_text="Chỉ khi ký thay mặt tổ công tác dùng con dấu của cơ quan, ví dụ “CHỦ TỊCH UBND HUYỆN”.",
    )
    signer = forms.CharField(
        label="Họ tên người ký", required=False, max_length=100, help_text="Để trống thì chừa chỗ ghi tay."
    )

    def __init__(self, *args: object, report: ConsolidatedReport, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.report = report
        _dress(self)

    def clean_addressees(self) -> str:
        return clean(self.cleaned_data["addressees"]).strip()


class LetterheadForm(forms.ModelForm):
    """All settings of a letterhead but the unit they are of."""

    class Meta:
        model = Letterhead
        fields = ("parent", "issuer", "symbol", "place", "authority", "office", "signer", "recipients", "drafter")
        widgets = {
            "issuer": forms.Textarea(attrs={"rows": 2}),
            "authority": forms.Textarea(attrs={"rows": 2}),
            "recipients": forms.Textarea(attrs={"rows": 4}),
        }

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        _dress(self)


def _dress(form: forms.BaseForm) -> None:
    """Let fields look as everywhere, and be read out with what is said below them."""
    for name, field in form.fields.items():
        field.widget.attrs["class"] = "in"
        if field.help_text:
            field.widget.attrs["aria-describedby"] = f"id_{name}_helptext"
