"""Made-up people and reports to see the portal at work: some weeks of one plan, or many more by bulk rows."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction

from assignments.models import User
from models_registry.models import Plan
from reports.domain.calendar import Rhythm, local_day, span_of
from reports.models import DemoData, ReportingPeriod
from reports.periods.services import run_schedule

from .accounts import DEMO_PASSWORD, DemoRefused, make_accounts, sign_letterheads
from .bulk import BULK_CANNOT_BE_CLEARED, fill_weeks, has_bulk_data, make_plan
from .scales import Scale
from .simulation import Simulation

_THERE_IS_SOMETHING = "Cổng đã có kỳ báo cáo nên không tạo dữ liệu minh họa nữa. Xóa dữ liệu cũ: seed_demo --clear."


@transaction.atomic
def seed_demo(plan: Plan, *, weeks: int, at: datetime, password: str = DEMO_PASSWORD) -> list[User]:
    """Make the accounts, and ``weeks`` weeks of reporting up to ``at``; returns the accounts.

    Raises DemoRefused where there already are accounts of the same names or periods.
    """
    _refuse_over_reports()
    accounts = make_accounts([plan], at, password)
    DemoData.objects.create(made_at=at, weeks=weeks)
    sign_letterheads()
    if weeks:
        Simulation(plan, at).run(at - timedelta(weeks=weeks))
    return accounts


@transaction.atomic
def seed_scale(
    scale: Scale, *, weeks: int, at: datetime, tell: Callable[[str], None], password: str = DEMO_PASSWORD
) -> list[User]:
    """Make plans of ``scale`` with ``weeks`` weeks that have ended, and open the present ones; returns the accounts.

    ``tell`` is told how far it is. Raises as ``seed_demo``.
    """
    _refuse_over_reports()
    last = span_of(Rhythm.WEEKLY, local_day(at)).previous
    first_day = last.starts_on - timedelta(weeks=max(0, weeks - 1))
    plans = [
        make_plan(number, units=units, initiatives=scale.initiatives, first_day=first_day)
        for number, units in enumerate(scale.units_of_plans, start=1)
    ]
    tell(f"Đã tạo {len(plans)} kế hoạch, {scale.units} đơn vị.")
    others = Plan.objects.exclude(pk__in=[plan.pk for plan in plans])
    accounts = make_accounts([*plans, *others], at, password)
    DemoData.objects.create(made_at=at, weeks=weeks)
    if weeks:
        for number, plan in enumerate(plans, start=1):
            fill_weeks(plan, first_day, weeks, today=local_day(at), by=accounts[1])
            tell(f"Đã ghi {weeks} tuần của kế hoạch {number}/{len(plans)}.")
        run_schedule(at=at)
        tell("Đã mở kỳ báo cáo hiện tại.")
    return accounts


def _refuse_over_reports() -> None:
    if has_bulk_data():
        raise DemoRefused(BULK_CANNOT_BE_CLEARED)
    if DemoData.objects.exists() or ReportingPeriod.objects.exists():
        raise DemoRefused(_THERE_IS_SOMETHING)
