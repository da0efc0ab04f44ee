"""A plan from a folder of files: units, spellings, collectives, body and annex; no people."""

import tomllib
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Q
from tablib import Dataset

from assignments.annex.importer import ImportOutcome, import_annex
from assignments.models import StandingAgency, Unit
from assignments.resources import CollectiveMemberResource, PortalResource, UnitAliasResource, UnitResource
from models_registry.indicator_table import IndicatorRow, read_indicators
from models_registry.models import Plan
from models_registry.plan_body import read_body
from models_registry.services import save_indicators, save_passages, save_plan, save_short_names
from models_registry.short_names import read_short_names
from models_registry.text import fold

DESCRIPTION = "ke-hoach.toml"


class PlanFilesInvalid(Exception):
    """The folder cannot be loaded; the message names the file and what is wrong, in words for the administrator."""


@transaction.atomic
def load_plan(folder: Path, *, at: datetime, today: date) -> tuple[Plan, ImportOutcome]:
    """Load the plan described by ``ke-hoach.toml`` in ``folder``; loading it again changes nothing.

    Raises PlanFilesInvalid, and then writes nothing.
    """
    description = tomllib.loads((folder / DESCRIPTION).read_text(encoding="utf8"))
    files = {name: folder / file for name, file in description["files"].items()}
    _load_table(UnitResource, files["units"])
    _load_table(UnitAliasResource, files["spellings"])
    _load_table(CollectiveMemberResource, files["members"])
    try:
        body = read_body(files["body"].read_text(encoding="utf8"))
    except ValueError as error:
        raise PlanFilesInvalid(f"{files['body'].name}: {error}") from error
    plan = save_plan(body, **{field: description[field] for field in ("short_name", "issuer", "place")})
    _set_standing_agency(plan, description["standing_agency"])
    imported = import_annex(files["annex"], plan, at=at, today=today)
    if imported.has_errors:
        raise PlanFilesInvalid("\n".join(problem.message for problem in imported.problems))
    unknown = save_passages(plan, body)
    if unknown:
        raise PlanFilesInvalid(f"{files['body'].name}: phụ lục không có mô hình {', '.join(unknown)}.")
    if "indicators" in files:
        _load_indicators(plan, files["indicators"], files["body"])
    if "short_names" in files:
        _load_short_names(plan, files["short_names"])
    return plan, imported


def _load_indicators(plan: Plan, table: Path, body: Path) -> None:
    try:
        rows = read_indicators(table.read_text(encoding="utf-8-sig"), body.read_text(encoding="utf8"))
    except ValueError as error:
        raise PlanFilesInvalid(f"{table.name}, {error}") from error
    unknown = save_indicators(plan, rows, counting_units_of(rows, table))
    if unknown:
        raise PlanFilesInvalid(f"{table.name}: phụ lục không có mô hình {', '.join(unknown)}.")


def _load_short_names(plan: Plan, table: Path) -> None:
    try:
        names = read_short_names(table.read_text(encoding="utf-8-sig"))
    except ValueError as error:
        raise PlanFilesInvalid(f"{table.name}, {error}") from error
    unknown = save_short_names(plan, names)
    if unknown:
        raise PlanFilesInvalid(f"{table.name}: phụ lục không có mô hình {', '.join(unknown)}.")


def counting_units_of(rows: Iterable[IndicatorRow], table: Path) -> dict[str, int]:
    """The key of each unit that the rows name. Raises PlanFilesInvalid for one nobody knows."""
    return {row.counting_unit: _unit_named(row.counting_unit, table) for row in rows if row.counting_unit}


def _unit_named(name: str, table: Path) -> int:
    known = Unit.objects.filter(Q(search_key=fold(name)) | Q(aliases__key=fold(name))).first()
    if known is None:
        raise PlanFilesInvalid(
            f"{table.name}: không nhận ra đơn vị đếm “{name}”. Hãy ghi Tất cả đơn vị, Chủ trì, Cấp xã hoặc tên một "
            "đơn vị có trong danh mục."
        )
    return known.pk


def _load_table(resource: type[PortalResource], path: Path) -> None:
    table = Dataset().load(path.read_text(encoding="utf-8-sig"), format="csv")
    result = resource().import_data(table, raise_errors=False)
    wrong = [
        f"{path.name}, dòng {row.number + 1}: {_words(row)}"
        for row in (*result.error_rows, *result.invalid_rows)  # rows that failed to be read, rows that are not valid
    ]
    if wrong:
        raise PlanFilesInvalid("\n".join(wrong))


def _words(row: Any) -> str:
    """The messages of a row, of either sort import-export keeps."""
    if hasattr(row, "errors"):
        return "; ".join(str(error.error) for error in row.errors)
    return "; ".join(row.error.messages)


def _set_standing_agency(plan: Plan, name: str) -> None:
    unit = Unit.objects.filter(search_key=fold(name), valid_to=None).first()
    if unit is None:
        raise PlanFilesInvalid(f"{DESCRIPTION}: chưa có đơn vị “{name}” để làm cơ quan thường trực.")
    StandingAgency.objects.get_or_create(plan=plan, unit=unit, valid_to=None)
