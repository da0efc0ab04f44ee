"""What the administrator fills in to bring an annex in: the file, and what the names nobody knows stand for."""

import hashlib
from collections.abc import Mapping
from pathlib import Path, PurePath
from typing import Any

from django import forms
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.http import QueryDict

from assignments.annex.problems import AnnexUnreadable
from assignments.annex.reading.packages import kind_of
from assignments.models import Unit
from assignments.office_files import OfficeKind
from models_registry.models import Plan
from models_registry.text import fold, one_line

from .preview import NearestUnit, UnknownUnit
from .rows import mentions_in_words
from .unit_choices import Choice, KnownUnit, NewCollective, NewUnit

SUFFIXES = {OfficeKind.WORKBOOK: ".xlsx", OfficeKind.DOCUMENT: ".docx"}
# From this likeness on (of 100) the nearest name is chosen beforehand, and marked as the portal's guess.
GUESS_FROM = 80
_SELECT = {"class": "in"}
_INPUT = {"class": "in"}


class AnnexUploadForm(forms.Form):
    """``refusal`` says why the file did not arrive, where it was broken off on its way (assignments/uploads.py)."""

    plan = forms.ModelChoiceField(Plan.objects.all(), empty_label=None, widget=forms.Select(attrs=_SELECT))
    file = forms.FileField(
        allow_empty_file=True,
        max_length=None,
        widget=forms.FileInput(attrs={**_INPUT, "accept": ",".join(SUFFIXES.values()), "required": True}),
    )

    def __init__(self, *args: Any, refusal: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["plan"].error_messages["invalid_choice"] = "Không có kế hoạch này. Hãy chọn lại."
        self.fields["plan"].error_messages["required"] = "Hãy chọn kế hoạch để nhập phụ lục vào."
        self.fields["file"].error_messages["required"] = refusal or "Hãy chọn tệp phụ lục trước khi bấm tải lên."

    def clean_file(self) -> TemporaryUploadedFile:
        """Refuse at once what is no annex or not safe to open; what it says is read later."""
        file: TemporaryUploadedFile = self.cleaned_data["file"]
        try:
            kind = kind_of(Path(file.temporary_file_path()))
        except AnnexUnreadable as error:
            raise forms.ValidationError(str(error)) from error
        if PurePath(str(file.name)).suffix.lower() != SUFFIXES[kind]:
            raise forms.ValidationError(
                f"Tên tệp phải kết thúc bằng {SUFFIXES[kind]}. Hãy đổi tên tệp cho đúng loại rồi thử lại."
            )
        return file


class HoldsFromForm(forms.Form):
    """From which day a change of who does what holds; without one, from today."""

    holds_from = forms.DateField(required=False)


class UnitChoiceForm(forms.Form):
    """What one name nobody knows stands for: a unit, a new unit, a new collective, or nothing yet.

    Of a valid form ``decision`` is what to remember, None where it is left for later.
    """

    OTHER, NEW, COLLECTIVE, LATER = "khac", "moi", "nhom", "de-sau"

    choice = forms.ChoiceField(widget=forms.RadioSelect, required=False)
    other = forms.CharField(required=False, max_length=1000)
    name = forms.CharField(required=False, max_length=1000)
    kind = forms.ChoiceField(
        required=False,
        choices=[(kind.value, kind.label) for kind in Unit.Kind if kind is not Unit.Kind.COLLECTIVE],
        widget=forms.Select(attrs=_SELECT),
    )
    level = forms.ChoiceField(required=False, choices=Unit.Level.choices, widget=forms.Select(attrs=_SELECT))
    files_reports = forms.BooleanField(required=False)
    members = forms.MultipleChoiceField(required=False)

    def __init__(self, data: QueryDict | None, *, unknown: UnknownUnit, units: "Units") -> None:
        self.unknown, self.units = unknown, units
        self.guess = next((each for each in unknown["nearest"][:1] if each["score"] >= GUESS_FROM), None)
        super().__init__(data, prefix=prefix_of(unknown["key"]), initial=self._beginning())
        self.decision: Choice | None = None
        near = [(str(each["id"]), each["name"]) for each in unknown["nearest"]]
        choices = [*near, *((value, value) for value in (self.OTHER, self.NEW, self.COLLECTIVE, self.LATER))]
        self.fields["choice"].choices = choices  # type: ignore[attr-defined]
        self.fields["members"].choices = units.choices  # type: ignore[attr-defined]

    def _beginning(self) -> dict[str, Any]:
        chosen = str(self.guess["id"]) if self.guess else self.LATER
        return {"choice": chosen, "name": self.unknown["text"], "level": Unit.Level.DISTRICT}

    @property
    def places(self) -> str:
        return mentions_in_words(self.unknown["mentions"])

    @property
    def chosen(self) -> str:
        return str(self["choice"].value() or self.LATER)

    @property
    def chosen_members(self) -> set[str]:
        return {str(pk) for pk in self["members"].value() or ()}

    @property
    def near(self) -> list[tuple[NearestUnit, int, bool]]:
        """(unit, likeness of 100, whether it is chosen)."""
        return [(each, round(each["score"]), str(each["id"]) == self.chosen) for each in self.unknown["nearest"]]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if "choice" not in self.errors:
            self.decision = self._decide(given.get("choice") or self.LATER, given)
        return given

    def _decide(self, choice: str, given: dict[str, Any]) -> Choice | None:
        key, name = self.unknown["key"], one_line(given.get("name") or "")
        level = Unit.Level(given.get("level") or Unit.Level.DISTRICT)
        if choice == self.LATER:
            return None
        if choice == self.NEW:
            kind = given.get("kind")
            if not kind:
                self.add_error("kind", "Hãy chọn loại của đơn vị mới.")
                return None
            return NewUnit(key, Unit.Kind(kind), level, bool(given.get("files_reports")), name)
        if choice == self.COLLECTIVE:
            return self._collective(key, level, name, given.get("members") or [])
        unit = self.units.named(given.get("other") or "") if choice == self.OTHER else self.units.by_pk.get(int(choice))
        if unit is None:
            self.add_error("other", "Chưa có đơn vị nào tên như vậy. Hãy chọn trong danh sách hiện ra khi gõ.")
            return None
        return KnownUnit(key, unit)

    def _collective(self, key: str, level: Unit.Level, name: str, members: list[str]) -> Choice | None:
        if not members:
            self.add_error("members", "Hãy chọn ít nhất một thành viên của nhóm.")
            return None
        return NewCollective(key, level, [self.units.by_pk[int(pk)] for pk in members], name)


class Units:
    """All units, read once for all the forms of a page; ``choices`` are those that can be members."""

    def __init__(self, units: Mapping[int, Unit]) -> None:
        self.by_pk = units
        self.choices = [
            (str(unit.pk), unit.name) for unit in units.values() if not unit.is_collective and not unit.valid_to
        ]
        ended_first = sorted(units.values(), key=lambda unit: unit.valid_to is None)
        self._by_name = {unit.search_key: unit for unit in ended_first}

    @classmethod
    def read(cls) -> "Units":
        return cls({unit.pk: unit for unit in Unit.objects.all()})

    def named(self, name: str) -> Unit | None:
        return self._by_name.get(fold(name))


def prefix_of(key: str) -> str:
    """The fields of a name are called after the name, so that a page of before never settles another one."""
    return f"ten-{hashlib.blake2s(key.encode(), digest_size=6).hexdigest()}"


def choice_forms(data: QueryDict | None, unknown: list[UnknownUnit]) -> list[UnitChoiceForm]:
    units = Units.read()
    return [UnitChoiceForm(data, unknown=each, units=units) for each in unknown]
