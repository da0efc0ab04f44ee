"""Who has a difficulty: whoever raised it, or once that is owed no more who goes on with it."""

from collections.abc import Collection
from datetime import datetime

from assignments.models import Duty, DutyHandover
from reports.domain.calendar import local_day


def holders_of(plan_id: int, duty_ids: Collection[int], at: datetime) -> dict[int, int]:
    """The duty that has what is raised under each of these, where that is another; one query where nobody took over."""
    carried = DutyHandover.objects.filter(duty__initiative__plan=plan_id, carried_at__isnull=False)
    if not carried.filter(predecessor__in=duty_ids).exists():
        return {}
    heir_of = dict(carried.order_by("on", "pk").values_list("predecessor", "duty"))
    owed = set(Duty.objects.on(local_day(at)).filter(initiative__plan=plan_id).values_list("pk", flat=True))
    return {pk: holder for pk in duty_ids if (holder := _holder(pk, heir_of, owed)) != pk}


def _holder(duty_id: int, heir_of: dict[int, int], owed: Collection[int]) -> int:
    seen = set()
    while duty_id not in owed and duty_id in heir_of and duty_id not in seen:
        seen.add(duty_id)
        duty_id = heir_of[duty_id]
    return duty_id
