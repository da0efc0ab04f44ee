"""Names of units an annex uses and nobody knows: what each of them is, settled once for ever."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from assignments.models import AnnexImport, CollectiveMember, Unit, UnitAlias, User
from models_registry.history import set_history_author
from models_registry.text import fold, one_line

from .errors import ImportRefused
from .services import locked_for_decision, queue_again


@dataclass(frozen=True)
class KnownUnit:
    """``key`` (of UnknownUnit in the preview) is another way of writing ``unit``."""

    key: str
    unit: Unit


@dataclass(frozen=True)
class NewUnit:
    """``key`` is a unit of its own, named as printed unless ``name`` says otherwise."""

    key: str
    kind: str
    level: str
    files_reports: bool
    name: str = ""


@dataclass(frozen=True)
class NewCollective:
    """``key`` stands for several units."""

    key: str
    level: str
    members: Sequence[Unit]
    name: str = ""


Choice = KnownUnit | NewUnit | NewCollective


@transaction.atomic
def settle_units(annex_import: AnnexImport, choices: Sequence[Choice], *, by: User | None, at: datetime) -> AnnexImport:
    """Write all the choices or none, and have the file read anew.

    Raises ImportRefused, naming every choice that cannot be kept.
    """
    annex_import = locked_for_decision(annex_import)
    preview = annex_import.preview or {"unknown_units": []}
    printed = {unknown["key"]: unknown["text"] for unknown in preview["unknown_units"]}
    if not choices:
        raise ImportRefused("Chưa chọn cách xử lý cho tên nào. Hãy chọn ít nhất một tên rồi lưu.")
    problems = []
    for choice in choices:
        try:
            _settle(choice, printed, by, at)
        except ValidationError as error:
            problems.append(f"“{printed.get(choice.key, choice.key)}”: {' '.join(error.messages)}")
    if problems:
        raise ImportRefused("\n".join(problems))
    queue_again(annex_import, AnnexImport.State.WAITING, at)
    return annex_import


def _settle(choice: Choice, printed: dict[str, str], by: User | None, at: datetime) -> None:
    """Raise ValidationError, in words, for what cannot be kept."""
    if choice.key not in printed:
        raise ValidationError("tên này không còn trong danh sách chưa biết. Hãy tải lại trang.")
    text = printed[choice.key]
    unit = choice.unit if isinstance(choice, KnownUnit) else _new_unit(choice, text, by, at)
    if fold(text) != unit.search_key:
        _save(UnitAlias(unit=unit, text=text), by, at)


def _new_unit(choice: NewUnit | NewCollective, text: str, by: User | None, at: datetime) -> Unit:
    unit = Unit(name=one_line(choice.name) or text, level=choice.level)
    if isinstance(choice, NewUnit):
        if choice.kind == Unit.Kind.COLLECTIVE:
            raise ValidationError("đơn vị tập hợp phải có thành viên. Hãy chọn “Nhóm đơn vị”.")
        unit.kind, unit.files_reports = choice.kind, choice.files_reports
        _save(unit, by, at)
        return unit
    if not choice.members:
        raise ValidationError("nhóm đơn vị phải có ít nhất một thành viên.")
    unit.kind = Unit.Kind.COLLECTIVE
    _save(unit, by, at)
    for member in choice.members:
        _save(CollectiveMember(collective=unit, unit=member), by, at)
    return unit


def _save(row: Unit | UnitAlias | CollectiveMember, by: User | None, at: datetime) -> None:
    """Check the row as a form would, so that what is wrong is said in words, and save it."""
    if isinstance(row, Unit):
        row.set_keys()
    elif isinstance(row, UnitAlias):
        _fold(row)
    row.full_clean()
    set_history_author(row, by=by, at=at)
    row.save()


def _fold(alias: UnitAlias) -> None:
    alias.key = fold(alias.text)
    known = UnitAlias.objects.filter(key=alias.key).select_related("unit").first()
    if known:
        raise ValidationError(f"đã là cách viết của {known.unit}.")
