"""Rows of an inline of which one alone may be in a place: told before they are saved, and saved in any order."""

from itertools import count
from typing import Any

from django.db.models import Case, QuerySet, Value, When
from django.forms import ModelForm
from django.forms.models import BaseInlineFormSet


class OneInEachPlace(BaseInlineFormSet):
    """Rows that may change places; two that would be in one are refused at the field that says where.

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
        places = {self._place(row) for row in self.get_queryset() if row.pk not in shown and self.holds_place(row)}
        # What nobody touched was there first.
        for form in sorted(kept, key=ModelForm.has_changed):
            if self.holds_place(form.instance):
                place = self._place(form.instance)
                if place in places:
                    form.add_error(self.told_at, self.taken)
                places.add(place)

    def validate_unique(self) -> None:
        """Told by ``clean``, in words of the trade."""

    def save(self, commit: bool = True) -> Any:
        leaving = [form.instance.pk for form in self.initial_forms if form.has_changed() or form in self.deleted_forms]
        if commit and leaving:
            self.set_aside(self.get_queryset().filter(pk__in=leaving))
        return super().save(commit)

    def holds_place(self, row: Any) -> bool:
        """Whether no other may be where ``row`` is."""
        return True

    def set_aside(self, rows: QuerySet) -> None:
        """What is to be saved or deleted is in nobody's way until it is; not by ``save``, which would write history."""
        raise NotImplementedError

    def _is_kept(self, form: ModelForm) -> bool:
        return form not in self.deleted_forms and (form.has_changed() or form.instance.pk is not None)

    def _place(self, row: Any) -> tuple[Any, ...]:
        return tuple(getattr(row, name) for name in self.place)


class OneInEachPosition(OneInEachPlace):
    """Rows in an order."""

    place = ("position",)
    told_at = "position"
    taken = "Thứ tự này đã có ở dòng khác. Hãy ghi số khác."

    def set_aside(self, rows: QuerySet) -> None:
        kept = self.get_queryset().values_list("position", flat=True)
        taken = {*kept, *(form.instance.position for form in self.forms)}
        free = (number for number in count() if number not in taken)
        moved = [When(pk=row.pk, then=Value(number)) for row, number in zip(rows, free, strict=False)]
        rows.update(position=Case(*moved))
