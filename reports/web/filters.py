"""What lists may be narrowed by; each choice is a parameter of the address, so that it can be kept and sent."""

from collections.abc import Callable, Iterator
from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils.text import capfirst
from django_filters.fields import ModelChoiceField, ModelChoiceIterator

_SELECT = forms.Select(attrs={"class": "in"})
_SEARCH = forms.TextInput(attrs={"class": "in", "type": "search", "maxlength": 200})


class _ColumnChoices(ModelChoiceIterator):
    """The choices from columns: a list of sixty units would build each of them for its name alone."""

    def __iter__(self) -> Iterator[tuple[Any, str]]:
        if not self.field.columns:
            yield from super().__iter__()
            return
        if self.field.empty_label is not None:
            yield ("", self.field.empty_label)
        key = self.field.to_field_name or "pk"
        for value, *told in self.queryset.values_list(key, *self.field.columns):
            yield (value, self.field.words(*told))


class _RowField(ModelChoiceField):
    iterator = _ColumnChoices

    def __init__(self, *args: Any, columns: tuple[str, ...], words: Callable[..., str], **options: Any) -> None:
        self.columns, self.words = columns, words
        super().__init__(*args, **options)


class _RowFilter(django_filters.ModelChoiceFilter):
    field_class = _RowField


def row_filter(
    label: str, everything: str, *, columns: tuple[str, ...] = (), words: Callable[..., str] = str, **options: Any
) -> django_filters.ModelChoiceFilter:
    """A choice among rows; the filter set says which when it knows the plan.

    Each is named by ``words`` of its ``columns``, without any by itself.
    """
    named = {"columns": columns, "words": words}
    return _RowFilter(label=label, empty_label=everything, widget=_SELECT, **named, **options)


def choice_filter(label: str, everything: str, choices: Any, **options: Any) -> django_filters.ChoiceFilter:
    """Each of ``choices`` begins with a capital, as that for everything does."""
    shown = [(value, capfirst(words)) for value, words in choices]
    return django_filters.ChoiceFilter(label=label, empty_label=everything, choices=shown, widget=_SELECT, **options)


class PortalFilter(django_filters.FilterSet):
    """A filter with a search box; what it does not understand in an address is left out, not an error."""

    q = django_filters.CharFilter(label="Tìm (không cần dấu)", method="by_words", widget=_SEARCH)

    def by_words(self, rows: Any, name: str, phrase: str) -> QuerySet:
        return rows.search(phrase)

    @property
    def is_narrowed(self) -> bool:
        return any(self.form.cleaned_data.values()) if self.form.is_valid() else False


def has_words(text: str, words: list[str]) -> bool:
    """Whether every word begins a word of the folded ``text``."""
    return all(f" {word}" in f" {text}" for word in words)
