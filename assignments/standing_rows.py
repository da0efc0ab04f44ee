"""Rows of an inline of which one alone may stand in a place: told before they are saved, and saved in any order."""

from datetime import date
from typing import Any

from django.forms import ModelForm
from django.forms.models import BaseInlineFormSet


class OneStandingInEachPlace(BaseInlineFormSet):
    """Rows (``Dated``) that may change places; two that would stand in one are refused at the field that says where.

    The database sees to it as well, but row by row: of two that change places the first would find the second there.
    """

    # The fields that make the place, under what the form is of.
    place: tuple[str, ...]
    told_at: str
    taken: str

    def clean(self) -> None:
        super().clean()
        kept = [form for form in self.forms if form.is_valid() and self._is_kept(form)]
        shown = {form.instance.pk for form in self.initial_forms}
        places = {self._place(row) for row in self.get_queryset() if row.pk not in shown and row.valid_to is None}
        # What nobody touched was there first.
        for form in sorted(kept, key=ModelForm.has_changed):
            if form.instance.valid_to is None:
                place = self._place(form.instance)
                if place in places:
                    form.add_error(self.told_at, self.taken)
                places.add(place)

    def save(self, commit: bool = True) -> Any:
        if commit:
            self._set_aside()
        return super().save(commit)

    def _set_aside(self) -> None:
        """What is to be saved or deleted stands nowhere until it is; not by ``save``, which would write history."""
        leaving = [form.instance.pk for form in self.initial_forms if form.has_changed() or form in self.deleted_forms]
        if leaving:
            self.get_queryset().filter(pk__in=leaving).update(valid_from=None, valid_to=date.max)

    def _is_kept(self, form: ModelForm) -> bool:
        return form not in self.deleted_forms and (form.has_changed() or form.instance.pk is not None)

    def _place(self, row: Any) -> tuple[Any, ...]:
        return tuple(getattr(row, name) for name in self.place)
