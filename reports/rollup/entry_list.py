"""What stands behind a number of the roll-up: the entries with their authors, or the reports owed."""

from collections.abc import Sequence
from typing import NamedTuple

from assignments.models import Unit
from models_registry.models import Initiative
from reports.models import ProgressEntry, ReportingPeriod, UnitReport

from .board import LATE, MISSING, ON_TIME, Board, Cell

FILED = "da-nop"
RESULTS = {FILED: "đã nộp", ON_TIME: "nộp đúng hạn", LATE: "nộp muộn", MISSING: "chưa nộp"}
# What a line shows of an entry: reading the rest of these tables takes longer than writing the line.
_SHOWN = (
    *("result", "difficulty", "report__submitted_at"),
    *("duty__unit__name", "duty__unit__short_name"),
    *(f"report__period__{name}" for name in ("rhythm", "ends_on", "name")),
    *(f"report__submitted_by__{name}" for name in ("full_name", "username")),
)


class EntryLine(NamedTuple):
    """One duty with its last word then or now; ``entry`` is None where nothing was ever reported."""

    cell: Cell
    initiative: Initiative
    unit: Unit
    is_late: bool
    entry: ProgressEntry | None

    @property
    def inherited_from(self) -> Unit | None:
        """Whose word it is, where nothing was said under the duty itself."""
        return self.entry.duty.unit if self.entry and self.entry.duty_id != self.cell.duty_id else None


def cells_asked(board: Board, code: str, role: str) -> list[Cell]:
    """The duties behind a number, narrowed to an initiative and a role, in the plan's order and that of the units."""
    return [
        cell
        for initiative in board.initiatives
        if not code or initiative.code == code
        for cell in sorted(board.cells_of[initiative.pk], key=lambda cell: board.rank[cell.unit_id])
        if not role or cell.role == role
    ]


def entry_lines(board: Board, cells: Sequence[Cell]) -> list[EntryLine]:
    """Each with the entry that said it and who filed it; one query."""
    entries = ProgressEntry.objects.filter(pk__in=[cell.entry_id for cell in cells if cell.entry_id])
    shown = entries.select_related("duty__unit", "report__period", "report__submitted_by").only(*_SHOWN)
    said: dict[int | None, ProgressEntry] = {entry.pk: entry for entry in shown}
    return [
        EntryLine(
            cell=cell,
            initiative=board.initiative_of[cell.initiative_id],
            unit=board.units[cell.unit_id],
            is_late=board.is_late(cell),
            entry=said.get(cell.entry_id),
        )
        for cell in cells
    ]


def reports_asked(board: Board, result: str, periods: Sequence[ReportingPeriod]) -> list[UnitReport]:
    """The reports of ``periods`` behind a number (one of RESULTS, or all that are owed); one query."""
    wanted = [
        report.pk
        for period in periods
        for report in board.owed_in(period)
        if result not in RESULTS or report.result == result or (result == FILED and report.is_filed)
    ]
    reports = UnitReport.objects.filter(pk__in=wanted).select_related("period", "unit", "submitted_by")
    return sorted(reports, key=lambda report: (board.rank[report.unit_id], report.period.ends_on))
