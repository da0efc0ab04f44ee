"""A returned report that nobody corrects: chased for some weeks, then told to the leaders once and chased no more."""

from datetime import timedelta

import pytest
from django.urls import reverse
from lxml import html

from assignments.roles import Role
from reports.domain.calendar import VIETNAM
from reports.models import Alarm, Notification, ReminderItem, ReminderRule, UnitReport
from reports.periods.services import run_schedule
from reports.reminders.messages import leaders_message
from reports.reminders.slots import Slot
from reports.reminders.tick import tick
from reports.review.returns import close_report
from reports.review.services import return_report
from tests.acts import MONDAY, WEEK, filed, report_of
from tests.factories import PlanFactory, UnitFactory, UserFactory, vn
from tests.html import texts

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reminder_rules"), pytest.mark.engine]

RETURNED = vn("2024-03-05 09:00")
# Week 10 was due on 05/03 and returned that day; four weeks later is 02/04.
GIVEN_UP = vn("2024-04-03 08:00")
TOLD = vn("2024-04-04 08:00")


@pytest.fixture
def leader():
    return UserFactory(role=Role.LEADER)


@pytest.fixture
def returned(report, officer, standing_agency):
    filed(report, officer, MONDAY)
    return return_report(report, reason="Thiếu số liệu", by=standing_agency, at=RETURNED)


def pass_by(unit, officer, until):
    """Every week is filed on its Monday until ``until``; the clock ticks on the mornings of Wednesday and Thursday."""
    for week in range(1, (until - MONDAY).days // 7 + 1):
        begins = MONDAY + week * WEEK
        run_schedule(at=begins)
        for report in UnitReport.objects.filter(unit=unit, state="open", period__rhythm="weekly"):
            filed(report, officer, begins)
        for day in (2, 3):
            tick(at=begins + timedelta(days=day))


def chased(report):
    """The days on which the unit was pressed for the correction."""
    items = ReminderItem.objects.delivered().filter(kind="chaser", report=report)
    return [f"{at.astimezone(VIETNAM):%d/%m}" for at in sorted(set(items.values_list("reminder__sent_at", flat=True)))]


def test_returned_report_is_chased_until_four_weeks_after_its_period(returned, officer, leader):
    pass_by(returned.unit, officer, TOLD + WEEK)

    assert chased(returned) == ["13/03", "20/03", "27/03"]


def test_bell_of_the_leaders_opens_the_alarms():
    assert leaders_message([], [Alarm()]).path == "/canh-bao/"


def test_leaders_of_two_plans_are_told_of_which_plan_each_unit_owes():
    plans = [PlanFactory(number=number) for number in ("305/KH-UBND", "308/KH-UBND")]
    unit = UnitFactory(name="Phòng Y tế")
    alarms = [Alarm(plan=plan, unit=unit, rhythm="weekly", chasers=3) for plan in plans]

    told = leaders_message(alarms)

    assert [line for line in told.text.splitlines() if line.startswith("- ")] == [
        "- Phòng Y tế: 3 lần đôn đốc, báo cáo tuần, kế hoạch 305/KH-UBND",
        "- Phòng Y tế: 3 lần đôn đốc, báo cáo tuần, kế hoạch 308/KH-UBND",
    ]


def test_leaders_are_told_once(returned, officer, leader):
    pass_by(returned.unit, officer, TOLD + 2 * WEEK)

    told = Notification.objects.filter(user=leader, text__contains="trả lại đã lâu")
    assert [(bell.text, bell.created_at) for bell in told] == [("1 báo cáo trả lại đã lâu không sửa", TOLD)]
    alarm = Alarm.objects.get(kind="uncorrected")
    assert (alarm.unit, alarm.period.code, alarm.raised_at) == (returned.unit, "2024-W10", TOLD)


def test_number_of_weeks_is_a_setting(returned, officer, leader, settings):
    settings.RETURNED_WEEKS = 2

    pass_by(returned.unit, officer, TOLD)

    assert chased(returned) == ["13/03"]


def test_report_of_long_ago_is_chased_for_as_long_after_it_was_returned(report, officer, standing_agency):
    filed(report, officer, MONDAY)
    late = TOLD - timedelta(days=2)
    returned = return_report(report, reason="Thiếu", by=standing_agency, at=late)

    assert [returned.is_given_up(late + weeks * WEEK) for weeks in (1, 4, 5)] == [False, False, True]
    assert [UnitReport.objects.given_up(late + weeks * WEEK).count() for weeks in (1, 4, 5)] == [0, 0, 1]


def test_forecast_of_a_chaser_leaves_out_what_is_given_up(returned):
    rule = ReminderRule.objects.get(kind="chaser", rhythm="weekly")

    assert [Slot(rule, returned.period, at).speaks_of(returned, at) for at in (GIVEN_UP - WEEK, GIVEN_UP)] == [
        True,
        False,
    ]


def test_alarm_ends_with_the_decision(returned, officer, standing_agency, leader):
    pass_by(returned.unit, officer, TOLD)
    close_report(returned, reason="Đã cũ", by=standing_agency, at=TOLD)

    tick(at=TOLD + timedelta(minutes=5))

    assert Alarm.objects.get(kind="uncorrected").resolved_at == TOLD + timedelta(minutes=5)


def test_letter_names_silent_units_and_reports_given_up_apart(returned, officer, leader, mailoutbox):
    leader.email = "lanh-dao@example.vn"
    leader.save()
    for day in range(34):
        tick(at=MONDAY + timedelta(days=day))

    letter = [mail for mail in mailoutbox if mail.to == [leader.email]][-1]
    assert letter.subject == "1 đơn vị không trả lời đôn đốc báo cáo; 1 báo cáo trả lại đã lâu không sửa"
    assert "- Phòng Nội vụ: tuần 10/2024\n" in letter.body


def test_page_of_alarms_names_it(client, returned, officer, leader, standing_agency, time_machine):
    pass_by(returned.unit, officer, TOLD)
    time_machine.move_to(TOLD, tick=False)
    client.force_login(standing_agency)

    alarms = client.get("/canh-bao/")

    assert [alarm.period.code for alarm, _ in alarms.context["uncorrected"]] == ["2024-W10"]
    assert report_of(returned.unit).is_given_up(TOLD) is True


def counted_at_home(client, person):
    """What the first page of ``person`` counts of returned reports."""
    client.force_login(person)
    page = client.get("/")
    told = texts(page, "//main//*[self::b or self::a][contains(., ' báo cáo') and contains(., 'trả lại')]")
    return page, told


def test_home_of_the_agency_counts_returned_reports_once(
    client, returned, officer, leader, standing_agency, time_machine
):
    pass_by(returned.unit, officer, TOLD)
    time_machine.move_to(TOLD, tick=False)

    page, told = counted_at_home(client, standing_agency)

    assert told == ["1 báo cáo bị trả lại, đơn vị chưa sửa"]
    listed = html.fromstring(page.content.decode()).xpath("//main//details[contains(., 'đơn vị chưa sửa')]//a/@href")
    assert listed == [reverse("review_report", args=[returned.pk])]


def test_home_of_the_administrator_counts_those_given_up(client, plan, returned, officer, leader, time_machine):
    pass_by(returned.unit, officer, TOLD)
    time_machine.move_to(TOLD, tick=False)

    page, told = counted_at_home(client, UserFactory(role=Role.ADMIN))

    assert told == ["1 báo cáo trả lại đã lâu không sửa"]
    assert texts(page, f"//a[@href='/ke-hoach/{plan.pk}/canh-bao/#khong-sua']") == told
