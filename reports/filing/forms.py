"""What an officer types into one line of a report, as it comes from the page."""

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

from django import forms
from django.http import QueryDict

from models_registry.models import Indicator
from models_registry.text import clean
from reports.domain.entry_fields import ENTRY_FIELDS, FILLED_FIELDS, TEXT_FIELDS, FieldKind
from reports.domain.numbers import Figure, read_number
from reports.domain.states import SolvingLevel, WorkState
from reports.models import ProgressEntry

from .drafts import EntryEdit

LONGEST_TEXT = 20_000
_VERSION_NAME = re.compile(r"mh-(\d{1,18})-version")


class SharedFieldMixin:
    """A field that all forms share: a report has many, and copying fields costs more than reading them."""

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        return self


class LongTextField(SharedFieldMixin, forms.CharField):
    """A text as people write it: of any length a report may have, in NFC, without control characters."""

    def __init__(self) -> None:
        too_long = f"Mục này dài quá {LONGEST_TEXT} ký tự. Hãy viết gọn lại hoặc đính kèm thành tệp."
        super().__init__(required=False, max_length=LONGEST_TEXT, error_messages={"max_length": too_long})

    def to_python(self, value: Any) -> str:
        return super().to_python(clean(value or "")) or ""


class NumberField(SharedFieldMixin, forms.CharField):
    """A number as people write it ("1.234,5"); empty is None, never 0."""

    def __init__(self) -> None:
        super().__init__(required=False)

    def clean(self, value: Any) -> Any:
        try:
            return read_number(value or "")
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error


class PercentField(NumberField):
    def clean(self, value: Any) -> int | None:
        try:
            number = super().clean(value)
        except forms.ValidationError:
            number = -1
        if number is None:
            return None
        if not 0 <= number <= 100 or number != int(number):
            raise forms.ValidationError("Ghi số nguyên từ 0 đến 100.")
        return int(number)


class OptionalChoiceField(SharedFieldMixin, forms.ChoiceField):
    def __init__(self, choices: Any) -> None:
        unknown = "Không có lựa chọn này. Hãy chọn lại."
        super().__init__(required=False, choices=choices, error_messages={"invalid_choice": unknown})


class VersionField(SharedFieldMixin, forms.IntegerField):
    def __init__(self) -> None:
        super().__init__(min_value=0)


class FlagField(SharedFieldMixin, forms.BooleanField):
    def __init__(self) -> None:
        super().__init__(required=False)


_FIELD_OF_KIND: dict[FieldKind, Any] = {
    FieldKind.STATE: OptionalChoiceField(WorkState.choices),
    FieldKind.PERCENT: PercentField(),
    FieldKind.TEXT: LongTextField(),
    FieldKind.LEVEL: OptionalChoiceField(SolvingLevel.choices),
}
_FIELDS: dict[str, forms.Field] = {field.name: _FIELD_OF_KIND[field.kind] for field in ENTRY_FIELDS}


def prefix_of(entry: ProgressEntry) -> str:
    """What the names of the fields of ``entry`` begin with: "mh-12"."""
    return f"mh-{entry.pk}"


def posted_entries(data: QueryDict) -> set[int]:
    """The keys of the entries a page sent."""
    return {int(found[1]) for name in data if (found := _VERSION_NAME.fullmatch(name))}


class EntryForm(forms.Form):
    """One entry. Every field may be empty, for a draft may be unfinished; what filing asks for is the entry's to say.

    ``touched`` is set by the page where an officer confirmed what was filled in beforehand without changing it;
    ``clash`` names the fields on which the page asked which text is to stay, ``<field>-choice`` is the answer.
    """

    version = VersionField()
    touched = FlagField()

    def __init__(self, data: QueryDict, entry: ProgressEntry, indicators: Iterable[Indicator]) -> None:
        super().__init__(data, prefix=prefix_of(entry))
        self.entry = entry
        self.indicators = list(indicators)
        self.fields = {**_FIELDS, **self.fields}
        for indicator in self.indicators:
            self.fields[f"figure-{indicator.pk}"] = NumberField()
            self.fields[f"total-{indicator.pk}"] = NumberField()

    @property
    def typed(self) -> dict[str, str]:
        """What was typed, word for word, by field."""
        return {name: self.data.get(self.add_prefix(name), "") for name in self.fields}

    @property
    def mistakes(self) -> dict[str, str]:
        """What is wrong, by field, in words for the officer."""
        return {name: str(errors[0]) for name, errors in self.errors.items()}

    @property
    def asked(self) -> dict[str, str]:
        """The choice between two texts by field, "" where none was made yet; keys as ``Clash.key``."""
        named: list[str] = self.data.getlist(self.add_prefix("clash"))  # type: ignore[attr-defined]
        names = [name for name in named if name in FILLED_FIELDS or name in self._figure_names]
        return {name: self.data.get(self.add_prefix(f"{name}-choice"), "") for name in names}

    @property
    def _figure_names(self) -> set[str]:
        return {f"figure-{indicator.pk}" for indicator in self.indicators}

    def has_sent(self, name: str, value: Any) -> bool:
        """Whether ``value`` is what this page sent before without getting an answer: then nobody else wrote it."""
        if name.startswith("figure-"):
            whole = name.replace("figure-", "total-")
            pairs = zip(self._sent(name), self._sent(whole), strict=False)
            return any(value == Figure(*pair) for pair in pairs)
        return value in self._sent(name)

    def _sent(self, name: str) -> list[Any]:
        texts: list[str] = self.data.getlist(self.add_prefix(f"{name}-sent"))  # type: ignore[attr-defined]
        read = []
        for text in texts:
            with suppress(forms.ValidationError):
                read.append(self.fields[name].clean(text))
        return read

    def edit(self, now: Mapping[str, Any]) -> EntryEdit:
        """What to write of it: what was read without a mistake and, where two texts met, what was chosen.

        ``now``: what the entry says at present (``values_of``), for a choice to keep both.
        """
        fields = {name: self.cleaned_data[name] for name in FILLED_FIELDS if name in self.cleaned_data}
        figures = {key: figure for key, figure in self._figures().items() if self._stands(f"figure-{key}")}
        for name, choice in self.asked.items():
            if choice == "both" and name in TEXT_FIELDS and name in fields:
                fields[name] = both_texts(str(now.get(name) or ""), fields[name])
        fields = {name: value for name, value in fields.items() if self._stands(name)}
        # Without a version nothing is known of what was seen: then every difference is asked about.
        return EntryEdit(self.entry.pk, fields, self.cleaned_data.get("version") or 0, figures)

    @property
    def unanswered(self) -> set[str]:
        """The fields on which the officer has not yet chosen between two texts."""
        return {name for name, choice in self.asked.items() if choice not in ("mine", "theirs", "both")}

    def _stands(self, name: str) -> bool:
        """Whether what was typed into the field is to be written."""
        return self.asked.get(name, "mine") in ("mine", "both")

    def _figures(self) -> dict[int, Figure]:
        read = self.cleaned_data
        return {
            one.pk: Figure(read[f"figure-{one.pk}"], read[f"total-{one.pk}"])
            for one in self.indicators
            if f"figure-{one.pk}" in read and f"total-{one.pk}" in read
        }


def both_texts(theirs: str, mine: str) -> str:
    """Both, one under the other; one that contains the other says both already."""
    if mine in theirs:
        return theirs
    return mine if theirs in mine else f"{theirs}\n{mine}"
