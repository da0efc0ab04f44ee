"""What cannot wait: who has not filed or keeps silent, where work is stuck or late, what waits too long."""

import functools
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from operator import itemgetter
from typing import NamedTuple
from urllib.parse import urlencode

from django.urls import reverse

from assignments.models import AssignmentRole, Unit
from models_registry.models import Initiative
from reports.domain.calendar import LONG_WAIT_DAYS, local_day
from reports.domain.states import WorkState
from reports.domain.wording import age
from reports.models import ReportingPeriod

from .board import Board, Cell, OwedReport, ShownObstacle
from .initiative_lines import BLOCKED, LATE, InitiativeLine, late_lines
from .problems import decisions_of, waiting_obstacles
from .scope import Scope
from .timeliness import SILENT_PERIODS, silences

OBSTACLE_DAYS = 30
# What each kind is called in an address, and its sign, colour and words.
NOT_FILED, SILENT, RETURNED, OLD_OBSTACLES, DECIDE = "chua-nop", "im-lang", "tra-lai", "kho-khan", "can-quyet-dinh"
_LOOKS = {
    NOT_FILED: ("r-missed", "red", "đơn vị quá hạn chưa nộp"),
    DECIDE: ("gavel", "red", "vấn đề cần quyết định, kiến nghị"),
    BLOCKED: ("w-blocked", "red", "mô hình có đơn vị chủ trì vướng mắc"),
    LATE: ("clock", "red", "mô hình quá hạn"),
    SILENT: ("r-open", "red", f"đơn vị không nộp {SILENT_PERIODS} kỳ liền"),
    RETURNED: ("r-returned", "amber", f"báo cáo trả lại quá {LONG_WAIT_DAYS} ngày chưa sửa"),
    OLD_OBSTACLES: ("w-blocked", "amber", f"khó khăn chờ quá {OBSTACLE_DAYS} ngày"),
}


class AttentionItem(NamedTuple):
    """One unit, initiative or problem to look at, and where it is looked at; ``detail`` is how long or how much.

    ``reports``: title and address of each report meant, where there are several.
    """

    about: Unit | Initiative | str
    detail: str
    url: str
    reports: Sequence[tuple[str, str]] = ()

    @property
    def name(self) -> str:
        match self.about:
            case Unit():
                return self.about.name
            case Initiative():
                return f"{self.about.label} {self.about.brief}"
        return self.about


class AttentionGroup(NamedTuple):
    """Things of one kind that cannot wait. ``sign``: its id in the sprite.

    ``url``: the page that lists its items, all of them and nothing else; ``remind_url``: where the units it names can
    be reminded by hand.
    """

    slug: str
    sign: str
    colour: str
    kind: str
    url: str
    items: list[AttentionItem]
    remind_url: str = ""

    @property
    def heading(self) -> str:
        return f"{len(self.items)} {self.kind}"


def attention_groups(board: Board, lines: Iterable[InitiativeLine]) -> list[AttentionGroup]:
    """All there are, the most pressing first, those of which there is nothing included. Two queries."""
    obstacles = waiting_obstacles(board)
    periods = _periods_of(board)
    return [
        _decide(board, obstacles),
        _missing(board, periods),
        _blocked(board, obstacles),
        _late(board, lines),
        _silent(board),
        _returned(board, periods),
        _old_obstacles(board, obstacles),
    ]


def list_url(scope: Scope, slug: str, **asked: object) -> str:
    """The page of one group."""
    return scope.address("rollup_attention", muc=slug, **asked)


def _group(board: Board, slug: str, items: list[AttentionItem], remind_url: str = "") -> AttentionGroup:
    return AttentionGroup(slug, *_LOOKS[slug], list_url(board.scope, slug), items, remind_url)


def _periods_of(board: Board) -> dict[int, ReportingPeriod]:
    """The periods of the reports that may wait."""
    waiting = (*board.owed_in(board.scope.period), *board.overdue, *board.returned)
    wanted = {report.period_id for report in waiting}
    return ReportingPeriod.objects.in_bulk(wanted)


def _decide(board: Board, obstacles: Sequence[ShownObstacle]) -> AttentionGroup:
    """What no unit can settle itself, those joined told once."""
    items = [
        AttentionItem(
            one.text, f"{one.decided_by}, {one.units} đơn vị, {one.waiting}, MH {', '.join(one.codes)}", one.url
        )
        for one in decisions_of(board, obstacles)
    ]
    return _group(board, DECIDE, items)


def _missing(board: Board, periods: Mapping[int, ReportingPeriod]) -> AttentionGroup:
    """Units that let a due time pass: of the period looked at, and now also of those before that can still be filed."""
    scope = board.scope
    owed = board.owed_in(scope.period) if scope.is_past_due else []
    reports = [one for one in owed if not one.is_filed and one.due_at <= scope.now]
    if scope.is_present:
        reports += [one for one in board.overdue if one not in reports]
    of_unit: dict[int, list[OwedReport]] = {}
    for report in sorted(reports, key=lambda one: one.due_at):
        of_unit.setdefault(report.unit_id, []).append(report)
    items = [_missing_item(board, unit, of_unit[unit.pk], periods) for unit in board.units_among(of_unit)]
    codes = dict.fromkeys(periods[report.period_id].code for report in reports)
    asked = urlencode([("ky", code) for code in codes])
    remind_url = f"{reverse('remind', args=[scope.plan.pk])}?{asked}" if scope.is_present or scope.is_fileable else ""
    return _group(board, NOT_FILED, items, remind_url)


def _missing_item(
    board: Board, unit: Unit, reports: Sequence[OwedReport], periods: Mapping[int, ReportingPeriod]
) -> AttentionItem:
    today = local_day(board.scope.now)
    each = [(periods[report.period_id].title_on(today), _report_url(report.pk)) for report in reports]
    url = each[0][1] if len(each) == 1 else list_url(board.scope, NOT_FILED, don_vi=unit.pk)
    return AttentionItem(unit, ", ".join(title for title, _ in each), url, each if len(each) > 1 else ())


def _blocked(board: Board, obstacles: list[ShownObstacle]) -> AttentionGroup:
    """Those whose leads are blocked, the longest first."""
    # The earliest one of each duty: they come in that order.
    since = {one.duty_id: one.raised_at for one in reversed(obstacles)}
    aged = []
    for initiative in board.initiatives:
        if cells := [cell for cell in board.answering(initiative.pk) if cell.state == WorkState.BLOCKED]:
            days = max(_days(since.get(cell.duty_id), board.scope.day) for cell in cells)
            aged.append((days, _blocked_item(board, initiative, cells, days)))
    items = [item for _, item in sorted(aged, key=itemgetter(0), reverse=True)]
    return _group(board, BLOCKED, items)


def _blocked_item(board: Board, initiative: Initiative, cells: list[Cell], days: int) -> AttentionItem:
    first, *others = cells
    who = f"{len(cells)} đơn vị" if others else board.units[first.unit_id].name
    longest = "lâu nhất " if others else ""
    # Blocked still, though its difficulty was settled: since when is not known.
    waiting = f", {longest}{age(days)}" if days >= 0 else ""
    lead = AssignmentRole.LEAD if first.role == AssignmentRole.LEAD else ""
    url = board.scope.address("rollup_entries", mo_hinh=initiative.code, trang_thai=WorkState.BLOCKED, vai_tro=lead)
    return AttentionItem(initiative, f"{who}{waiting}", url)


def _late(board: Board, lines: Iterable[InitiativeLine]) -> AttentionGroup:
    items = [
        AttentionItem(line.initiative, f"{line.until.words}, {line.leads_in_short}", line.url)
        for line in late_lines(lines)
    ]
    return _group(board, LATE, items)


def _silent(board: Board) -> AttentionGroup:
    """Those silent longest first."""
    found = silences(board)
    items = [
        AttentionItem(unit, f"{found[unit.pk]} kỳ liền", board.scope.address("rollup_filing", don_vi=unit.pk))
        for unit in sorted(board.units_among(found), key=lambda unit: found[unit.pk], reverse=True)
    ]
    return _group(board, SILENT, items)


def _returned(board: Board, periods: Mapping[int, ReportingPeriod]) -> AttentionGroup:
    """Reports sent back that nobody has corrected: now, of any period; looking back, of the period looked at."""
    scope, today = board.scope, local_day(board.scope.now)
    waiting = [
        (days, report)
        for report in board.returned
        if (scope.period is None or scope.is_present or report.period_id == scope.period.pk)
        and (days := _days(report.returned_at, today)) > LONG_WAIT_DAYS
    ]
    items = [
        AttentionItem(
            board.units[report.unit_id],
            f"{periods[report.period_id].title_on(today)}, {age(days)}",
            _report_url(report.pk),
        )
        for days, report in sorted(waiting, key=itemgetter(0), reverse=True)
    ]
    return _group(board, RETURNED, items)


def _old_obstacles(board: Board, obstacles: list[ShownObstacle]) -> AttentionGroup:
    """Those joined are one, which names each unit and initiative it hinders."""
    families: dict[int, list[ShownObstacle]] = {}
    for one in sorted(obstacles, key=lambda one: one.root != one.pk):  # the one that answers for all first
        families.setdefault(one.root, []).append(one)
    items = [
        _obstacle_item(board, pk, family, days)
        for pk, family in families.items()
        if (days := _days(family[0].raised_at, board.scope.day)) > OBSTACLE_DAYS
    ]
    return _group(board, OLD_OBSTACLES, items)


def _obstacle_item(board: Board, pk: int, family: list[ShownObstacle], days: int) -> AttentionItem:
    places = [(board.initiative_of[one.initiative_id], one.unit) for one in family]
    first = places[0][0]
    who = [unit if initiative == first else f"{initiative.label} {unit}" for initiative, unit in places]
    return AttentionItem(first, ", ".join((*who, age(days))), _addresses()[1].replace("/0/", f"/{pk}/"))


@functools.cache
def _addresses() -> tuple[str, str]:
    """Of a report and of a difficulty, to be filled in: hundreds may stand in one list."""
    return reverse("report", args=[0]), reverse("obstacle", args=[0])


def _report_url(pk: int) -> str:
    return _addresses()[0].replace("/0/", f"/{pk}/")


def _days(since: datetime | None, day: date) -> int:
    return max(0, (day - local_day(since)).days) if since else -1
