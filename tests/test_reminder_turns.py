"""What the rhythm of reminding meets under way: reports sent back, rules and people that change, units that end."""

import pytest

from reports.models import Notification, Reminder, ReminderItem, ReminderRule, UnitReport
from reports.preview import preview
from reports.services.by_hand import remind_by_hand
from reports.services.delivery import deliver_all
from reports.services.filing import submit_nothing
from reports.services.periods import run_schedule
from reports.services.reminders import owe_reminders
from reports.services.review import reopen_report, return_report
from reports.services.schedule import tick
from tests.factories import vn

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reminder_rules")]


@pytest.fixture
def officer(officer):
    officer.email = "noi-vu@example.vn"
    officer.save()
    return officer


@pytest.fixture
def weekly_rules_alone(reminder_rules):
    ReminderRule.objects.exclude(rhythm="weekly").update(is_active=False)


@pytest.fixture
def week(duty, officer, weekly_rules_alone):
    """The report of week 10, open since the Wednesday before; rules of other rhythms are out of the way."""
    run_schedule(at=vn("2024-03-01 08:00"))
    return UnitReport.objects.get(period__code="2024-W10")


def file(report, by, at):
    submit_nothing(UnitReport.objects.get(pk=report.pk), by=by, at=vn(at))


def send_back(report, by, at, reason="Thiếu số liệu tháng 2"):
    return_report(UnitReport.objects.get(pk=report.pk), reason=reason, by=by, at=vn(at))


def ticks(*moments):
    return [tick(at=vn(moment)) for moment in moments]


def told_of(report):
    """When and by which rules people were told of ``report``."""
    items = ReminderItem.objects.told().filter(report=report, reminder__channel="portal").order_by("pk")
    return [
        (f"{item.reminder.sent_at.astimezone(vn('2024-01-01').tzinfo):%d/%m %H:%M}", item.rule.name.split(": ")[1])
        for item in items.select_related("reminder", "rule")
    ]


# --- A report sent back is owed again ---


def test_unit_is_told_at_once_that_its_report_was_returned_and_why(week, officer, outsider, standing_agency):
    file(week, officer, "2024-03-04 09:00")

    send_back(week, standing_agency, "2024-03-04 10:00")

    notification = Notification.objects.get()
    assert (notification.user, notification.url) == (officer, week.get_absolute_url())
    assert notification.text == "Báo cáo tuần 10/2024 của Phòng Nội vụ bị trả lại: Thiếu số liệu tháng 2"


def test_report_returned_before_it_is_due_is_reminded_like_one_not_filed(week, officer, standing_agency, mailoutbox):
    file(week, officer, "2024-03-04 07:00")
    send_back(week, standing_agency, "2024-03-04 10:00")

    ticks("2024-03-04 08:00", "2024-03-05 08:00", "2024-03-05 15:00", "2024-03-06 08:00")

    assert told_of(week) == [
        ("04/03 08:00", "sáng thứ Hai"),
        ("05/03 08:00", "sáng thứ Ba"),
        ("05/03 15:00", "chiều thứ Ba"),
        ("06/03 08:00", "đôn đốc sáng thứ Tư"),
    ]
    assert mailoutbox[-1].subject == "Đôn đốc nộp lại báo cáo tuần 10/2024, bị trả lại ngày 04/03"


def test_report_returned_after_its_chaser_is_chased_each_week_until_it_is_corrected(week, officer, standing_agency):
    file(week, officer, "2024-03-05 09:00")
    send_back(week, standing_agency, "2024-03-08 10:00")
    for code, day in (("2024-W11", 12), ("2024-W12", 19), ("2024-W13", 26)):
        run_schedule(at=vn(f"2024-03-{day} 06:00"))
        file(UnitReport.objects.get(period__code=code), officer, f"2024-03-{day} 07:00")
        if code == "2024-W13":
            file(week, officer, "2024-03-27 07:59")
        tick(at=vn(f"2024-03-{day + 1} 08:00"))

    assert told_of(week) == [("13/03 08:00", "đôn đốc sáng thứ Tư"), ("20/03 08:00", "đôn đốc sáng thứ Tư")]


def test_report_opened_again_is_chased_until_its_new_lock(week, officer, standing_agency):
    run_schedule(at=vn("2024-03-13 00:05"))
    until = vn("2024-03-22 17:00")
    missed = UnitReport.objects.get(pk=week.pk)
    reopen_report(missed, until=until, reason="Mất điện", by=standing_agency, at=vn("2024-03-18 09:00"))

    ticks("2024-03-20 08:00", "2024-03-27 08:00")

    assert told_of(week) == [("20/03 08:00", "đôn đốc sáng thứ Tư")]


def test_returned_report_that_was_corrected_is_left_in_peace(week, officer, standing_agency):
    file(week, officer, "2024-03-04 07:00")
    send_back(week, standing_agency, "2024-03-04 07:10")
    owe_reminders(at=vn("2024-03-04 08:00"))
    file(week, officer, "2024-03-04 08:00")

    deliver_all(at=vn("2024-03-04 08:01"))

    assert set(Reminder.objects.values_list("state", flat=True)) == {"not_needed"}


def test_returned_report_can_be_pressed_for_by_hand(week, unit, officer, standing_agency, mailoutbox):
    file(week, officer, "2024-03-04 07:00")
    send_back(week, standing_agency, "2024-03-04 07:10")

    outcome = remind_by_hand(week.period, [unit], text="", by=standing_agency, at=vn("2024-03-04 09:00"))
    deliver_all(at=vn("2024-03-04 09:00"))

    assert outcome.told == [unit]
    assert mailoutbox[0].subject == "Đôn đốc nộp lại báo cáo tuần 10/2024, bị trả lại ngày 04/03"


def test_preview_counts_who_must_correct_a_returned_report(week, officer, standing_agency):
    file(week, officer, "2024-03-04 07:00")
    send_back(week, standing_agency, "2024-03-04 07:10")

    first = preview(week.period.plan, at=vn("2024-03-04 07:30"), days=1)[0]

    assert (first.rule.name, first.people) == ("Báo cáo tuần: sáng thứ Hai", 1)
