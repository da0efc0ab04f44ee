"""The status of an initiative: the states of those who lead it, its deadline seen from a day."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from django.db.models import Count, Max, Value
from django.db.models.functions import Coalesce

from assignments.models import AssignmentRole, Duty, User
from models_registry.models import Deadline, Initiative, Plan
from reports.domain.states import Look, WorkState, look_of
from reports.models import CurrentProgress

_FINISHED = (WorkState.DONE, WorkState.MAINTAINED)
_SHORT = {WorkState.MAINTAINED: "duy trì", "": "chưa báo cáo"}
# Whatever is blocked is told first; else where most of them stand, of equals the earlier here.
_PRESSING = (WorkState.BLOCKED, WorkState.NOT_STARTED, WorkState.IN_PROGRESS, WorkState.DONE, WorkState.MAINTAINED, "")


class StateCount(NamedTuple):
    """How many units owe an initiative in one role and are in one state, "" of those that never reported; ``percent``:
    the highest of theirs.
    """

    initiative_id: int
    role: str
    state: str
    units: int
    percent: int | None


class StateWords(NamedTuple):
    """What is said of some units, and the state it speaks of.

    ``of_whom``: whose report is missing, where it is a lead's and what others reported stands beside it; else "".
    """

    state: str
    words: str
    of_whom: str = ""

    @property
    def look(self) -> Look:
        return look_of(self.state)


class InitiativeStatus(NamedTuple):
    """``spread``: how many of those that answer for it are in each work state; ``counts``: of all units given the duty.

    ``percent`` only where a single unit answers, for an average would hide the others; ``is_led``: whether those that
    answer lead it.
    """

    spread: dict[str, int]
    counts: dict[str, int]
    percent: int | None
    is_late: bool
    is_led: bool

    @property
    def is_single(self) -> bool:
        return sum(self.spread.values()) == 1

    @property
    def lead(self) -> StateWords | None:
        return lead_words(self.spread, is_anybody_heard=self.is_led and any(self.counts))

    @property
    def exception(self) -> StateWords | None:
        return exception_words(self.counts)

    @property
    def head(self) -> StateWords | None:
        """ "2 đơn vị chủ trì đang triển khai", "3/27 đơn vị chủ trì vướng mắc"; of one the state alone."""
        told = self.lead
        if told is None or self.is_single:
            return told
        whole, units = sum(self.spread.values()), self.spread[told.state]
        number = str(whole) if units == whole else f"{units}/{whole}"
        return StateWords(told.state, f"{number} đơn vị{' chủ trì' if self.is_led else ''} {_word(told.state)}")


def lead_words(states: Mapping[str, int], *, is_anybody_heard: bool = False) -> StateWords | None:
    """ "Đang triển khai" of one, "3/27 vướng mắc" where some are, else where most of them stand.

    ``is_anybody_heard``: whether some unit has reported, so that of a lead who has not it must be said that it is one.
    """
    whole = sum(states.values())
    if not whole:
        return None
    worst = WorkState.BLOCKED if states.get(WorkState.BLOCKED) else max(_PRESSING, key=lambda one: states.get(one, 0))
    if whole > 1:
        return StateWords(worst, f"{states[worst]}/{whole} {_word(worst)}")
    return StateWords(worst, look_of(worst).word, "của đơn vị chủ trì" if not worst and is_anybody_heard else "")


def exception_words(counts: Mapping[str, int]) -> StateWords | None:
    """ "3 vướng mắc", else "2 chưa báo cáo", else "1 hoàn thành": nothing where all are under way."""
    for state in (WorkState.BLOCKED, "", WorkState.NOT_STARTED, *_FINISHED):
        if counts.get(state):
            return StateWords(state, f"{counts[state]} {_word(state)}")
    return None


def state_counts(plan: Plan, user: User, day: date) -> list[StateCount]:
    """Of what is owed under ``plan`` on ``day`` and ``user`` may read; one query."""
    owed = Duty.objects.owed(plan, day).visible_to(user, day).order_by()
    stands = owed.annotate(state=Coalesce("current__work_state", Value("")))
    rows = stands.values("initiative", "role", "state").annotate(units=Count("pk"), percent=Max("current__percent"))
    return [StateCount._make(row) for row in rows.values_list("initiative", "role", "state", "units", "percent")]


def current_of(duty: Duty) -> CurrentProgress | None:
    """The current progress of ``duty``, read with it; None where nothing was ever reported."""
    return getattr(duty, "current", None)


def initiative_statuses(
    initiatives: Iterable[Initiative], counts: Iterable[StateCount], day: date
) -> dict[int, InitiativeStatus]:
    """The status of each initiative on ``day``, by its key; deadlines should be prefetched."""
    of_initiative: dict[int, list[StateCount]] = {}
    for count in counts:
        of_initiative.setdefault(count.initiative_id, []).append(count)
    return {
        initiative.pk: initiative_status(initiative.deadlines.all(), of_initiative.get(initiative.pk, ()), day)
        for initiative in initiatives
    }


def initiative_status(deadlines: Iterable[Deadline], counts: Sequence[StateCount], day: date) -> InitiativeStatus:
    """The leads answer for an initiative; to somebody who may not read them, the own units do."""
    leads = [count for count in counts if count.role == AssignmentRole.LEAD]
    spread = _spread(leads or counts)
    single = (leads or counts)[0] if sum(spread.values()) == 1 else None
    return InitiativeStatus(
        spread=spread,
        counts=_spread(counts),
        percent=single.percent if single else None,
        is_late=any(is_late(deadline, state, day) for deadline in deadlines for state in spread),
        is_led=bool(leads),
    )


def is_late(deadline: Deadline, state: str, day: date) -> bool:
    """ "Chậm": the last day has passed and the work is neither done nor maintained.

    "Và thường xuyên" lifts nothing; a part that then follows another body's schedule does.
    """
    if deadline.due_on is None or deadline.due_on >= day or deadline.depends_on:
        return False
    return state not in _FINISHED


def _spread(counts: Iterable[StateCount]) -> dict[str, int]:
    found: Counter[str] = Counter()
    for count in counts:
        found[count.state] += count.units
    return {state: found[state] for state in (*WorkState.values, "") if found[state]}


def _word(state: str) -> str:
    return _SHORT.get(state) or look_of(state).word.lower()
