"""What is asked for when a report is issued, and the outline as it is arranged."""

from django import forms

from models_registry.text import clean
from reports.models import ConsolidatedReport


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
        label="Kính gửi", widget=forms.Textarea(attrs={"rows": 2}), help_text="Mỗi dòng một nơi nhận.", max_length=2000
    )
    authority = forms.CharField(
        label="Quyền hạn, chức vụ người ký",
        widget=forms.Textarea(attrs={"rows": 2}),
        required=False,
        max_length=500,
        help_text="Mỗi dòng một mục, ví dụ “KT. TRƯỞNG CÔNG AN HUYỆN” rồi “PHÓ TRƯỞNG CÔNG AN HUYỆN”.",
    )
    signer = forms.CharField(
        label="Họ tên người ký", required=False, max_length=100, help_text="Để trống thì chừa chỗ ghi tay."
    )

    def __init__(self, *args: object, report: ConsolidatedReport, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.report = report
        for name, field in self.fields.items():
            field.widget.attrs["class"] = "form-control portal-touch"
            if field.help_text:
                field.widget.attrs["aria-describedby"] = f"id_{name}_helptext"

    def clean_addressees(self) -> str:
        return clean(self.cleaned_data["addressees"]).strip()
