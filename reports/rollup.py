"""The standing agency's view of a plan: who has filed in a period, and how every initiative stands at every unit."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import NamedTuple

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from assignments.models import Duty, Unit
from models_registry.models import Initiative, Plan
from reports.calendar import REGULAR
from reports.models import ReportingPeriod, UnitReport
from reports.presenters import role_words
from reports.standing import current_of, is_late, state_of
from reports.states import look_of

_NO_CELL = mark_safe("<td></td>")


class Filing(NamedTuple):
    """Who owes a report in a period and how each of them did, in Vietnamese order of the units."""

    period: ReportingPeriod
    on_time: list[UnitReport]
    late: list[UnitReport]
    missing: list[UnitReport]

    @property
    def expected(self) -> int:
        return self.filed + len(self.missing)

    @property
    def filed(self) -> int:
        return len(self.on_time) + len(self.late)

    @property
    def filed_rate(self) -> str:
        return _rate(self.filed, self.expected)

    @property
    def on_time_rate(self) -> str:
        return _rate(len(self.on_time), self.expected)

    def is_past_due(self, at: datetime) -> bool:
        return at > self.period.due_at


class Column(NamedTuple):
    """A unit heading the matrix."""

    url: str
    label: str
    name: str


class MatrixRow(NamedTuple):
    """One initiative of the matrix; ``cells`` is ready HTML, a table cell for each column."""

    url: str
    code: str
    name: str
    cells: SafeString


class Matrix(NamedTuple):
    columns: list[Column]
    rows: list[MatrixRow]


def filings_of(periods: Sequence[ReportingPeriod]) -> list[Filing]:
    """How each period was filed; one query for all of them."""
    expected = UnitReport.objects.filter(period__in=periods).order_by("unit__sort_key")
    by_period: dict[int, list[UnitReport]] = {period.pk: [] for period in periods}
    period_of = {period.pk: period for period in periods}
    for report in expected.select_related("unit", "submitted_by"):
        report.period = period_of[report.period_id]
        by_period[report.period_id].append(report)
    return [_filing(period, by_period[period.pk]) for period in periods]


def latest_periods(plan: Plan) -> list[ReportingPeriod]:
    """The last period opened of each rhythm, weekly first; one query for each."""
    of_plan = ReportingPeriod.objects.filter(plan=plan)
    latest = [of_plan.filter(rhythm=rhythm).order_by("-ends_on").first() for rhythm in REGULAR]
    return [period for period in latest if period]


def neighbours(period: ReportingPeriod) -> tuple[ReportingPeriod | None, ReportingPeriod | None]:
    """The periods of the same rhythm before and after ``period``."""
    same = ReportingPeriod.objects.filter(plan_id=period.plan_id, rhythm=period.rhythm)
    before = same.filter(ends_on__lt=period.ends_on).order_by("-ends_on").first()
    return before, same.filter(ends_on__gt=period.ends_on).order_by("ends_on").first()


def matrix_of(initiatives: Iterable[Initiative], duties: Sequence[Duty], day: date) -> Matrix:
    """Initiatives by units, each cell the last known state of that duty; deadlines should be prefetched."""
    units = sorted({duty.unit for duty in duties}, key=_column_order)
    owed = {(duty.initiative_id, duty.unit_id): duty for duty in duties}
    rows = [_matrix_row(initiative, units, owed, day) for initiative in initiatives]
    return Matrix([Column(unit.get_absolute_url(), unit.label, unit.name) for unit in units], rows)


def _filing(period: ReportingPeriod, reports: list[UnitReport]) -> Filing:
    filed = [report for report in reports if report.is_filed]
    return Filing(
        period=period,
        on_time=[report for report in filed if not report.is_late],
        late=[report for report in filed if report.is_late],
        missing=[report for report in reports if not report.is_filed],
    )


def _rate(part: int, whole: int) -> str:
    return f"{round(100 * part / whole)} %" if whole else "–"


def _column_order(unit: Unit) -> tuple[bool, str]:
    """Departments first, communes after them, each in Vietnamese order."""
    return unit.kind == Unit.Kind.COMMUNE, unit.sort_key


def _matrix_row(initiative: Initiative, units: list[Unit], owed: dict[tuple[int, int], Duty], day: date) -> MatrixRow:
    deadlines = list(initiative.deadlines.all())
    url = reverse("initiative", args=[initiative.code])
    cells = []
    for unit in units:
        duty = owed.get((initiative.pk, unit.pk))
        late = duty is not None and any(is_late(deadline, state_of(duty), day) for deadline in deadlines)
        cells.append(_cell(duty, f"Mô hình {initiative.code}", url, late=late) if duty else _NO_CELL)
    return MatrixRow(url, initiative.code, initiative.name, format_html_join("", "{}", ((cell,) for cell in cells)))


def _cell(duty: Duty, title: str, url: str, *, late: bool) -> SafeString:
    """A sign that leads to what the unit said of the initiative; what it means is in its name."""
    look, current = look_of(state_of(duty)), current_of(duty)
    percent = f" {current.percent} %" if current and current.percent is not None else ""
    words = f"{title} – {duty.unit.label} ({role_words(duty)}): {look.word}{percent}{', chậm' if late else ''}"
    return format_html(
        '<td><a class="cell state-{}{}" href="{}?don_vi={}#dien-bien" title="{}" aria-label="{}">{}</a></td>',
        look.colour,
        " is-late" if late else "",
        url,
        duty.unit_id,
        words,
        words,
        look.sign,
    )
