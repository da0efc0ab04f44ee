"""What stands beside the sign-in: whose portal it is and when reports are due, as far as the plans that run say so."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.db.models import F

from assignments.models import StandingAgency
from models_registry.models import Initiative, Plan
from reports.domain.calendar import MONTHLY_DUE_DAY, WEEKLY_DUE_ISO_WEEKDAY, local_day
from reports.domain.wording import weekday_name


class FrontDoor(NamedTuple):
    """``plans``: what each that runs says of itself."""

    heading: str
    plans: Sequence[str]
    due: str


def front_door(plans: Sequence[Plan], at: datetime) -> FrontDoor:
    """Three queries at most, whatever the plans; of none that runs the portal's own name alone."""
    day = local_day(at)
    running = [plan for plan in plans if plan.is_running(day)]
    if not running:
        return FrontDoor("", [], "")
    agencies = StandingAgency.objects.on(day).filter(plan__in=running)
    agency_of = dict(agencies.values_list("plan", F("unit__name")))
    weekly, monthly = weekday_name(WEEKLY_DUE_ISO_WEEKDAY), MONTHLY_DUE_DAY
    due = f"Đơn vị báo cáo hằng tuần đến hết {weekly}, hằng tháng đến hết ngày {monthly}."
    whose = [_whose(plan, agency_of.get(plan.pk)) for plan in running]
    count = Initiative.objects.filter(plan__in=running).count()
    return FrontDoor(f"Theo dõi {count} mô hình" if count else "Theo dõi kế hoạch", whose, due)


def _whose(plan: Plan, agency: str | None) -> str:
    """ "Kế hoạch Đề án 06. UBND huyện Quan Hóa. Công an huyện là cơ quan thường trực.": as far as it is known."""
    said = [str(plan), plan.issuer, f"{agency} là cơ quan thường trực" if agency else ""]
    return " ".join(f"{one}." for one in said if one)
