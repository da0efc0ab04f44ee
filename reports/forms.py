"""What an officer fills in for one initiative."""

from typing import Any

from django import forms

from models_registry.text import clean
from reports.models import CurrentProgress, ProgressEntry
from reports.states import WorkState


class ProgressEntryForm(forms.ModelForm):
    """One entry, filled with what was last said where nothing is typed yet; filing it is still the officer's act."""

    percent = forms.IntegerField(label="Tiến độ (%)", min_value=0, max_value=100, required=False)

    class Meta:
        model = ProgressEntry
        fields = ("work_state", "percent", "result", "difficulty")
        widgets = {
            "work_state": forms.Select(attrs={"class": "form-select portal-touch"}),
            "result": forms.Textarea(attrs={"class": "form-control", "rows": 2}),
            "difficulty": forms.Textarea(attrs={"class": "form-control", "rows": 2}),
        }

    def __init__(self, *args: Any, previous: CurrentProgress | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.previous = previous
        self.fields["work_state"].choices = [("", "Chọn trạng thái"), *WorkState.choices]  # type: ignore[attr-defined]
        self.fields["percent"].widget.attrs["class"] = "form-control portal-touch"
        if previous and not self.instance.work_state:
            self.initial.update(work_state=previous.work_state, percent=previous.percent)

    def clean_result(self) -> str:
        return clean(self.cleaned_data["result"])

    def clean_difficulty(self) -> str:
        return clean(self.cleaned_data["difficulty"])

    def validate_constraints(self) -> None:
        """The fields above hold the same limits; asking the database again would cost a query an entry."""
