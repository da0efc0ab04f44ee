"""What cannot wait: who has not filed or keeps silent, where work is stuck or late, what waits too long."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple

from django.urls import reverse

from assignments.models import Unit
from models_registry.models import Initiative
from reports.domain.calendar import local_day
from reports.domain.states import ReportState, WorkState
from reports.domain.wording import age
from reports.models import Obstacle

from .board import MISSING, Board, Cell
from .initiative_lines import InitiativeLine
from .timeliness import silences

RETURNED_DAYS = 3
OBSTACLE_DAYS = 30


class AttentionItem(NamedTuple):
    """One unit or initiative to look at, and where it is looked at; ``detail`` is how long or how much."""

    about: Unit | Initiative
    detail: str
    url: str


class AttentionGroup(NamedTuple):
    """Things of one kind that cannot wait. ``sign`` is "late" where a clock is drawn instead of a sign.

    ``remind_url``: where the units it names can be reminded by hand.
    """

    sign: str
    colour: str
    kind: str
    url: str
    items: list[AttentionItem]
    remind_url: str = ""

    @property
    def heading(self) -> str:
        return f"{len(self.items)} {self.kind}"


def attention_of(board: Board, lines: Iterable[InitiativeLine]) -> list[AttentionGroup]:
    """The most pressing first; kinds of which there is nothing are left out. One query."""
    obstacles = _open_obstacles(board)
    groups = [
        _missing(board),
        _blocked(board, obstacles),
        _late(lines),
        _silent(board),
        _returned(board),
        _old_obstacles(board, obstacles),
    ]
    return [group for group in groups if group.items]


def _open_obstacles(board: Board) -> list[Obstacle]:
    """Of the duties shown, those raised and not settled at the moment looked at."""
    of_plan = Obstacle.objects.filter(duty__initiative__plan=board.scope.plan)
    shown = {cell.duty_id for cell in board.cells}
    return [one for one in of_plan.as_of(board.scope.at) if one.duty_id in shown and not one.is_settled]


def _missing(board: Board) -> AttentionGroup:
    """Units that let a due time pass: of the period looked at, and now also of those before that can still be filed."""
    scope = board.scope
    reports = [one for one in board.owed_in(scope.period) if not one.is_filed] if scope.is_past_due else []
    if scope.is_present:
        reports += [one for one in board.hanging if one.state == ReportState.OPEN and one not in reports]
    # The period of the first stands for all: no address lists several.
    first = reports[0].period_id if reports else None
    code = next((period.code for period in scope.periods if period.pk == first), "")
    url = scope.address("rollup_filing", ky=code, ket_qua=MISSING)
    items = [AttentionItem(unit, "", url) for unit in board.units_among(report.unit_id for report in reports)]
    remind_url = f"{reverse('remind')}?ky={code}" if scope.is_present else ""
    return AttentionGroup("×", "red", "đơn vị quá hạn chưa nộp", url, items, remind_url)


def _blocked(board: Board, obstacles: list[Obstacle]) -> AttentionGroup:
    """Those blocked longest first."""
    # The earliest one of each duty: they come in that order.
    since = {one.duty_id: one.raised_at for one in reversed(obstacles)}
    aged = []
    for initiative in board.initiatives:
        if cells := [cell for cell in board.cells_of[initiative.pk] if cell.state == WorkState.BLOCKED]:
            days = max(_days(since.get(cell.duty_id), board.scope.day) for cell in cells)
            aged.append((days, _blocked_item(board, initiative, cells, days)))
    items = [item for _, item in sorted(aged, key=lambda one: -one[0])]
    url = board.scope.address("rollup_entries", trang_thai=WorkState.BLOCKED)
    return AttentionGroup("!", "red", "mô hình có đơn vị vướng mắc", url, items)


def _blocked_item(board: Board, initiative: Initiative, cells: list[Cell], days: int) -> AttentionItem:
    who = board.units[cells[0].unit_id].label if len(cells) == 1 else f"{len(cells)} đơn vị"
    longest = "" if len(cells) == 1 else "lâu nhất "
    # Blocked still, though its difficulty was settled: since when is not known.
    waiting = f", {longest}{age(days)}" if days >= 0 else ""
    url = board.scope.address("rollup_entries", mo_hinh=initiative.code, trang_thai=WorkState.BLOCKED)
    return AttentionItem(initiative, f"{who}{waiting}", url)


def _late(lines: Iterable[InitiativeLine]) -> AttentionGroup:
    items = [
        AttentionItem(line.initiative, _overdue(line), line.initiative.get_absolute_url())
        for line in lines
        if line.is_late
    ]
    return AttentionGroup("late", "red", "mô hình chậm so với thời hạn", _first_url(items), items)


def _overdue(line: InitiativeLine) -> str:
    return ", ".join(dict.fromkeys(deadline.left for deadline in line.deadlines if deadline.is_late and deadline.left))


def _silent(board: Board) -> AttentionGroup:
    """Those silent longest first."""
    found = silences(board)
    items = [
        AttentionItem(unit, f"{found[unit.pk]} kỳ liền", board.scope.address("rollup_filing", don_vi=unit.pk))
        for unit in sorted(board.units_among(found), key=lambda unit: -found[unit.pk])
    ]
    return AttentionGroup("○", "red", "đơn vị im lặng nhiều kỳ liền", board.scope.address("rollup_filing"), items)


def _returned(board: Board) -> AttentionGroup:
    """Reports sent back that nobody has corrected: now, of any period; looking back, of the period looked at."""
    scope, today = board.scope, local_day(board.scope.now)
    waiting = [
        (days, report)
        for report in board.hanging
        if report.state == ReportState.RETURNED
        and (scope.period is None or scope.is_present or report.period_id == scope.period.pk)
        and (days := _days(report.returned_at, today)) > RETURNED_DAYS
    ]
    items = [
        AttentionItem(board.units[report.unit_id], age(days), reverse("report", args=[report.pk]))
        for days, report in sorted(waiting, key=lambda pair: -pair[0])
    ]
    kind = f"báo cáo trả lại quá {RETURNED_DAYS} ngày chưa sửa"
    return AttentionGroup("↩", "amber", kind, _first_url(items), items)


def _old_obstacles(board: Board, obstacles: list[Obstacle]) -> AttentionGroup:
    """Those joined are one, which names each unit and initiative it hinders."""
    families: dict[int, list[Obstacle]] = {}
    for one in sorted(obstacles, key=lambda one: one.joined_into_id is not None):  # the one that answers for all first
        families.setdefault(one.joined_into_id or one.pk, []).append(one)
    items = [
        _obstacle_item(board, pk, family, days)
        for pk, family in families.items()
        if (days := _days(family[0].raised_at, board.scope.day)) > OBSTACLE_DAYS
    ]
    url = f"{reverse('obstacles')}?trang_thai=dang-cho&tuoi={OBSTACLE_DAYS}"
    return AttentionGroup("!", "amber", f"khó khăn chờ quá {OBSTACLE_DAYS} ngày", url, items)


def _obstacle_item(board: Board, pk: int, family: list[Obstacle], days: int) -> AttentionItem:
    places = [(board.initiative_of[one.duty.initiative_id], board.units[one.duty.unit_id].label) for one in family]
    first = places[0][0]
    who = [unit if initiative == first else f"{initiative.label} {unit}" for initiative, unit in places]
    return AttentionItem(first, ", ".join((*who, age(days))), reverse("obstacle", args=[pk]))


def _first_url(items: list[AttentionItem]) -> str:
    """Where no page lists them all."""
    return items[0].url if items else ""


def _days(since: datetime | None, day: date) -> int:
    return max(0, (day - local_day(since)).days) if since else -1
