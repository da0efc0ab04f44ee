"""What the rhythm of reminding meets under way: reports sent back, rules and people that change, units that end."""

from datetime import date, timedelta

import pytest
import time_machine

from assignments.models import StandingAgency, User
from assignments.roles import Role
from reports.models import (
    ContactPreference,
    Notification,
    Obstacle,
    Reminder,
    ReminderItem,
    ReminderRule,
    ReportingPeriod,
    UnitReport,
)
from reports.periods.services import run_schedule
from reports.reminders.delivery import deliver_all
from reports.reminders.forecast import forecast
from reports.reminders.manual import remind_by_hand
from reports.reminders.message_builder import _situation
from reports.reminders.services import create_due_reminders
from reports.reminders.tick import tick
from reports.review.services import Remark, reopen_report, return_report
from tests.acts import filed
from tests.factories import DutyFactory, InitiativeFactory, PlanFactory, UnitFactory, UserFactory, vn

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reminder_rules"), pytest.mark.engine]


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
    filed(UnitReport.objects.get(pk=report.pk), by=by, at=vn(at))


def send_back(report, by, at, reason="Thiếu số liệu tháng 2", remarks=()):
    return_report(UnitReport.objects.get(pk=report.pk), reason=reason, remarks=remarks, by=by, at=vn(at))


def ticks(*moments):
    return [tick(at=vn(moment)) for moment in moments]


def told_of(report):
    """When and by which rules people were told of ``report``."""
    items = ReminderItem.objects.delivered().filter(report=report, reminder__channel="portal").order_by("pk")
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
    assert notification.text == "Báo cáo tuần 28/02 – 05/03 của Phòng Nội vụ bị trả lại: Thiếu số liệu tháng 2"


def test_bell_and_letter_say_which_line_was_remarked_on_and_what_was_asked(week, officer, standing_agency, mailoutbox):
    file(week, officer, "2024-03-04 07:00")
    entry = week.entries.get()
    send_back(week, standing_agency, "2024-03-04 07:30", "Thiếu", [Remark(entry.pk, "Ghi rõ\nsố lượng", "result")])
    told = Notification.objects.get().text

    ticks("2024-03-04 08:00")

    asked = f"MH {entry.duty.initiative.code} (kết quả): Ghi rõ số lượng"
    (letter,) = mailoutbox
    reminded = Notification.objects.latest("pk").text
    assert told == f"Báo cáo tuần 28/02 – 05/03 của Phòng Nội vụ bị trả lại: Thiếu; {asked}"
    assert reminded == f"Đôn đốc nộp lại báo cáo tuần 28/02 – 05/03, bị trả lại ngày 04/03. {asked}"
    bodies = (letter.body, letter.alternatives[0][0])
    assert [f"↩ {asked}" in " ".join(body.split()) for body in bodies] == [True, True]


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


@pytest.mark.parametrize(("rhythm", "occasion"), [("weekly", "Báo cáo tuần: đôn đốc"), ("monthly", "Đôn đốc sau hạn")])
def test_log_names_a_rule_over_reports_of_its_rhythm_alone(rhythm, occasion):
    weekly = ReminderRule(rhythm="weekly", name="Báo cáo tuần: đôn đốc")

    item = ReminderItem(kind="chaser", rule=weekly, period=ReportingPeriod(rhythm=rhythm))

    assert item.occasion == occasion


def test_chaser_of_a_returned_report_waits_for_the_hour_its_person_chose(week, officer, standing_agency):
    ContactPreference.objects.create(user=officer, morning_hour=10)
    file(week, officer, "2024-03-05 09:00")
    send_back(week, standing_agency, "2024-03-08 10:00")
    run_schedule(at=vn("2024-03-13 06:00"))

    ticks("2024-03-13 08:00", "2024-03-13 10:00")

    assert told_of(week) == [("13/03 10:00", "đôn đốc sáng thứ Tư")]


def test_letter_about_a_returned_report_alone_does_not_offer_to_say_nothing(week, officer, standing_agency, mailoutbox):
    nothing = "bấm “Không phát sinh”"
    ticks("2024-03-04 08:00")
    file(week, officer, "2024-03-04 09:00")
    UnitReport.objects.exclude(pk=week.pk).delete()
    send_back(week, standing_agency, "2024-03-04 10:00")
    ticks("2024-03-05 08:00")

    first, second = mailoutbox

    assert [nothing in letter.body for letter in (first, second)] == [True, False]
    assert [nothing in letter.alternatives[0].content for letter in (first, second)] == [True, False]


def test_report_opened_again_is_chased_until_its_new_lock(week, officer, standing_agency):
    run_schedule(at=vn("2024-03-13 00:05"))
    until = vn("2024-03-22 17:00")
    missed = UnitReport.objects.get(pk=week.pk)
    reopen_report(missed, until=until, reason="Mất điện", by=standing_agency, at=vn("2024-03-18 09:00"))
    bell = Notification.objects.get()

    ticks("2024-03-20 08:00", "2024-03-27 08:00")

    words = "được mở lại, nộp được đến 17:00 ngày 22/03/2024: Mất điện"
    assert (bell.user, bell.text) == (officer, f"Báo cáo tuần 28/02 – 05/03 của Phòng Nội vụ {words}")

    assert told_of(week) == [("20/03 08:00", "đôn đốc sáng thứ Tư")]


def test_returned_report_that_was_corrected_is_left_in_peace(week, officer, standing_agency):
    file(week, officer, "2024-03-04 07:00")
    send_back(week, standing_agency, "2024-03-04 07:10")
    create_due_reminders(at=vn("2024-03-04 08:00"))
    file(week, officer, "2024-03-04 08:00")

    deliver_all(at=vn("2024-03-04 08:01"))

    assert set(Reminder.objects.values_list("state", flat=True)) == {"not_needed"}


def test_returned_report_can_be_pressed_for_by_hand(week, unit, officer, standing_agency, mailoutbox):
    file(week, officer, "2024-03-04 07:00")
    send_back(week, standing_agency, "2024-03-04 07:10")

    outcome = remind_by_hand([week.period], [unit], text="", by=standing_agency, at=vn("2024-03-04 09:00"))
    deliver_all(at=vn("2024-03-04 09:00"))

    assert outcome.told == [unit]
    assert mailoutbox[0].subject == "Đôn đốc nộp lại báo cáo tuần 10/2024, bị trả lại ngày 04/03"


def test_forecast_counts_who_must_correct_a_returned_report(week, officer, standing_agency):
    file(week, officer, "2024-03-04 07:00")
    send_back(week, standing_agency, "2024-03-04 07:10")

    first = forecast(week.period.plan, at=vn("2024-03-04 07:30"), days=1)[0]

    assert (first.rule.name, first.people) == ("Báo cáo tuần: sáng thứ Hai", 1)


# --- Rules and people that change under way ---


def test_rule_added_after_its_moment_begins_with_the_next_period(week, officer, client):
    client.force_login(UserFactory(role=Role.ADMIN))
    ticks("2024-03-06 08:00")
    late = {"rhythm": "weekly", "kind": "chaser", "days": 1, "at_time": "09:00", "day_off": "keep", "is_active": "on"}

    with time_machine.travel(vn("2024-03-08 10:00"), tick=False):
        client.post("/quan-tri/reports/reminderrule/add/", {**late, "name": "Báo cáo tuần: đôn đốc lần hai"})
    ticks("2024-03-08 10:05", "2024-03-13 09:00")

    later = UnitReport.objects.get(period__code="2024-W11")
    assert told_of(week) == [("06/03 08:00", "đôn đốc sáng thứ Tư")]
    assert told_of(later)[-1] == ("13/03 09:00", "đôn đốc lần hai")


def test_rule_moved_before_it_spoke_to_an_hour_that_has_passed_is_not_sent_for_that_period(week, officer, client):
    """The preview shows no moment in the past, and so none is sent."""
    client.force_login(UserFactory(role=Role.ADMIN))
    rule = ReminderRule.objects.get(name="Báo cáo tuần: chiều thứ Ba")
    ticks("2024-03-05 08:00")
    fields = {"rhythm": "weekly", "kind": "on_day", "days": 0, "day_off": "earlier", "is_active": "on"}

    with time_machine.travel(vn("2024-03-05 10:00"), tick=False):
        client.post(
            f"/quan-tri/reports/reminderrule/{rule.pk}/change/", {**fields, "name": rule.name, "at_time": "09:00"}
        )
    ticks("2024-03-05 10:05", "2024-03-05 15:00")

    assert told_of(week) == [("05/03 08:00", "sáng thứ Ba")]


def test_rule_changed_while_nothing_ran_loses_nothing_that_was_due_before(week, officer, client):
    client.force_login(UserFactory(role=Role.ADMIN))
    rule = ReminderRule.objects.get(name="Báo cáo tuần: sáng thứ Ba")
    fields = {"rhythm": "weekly", "kind": "on_day", "days": 0, "day_off": "earlier", "is_active": "on"}

    with time_machine.travel(vn("2024-03-05 10:00"), tick=False):
        client.post(
            f"/quan-tri/reports/reminderrule/{rule.pk}/change/", {**fields, "name": rule.name, "at_time": "07:30"}
        )
    ticks("2024-03-05 10:05")

    assert told_of(week) == [("05/03 10:05", "sáng thứ Ba")]


def test_rule_switched_off_for_a_while_does_not_make_up_for_it(week, officer, client):
    client.force_login(UserFactory(role=Role.ADMIN))
    rule = ReminderRule.objects.get(name="Báo cáo tuần: đôn đốc sáng thứ Tư")
    ReminderRule.objects.filter(pk=rule.pk).update(is_active=False)
    ticks("2024-03-05 15:00", "2024-03-06 08:00")
    fields = {"rhythm": "weekly", "kind": "chaser", "days": 1, "day_off": "keep", "is_active": "on"}

    with time_machine.travel(vn("2024-03-08 10:00"), tick=False):
        client.post(
            f"/quan-tri/reports/reminderrule/{rule.pk}/change/", {**fields, "name": rule.name, "at_time": "08:00"}
        )
    ticks("2024-03-08 10:05")

    assert told_of(week) == [("05/03 15:00", "chiều thứ Ba")]


def test_hour_changed_after_the_message_was_written_neither_loses_nor_doubles_it(week, officer, mailoutbox):
    create_due_reminders(at=vn("2024-03-04 08:00"))
    ContactPreference.objects.create(user=officer, morning_hour=11)

    ticks("2024-03-04 08:00", "2024-03-04 11:00", "2024-03-05 08:00", "2024-03-05 11:00")

    assert [when for when, _ in told_of(week)] == ["04/03 08:00", "05/03 11:00"]
    assert len(mailoutbox) == 2


def test_officer_who_leaves_between_writing_and_sending_is_told_nothing_more(week, officer, mailoutbox):
    create_due_reminders(at=vn("2024-03-04 08:00"))
    officer.memberships.update(valid_to=date(2024, 3, 3))

    deliver_all(at=vn("2024-03-04 08:01"))

    assert (mailoutbox, told_of(week)) == ([], [])


def test_report_of_a_week_in_which_a_unit_ends_is_reminded_to_who_serves_its_successor(plan):
    """Công an huyện ended on 01/03/2025; the week belongs to whoever stands on its last day."""
    old = UnitFactory(name="Công an huyện", valid_to=date(2025, 2, 28))
    new = UnitFactory(name="Công an tỉnh", valid_from=date(2025, 3, 1))
    type(old).objects.filter(pk=old.pk).update(successor=new)
    DutyFactory(unit=old, initiative=InitiativeFactory(plan=plan))
    UserFactory(unit=old)
    after = UserFactory(unit=new)
    run_schedule(at=vn("2025-02-27 08:00"))

    for day in ("2025-03-01", "2025-03-03", "2025-03-05", "2025-03-10"):
        ticks(f"{day} 08:00")

    items = ReminderItem.objects.delivered().filter(rule__rhythm="weekly").order_by("reminder__sent_at", "pk")
    assert list(items.values_list("report__unit__name", "period__code", "reminder__user")) == [
        ("Công an tỉnh", "2025-W10", after.pk),
        ("Công an tỉnh", "2025-W10", after.pk),
        ("Công an tỉnh", "2025-W11", after.pk),
    ]


# --- Several plans and moments in one message ---


def test_message_lists_what_is_owed_under_two_plans_and_says_which(week, unit, officer, mailoutbox):
    other = PlanFactory(number="308/KH-UBND")
    DutyFactory(unit=unit, initiative=InitiativeFactory(plan=other))
    run_schedule(at=vn("2024-03-01 09:00"))

    ticks("2024-03-04 08:00")

    (letter,) = mailoutbox
    titles = [line.split(" – ")[0] for line in letter.body.splitlines() if line.startswith("- ")]
    first, second = week.period.plan.number, other.number
    assert titles == [
        f"- Báo cáo tuần 10/2024, kế hoạch {first}",
        f"- Báo cáo tuần 10/2024, kế hoạch {second}",
        f"- Báo cáo tháng 3/2024, kế hoạch {first}",
        f"- Báo cáo tháng 3/2024, kế hoạch {second}",
    ]
    links = [f"http://localhost:8000{report.get_absolute_url()}" for report in UnitReport.objects.all()]
    assert [link in letter.body for link in links] == [True] * 4
    assert letter.subject == "Nhắc nộp 2 báo cáo, hạn gần nhất thứ Ba 05/03"


def test_message_of_what_is_owed_under_one_of_two_plans_says_which(week, unit, officer, mailoutbox):
    other = PlanFactory(number="308/KH-UBND")
    DutyFactory(unit=unit, initiative=InitiativeFactory(plan=other))
    run_schedule(at=vn("2024-03-01 09:00"))
    for report in UnitReport.objects.filter(period__plan=other):
        file(report, officer, "2024-03-01 10:00")

    ticks("2024-03-04 08:00")

    (letter,) = mailoutbox
    titles = [line.split(" – ")[0] for line in letter.body.splitlines() if line.startswith("- ")]
    first = week.period.plan.number
    assert titles == [f"- Báo cáo tuần 10/2024, kế hoạch {first}", f"- Báo cáo tháng 3/2024, kế hoạch {first}"]


def test_digest_of_the_agency_of_two_plans_says_which_is_which(week, unit, standing_agency, mailoutbox):
    other = PlanFactory(number="308/KH-UBND")
    DutyFactory(unit=unit, initiative=InitiativeFactory(plan=other))
    for plan in (week.period.plan, other):
        StandingAgency.objects.get_or_create(plan=plan, unit=standing_agency.memberships.get().unit)
    User.objects.filter(pk=standing_agency.pk).update(email="thuong-truc@huyen.gov.vn")
    run_schedule(at=vn("2024-03-01 09:00"))

    ticks("2024-03-05 18:00")

    (letter,) = [one for one in mailoutbox if one.subject.startswith("Tình hình")]
    first, second = week.period.plan.number, other.number
    assert [line for line in letter.body.splitlines() if line][:4] == [
        f"Báo cáo tuần 10/2024 (kế hoạch {first}): đã nộp 0/1.",
        "Chưa nộp (1): Phòng Nội vụ.",
        f"Báo cáo tuần 10/2024 (kế hoạch {second}): đã nộp 0/1.",
        "Chưa nộp (1): Phòng Nội vụ.",
    ]


def test_letter_put_off_still_goes_when_the_later_one_has_nothing_left_to_say(duty, officer, smtp):
    """Tuesday 14/05/2024: the morning's letter asks for the week and the month, the afternoon's for the week alone."""
    run_schedule(at=vn("2024-05-10 08:00"))
    ReminderRule.objects.filter(kind="before").update(is_active=False)
    smtp.stop()
    ticks("2024-05-14 08:00", "2024-05-14 15:00")
    file(UnitReport.objects.get(period__code="2024-W20"), officer, "2024-05-14 15:10")
    smtp.start()

    ticks("2024-05-14 17:00")

    assert [letter["Subject"].strip() for letter in smtp.letters] == ["Nhắc nộp báo cáo tháng 5/2024, hạn thứ Ba 14/05"]


def test_digest_says_how_many_difficulties_there_are_beyond_those_it_names(week, duty, standing_agency, mailoutbox):
    standing_agency.email = "cah@example.vn"
    standing_agency.save()
    for n in range(23):
        at = vn("2024-03-04 09:00") + timedelta(minutes=n)
        Obstacle.objects.create(duty=duty, text=f"Vướng việc {n}", opened_at=at, raised_at=at)

    ticks("2024-03-05 18:00")

    letter = next(letter for letter in mailoutbox if letter.to == ["cah@example.vn"])
    assert "Khó khăn mới từ lần trước (23):" in letter.body
    assert letter.body.count("Vướng việc") == 20
    assert "- và 3 khó khăn khác" in letter.body


def test_digest_counts_the_failures_of_its_own_plan_that_still_matter(week, officer, smtp):
    unit, evening = UnitFactory(), vn("2024-03-05 18:00")
    stranger = UserFactory(unit=unit, email="xa-khac@example.vn")
    DutyFactory(unit=unit, initiative=InitiativeFactory(plan=PlanFactory()))
    smtp.answers |= dict.fromkeys((officer.email, stranger.email), "550 5.1.1 No such user")
    ticks("2024-03-04 08:00")
    before = _situation([week.period], evening).undelivered

    file(week, officer, "2024-03-05 09:00")

    after = _situation([week.period], evening).undelivered
    assert (before, after, Reminder.objects.failed().count()) == (1, 0, 2)


def test_digest_names_who_has_a_returned_report_to_correct(week, officer, standing_agency, mailoutbox):
    standing_agency.email = "cah@example.vn"
    standing_agency.save()
    file(week, officer, "2024-03-04 09:00")
    send_back(week, standing_agency, "2024-03-04 10:00")

    ticks("2024-03-05 18:00")

    letter = next(letter for letter in mailoutbox if letter.to == ["cah@example.vn"])
    assert letter.body.startswith("Báo cáo tuần 10/2024: đã nộp 1/1.\nBị trả lại, chờ sửa (1): Phòng Nội vụ.\n")
