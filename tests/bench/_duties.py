"""The part of ``./portal bench duties`` that works on the database the environment names."""

import os
import statistics
import time
from collections.abc import Callable
from datetime import date

from django.core.management import call_command

from assignments.duties import refresh_duties
from assignments.duty_terms import PlanFacts, wanted_terms
from assignments.models import Assignment, CollectiveMember, DutyTerm, Unit
from models_registry.models import Plan
from reports.periods.services import run_schedule
from tests.factories import InitiativeFactory, PlanFactory, UnitFactory, vn

UNITS, INITIATIVES, TURNS = 300, 60, 5
AT = vn("2024-03-04 08:00")
TODAY = AT.date()


def measure() -> None:
    call_command("migrate", verbosity=0)
    plan = made_up()
    first = timed(lambda: refresh_duties(plan, at=AT), turns=1)
    unchanged = timed(lambda: refresh_duties(plan, at=AT))
    bare = timed(lambda: list(DutyTerm.objects.filter(duty__initiative__plan=plan).values_list()))
    run_schedule(at=AT)
    tick = timed(lambda: run_schedule(at=AT))
    terms = timed(lambda: wanted_terms(PlanFacts(plan), TODAY))
    print(f"PostgreSQL, {os.cpu_count()} nhân, tải lúc đo {os.getloadavg()[0]:.1f}; {DutyTerm.objects.count()} dòng")
    print(f"lần đầu, ghi tất cả: {first:.0f} ms; tính lại mà không có gì đổi: {unchanged:.0f} ms")
    print(f"  gấp {unchanged / bare:.1f} lần chỉ đọc các dòng ấy ({bare:.0f} ms)")
    print(f"  trong đó tính vai trò {terms:.0f} ms")
    print(f"một nhịp không có gì đổi: {tick:.0f} ms, ít hơn {unchanged / tick:.0f} lần")


def made_up() -> Plan:
    """All units through one collective on every initiative, each led by one of them."""
    plan = PlanFactory(starts_on=date(2024, 1, 1))
    units = [UnitFactory(name=f"Xã {number}") for number in range(UNITS)]
    communes = UnitFactory(name="UBND cấp xã", kind=Unit.Kind.COLLECTIVE, files_reports=False)
    CollectiveMember.objects.bulk_create(CollectiveMember(collective=communes, unit=unit) for unit in units)
    for number in range(INITIATIVES):
        initiative = InitiativeFactory(plan=plan)
        for unit, role in ((units[number], "lead"), (communes, "coordinating")):
            Assignment.objects.create(initiative=initiative, unit=unit, role=role, text=unit.name)
    return plan


def timed(work: Callable[[], object], turns: int = TURNS) -> float:
    """The middle of some turns, in milliseconds."""
    took = []
    for _ in range(turns):
        begun = time.perf_counter()
        work()
        took.append(time.perf_counter() - begun)
    return statistics.median(took) * 1000
