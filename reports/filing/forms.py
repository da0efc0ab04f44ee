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
_ENTRY_NAME = re.compile(r"mh-(\d{1,18})-.*", re.DOTALL)


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
    return {int(found[1]) for name in data if (found := _ENTRY_NAME.fullmatch(name))}


class EntryForm(forms.Form):
    """One entry, or those of its fields that were touched. Every field may be empty, for a draft may be unfinished;
    what filing asks for is the entry's to say.

    ``<field>-known`` are the values its page knows, the first the one it showed; without any it showed nothing.
    ``clash`` names the fields on which the page asked which text is to stay, ``<field>-choice`` is the answer, and
    ``<field>-theirs`` what it showed of somebody else's.
    """

    def __init__(self, data: QueryDict, entry: ProgressEntry, indicators: Iterable[Indicator]) -> None:
        super().__init__(data, prefix=prefix_of(entry))
        self.entry = entry
        self.indicators = list(indicators)
        self.fields = dict(_FIELDS)
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

    def known(self, name: str) -> list[Any]:
        """The values of a field, or of the pair ``figure-<indicator>``, that the page knows."""
        if not name.startswith("figure-"):
            return self._known(name)
        wholes = self._known(name.replace("figure-", "total-"))
        return [Figure(value, whole) for value in self._known(name) for whole in wholes]

    def typed_known(self, name: str) -> list[str]:
        """The same word for word, for a page that is shown again."""
        return self.data.getlist(self.add_prefix(f"{name}-known"))  # type: ignore[attr-defined]

    def _known(self, name: str) -> list[Any]:
        texts = self.typed_known(name) or [""]
        if self.asked.get(name) in ("mine", "both") or self.asked.get(name.replace("total-", "figure-")) == "mine":
            texts = [*texts, *self.data.getlist(self.add_prefix(f"{name}-theirs"))]  # type: ignore[attr-defined]
        read = []
        for text in texts:
            with suppress(forms.ValidationError):
                read.append(self.fields[name].clean(text))
        return read

    def edit(self, now: Mapping[str, Any]) -> EntryEdit:
        """What to write of it: what was read without a mistake and, where two texts met, what was chosen.

        ``now``: what the entry says at present (``values_of``), for a choice to keep both.
        """
        fields = {name: self.cleaned_data[name] for name in FILLED_FIELDS if self.is_read(name)}
        figures = {key: figure for key, figure in self._figures(now).items() if self._stands(f"figure-{key}")}
        for name, choice in self.asked.items():
            if choice == "both" and name in TEXT_FIELDS and name in fields:
                fields[name] = both_texts(str(now.get(name) or ""), fields[name])
        fields = {name: value for name, value in fields.items() if self._stands(name)}
        keys = [*fields, *(f"figure-{key}" for key in figures)]
        return EntryEdit(self.entry.pk, fields, figures, {key: self.known(key) for key in keys})

    @property
    def unanswered(self) -> set[str]:
        """The fields on which the officer has not yet chosen between two texts."""
        return {name for name, choice in self.asked.items() if choice not in ("mine", "theirs", "both")}

    def _stands(self, name: str) -> bool:
        """Whether what was typed into the field is to be written."""
        return self.asked.get(name, "mine") in ("mine", "both")

    def is_read(self, name: str) -> bool:
        """Sent, and without a mistake."""
        return self.add_prefix(name) in self.data and name in self.cleaned_data

    def _figures(self, now: Mapping[str, Any]) -> dict[int, Figure]:
        """Where one of the pair was sent alone, the other stays as it is."""
        found = {}
        for one in self.indicators:
            stands = now.get(f"figure-{one.pk}") or Figure(None)
            names = (f"figure-{one.pk}", f"total-{one.pk}")
            if any(self.is_read(name) for name in names) and not set(names) & self.mistakes.keys():
                read = [
                    self.cleaned_data[name] if self.is_read(name) else old
                    for name, old in zip(names, stands, strict=True)
                ]
                found[one.pk] = Figure(*read)
        return found


def both_texts(theirs: str, mine: str) -> str:
    """Both, one under the other; one that contains the other says both already."""
    if mine in theirs:
        return theirs
    return mine if theirs in mine else f"{theirs}\n{mine}"
