"""What lists may be narrowed by; each choice is a parameter of the address, so that it can be kept and sent."""

from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet

_SELECT = forms.Select(attrs={"class": "in"})
_SEARCH = forms.TextInput(attrs={"class": "in", "type": "search", "maxlength": 200})


def row_filter(label: str, everything: str, **options: Any) -> django_filters.ModelChoiceFilter:
    """A choice among rows; the filter set says which when it knows the plan."""
    return django_filters.ModelChoiceFilter(label=label, empty_label=everything, widget=_SELECT, **options)


def choice_filter(label: str, everything: str, choices: Any, **options: Any) -> django_filters.ChoiceFilter:
    return django_filters.ChoiceFilter(label=label, empty_label=everything, choices=choices, widget=_SELECT, **options)


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
