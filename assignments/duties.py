"""The stored duties, brought in line with the assignments; who takes over what was said follows with them."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from assignments import reported
from assignments.duty_terms import Key, PlanFacts, Term, spliced, wanted_terms
from assignments.handovers import handovers_of, record_handovers
from assignments.models import Duty, DutyTerm
from models_registry.models import Plan

_BATCH = 1000


@transaction.atomic
def refresh_duties(plan: Plan, *, at: datetime, since: date | None = None) -> int:
    """Bring the stored duties in line with the assignments from ``since`` on, without it from today.

    Returns for how many duties something changed. The first duties of a plan begin with the plan. What hangs on them
    (reports owed, last words, difficulties) follows through ``reported.follow``.
    """
    today = timezone.localdate(at)
    since = min(since or today, today)
    duties = {(duty.unit_id, duty.initiative_id): duty for duty in Duty.objects.filter(initiative__plan=plan)}
    first_day = None if duties else min(since, plan.starts_on)
    stored = _stored_terms(plan)
    facts = PlanFacts(plan)
    wanted = wanted_terms(facts, since, first_day)
    terms = {key: spliced(stored.get(key, ()), wanted.get(key, ()), since) for key in stored.keys() | wanted.keys()}
    changed = {key: rows for key, rows in terms.items() if rows != stored.get(key, [])}
    _write_terms(changed, duties)
    wanted_pairs = handovers_of(facts, terms).items()
    record_handovers(plan, {(duties[a].pk, duties[b].pk): one for (a, b), one in wanted_pairs}, at=at)
    reported.follow(plan, since if changed else None, at)
    _forget_never_owed([duties[key].pk for key, rows in changed.items() if not rows])
    return len(changed)


def _stored_terms(plan: Plan) -> dict[Key, list[Term]]:
    rows = DutyTerm.objects.filter(duty__initiative__plan=plan).order_by("duty", "valid_from")
    place = ("duty__unit", "duty__initiative")
    found: dict[Key, list[Term]] = {}
    for unit_id, initiative_id, *term in rows.values_list(
        *place, "role", "is_principal", "via", "valid_from", "valid_to"
    ):
        found.setdefault((unit_id, initiative_id), []).append(Term(*term))
    return found


def _write_terms(changed: dict[Key, list[Term]], duties: dict[Key, Duty]) -> None:
    """Write the terms of these duties anew; ``duties`` gains those that were never owed before."""
    new = [Duty(unit_id=unit_id, initiative_id=pk) for unit_id, pk in changed if (unit_id, pk) not in duties]
    for duty in Duty.objects.bulk_create(new, batch_size=_BATCH):
        duties[duty.unit_id, duty.initiative_id] = duty
    DutyTerm.objects.filter(duty__in=[duties[key].pk for key in changed]).delete()
    DutyTerm.objects.bulk_create(
        (
            DutyTerm(
                duty=duties[key],
                role=term.role,
                is_principal=term.is_principal,
                via_id=term.via_id,
                valid_from=term.first,
                valid_to=term.last,
            )
            for key, rows in changed.items()
            for term in rows
        ),
        batch_size=_BATCH,
    )


def _forget_never_owed(duty_ids: list[int]) -> None:
    """A duty that after all never was owed goes, unless something was reported under it."""
    rows = Duty.objects.filter(pk__in=duty_ids)
    unreported = rows.exclude(pk__in=reported.reported_duties(rows)) if duty_ids else rows.none()
    reported.delete_unreported(unreported)
    unreported.delete()
