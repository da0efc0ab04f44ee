"""Who takes over a duty from whom, and from which day: a successor, or a lead in the stead of another (KH III.6)."""

from datetime import date, datetime, time, timedelta

import pytest

from assignments.duties import refresh_duties
from assignments.models import AssignmentRole, DutyHandover
from reports.domain.calendar import VIETNAM
from tests.factories import AssignmentFactory, InitiativeFactory, PlanFactory, UnitFactory

pytestmark = [pytest.mark.django_db, pytest.mark.engine]

LAST_DAY = date(2024, 3, 10)
FIRST_DAY = date(2024, 3, 11)
DAY = timedelta(days=1)


@pytest.fixture
def initiative(plan):
    return InitiativeFactory(plan=plan)


def noon(day):
    return datetime.combine(day, time(12), VIETNAM)


def handovers():
    """Every one as (heir, predecessor, from which day, as its successor)."""
    rows = DutyHandover.objects.order_by("on", "duty__unit__name", "predecessor__unit__name")
    return list(rows.values_list("duty__unit__name", "predecessor__unit__name", "on", "is_succession"))


def moments():
    """When each came to be known and when it was carried out."""
    return [(one.recorded_at, one.carried_at) for one in DutyHandover.objects.order_by("pk")]


def mention(initiative, name, first=None, last=None, role=AssignmentRole.LEAD):
    return AssignmentFactory(
        initiative=initiative, unit=UnitFactory(name=name), role=role, valid_from=first, valid_to=last
    )


def succeeded(initiative, successor, last_day=LAST_DAY, **mentioned):
    """A unit that leads until it ends, and is succeeded."""
    unit = UnitFactory(name="Phòng cũ", valid_to=last_day, successor=successor)
    AssignmentFactory(initiative=initiative, unit=unit, **mentioned)
    return unit


# --- A unit that ends ---


def test_successor_takes_over_on_the_day_after_the_last_of_its_predecessor(plan, initiative):
    succeeded(initiative, UnitFactory(name="Phòng mới", valid_from=FIRST_DAY))

    refresh_duties(plan, at=noon(plan.starts_on))

    assert handovers() == [("Phòng mới", "Phòng cũ", FIRST_DAY, True)]


def test_successor_that_owed_the_same_before_takes_over_when_its_predecessor_ends(plan, initiative):
    successor = UnitFactory(name="Phòng mới")
    succeeded(initiative, successor)
    AssignmentFactory(initiative=initiative, unit=successor)

    refresh_duties(plan, at=noon(plan.starts_on))

    assert handovers() == [("Phòng mới", "Phòng cũ", FIRST_DAY, True)]


def test_first_of_the_successors_that_owes_the_same_takes_over_once_it_does(plan, initiative):
    last = UnitFactory(name="Phòng thứ ba", valid_from=date(2024, 4, 1))
    second = UnitFactory(valid_from=FIRST_DAY, valid_to=date(2024, 3, 31), successor=last, files_reports=False)
    succeeded(initiative, second)

    refresh_duties(plan, at=noon(plan.starts_on))

    assert handovers() == [("Phòng thứ ba", "Phòng cũ", date(2024, 4, 1), True)]


def test_next_of_several_successors_takes_over_and_is_taken_over_from(plan, initiative):
    last = UnitFactory(name="Phòng thứ ba", valid_from=date(2024, 4, 1))
    second = UnitFactory(name="Phòng thứ hai", valid_from=FIRST_DAY, valid_to=date(2024, 3, 31), successor=last)
    succeeded(initiative, second)

    refresh_duties(plan, at=noon(plan.starts_on))

    assert handovers() == [
        ("Phòng thứ hai", "Phòng cũ", FIRST_DAY, True),
        ("Phòng thứ ba", "Phòng thứ hai", date(2024, 4, 1), True),
    ]


def test_successor_whose_role_changes_takes_over_with_the_first(plan, initiative):
    """Coordinating at first, leading from April on."""
    successor = UnitFactory(name="Phòng mới", valid_from=FIRST_DAY)
    succeeded(initiative, successor, role=AssignmentRole.COORDINATING)
    AssignmentFactory(initiative=initiative, unit=successor, valid_from=date(2024, 4, 1))

    refresh_duties(plan, at=noon(plan.starts_on))

    assert handovers() == [("Phòng mới", "Phòng cũ", FIRST_DAY, True)]


@pytest.mark.parametrize(
    "until", [LAST_DAY, date(2024, 3, 5)], ids=["on the day the unit ended", "before the unit ended"]
)
def test_duty_that_ended_by_itself_is_taken_over_by_nobody(plan, initiative, until):
    """Neither it nor that of the successor, which was to last as long, goes on after the unit."""
    successor = UnitFactory(name="Phòng mới")
    succeeded(initiative, successor, valid_to=until)
    AssignmentFactory(initiative=initiative, unit=successor, valid_to=until)

    refresh_duties(plan, at=noon(plan.starts_on))

    assert handovers() == []


def test_duty_that_ended_before_its_unit_is_not_taken_over_by_a_successor_that_owes_the_same(plan, initiative):
    successor = UnitFactory(name="Phòng mới")
    succeeded(initiative, successor, valid_to=date(2024, 3, 5))
    AssignmentFactory(initiative=initiative, unit=successor, role=AssignmentRole.COORDINATING)

    refresh_duties(plan, at=noon(plan.starts_on))

    assert handovers() == []


def test_unit_that_names_a_successor_and_has_no_last_day_hands_over_nothing(plan, initiative):
    successor = UnitFactory()
    AssignmentFactory(initiative=initiative, unit=UnitFactory(successor=successor))
    AssignmentFactory(initiative=initiative, unit=successor)

    refresh_duties(plan, at=noon(plan.starts_on))

    assert handovers() == []


def test_duty_that_a_unit_that_ended_never_owed_is_taken_over_by_nobody(plan, initiative):
    """It was mentioned by mistake, and its successor is in the table itself."""
    successor = UnitFactory(valid_from=FIRST_DAY)
    unit = succeeded(initiative, successor)
    refresh_duties(plan, at=noon(plan.starts_on))
    unit.assignments.all().delete()
    AssignmentFactory(initiative=initiative, unit=successor)

    refresh_duties(plan, at=noon(plan.starts_on))

    assert handovers() == []


def test_each_duty_of_a_unit_that_ended_is_taken_over_under_its_own_initiative(plan):
    successor = UnitFactory(name="Phòng mới", valid_from=FIRST_DAY)
    unit = UnitFactory(valid_to=LAST_DAY, successor=successor)
    for _ in range(2):
        AssignmentFactory(initiative=InitiativeFactory(plan=plan), unit=unit)

    refresh_duties(plan, at=noon(plan.starts_on))

    pairs = DutyHandover.objects.values_list("duty__initiative", "predecessor__initiative")
    assert set(pairs) == {(initiative.pk, initiative.pk) for initiative in plan.initiatives.all()}


# --- A lead in the stead of another ---


def test_new_lead_takes_over_from_the_one_before(plan, initiative):
    mention(initiative, "Phòng A", last=LAST_DAY)
    mention(initiative, "Phòng B", FIRST_DAY)

    refresh_duties(plan, at=noon(plan.starts_on))

    assert handovers() == [("Phòng B", "Phòng A", FIRST_DAY, False)]


def test_new_lead_takes_over_also_where_nobody_led_in_between(plan, initiative):
    mention(initiative, "Phòng A", last=date(2024, 3, 1))
    mention(initiative, "Phòng B", FIRST_DAY)

    refresh_duties(plan, at=noon(plan.starts_on))

    assert handovers() == [("Phòng B", "Phòng A", FIRST_DAY, False)]


def test_each_of_several_new_leads_takes_over_from_each_of_those_before(plan, initiative):
    for name in ("Phòng A", "Phòng B"):
        mention(initiative, name, last=LAST_DAY)
    for name in ("Phòng C", "Phòng D"):
        mention(initiative, name, FIRST_DAY)

    refresh_duties(plan, at=noon(plan.starts_on))

    assert handovers() == [
        (heir, predecessor, FIRST_DAY, False)
        for heir in ("Phòng C", "Phòng D")
        for predecessor in ("Phòng A", "Phòng B")
    ]


def test_lead_that_leads_again_takes_over_from_the_one_in_between(plan, initiative):
    first = mention(initiative, "Phòng A", last=LAST_DAY)
    mention(initiative, "Phòng B", FIRST_DAY, date(2024, 3, 31))
    AssignmentFactory(initiative=initiative, unit=first.unit, valid_from=date(2024, 4, 1))

    refresh_duties(plan, at=noon(plan.starts_on))

    assert handovers() == [
        ("Phòng B", "Phòng A", FIRST_DAY, False),
        ("Phòng A", "Phòng B", date(2024, 4, 1), False),
    ]


@pytest.mark.parametrize("day", [LAST_DAY, date(2024, 3, 5)], ids=["for one day", "for some days"])
def test_lead_that_comes_while_another_leads_still_takes_over_from_nobody(plan, initiative, day):
    mention(initiative, "Phòng A", last=LAST_DAY)
    mention(initiative, "Phòng B", day)

    refresh_duties(plan, at=noon(plan.starts_on))

    assert handovers() == []


def test_lead_that_comes_while_one_of_several_goes_on_takes_over_from_nobody(plan, initiative):
    mention(initiative, "Phòng A")
    mention(initiative, "Phòng B", last=LAST_DAY)
    mention(initiative, "Phòng C", FIRST_DAY)

    refresh_duties(plan, at=noon(plan.starts_on))

    assert handovers() == []


def test_unit_that_coordinates_in_the_place_of_another_takes_over_from_nobody(plan, initiative):
    mention(initiative, "Phòng A", last=LAST_DAY, role=AssignmentRole.COORDINATING)
    mention(initiative, "Phòng B", FIRST_DAY, role=AssignmentRole.COORDINATING)

    refresh_duties(plan, at=noon(plan.starts_on))

    assert handovers() == []


def test_lead_of_another_initiative_takes_over_from_nobody(plan, initiative):
    mention(initiative, "Phòng A", last=LAST_DAY)
    mention(InitiativeFactory(plan=plan), "Phòng B", FIRST_DAY)

    refresh_duties(plan, at=noon(plan.starts_on))

    assert handovers() == []


# --- What is known already ---


@pytest.fixture
def ended(plan, initiative):
    """A unit whose successor took over, as was known since the plan began and carried out on the day."""
    unit = succeeded(initiative, UnitFactory(name="Phòng mới", valid_from=FIRST_DAY))
    refresh_duties(plan, at=noon(plan.starts_on))
    refresh_duties(plan, at=noon(FIRST_DAY))
    return unit


def move_end(plan, unit, last_day, at):
    successor = unit.successor
    unit.valid_to, successor.valid_from = last_day, last_day + DAY
    unit.save()
    successor.save()
    refresh_duties(plan, at=at, since=plan.starts_on)


def test_handover_is_carried_out_on_its_day_and_stays_known_since_it_was_recorded(plan, ended):
    assert moments() == [(noon(plan.starts_on), noon(FIRST_DAY))]


def test_handover_that_is_as_it_was_is_not_carried_out_again(plan, ended):
    before = list(DutyHandover.objects.values())

    refresh_duties(plan, at=noon(FIRST_DAY + DAY))

    assert list(DutyHandover.objects.values()) == before


def test_handover_moved_to_another_day_is_carried_out_again_and_was_known_before(plan, ended):
    move_end(plan, ended, date(2024, 3, 12), at=noon(date(2024, 3, 20)))

    assert handovers() == [("Phòng mới", "Phòng cũ", date(2024, 3, 13), True)]
    assert moments() == [(noon(plan.starts_on), noon(date(2024, 3, 20)))]


def test_handover_moved_to_a_day_to_come_waits_for_it(plan, ended):
    move_end(plan, ended, date(2024, 3, 30), at=noon(date(2024, 3, 20)))

    assert handovers() == [("Phòng mới", "Phòng cũ", date(2024, 3, 31), True)]
    assert moments() == [(noon(plan.starts_on), None)]


def test_lead_that_was_replaced_and_then_ended_is_succeeded_as_of_when_that_became_known(plan, initiative):
    """What it filed in between counts as said before it handed over."""
    old, new = mention(initiative, "Phòng A", last=LAST_DAY).unit, mention(initiative, "Phòng B", FIRST_DAY).unit
    refresh_duties(plan, at=noon(plan.starts_on))
    replaced = handovers()
    old.valid_to, old.successor = LAST_DAY, new
    old.save()

    refresh_duties(plan, at=noon(date(2024, 3, 20)))

    assert (replaced, handovers()) == (
        [("Phòng B", "Phòng A", FIRST_DAY, False)],
        [("Phòng B", "Phòng A", FIRST_DAY, True)],
    )
    assert moments() == [(noon(date(2024, 3, 20)), noon(date(2024, 3, 20)))]


def test_handover_found_later_stands_beside_the_one_known(plan, initiative, ended):
    """Another unit is merged into the same successor."""
    AssignmentFactory(initiative=initiative, unit=UnitFactory(
        name="Phòng kia", valid_to=LAST_DAY, successor=ended.successor,
    ))  # fmt: skip

    refresh_duties(plan, at=noon(date(2024, 3, 20)), since=plan.starts_on)

    assert handovers() == [(("Phòng mới", name, FIRST_DAY, True)) for name in ("Phòng cũ", "Phòng kia")]
    assert moments() == [(noon(plan.starts_on), noon(FIRST_DAY)), (noon(date(2024, 3, 20)),) * 2]


def test_handover_of_a_unit_that_after_all_did_not_end_is_none(plan, ended):
    ended.valid_to = ended.successor = None
    ended.save()

    refresh_duties(plan, at=noon(date(2024, 3, 20)), since=plan.starts_on)

    assert handovers() == []


def test_handovers_of_another_plan_stay(plan, ended):
    other = PlanFactory()
    AssignmentFactory(initiative=InitiativeFactory(plan=other))

    refresh_duties(other, at=noon(date(2024, 3, 20)))

    assert handovers() == [("Phòng mới", "Phòng cũ", FIRST_DAY, True)]
