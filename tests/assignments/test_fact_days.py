"""From which day a change of units, collectives or assignments holds: that of the facts, not that of the typing."""

from datetime import date

import pytest

from assignments.fact_days import Fact, digest_of_facts, earliest_change, read_facts
from assignments.models import AssignmentRole, CollectiveMember, Unit
from tests.factories import AssignmentFactory, CollectiveFactory, InitiativeFactory, UnitFactory
from tests.queries import same_queries

pytestmark = [pytest.mark.django_db, pytest.mark.engine]

TODAY = date(2024, 3, 20)
UNIT, OTHER = ("unit", 1), ("unit", 2)


def march(day):
    return date(2024, 3, day)


def fact(first=None, last=None, rest=("A", True)):
    return Fact(first, last, rest)


# --- One fact, before and after ---


@pytest.mark.parametrize(
    ("before", "after", "day"),
    [
        (fact(march(5)), fact(march(9)), march(5)),
        (fact(march(9)), fact(march(5)), march(5)),
        (fact(), fact(march(5)), march(5)),
        (fact(march(5)), fact(), march(5)),
        (fact(last=march(5)), fact(last=march(9)), march(6)),
        (fact(last=march(9)), fact(last=march(5)), march(6)),
        (fact(), fact(last=march(5)), march(6)),
        (fact(last=march(5)), fact(), march(6)),
        (fact(march(1), march(9)), fact(march(5), march(7)), march(1)),
        (fact(march(5), march(9)), fact(march(5), march(7)), march(8)),
    ],
    ids=["begins later", "begins earlier", "begins", "began always", "ends later", "ends earlier", "ends",
         "does not end", "begins later and ends earlier", "ends earlier having begun as before"],
)  # fmt: skip
def test_fact_with_other_days_is_another_from_the_first_day_that_differs(before, after, day):
    assert earliest_change({UNIT: before}, {UNIT: after}, TODAY) == day


@pytest.mark.parametrize(
    ("one", "day"), [(fact(march(5), march(9)), march(5)), (fact(), TODAY)], ids=["with a first day", "without"]
)
def test_fact_that_comes_or_goes_changes_its_first_day_or_today(one, day):
    assert (earliest_change({}, {UNIT: one}, TODAY), earliest_change({UNIT: one}, {}, TODAY)) == (day, day)


@pytest.mark.parametrize("last", [None, march(9)])
def test_what_has_no_day_of_its_own_changes_today(last):
    before, after = fact(last=last, rest=("A", True)), fact(last=last, rest=("A", False))

    assert earliest_change({UNIT: before}, {UNIT: after}, TODAY) == TODAY


def test_other_successor_matters_from_the_day_after_the_last():
    before, after = fact(last=march(9), rest=("A", True)), fact(last=march(9), rest=("B", True))

    assert earliest_change({UNIT: before}, {UNIT: after}, TODAY) == march(10)


def test_successor_of_a_unit_that_does_not_end_changes_today():
    assert earliest_change({UNIT: fact(rest=("A",))}, {UNIT: fact(rest=("B",))}, TODAY) == TODAY


def test_of_several_changes_the_earliest_day_counts():
    before = {UNIT: fact(march(7)), OTHER: fact(march(1))}
    after = {UNIT: fact(march(9)), OTHER: fact(march(1)), ("unit", 3): fact(march(5))}

    assert earliest_change(before, after, TODAY) == march(5)


def test_nothing_changed_is_no_day():
    assert earliest_change({UNIT: fact(march(1))}, {UNIT: fact(march(1))}, TODAY) is None


# --- As they are stored ---


def ended(unit):
    unit.valid_to = march(9)
    return unit


def begun(unit):
    unit.valid_from = march(9)
    return unit


def relieved_of_reports(unit):
    unit.files_reports = False
    return unit


def succeeded(unit):
    unit.valid_to, unit.successor = march(9), UnitFactory(valid_from=march(10))
    return unit


@pytest.mark.parametrize(
    ("change", "day"),
    [(ended, march(10)), (begun, march(9)), (relieved_of_reports, TODAY), (succeeded, march(10))],
)
def test_change_of_a_unit(change, day):
    unit = UnitFactory()
    before = read_facts()

    change(unit).save()

    assert earliest_change(before, read_facts(), TODAY) == day


def test_unit_that_becomes_a_collective_changes_today():
    unit = UnitFactory(files_reports=False)
    before = read_facts()

    unit.kind = Unit.Kind.COLLECTIVE
    unit.save()

    assert earliest_change(before, read_facts(), TODAY) == TODAY


def test_change_of_a_successor_alone_holds_from_the_day_after_the_last():
    unit = UnitFactory(valid_to=march(9))
    successor = UnitFactory()
    before = read_facts()

    unit.successor = successor
    unit.save()

    assert earliest_change(before, read_facts(), TODAY) == march(10)


@pytest.mark.parametrize(
    ("changed", "day"),
    [({"valid_to": march(9)}, march(10)), ({"valid_from": march(9)}, march(9)), ({"unit": "other"}, TODAY),
     ({"collective": "other"}, TODAY)],
    ids=["last day", "first day", "unit", "collective"],
)  # fmt: skip
def test_change_of_a_member_of_a_collective(changed, day):
    CollectiveFactory(members=[UnitFactory()])
    others = {"unit": UnitFactory(), "collective": CollectiveFactory()}
    before = read_facts()

    CollectiveMember.objects.update(**{name: others[name] if new == "other" else new for name, new in changed.items()})

    assert earliest_change(before, read_facts(), TODAY) == day


@pytest.mark.parametrize(
    ("name", "new", "day"),
    [("valid_to", march(9), march(10)), ("valid_from", march(9), march(9)), ("is_principal", True, TODAY),
     ("role", AssignmentRole.SUPPORT, TODAY)],
)  # fmt: skip
def test_change_of_an_assignment(name, new, day):
    assignment = AssignmentFactory()
    before = read_facts()

    setattr(assignment, name, new)
    assignment.save()

    assert earliest_change(before, read_facts(), TODAY) == day


def test_other_unit_of_an_assignment_holds_from_today():
    assignment, other = AssignmentFactory(), UnitFactory()
    before = read_facts()

    assignment.unit = other
    assignment.save()

    assert earliest_change(before, read_facts(), TODAY) == TODAY


@pytest.mark.parametrize(("was", "now"), [(None, march(9)), (march(9), None), (march(9), march(15))])
def test_initiative_that_is_closed_on_another_day_changes_on_the_earlier_one(was, now):
    initiative = InitiativeFactory(closed_on=was)
    before = read_facts()

    initiative.closed_on = now
    initiative.save()

    assert earliest_change(before, read_facts(), TODAY) == march(9)


def test_rows_of_one_key_and_of_several_tables_are_several_facts():
    """A unit that ends, with a member, an assignment and an initiative of the same number that do not."""
    unit = UnitFactory()
    CollectiveMember.objects.create(pk=unit.pk, collective=CollectiveFactory(), unit=unit)
    AssignmentFactory(pk=unit.pk, unit=unit, initiative=InitiativeFactory(pk=unit.pk))
    before = read_facts()

    ended(unit).save()

    assert earliest_change(before, read_facts(), TODAY) == march(10)


def test_facts_of_one_plan_leave_out_what_another_assigns_or_closes():
    """Units and collectives are those of every plan."""
    mine, other = AssignmentFactory(), AssignmentFactory()

    facts = read_facts(mine.initiative.plan)

    places = {key for key in facts if key[0] in ("mention", "initiative")}
    assert places == {("mention", mine.pk), ("initiative", mine.initiative_id)}
    assert {("unit", mine.unit_id), ("unit", other.unit_id)} <= facts.keys()


def test_digest_is_another_with_another_fact_of_the_plan_and_on_another_day_alone():
    assignment, other = AssignmentFactory(), AssignmentFactory()
    plan = assignment.initiative.plan
    before = digest_of_facts(plan, TODAY)

    other.delete()
    untouched, on_the_day_after = digest_of_facts(plan, TODAY), digest_of_facts(plan, march(21))
    ended(assignment).save()

    assert (untouched, on_the_day_after == before, digest_of_facts(plan, TODAY) == before) == (before, False, False)


@same_queries(4)
def test_facts_take_the_same_queries_for_any_number_of_rows(rows, counted):
    for _ in range(rows):
        AssignmentFactory(unit=CollectiveFactory(members=[UnitFactory()]))

    with counted:
        read_facts()
