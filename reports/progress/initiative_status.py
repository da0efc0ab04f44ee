"""The status of an initiative: the states of those who lead it, its deadline seen from a day, its latest progress."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import NamedTuple

from django.db.models import F

from assignments.models import AssignmentRole, Duty, User
from models_registry.models import Deadline, Initiative, Plan
from reports.domain.states import WorkState
from reports.models import CurrentProgress

_FINISHED = (WorkState.DONE, WorkState.MAINTAINED)


class LastResult(NamedTuple):
    """The result told last of an initiative; ``unit``: who told it, maybe one that ended since."""

    text: str
    unit: str
    at: datetime


class InitiativeStatus(NamedTuple):
    """``spread``: how many units are in each work state, "" for those that never reported; ``percent`` only where a
    single unit answers, for an average would hide the others; ``last``: the result that was told last by any of them.
    """

    spread: dict[str, int]
    percent: int | None
    last: LastResult | None
    is_late: bool

    @property
    def is_single(self) -> bool:
        return sum(self.spread.values()) == 1


def duties_with_progress(plan: Plan, user: User, day: date) -> list[Duty]:
    """What is owed under ``plan`` on ``day`` and ``user`` may read, each with unit and current progress; one query.

    ``told_by`` and ``told_at``: whose the result is and when it was told; None where there is none.
    """
    duties = Duty.objects.owed(plan, day).visible_to(user, day).select_related("unit", "current")
    told = "current__result_entry"
    return list(duties.annotate(told_by=F(f"{told}__duty__unit__name"), told_at=F(f"{told}__report__submitted_at")))


def current_of(duty: Duty) -> CurrentProgress | None:
    """The current progress of ``duty``, read with it; None where nothing was ever reported."""
    return getattr(duty, "current", None)


def initiative_statuses(
    initiatives: Iterable[Initiative], duties: Iterable[Duty], day: date
) -> dict[int, InitiativeStatus]:
    """The status of each initiative on ``day``, by its key; deadlines should be prefetched."""
    of_initiative: dict[int, list[Duty]] = {}
    for duty in duties:
        of_initiative.setdefault(duty.initiative_id, []).append(duty)
    return {
        initiative.pk: initiative_status(initiative.deadlines.all(), of_initiative.get(initiative.pk, ()), day)
        for initiative in initiatives
    }


def initiative_status(deadlines: Iterable[Deadline], duties: Sequence[Duty], day: date) -> InitiativeStatus:
    """The leads answer for an initiative; to somebody who may not read them, the own units do."""
    answering = [duty for duty in duties if duty.role == AssignmentRole.LEAD] or duties
    states = [state_of(duty) for duty in answering]
    single = current_of(answering[0]) if len(answering) == 1 else None
    return InitiativeStatus(
        spread=_in_order(Counter(states)),
        percent=single.percent if single else None,
        last=_last_result(duties),
        is_late=any(is_late(deadline, state, day) for deadline in deadlines for state in states),
    )


def _last_result(duties: Iterable[Duty]) -> LastResult | None:
    """What was said since without a result takes nothing away; of ``duties`` as ``duties_with_progress`` reads them."""
    told = [(duty, current) for duty in duties if (current := current_of(duty)) and current.result]
    if not told:
        return None
    duty, current = max(told, key=lambda pair: (pair[0].told_at, pair[1].result_entry_id))  # type: ignore[attr-defined]
    return LastResult(current.result, duty.told_by, duty.told_at)  # type: ignore[attr-defined]


def state_of(duty: Duty) -> str:
    current = current_of(duty)
    return current.work_state if current else ""


def is_late(deadline: Deadline, state: str, day: date) -> bool:
    """ "Chậm": the last day has passed and the work is neither done nor maintained.

    "Và thường xuyên" lifts nothing; a part that then follows another body's schedule does.
    """
    if deadline.due_on is None or deadline.due_on >= day or deadline.depends_on:
        return False
    return state not in _FINISHED


def _in_order(counts: Counter[str]) -> dict[str, int]:
    return {state: counts[state] for state in (*WorkState.values, "") if counts[state]}
