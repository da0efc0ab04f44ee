"""Each initiative in one line: its leads in words, all its units as a bar, its deadline."""

from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import NamedTuple

from django.utils.safestring import SafeString

from assignments.models import AssignmentRole, Unit
from models_registry.models import Initiative, InitiativeGroup
from reports.domain.states import Look, WorkState
from reports.drawing.charts import spread_bar
from reports.progress.deadline_status import DeadlineStatus, DeadlineWords, deadline_status, deadline_words
from reports.progress.initiative_status import exception_words, lead_words

from .board import Board, Cell
from .scope import initiative_path, state_code

# The lists of ``attention`` as an address calls them.
LATE, BLOCKED = "cham", "vuong-mac"
# More leads than these are told by their number.
_NAMED_LEADS = 3


class LinkedWords(NamedTuple):
    """Some words about duties, with the sign and colour of their state; ``url`` lists exactly these duties.

    ``of_whom`` as in ``StateWords``.
    """

    look: Look
    words: str
    url: str
    of_whom: str = ""


class InitiativeLine(NamedTuple):
    """``lead``: how those that lead it stand, the worst first; ``exception``: what departs from the rule among all.

    ``counts``: all units given the duty, by state; ``single`` where one unit alone leads, for an average would hide
    the others; ``changed``: how many duties stand otherwise than a period before.
    """

    initiative: Initiative
    url: str
    leads: list[Unit]
    lead: LinkedWords | None
    counts: Counter[str]
    units_url: str
    exception: LinkedWords | None
    single: Cell | None
    deadlines: list[DeadlineStatus]
    is_late: bool
    is_blocked: bool
    changed: int

    @property
    def needs_a_look(self) -> bool:
        return self.is_late or self.is_blocked

    @property
    def leads_in_words(self) -> str:
        """ "Công an huyện", "12 phòng, ban, ngành và 15 xã, thị trấn"."""
        if len(self.leads) <= _NAMED_LEADS:
            return ", ".join(unit.name for unit in self.leads)
        communes = sum(unit.kind == Unit.Kind.COMMUNE for unit in self.leads)
        told = ((len(self.leads) - communes, "phòng, ban, ngành"), (communes, "xã, thị trấn"))
        return " và ".join(f"{number} {name}" for number, name in told if number)

    @property
    def leads_in_short(self) -> str:
        return self.leads[0].name if len(self.leads) == 1 else f"{len(self.leads)} đơn vị"

    @property
    def bar(self) -> SafeString:
        return spread_bar(self.counts)

    @property
    def units(self) -> int:
        return sum(self.counts.values())

    @property
    def gained(self) -> int:
        """By how many hundredths a single lead has come on since the period before."""
        one = self.single
        return one.percent - one.was_percent if one and one.percent is not None and one.was_percent is not None else 0

    @property
    def until(self) -> DeadlineWords:
        return deadline_words(self.deadlines)


class LineGroup(NamedTuple):
    """The lines of one group of the plan."""

    group: InitiativeGroup | None
    lines: list[InitiativeLine]

    @property
    def needs_a_look(self) -> bool:
        return any(line.needs_a_look for line in self.lines)


def groups_of(lines: Iterable[InitiativeLine]) -> list[LineGroup]:
    """As they follow one another in the plan."""
    of_group = groupby(lines, key=lambda line: line.initiative.group)
    return [LineGroup(group, list(own)) for group, own in of_group]


def lines_of(board: Board) -> list[InitiativeLine]:
    return [_line(board, initiative) for initiative in board.initiatives]


def late_lines(lines: Iterable[InitiativeLine]) -> list[InitiativeLine]:
    """Those past a deadline, the one late longest first."""
    return sorted((line for line in lines if line.is_late), key=lambda line: min(one.days for one in line.deadlines))


def _line(board: Board, initiative: Initiative) -> InitiativeLine:
    cells, answering = board.cells_of[initiative.pk], board.answering(initiative.pk)
    counts = Counter(cell.state for cell in cells)
    states = Counter(cell.state for cell in answering)
    role = AssignmentRole.LEAD if answering and answering[0].role == AssignmentRole.LEAD else ""
    asked = {"mo_hinh": initiative.code}
    return InitiativeLine(
        initiative=initiative,
        url=initiative_path(initiative.plan_id, initiative.code),
        leads=[board.units[pk] for pk in sorted((cell.unit_id for cell in answering), key=board.rank.__getitem__)],
        lead=_lead(board, states, {**asked, "vai_tro": role}, is_anybody_heard=bool(role) and any(counts)),
        counts=counts,
        units_url=board.scope.address("rollup_entries", **asked),
        exception=_exception(board, counts, asked),
        single=answering[0] if len(answering) == 1 else None,
        deadlines=[deadline_status(deadline, states, board.scope.day) for deadline in initiative.deadlines.all()],
        is_late=any(board.is_late(cell) for cell in answering),
        is_blocked=states[WorkState.BLOCKED] > 0,
        changed=sum(cell.is_changed for cell in cells) if board.scope.previous else 0,
    )


def _lead(
    board: Board, states: Counter[str], asked: Mapping[str, str], *, is_anybody_heard: bool
) -> LinkedWords | None:
    told = lead_words(states, is_anybody_heard=is_anybody_heard)
    return LinkedWords(told.look, told.words, _entries(board, told.state, asked), told.of_whom) if told else None


def _exception(board: Board, counts: Counter[str], asked: Mapping[str, str]) -> LinkedWords | None:
    told = exception_words(counts)
    return LinkedWords(told.look, told.words, _entries(board, told.state, asked)) if told else None


def _entries(board: Board, state: str, asked: Mapping[str, str]) -> str:
    return board.scope.address("rollup_entries", trang_thai=state_code(state), **asked)
