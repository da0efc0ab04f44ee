"""What the standing agency fills in when it opens a report again."""

from django import forms

from reports.web.fields import MomentField, RequiredTextField


class ReopenForm(forms.Form):
    until = MomentField("Nộp được đến", "Hãy chọn thời điểm khóa mới.")
    reason = RequiredTextField("Lý do mở lại", "Hãy ghi lý do mở lại.", rows=2)
