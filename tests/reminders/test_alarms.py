"""A unit nobody can reach is an alarm, for as long as it is one and something is asked of it."""

from datetime import date, timedelta

import pytest

from assignments.models import Unit
from reports.models import Alarm, Notification, Reminder
from reports.periods.services import run_schedule
from reports.reminders.tick import tick
from tests.factories import UserFactory, vn

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reminder_rules"), pytest.mark.engine]

MONDAY = vn("2024-03-04 08:00")


@pytest.fixture
def newcomer(unit):
    """An officer with an account and no address, who never signed in."""
    return UserFactory(unit=unit, last_login=None)


def raised(outcome):
    return [(alarm["unit"], alarm["kind"]) for alarm in outcome["alarms"]]


def test_bell_of_somebody_who_never_signed_in_reaches_nobody(duty, unit, newcomer):
    outcome = tick(at=MONDAY)

    assert raised(outcome) == [(unit.name, "nobody")]
    assert Notification.objects.get().user == newcomer  # it is there when they come


@pytest.mark.parametrize("change", [{"email": "noi-vu@example.vn"}, {"last_login": MONDAY}])
def test_alarm_ends_with_an_address_or_the_first_visit(duty, newcomer, change, mailoutbox):
    tick(at=MONDAY)
    type(newcomer).objects.filter(pk=newcomer.pk).update(**change)

    tick(at=MONDAY + timedelta(minutes=5))

    assert Alarm.objects.get().resolved_at == MONDAY + timedelta(minutes=5)


def test_gateway_that_knows_people_by_name_reaches_who_never_signed_in(duty, newcomer, settings):
    settings.PORTAL_WEBHOOK_URL = "http://127.0.0.1:1/"

    assert raised(tick(at=MONDAY)) == []
    assert Reminder.objects.filter(channel="webhook").count() == 1


def test_one_who_can_be_reached_is_enough(duty, unit, newcomer, officer):
    assert raised(tick(at=MONDAY)) == []


def test_alarm_of_a_unit_that_ended_ends_with_what_it_owed(duty, unit):
    tick(at=MONDAY)
    before = Alarm.objects.unresolved().count()
    unit.valid_to = date(2024, 3, 4)
    unit.save()

    tick(at=MONDAY + timedelta(days=1))

    assert (before, Alarm.objects.unresolved().count()) == (1, 0)


@pytest.mark.parametrize("end", ["assignment", "filing"])
def test_alarm_of_a_unit_of_which_nothing_is_asked_any_more_ends_with_what_it_owed(duty, unit, end):
    tick(at=MONDAY)
    before = Alarm.objects.unresolved().count()
    if end == "assignment":
        unit.assignments.all().delete()
    else:
        Unit.objects.filter(pk=unit.pk).update(files_reports=False)

    tick(at=MONDAY + timedelta(days=1))

    assert (before, Alarm.objects.unresolved().count()) == (1, 0)


def test_alarms_of_a_plan_end_with_it(duty, plan):
    tick(at=MONDAY)
    plan.closed_on = MONDAY.date()
    plan.save()

    tick(at=MONDAY + timedelta(hours=1))
    same_day = Alarm.objects.unresolved().count()
    tick(at=MONDAY + timedelta(days=1))

    assert (same_day, Alarm.objects.unresolved().count()) == (1, 0)


def test_nothing_is_owed_or_sent_after_a_plan_is_closed(duty, plan, officer):
    run_schedule(at=MONDAY - timedelta(hours=1))
    plan.closed_on = MONDAY.date() - timedelta(days=1)
    plan.save()

    assert tick(at=MONDAY) == {"opened": [], "reminders": [], "missed": [], "alarms": []}
    assert Reminder.objects.count() == 0
