"""Each initiative in one line: how its leads stand and stood, its deadline, its last word; and the groups."""

from collections import Counter
from collections.abc import Iterable, Sequence
from html import escape
from typing import NamedTuple

from django.db import models
from django.db.models import F, FilteredRelation, Q, QuerySet, Value, Window
from django.db.models.functions import Coalesce, RowNumber
from django.utils.safestring import SafeString, mark_safe

from assignments.models import AssignmentRole, Duty, Unit
from models_registry.models import Initiative, InitiativeGroup
from reports.domain.states import Look, WorkState, look_of
from reports.drawing.signs import sign
from reports.models import CurrentProgress, PeriodState, ReportingPeriod
from reports.progress.deadline_status import DeadlineStatus, deadline_status

from .board import STATES, Board, Cell
from .scope import state_code

# The lists of ``attention`` as an address calls them.
LATE, BLOCKED = "cham", "vuong-mac"
# More leads than these are told by their number.
_NAMED_LEADS = 3


class Count(NamedTuple):
    """How many duties are in one state; ``url`` lists them."""

    look: Look
    number: int
    url: str


class Spread(list[Count]):
    """Counts by state, and as the HTML of a page, ready since there are so many of them."""

    @property
    def is_single(self) -> bool:
        return len(self) == 1 and self[0].number == 1

    @property
    def links(self) -> SafeString:
        """Each number opening its duties."""
        return mark_safe(" ".join(_link(one) for one in self))  # noqa: S308 - see _link

    @property
    def signs(self) -> SafeString:
        """As they were: a sign alone where there was one duty."""
        return mark_safe(" ".join(_sign(one, is_alone=self.is_single) for one in self))  # noqa: S308 - see _link


class LastWord(NamedTuple):
    """The latest result any unit told of an initiative; ``unit``: who told it, maybe one that ended since."""

    text: str
    unit: Unit
    period: ReportingPeriod


class InitiativeLine(NamedTuple):
    """``spread`` and ``was``: by state the leads now, and those that led at the end of the period before; an average
    would hide the others.

    ``single`` where one unit alone answers; ``changed``: how many duties stand otherwise than a period before.
    """

    initiative: Initiative
    leads: list[Unit]
    spread: Spread
    was: Spread
    single: Cell | None
    deadlines: list[DeadlineStatus]
    is_late: bool
    changed: int
    last: LastWord | None

    @property
    def lead_names(self) -> str:
        return ", ".join(unit.name for unit in self.leads)

    @property
    def leads_in_short(self) -> str:
        few = len(self.leads) <= _NAMED_LEADS
        return ", ".join(unit.label for unit in self.leads) if few else f"{len(self.leads)} đơn vị"


class GroupLine(NamedTuple):
    """One group: how many initiatives, how many of them past a deadline or blocked, and their leads by state.

    ``url`` lists them, ``late_url`` and ``blocked_url`` those of them.
    """

    group: InitiativeGroup
    url: str
    late_url: str
    blocked_url: str
    initiatives: int
    late: int
    blocked: int
    spread: Spread


def lines_of(board: Board) -> list[InitiativeLine]:
    """Two queries, for the last words and the leads of the period before."""
    words, before = _last_words(board), _leads_before(board)
    return [_line(board, one, words.get(one.pk), before.get(one.pk)) for one in board.initiatives]


def groups_of(board: Board, lines: Sequence[InitiativeLine]) -> list[GroupLine]:
    return [
        _group(board, group, own)
        for group in board.groups
        if (own := [line for line in lines if line.initiative.group_id == group.pk])
    ]


def spread_of(board: Board, cells: Iterable[Cell], **asked: object) -> Spread:
    """How many of ``cells`` are in each state, in the order of the states."""
    return _spread(board, Counter(cell.state for cell in cells), **asked)


def _spread(board: Board, counts: Counter[str], **asked: object) -> Spread:
    return Spread(
        Count(look_of(state), counts[state], _entries(board, state, **asked)) for state in STATES if counts[state]
    )


def _link(one: Count) -> str:
    """Put together and escaped here: ``format_html`` takes twenty times as long, with hundreds on one page."""
    look = one.look
    return (
        f'<a class="spread state-{look.colour}" href="{escape(one.url)}" title="{one.number} đơn vị: {look.word}">'
        f"{one.number}&nbsp;{sign(look)}"
        f'<span class="visually-hidden"> đơn vị: {look.word}</span></a>'
    )


def _sign(one: Count, *, is_alone: bool) -> str:
    number = "" if is_alone else f"{one.number}&nbsp;"
    return (
        f'<span class="spread state-{one.look.colour}">{number}{sign(one.look)}'
        f'<span class="visually-hidden">{one.look.word}</span></span>'
    )


def _entries(board: Board, state: str, **asked: object) -> str:
    return board.scope.address("rollup_entries", trang_thai=state_code(state), **asked)


def _line(
    board: Board, initiative: Initiative, last: LastWord | None, leads_before: Counter[str] | None
) -> InitiativeLine:
    answering = board.answering(initiative.pk)
    role = AssignmentRole.LEAD if answering and answering[0].role == AssignmentRole.LEAD else ""
    states = [cell.state for cell in answering]
    before = leads_before or Counter(cell.was_state for cell in answering)
    has_moved = Counter(states) != before
    return InitiativeLine(
        initiative=initiative,
        leads=[board.units[pk] for pk in sorted((cell.unit_id for cell in answering), key=board.rank.__getitem__)],
        spread=spread_of(board, answering, mo_hinh=initiative.code, vai_tro=role),
        was=_spread(board, before) if has_moved and board.scope.previous else Spread(),
        single=answering[0] if len(answering) == 1 else None,
        deadlines=[deadline_status(deadline, states, board.scope.day) for deadline in initiative.deadlines.all()],
        is_late=any(board.is_late(cell) for cell in answering),
        changed=sum(cell.is_changed for cell in board.cells_of[initiative.pk]) if board.scope.previous else 0,
        last=last,
    )


def _group(board: Board, group: InitiativeGroup, lines: list[InitiativeLine]) -> GroupLine:
    cells = [cell for line in lines for cell in board.cells_of[line.initiative.pk]]
    leads = [cell for cell in cells if cell.role == AssignmentRole.LEAD]
    blocked = [
        line for line in lines if any(cell.state == WorkState.BLOCKED for cell in board.cells_of[line.initiative.pk])
    ]
    return GroupLine(
        group=group,
        url=board.scope.address("rollup", nhom=group.pk) + "#tung-mo-hinh",
        late_url=board.scope.address("rollup_attention", muc=LATE, nhom=group.pk),
        blocked_url=board.scope.address("rollup_attention", muc=BLOCKED, nhom=group.pk),
        initiatives=len(lines),
        late=sum(line.is_late for line in lines),
        blocked=len(blocked),
        spread=spread_of(board, leads, nhom=group.pk, vai_tro=AssignmentRole.LEAD),
    )


def _leads_before(board: Board) -> dict[int, Counter[str]]:
    """The states at the end of the period before of those that led then, by initiative.

    Not where single duties are asked for: these are compared with themselves.
    """
    scope = board.scope
    if scope.previous is None or scope.unit or scope.kind or scope.state is not None:
        return {}
    leading = Duty.objects.owed(scope.plan, scope.previous.ends_on).filter(Q(role=AssignmentRole.LEAD))
    stood = leading.annotate(
        was=FilteredRelation("period_states", condition=Q(period_states__period=scope.previous)),
        before=Coalesce("was__work_state", Value("")),
    )
    found: dict[int, Counter[str]] = {}
    rows = stood.order_by().values_list("initiative_id", "before").annotate(number=models.Count("pk"))
    for initiative_id, state, number in rows:
        found.setdefault(initiative_id, Counter())[state] = number
    return found


def _last_words(board: Board) -> dict[int, LastWord]:
    """For each initiative the result told last, with the period it was told in."""
    words: QuerySet
    if board.scope.is_present:
        words = CurrentProgress.objects.all()
    else:
        words = PeriodState.objects.filter(period=board.scope.period)
    when = "result_entry__report__period"
    who = "result_entry__duty__unit"
    told = ("result_entry__result", f"{when}__rhythm", f"{when}__ends_on", f"{when}__name")
    latest = [F("result_entry__report__submitted_at").desc(), F("result_entry").desc()]
    found = (
        words.filter(duty__in=board.duties_shown, result_entry__isnull=False)
        .annotate(rank=Window(RowNumber(), F("duty__initiative"), latest))
        .filter(rank=1)
        .order_by()
        .values_list("duty__initiative", f"{who}__name", f"{who}__short_name", *told)
    )
    return {
        initiative_id: LastWord(
            text, Unit(name=unit, short_name=short), ReportingPeriod(rhythm=rhythm, ends_on=ends_on, name=name)
        )
        for initiative_id, unit, short, text, rhythm, ends_on, name in found
    }
