"""What stands behind a number of the roll-up: the entries with their authors, or the reports owed."""

from collections.abc import Sequence
from dataclasses import dataclass

from assignments.models import role_in_words
from reports.domain.calendar import local_day
from reports.domain.states import Look, look_of
from reports.domain.wording import vn_date
from reports.models import ProgressEntry, ReportingPeriod, UnitReport

from .board import Board, Cell

RESULTS = {
    "da-nop": "đã nộp",
    "dung-han": "nộp đúng hạn",
    "muon": "nộp muộn",
    "thieu": "chưa nộp",
}


@dataclass(frozen=True)
class EntryLine:
    """One duty with its last word then or now; ``author`` "" and ``url`` "" where nothing was ever reported."""

    code: str
    name: str
    initiative_url: str
    unit: str
    role: str
    look: Look
    is_late: bool
    percent: str
    result: str
    difficulty: str
    said: str
    author: str
    url: str


def cells_asked(board: Board, code: str, role: str) -> list[Cell]:
    """The duties behind a number, narrowed to an initiative and a role, in the plan's order and that of the units."""
    rank = {initiative.pk: at for at, initiative in enumerate(board.initiatives)}
    found = [
        cell
        for cell in board.cells
        if (not code or board.codes[cell.initiative_id] == code) and (not role or cell.role == role)
    ]
    return sorted(found, key=lambda cell: (rank[cell.initiative_id], board.units[cell.unit_id].order))


def entry_lines(board: Board, cells: Sequence[Cell]) -> list[EntryLine]:
    """Each with the entry that said it and who filed it; one query."""
    entries = ProgressEntry.objects.filter(pk__in=[cell.entry_id for cell in cells if cell.entry_id]).select_related(
        "report__period", "report__submitted_by"
    )
    said = {entry.duty_id: entry for entry in entries}
    of_key = {initiative.pk: initiative for initiative in board.initiatives}
    return [_line(board, cell, of_key, said.get(cell.duty_id)) for cell in cells]


def reports_asked(board: Board, result: str) -> list[UnitReport]:
    """The reports of the period behind a number (one of RESULTS, or all that are owed); one query."""
    period = board.scope.period
    owed = board.owed_in(period)
    wanted = [one.pk for one in owed if period and _is_asked(one.is_filed, one.first_submitted_at, period, result)]
    reports = UnitReport.objects.filter(pk__in=wanted).select_related("period", "unit", "submitted_by")
    return sorted(reports, key=lambda report: board.units[report.unit_id].order)


def _is_asked(is_filed: bool, first_submitted_at: object, period: ReportingPeriod, result: str) -> bool:
    is_late = is_filed and first_submitted_at > period.due_at  # type: ignore[operator]  # filed says when
    return {
        "da-nop": is_filed,
        "dung-han": is_filed and not is_late,
        "muon": is_late,
        "thieu": not is_filed,
    }.get(result, True)


def _line(board: Board, cell: Cell, of_key: dict, entry: ProgressEntry | None) -> EntryLine:
    initiative, unit = of_key[cell.initiative_id], board.units[cell.unit_id]
    report = entry.report if entry else None
    filed = f", nộp {vn_date(local_day(report.submitted_at))}" if report and report.submitted_at else ""
    return EntryLine(
        code=initiative.code,
        name=initiative.name,
        initiative_url=initiative.get_absolute_url(),
        unit=unit.name,
        role=role_in_words(cell.role, is_principal=cell.is_principal),
        look=look_of(cell.state),
        is_late=board.is_late(cell),
        percent="" if cell.percent is None else f"{cell.percent} %",
        result=entry.result if entry else "",
        difficulty=entry.difficulty if entry else "",
        said=f"{report.period.title}{filed}" if report else "",
        author=str(report.submitted_by) if report and report.submitted_by else "",
        url=report.get_absolute_url() if report else "",
    )
