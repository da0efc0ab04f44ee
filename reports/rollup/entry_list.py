"""What stands behind a number of the roll-up: the entries with their authors, or the reports owed."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.db.models.expressions import Combinable
from django.urls import reverse

from assignments.models import Unit
from models_registry.models import Initiative
from reports.domain.calendar import local_day
from reports.domain.states import Look, look_of, report_status
from reports.domain.wording import period_words, vn_moment
from reports.models import DUE_AT, ProgressEntry, ReportingPeriod, UnitReport

from .board import LATE, MISSING, ON_TIME, Board, Cell
from .scope import initiative_path

FILED = "da-nop"
RESULTS = {FILED: "đã nộp", ON_TIME: "nộp đúng hạn", LATE: "nộp muộn", MISSING: "chưa nộp"}
# What a line shows of an entry: reading the rest of these tables takes longer than writing the line.
_SHOWN = (
    *("pk", "duty", "duty__unit__name", "result", "difficulty", "report", "report__submitted_at"),
    *(f"report__period__{name}" for name in ("rhythm", "starts_on", "ends_on", "name")),
    *(f"report__submitted_by__{name}" for name in ("full_name", "username")),
)
_OF_REPORT: tuple[str | Combinable, ...] = (
    *("pk", "unit", "state", "nothing_to_report", "first_submitted_at", "submitted_at", DUE_AT, "period"),
    *(f"submitted_by__{name}" for name in ("full_name", "username")),
)


class EntryWords(NamedTuple):
    """An entry as far as a line shows it; ``unit``: who said it, ``period``: as the screens call it."""

    duty_id: int
    unit: str
    result: str
    difficulty: str
    url: str
    submitted_at: datetime | None
    period: str
    submitted_by: str


class EntryLine(NamedTuple):
    """One duty with its last word then or now; ``entry`` is None where nothing was ever reported."""

    cell: Cell
    initiative: Initiative
    url: str
    unit: Unit
    is_late: bool
    entry: EntryWords | None

    @property
    def inherited_from(self) -> str:
        """Whose word it is, where nothing was said under the duty itself."""
        return self.entry.unit if self.entry and self.entry.duty_id != self.cell.duty_id else ""


class ListedReport(NamedTuple):
    """A report behind a number."""

    unit: str
    period: str
    url: str
    look: Look
    filed: str


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
    today, address = local_day(board.scope.now), reverse("report", args=[0])
    said: dict[int | None, EntryWords] = {}
    for (
        pk,
        duty_id,
        unit,
        result,
        difficulty,
        report,
        at,
        rhythm,
        begin,
        end,
        period,
        name,
        login,
    ) in entries.values_list(*_SHOWN):
        url, called = address.replace("/0/", f"/{report}/"), period_words(rhythm, begin, end, period, today)
        said[pk] = EntryWords(duty_id, unit, result, difficulty, url, at, called, name or login or "")
    return [
        EntryLine(
            cell=cell,
            initiative=board.initiative_of[cell.initiative_id],
            url=initiative_path(board.scope.plan.pk, board.initiative_of[cell.initiative_id].code),
            unit=board.units[cell.unit_id],
            is_late=board.is_late(cell),
            entry=said.get(cell.entry_id),
        )
        for cell in cells
    ]


def reports_asked(board: Board, result: str, periods: Sequence[ReportingPeriod]) -> list[ListedReport]:
    """The reports of ``periods`` behind a number (one of RESULTS, or all that are owed); one query."""
    wanted = [
        report.pk
        for period in periods
        for report in board.owed_in(period)
        if result not in RESULTS or report.result == result or (result == FILED and report.is_filed)
    ]
    known = {period.pk: period for period in periods}
    rows = UnitReport.objects.filter(pk__in=wanted).order_by().values_list(*_OF_REPORT)
    in_order = sorted(rows, key=lambda row: (board.rank[row[1]], known[row[7]].ends_on))
    address = reverse("report", args=[0])
    return [_listed(board, known[row[7]], address, *row) for row in in_order]


def _listed(
    board: Board,
    period: ReportingPeriod,
    address: str,
    pk: int,
    unit_id: int,
    state: str,
    nothing_to_report: bool,
    first_submitted_at: datetime | None,
    submitted_at: datetime | None,
    due_at: datetime,
    _: int,
    name: str | None,
    login: str | None,
) -> ListedReport:
    now = board.scope.now
    status = report_status(
        state, now, starts_on=period.starts_on, due_at=due_at, first_submitted_at=first_submitted_at,
        nothing_to_report=nothing_to_report,
    )  # fmt: skip
    return ListedReport(
        unit=board.units[unit_id].name,
        period=period.title_on(local_day(now)),
        url=address.replace("/0/", f"/{pk}/"),
        look=look_of(status),
        filed=f"{name or login or ''} nộp lúc {vn_moment(submitted_at)}" if submitted_at else "",
    )
