"""The districts' communes of 01/07/2025 merged, entered two days late, in the real plan."""

from datetime import date

import pytest

from assignments.duties import refresh_duties
from assignments.fact_days import earliest_change, read_facts
from assignments.models import CollectiveMember, Duty, StandingAgency, Unit
from reports.domain.calendar import local_day
from reports.models import CurrentProgress, UnitReport
from reports.periods.services import run_schedule
from reports.progress.current import rebuild_current
from tests.acts import filed, report_of
from tests.factories import UserFactory, vn
from tests.whole.contradictions import contradictions_today

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

LAST_DAY, FIRST_DAY = date(2025, 6, 30), date(2025, 7, 1)


def merge_in_pairs(plan, communes, at):
    """15 communes into 8: seven pairs, and one that goes on alone under a new name."""
    before = read_facts()
    pairs = [communes[place : place + 2] for place in range(0, len(communes), 2)]
    merged = []
    for number, pair in enumerate(pairs, start=1):
        new = Unit.objects.create(
            name=f"UBND xã mới {number}", kind=Unit.Kind.COMMUNE, level=Unit.Level.COMMUNE, files_reports=True,
            valid_from=FIRST_DAY,
        )  # fmt: skip
        for old in pair:
            old.valid_to, old.successor = LAST_DAY, new
            old.save()
        merged.append(new)
    refresh_duties(plan, at=at, since=earliest_change(before, read_facts(), local_day(at)))
    return merged


@pytest.mark.parametrize("typed_at", ["2025-06-27 09:00", "2025-07-03 09:00"], ids=["ahead", "two days late"])
def test_fifteen_communes_merged_into_eight_owe_as_eight_from_their_first_week(real_plan, typed_at, time_machine):
    members = CollectiveMember.objects.filter(collective__name="UBND cấp xã").order_by("unit__sort_key")
    communes = [member.unit for member in members.select_related("unit")]
    run_schedule(at=vn("2025-06-20 08:00"))
    author = UserFactory(unit=communes[0])
    for commune in communes:
        filed(report_of(commune, "2025-W26"), author, vn("2025-06-23 09:00"), percent=50, result="Đã tập huấn")
    clock = [day for day in ("2025-06-25", "2025-07-02") if vn(f"{day} 08:00") < vn(typed_at)]
    for day in clock:
        run_schedule(at=vn(f"{day} 08:00"))

    merged = merge_in_pairs(real_plan, communes, vn(typed_at))
    run_schedule(at=vn("2025-07-03 10:00"))

    expected = UnitReport.objects.expected().filter(unit__kind=Unit.Kind.COMMUNE).order_by("unit__sort_key")
    names = [unit.name for unit in sorted(merged, key=lambda unit: unit.sort_key)]
    assert [
        [one.unit.name for one in expected.filter(period__code=code)] for code in ("2025-W27", "2025-07", "2025-W28")
    ] == [names, names, names]
    inherited = CurrentProgress.objects.filter(duty__unit__in=merged)
    assert inherited.count() == Duty.objects.on(FIRST_DAY).filter(unit__in=merged).count()
    assert {(word.percent, word.inherited_from in communes) for word in inherited} == {(50, True)}
    assert rebuild_current() == 0
    time_machine.move_to(vn("2025-07-03 10:00"), tick=False)
    agency = StandingAgency.objects.on(FIRST_DAY).get(plan=real_plan).unit
    assert (
        contradictions_today(UserFactory(role="standing_agency", unit=agency), UserFactory(role="leader"), author) == []
    )
