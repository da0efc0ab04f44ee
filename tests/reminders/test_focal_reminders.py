"""Focal points without an account are told too: by letter, or by the gateway that has their telephone."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from assignments.models import FocalPoint
from reports.models import Alarm, Reminder, UnitReport
from reports.notifications.recipients import people_of_units
from reports.reminders.delivery import deliver_all
from reports.reminders.services import create_due_reminders
from reports.reminders.tick import tick
from tests.acts import filed
from tests.factories import vn

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reminder_rules"), pytest.mark.engine]

MONDAY = vn("2024-03-04 08:00")


@pytest.fixture
def focal(unit):
    return FocalPoint.objects.create(unit=unit, full_name="Đầu mối Nội vụ", email="dau-moi@example.vn", phone="0123")


def told(unit):
    return [person.key for person in people_of_units([unit.pk], MONDAY.date()).get(unit.pk, [])]


def test_focal_point_gets_the_letter_of_its_unit(duty, focal, smtp):
    outcome = tick(at=MONDAY)

    assert [letter["To"] for letter in smtp.letters] == ["dau-moi@example.vn"]
    assert [(line["unit"], line["channel"], line["recipients"]) for line in outcome["reminders"]] == [
        ("Phòng Nội vụ", "email", ["Đầu mối Nội vụ"])
    ]


def test_letter_to_who_has_no_account_says_how_to_get_one_and_offers_no_settings(duty, focal, officer, mailoutbox):
    officer.email = "noi-vu@example.vn"
    officer.save()
    tick(at=MONDAY)
    told = {letter.to[0]: (letter.body, letter.alternatives[0].content) for letter in mailoutbox}

    how, settings = "xin tài khoản ở cơ quan thường trực", "/tai-khoan/"

    assert [(how in text, settings in text) for text in told[focal.email]] == [(True, False)] * 2
    assert [(how in text, settings in text) for text in told[officer.email]] == [(False, True)] * 2


def test_unit_with_a_focal_point_alone_is_no_alarm(duty, focal):
    tick(at=MONDAY)

    assert Alarm.objects.count() == 0


@pytest.mark.parametrize("change", [{"email": ""}, {"valid_to": MONDAY.date() - timedelta(days=1)}])
def test_focal_point_that_cannot_be_reached_leaves_an_alarm(duty, focal, unit, change):
    FocalPoint.objects.update(**change)

    outcome = tick(at=MONDAY)

    assert [(alarm["unit"], alarm["kind"]) for alarm in outcome["alarms"]] == [(unit.name, "nobody")]


def test_focal_point_with_a_telephone_alone_is_told_by_the_gateway(focal, unit, settings):
    settings.PORTAL_WEBHOOK_URL = "http://localhost/gateway"
    FocalPoint.objects.update(email="")

    (person,) = people_of_units([unit.pk], MONDAY.date())[unit.pk]

    assert [channel.value for channel in person.channels] == ["webhook"]


def test_gateway_is_given_name_and_telephone(focal):
    reminder = Reminder(focal_point=focal)

    assert reminder.contact == {"name": "Đầu mối Nội vụ", "username": "", "phone": "0123"}


def test_officer_who_is_the_focal_point_too_gets_one_letter(focal, officer, unit):
    officer.email = focal.email.upper()
    officer.save()

    assert told(unit) == [f"user:{officer.pk}"]


def test_officer_and_focal_point_are_both_told(focal, officer, unit):
    assert told(unit) == [f"user:{officer.pk}", f"focal:{focal.pk}"]


def test_focal_point_hears_nothing_of_what_was_filed(duty, focal, officer, smtp):
    tick(at=MONDAY - timedelta(hours=1))
    for report in UnitReport.objects.all():
        filed(report, by=officer, at=MONDAY)

    tick(at=MONDAY)

    assert smtp.letters == []


def test_focal_point_that_has_left_since_the_row_was_written_is_not_told(duty, focal, smtp):
    tick(at=MONDAY - timedelta(hours=1))
    create_due_reminders(at=MONDAY)
    FocalPoint.objects.update(valid_to=MONDAY.date() - timedelta(days=1))

    deliver_all(at=MONDAY)

    assert (smtp.letters, [reminder.state for reminder in Reminder.objects.all()]) == ([], ["not_needed"])


def test_message_is_for_one_person(focal, officer):
    both = Reminder(user=officer, focal_point=focal, recipient="?", channel="email", purpose="reports")
    both.slot_at = both.created_at = both.send_after = MONDAY

    with pytest.raises(IntegrityError, match="reminder_is_for_one_person"), transaction.atomic():
        both.save()
