"""What cannot wait: who has not filed or keeps silent, where work is stuck or late, what waits too long."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple

from django.db.models import Q
from django.urls import reverse

from models_registry.models import Initiative
from reports.domain.calendar import local_day
from reports.domain.states import ReportState, WorkState
from reports.domain.wording import age
from reports.models import Obstacle

from .board import Board, Cell, OwedReport, UnitFacts
from .initiative_lines import InitiativeLine
from .timeliness import silences

RETURNED_DAYS = 3
OBSTACLE_DAYS = 30


class AttentionItem(NamedTuple):
    """One thing to look at, and where it is looked at; ``detail`` is how long or how much."""

    text: str
    detail: str
    url: str
    title: str = ""


class AttentionGroup(NamedTuple):
    """One kind of things that cannot wait. ``sign`` is "late" where a clock is drawn instead of a sign.

    ``remind_url``: where those it names can be pressed.
    """

    sign: str
    colour: str
    heading: str
    url: str
    items: list[AttentionItem]
    remind_url: str = ""


class OpenObstacle(NamedTuple):
    """An obstacle unsettled at the moment looked at."""

    pk: int
    duty_id: int
    initiative_id: int
    unit_id: int
    opened_at: datetime
    joined_into_id: int | None


def attention_of(board: Board, lines: Iterable[InitiativeLine]) -> list[AttentionGroup]:
    """The most pressing first; kinds of which there is nothing are left out. One query."""
    obstacles = _open_obstacles(board)
    groups = [
        _missing(board),
        _blocked(board, obstacles),
        _late(board, lines),
        _silent(board),
        _returned(board),
        _old_obstacles(board, obstacles),
    ]
    return [group for group in groups if group]


def _open_obstacles(board: Board) -> list[OpenObstacle]:
    """Of the duties shown, those raised by then and not settled by then."""
    at = board.scope.at
    unsettled = Q(settled_at=None) | Q(settled_at__gt=at)
    rows = (
        Obstacle.objects.filter(unsettled, duty__initiative__plan=board.scope.plan, opened_at__lte=at)
        .order_by("opened_at", "pk")
        .values_list("pk", "duty_id", "duty__initiative_id", "duty__unit_id", "opened_at", "joined_into_id")
    )
    shown = {cell.duty_id for cell in board.cells}
    return [one for row in rows if (one := OpenObstacle._make(row)).duty_id in shown]


def _missing(board: Board) -> AttentionGroup | None:
    """Units that let a due time pass: of the period looked at, and now also of those before that can still be filed."""
    period = board.scope.period
    own = [report for report in board.owed_in(period) if not report.is_filed]
    late = own if period and period.due_at <= board.scope.at else []
    before = [report for report in board.hanging if report.state == ReportState.OPEN] if board.scope.is_present else []
    reports = [*late, *(report for report in before if report not in late)]
    if not reports:
        return None
    units = {report.unit_id for report in reports}
    periods = {one.pk: one for one in board.scope.periods}
    named = periods.get(reports[0].period_id)
    url = board.scope.address("rollup_filing", ky=named.code if named else "", ket_qua="thieu")
    items = [_unit_item(unit, "", url) for unit in sorted((board.units[pk] for pk in units), key=lambda one: one.order)]
    remind_url = f"{reverse('remind')}?ky={named.code if named else ''}" if board.scope.is_present else ""
    return AttentionGroup("×", "red", f"{len(units)} đơn vị quá hạn chưa nộp", url, items, remind_url)


def _blocked(board: Board, obstacles: list[OpenObstacle]) -> AttentionGroup | None:
    stuck: dict[int, list[Cell]] = {}
    for cell in board.cells:
        if cell.state == WorkState.BLOCKED:
            stuck.setdefault(cell.initiative_id, []).append(cell)
    if not stuck:
        return None
    since: dict[int, datetime] = {}
    for one in obstacles:
        since.setdefault(one.duty_id, one.opened_at)
    aged = [
        (max(_days(since.get(cell.duty_id), board.scope.day) for cell in cells), initiative, cells)
        for initiative in board.initiatives
        if (cells := stuck.get(initiative.pk))
    ]
    longest_first = sorted(aged, key=lambda one: -one[0])
    items = [_blocked_item(board, initiative, cells, days) for days, initiative, cells in longest_first]
    url = board.scope.address("rollup_entries", trang_thai=WorkState.BLOCKED)
    return AttentionGroup("!", "red", f"{len(items)} mô hình có đơn vị vướng mắc", url, items)


def _blocked_item(board: Board, initiative: Initiative, cells: list[Cell], days: int) -> AttentionItem:
    who = board.units[cells[0].unit_id].label if len(cells) == 1 else f"{len(cells)} đơn vị"
    longest = "" if len(cells) == 1 else "lâu nhất "
    # Blocked still, though its difficulty was settled: since when is not known.
    waiting = f", {longest}{age(days)}" if days >= 0 else ""
    url = board.scope.address("rollup_entries", mo_hinh=initiative.code, trang_thai=WorkState.BLOCKED)
    return AttentionItem(f"MH {initiative.code}", f"{who}{waiting}", url, initiative.name)


def _late(board: Board, lines: Iterable[InitiativeLine]) -> AttentionGroup | None:
    late = [line for line in lines if line.is_late]
    if not late:
        return None
    items = [
        AttentionItem(f"MH {line.initiative.code}", _overdue(line), line.url, line.initiative.name) for line in late
    ]
    return AttentionGroup("late", "red", f"{len(late)} mô hình chậm so với thời hạn", items[0].url, items)


def _overdue(line: InitiativeLine) -> str:
    return ", ".join(dict.fromkeys(deadline.left for deadline in line.deadlines if deadline.is_late and deadline.left))


def _silent(board: Board) -> AttentionGroup | None:
    found = sorted(silences(board).items(), key=lambda pair: (-pair[1], board.units[pair[0]].order))
    if not found:
        return None
    items = [
        _unit_item(board.units[pk], f"{count} kỳ liền", board.scope.address("rollup_filing", don_vi=pk))
        for pk, count in found
    ]
    return AttentionGroup(
        "○", "red", f"{len(items)} đơn vị im lặng nhiều kỳ liền", board.scope.address("rollup_filing"), items
    )


def _returned(board: Board) -> AttentionGroup | None:
    """Reports sent back that nobody has corrected: now, of any period; looking back, of the period looked at."""
    scope = board.scope
    own = scope.period.pk if scope.period else None
    waiting = [
        (days, report)
        for report in board.hanging
        if report.state == ReportState.RETURNED
        and (scope.is_present or report.period_id == own)
        and (days := _days(report.returned_at, local_day(scope.now))) > RETURNED_DAYS
    ]
    if not waiting:
        return None
    items = [_returned_item(board, report, days) for days, report in sorted(waiting, key=lambda pair: -pair[0])]
    heading = f"{len(items)} báo cáo trả lại quá {RETURNED_DAYS} ngày chưa sửa"
    return AttentionGroup("↩", "amber", heading, items[0].url, items)


def _returned_item(board: Board, report: OwedReport, days: int) -> AttentionItem:
    return _unit_item(board.units[report.unit_id], age(days), reverse("report", args=[report.pk]))


def _old_obstacles(board: Board, obstacles: list[OpenObstacle]) -> AttentionGroup | None:
    day = board.scope.day
    old = [one for one in obstacles if one.joined_into_id is None and _days(one.opened_at, day) > OBSTACLE_DAYS]
    if not old:
        return None
    code = {initiative.pk: initiative for initiative in board.initiatives}
    items = [
        AttentionItem(
            f"MH {code[one.initiative_id].code}",
            f"{board.units[one.unit_id].label}, {age(_days(one.opened_at, day))}",
            reverse("obstacle", args=[one.pk]),
            code[one.initiative_id].name,
        )
        for one in old
    ]
    url = f"{reverse('obstacles')}?trang_thai=dang-cho&tuoi={OBSTACLE_DAYS}"
    return AttentionGroup("!", "amber", f"{len(old)} khó khăn chờ quá {OBSTACLE_DAYS} ngày", url, items)


def _unit_item(unit: UnitFacts, detail: str, url: str) -> AttentionItem:
    return AttentionItem(unit.label, detail, url, unit.name)


def _days(since: datetime | None, day: date) -> int:
    return max(0, (day - local_day(since)).days) if since else -1
