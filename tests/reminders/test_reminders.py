"""Nobody is forgotten, nobody is nagged twice: what the rules owe to whom and when (CHECKS 25, 26, 35, 36)."""

from datetime import time, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assignments.models import UnitMembership
from assignments.roles import Role
from reports.models import (
    Alarm,
    ContactPreference,
    Holiday,
    Notification,
    Reminder,
    ReminderItem,
    ReminderRule,
    ReminderSlot,
    ReminderState,
    UnitReport,
)
from reports.periods.services import run_schedule
from reports.reminders.delivery import deliver_all
from reports.reminders.forecast import forecast
from reports.reminders.manual import remind_by_hand
from reports.reminders.services import create_due_reminders
from reports.reminders.tick import tick
from tests.acts import filed
from tests.factories import DutyFactory, InitiativeFactory, UnitFactory, UserFactory, vn

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reminder_rules")]

WEEK = ("2024-03-04 08:00", "2024-03-05 08:00", "2024-03-05 15:00", "2024-03-06 08:00")


@pytest.fixture
def officer(officer):
    officer.email = "noi-vu@example.vn"
    officer.save()
    return officer


def bells(user=None):
    """When the bell rang for which rules, in order: ("05/03 08:00", ["sáng thứ Ba"])."""
    reminders = Reminder.objects.filter(channel="portal", state="sent", **({"user": user} if user else {}))
    return [
        (f"{reminder.sent_at.astimezone(vn('2024-01-01').tzinfo):%d/%m %H:%M}", rules_of(reminder))
        for reminder in reminders.order_by("sent_at", "pk")
    ]


def rules_of(reminder):
    names = [item.rule.name.split(": ")[1] if item.rule else "đôn đốc" for item in reminder.items.order_by("pk")]
    return list(dict.fromkeys(names))


def ticks(*moments):
    return [tick(at=vn(moment)) for moment in moments]


def file(unit, code, by, at):
    filed(UnitReport.objects.get(unit=unit, period__code=code), by=by, at=vn(at))


# --- The rhythm ---


def test_week_nobody_files_is_reminded_by_each_rule_once(duty, officer):
    ticks(*WEEK)

    assert bells() == [
        ("04/03 08:00", ["sáng thứ Hai"]),
        ("05/03 08:00", ["sáng thứ Ba"]),
        ("05/03 15:00", ["chiều thứ Ba"]),
        ("06/03 08:00", ["đôn đốc sáng thứ Tư"]),
    ]


def test_month_nobody_files_is_reminded_on_working_days(duty, officer):
    """14/07/2024 is a Sunday: the 13th and the 14th are told on Friday the 12th, once; the 15th stays."""
    ReminderRule.objects.filter(rhythm="weekly").update(is_active=False)

    ticks("2024-07-10 08:00", "2024-07-12 08:00", "2024-07-13 08:00", "2024-07-14 08:00", "2024-07-15 08:00")

    assert bells() == [
        ("10/07 08:00", ["sáng ngày 10"]),
        ("12/07 08:00", ["sáng ngày 13", "sáng ngày 14"]),
        ("15/07 08:00", ["đôn đốc sáng ngày 15"]),
    ]


def test_week_of_tet_is_reminded_on_the_last_working_day(duty, officer):
    ReminderRule.objects.filter(rhythm="monthly").update(is_active=False)

    ticks("2024-02-07 08:00", "2024-02-07 15:00", "2024-02-12 08:00", "2024-02-13 15:00", "2024-02-14 08:00")

    assert bells() == [
        ("07/02 08:00", ["sáng thứ Hai", "sáng thứ Ba"]),
        ("07/02 15:00", ["chiều thứ Ba"]),
        ("14/02 08:00", ["đôn đốc sáng thứ Tư"]),
    ]


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2024-03-04 07:59:59", []),
        ("2024-03-04 08:00:00", ["sáng thứ Hai"]),
        ("2024-03-04 23:59:59", ["sáng thứ Hai"]),
        ("2024-03-05 00:00:00", ["sáng thứ Hai"]),
        ("2024-03-05 23:59:59", ["chiều thứ Ba"]),
        ("2024-03-06 00:00:00", []),  # the due moment has passed, the chaser has not come
        ("2024-03-06 08:00:00", ["đôn đốc sáng thứ Tư"]),
    ],
)
def test_first_tick_at_the_edge_of_a_day_says_what_makes_sense_then(duty, officer, moment, expected):
    run_schedule(at=vn("2024-03-01 08:00"))

    tick(at=vn(moment))

    assert [rules for _, rules in bells()] == ([expected] if expected else [])


# --- Nobody is nagged twice ---


def test_same_moment_again_does_nothing_more(duty, officer, monday):
    tick(at=monday)

    assert tick(at=monday) == {"opened": [], "reminders": [], "missed": [], "alarms": []}
    assert Reminder.objects.count() == 2  # bell and letter


def test_two_schedulers_for_a_week_repeat_nothing(duty, officer):
    first = vn("2024-03-04 00:00")

    for day in range(7):
        for hour in (0, 8, 15, 18):
            tick(at=first + timedelta(days=day, hours=hour))
            tick(at=first + timedelta(days=day, hours=hour, seconds=1))

    assert [rules for _, rules in bells(officer)] == [
        ["sáng thứ Hai"],
        ["sáng thứ Ba"],
        ["chiều thứ Ba"],
        ["đôn đốc sáng thứ Tư"],
        ["sáng ngày 10"],  # a Sunday: on Friday
    ]


def test_unit_that_files_just_before_gets_nothing(duty, unit, officer):
    run_schedule(at=vn("2024-03-04 07:00"))
    file(unit, "2024-W10", officer, "2024-03-04 07:59")

    tick(at=vn("2024-03-04 08:00"))

    assert Reminder.objects.count() == 0


def test_unit_that_files_between_writing_and_sending_gets_nothing(duty, unit, officer, mailoutbox):
    run_schedule(at=vn("2024-03-04 07:00"))
    create_due_reminders(at=vn("2024-03-04 08:00"))
    file(unit, "2024-W10", officer, "2024-03-04 08:00")

    deliver_all(at=vn("2024-03-04 08:01"))

    assert (mailoutbox, Notification.objects.count()) == ([], 0)
    assert set(Reminder.objects.values_list("state", flat=True)) == {ReminderState.NOT_NEEDED}
    assert ReminderItem.objects.delivered().count() == 0


def test_clock_that_jumps_repeats_nothing(duty, officer, monday):
    tick(at=monday)
    tick(at=monday - timedelta(hours=2))
    tick(at=monday + timedelta(days=1))
    tick(at=monday)
    tick(at=monday + timedelta(days=1))

    assert [rules for _, rules in bells()] == [["sáng thứ Hai"], ["sáng thứ Ba"]]


def test_rule_moved_to_a_later_hour_after_it_spoke_is_silent(duty, officer, monday):
    tick(at=monday)
    ReminderRule.objects.filter(name="Báo cáo tuần: sáng thứ Hai").update(at_time=time(9))

    tick(at=monday + timedelta(hours=1))

    assert [rules for _, rules in bells()] == [["sáng thứ Hai"]]


def test_rule_switched_off_is_silent(duty, officer, monday):
    ReminderRule.objects.filter(name="Báo cáo tuần: sáng thứ Hai").update(is_active=False)

    tick(at=monday)

    assert Reminder.objects.count() == 0


# --- Nobody is forgotten ---


@pytest.mark.parametrize(
    ("back_at", "expected"),
    [
        ("2024-03-04 11:30", ["sáng thứ Hai"]),  # over one moment
        ("2024-03-05 10:00", ["sáng thứ Ba"]),  # over two
        ("2024-03-06 09:00", ["đôn đốc sáng thứ Tư"]),  # over four
        ("2024-03-15 09:00", ["đôn đốc sáng thứ Tư", "đôn đốc sáng ngày 15"]),  # over nine, of two weeks and a month
    ],
)
def test_beat_down_over_due_moments_sends_the_one_message_that_makes_sense(duty, officer, back_at, expected):
    run_schedule(at=vn("2024-03-04 07:00"))

    ticks(back_at, back_at)

    assert [rules for _, rules in bells()] == [expected]
    spoke = ReminderSlot.objects.filter(is_superseded=False, rule__kind__in=("before", "on_day", "chaser"))
    assert spoke.count() == len(expected)


def test_report_already_in_is_not_chased_after_a_pause(duty, unit, officer):
    run_schedule(at=vn("2024-03-04 07:00"))
    file(unit, "2024-W10", officer, "2024-03-05 09:00")

    tick(at=vn("2024-03-06 09:00"))

    assert Reminder.objects.count() == 0


def test_message_of_a_day_lists_all_that_the_person_owes_with_links(duty, unit, officer, mailoutbox):
    other = UnitFactory(name="Phòng Y tế")
    DutyFactory(unit=other, initiative=duty.initiative)
    UnitMembership.objects.create(user=officer, unit=other)

    tick(at=vn("2024-03-14 08:00"))

    letter = mailoutbox[0]
    reports = UnitReport.objects.filter(period__code="2024-03")
    assert (len(mailoutbox), letter.subject) == (1, "Nhắc nộp 2 báo cáo, hạn gần nhất thứ Năm 14/03")
    assert [f"http://localhost:8000/bao-cao/{report.pk}/" in letter.body for report in reports] == [True, True]
    assert letter.body.count("Báo cáo tuần 12/2024 – ") == 2  # owed as well, though no rule speaks of it today


def test_person_of_no_unit_that_owes_is_left_in_peace(duty, officer, outsider, monday):
    tick(at=monday)

    assert set(Reminder.objects.values_list("user", flat=True)) == {officer.pk}


@pytest.mark.parametrize("change", ["switched off", "gone", "leader"])
def test_unit_with_nobody_to_remind_is_an_alarm_once(duty, unit, officer, monday, change):
    if change == "switched off":
        officer.is_active = False
    elif change == "gone":
        officer.memberships.update(valid_to=monday.date() - timedelta(days=1))
    else:
        officer.role = Role.LEADER
    officer.save()

    first, second = tick(at=monday), tick(at=monday + timedelta(days=1))

    message = "Phòng Nội vụ: Không có ai nhận nhắc"
    assert first["alarms"] == [{"unit": unit.name, "period": "2024-W10", "kind": "nobody", "message": message}]
    assert (second["alarms"], Reminder.objects.count()) == ([], 0)


def test_alarm_ends_when_somebody_serves_the_unit(duty, unit, monday):
    tick(at=monday)
    UserFactory(unit=unit)

    tick(at=monday + timedelta(minutes=5))

    assert Alarm.objects.get().resolved_at == monday + timedelta(minutes=5)


# --- Choices ---


def test_person_may_choose_a_later_morning_hour_but_not_silence(duty, officer, monday, mailoutbox):
    ContactPreference.objects.create(user=officer, morning_hour=10, by_email=False, by_webhook=False)

    ticks("2024-03-04 08:00", "2024-03-04 09:59")
    early = list(bells())
    ticks("2024-03-04 10:00", "2024-03-05 15:00")

    assert (early, mailoutbox) == ([], [])
    assert [when for when, _ in bells()] == ["04/03 10:00", "05/03 15:00"]


def test_chosen_hour_does_not_pass_the_due_moment(duty, officer, monday):
    ContactPreference.objects.create(user=officer, morning_hour=11)
    run_schedule(at=vn("2024-03-04 07:00"))
    duty.initiative.plan.periods.filter(code="2024-W10").update(due_at=vn("2024-03-04 09:00"))
    ReminderRule.objects.filter(name="Báo cáo tuần: sáng thứ Ba").update(at_time=time(8))

    tick(at=monday)

    assert [rules for _, rules in bells()] == [["sáng thứ Ba"]]


def test_rule_without_letters_rings_the_bell_alone(duty, officer, monday, mailoutbox):
    ReminderRule.objects.update(by_email=False)

    tick(at=monday)

    assert ([when for when, _ in bells()], mailoutbox) == (["04/03 08:00"], [])


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "before", "days": 1},
        {"kind": "chaser", "days": 0},
        {"kind": "before", "days": -1, "day_off": "later"},
        {"kind": "chaser", "days": 1, "day_off": "earlier"},
        {"kind": "escalation", "days": 2},
        {"kind": "chaser", "days": 1, "after_chasers": 2},
    ],
)
def test_rule_that_contradicts_itself_is_refused(wrong):
    rule = ReminderRule(rhythm="weekly", name="Quy tắc", at_time=time(7), **wrong)

    with pytest.raises(ValidationError):
        rule.full_clean()


# --- The standing agency and the leaders ---


def test_standing_agency_gets_one_digest_in_the_evening(duty, unit, officer, standing_agency, monday):
    UserFactory(role=Role.STANDING_AGENCY, unit=UnitFactory())  # of another agency
    DutyFactory(initiative=duty.initiative, unit=UnitFactory(name="Phòng Y tế"))
    run_schedule(at=monday)
    file(unit, "2024-W10", officer, "2024-03-05 09:00")

    ticks("2024-03-05 18:00", "2024-03-05 18:05")

    told = Notification.objects.exclude(user=officer)
    assert [(notification.user, notification.text) for notification in told] == [
        (standing_agency, "Tình hình nộp báo cáo tuần 28/02 – 05/03: còn 1 chưa nộp")
    ]


def chase_three_weeks(unit):
    """Three Wednesdays without an answer; the third Thursday tells the leaders."""
    for day in ("2024-03-06", "2024-03-07", "2024-03-13", "2024-03-14", "2024-03-20", "2024-03-21"):
        tick(at=vn(f"{day} 08:00"))


def test_three_chasers_without_an_answer_go_to_the_leaders(duty, unit, officer, monday):
    leader = UserFactory(role=Role.LEADER)
    run_schedule(at=monday)

    chase_three_weeks(unit)

    alarm = Alarm.objects.get()
    assert (alarm.kind, alarm.unit, alarm.rhythm, alarm.chasers) == ("unanswered", unit, "weekly", 3)
    assert [when for when, _ in bells(leader)] == ["21/03 08:00"]


def test_answer_in_between_starts_the_count_again(duty, unit, officer, monday):
    UserFactory(role=Role.LEADER)
    run_schedule(at=monday)
    ticks("2024-03-06 08:00")
    file(unit, "2024-W10", officer, "2024-03-06 10:00")

    chase_three_weeks(unit)

    assert Alarm.objects.count() == 0


def test_filing_takes_a_unit_off_the_list_of_the_leaders(duty, unit, officer, monday):
    run_schedule(at=monday)
    chase_three_weeks(unit)

    file(unit, "2024-W12", officer, "2024-03-21 09:00")
    tick(at=vn("2024-03-21 09:05"))

    assert Alarm.objects.unresolved().count() == 0


# --- By hand ---


@pytest.fixture
def period(duty, monday):
    run_schedule(at=monday - timedelta(hours=1))
    return duty.initiative.plan.periods.get(code="2024-W10")


def test_reminder_by_hand_over_several_periods_is_one_message_a_person(
    period, unit, officer, standing_agency, monday, mailoutbox
):
    month = period.plan.periods.get(code="2024-03")

    outcome = remind_by_hand([period, month], [unit], text="", by=standing_agency, at=monday)
    deliver_all(at=monday)

    assert (outcome.told, [mail.subject for mail in mailoutbox]) == (
        [unit],
        ["Đôn đốc nộp 2 báo cáo, hạn gần nhất thứ Ba 05/03"],
    )
    spoken_of = ReminderItem.objects.filter(reminder__hand=outcome.hand, reminder__channel="email")
    assert sorted(spoken_of.values_list("period__code", flat=True)) == ["2024-03", "2024-W10"]


def test_letter_says_the_hour_of_a_report_due_before_the_end_of_its_day(
    period, unit, officer, standing_agency, monday, mailoutbox
):
    period.due_at = vn("2024-03-05 17:00")
    period.save()

    remind_by_hand([period], [unit], text="", by=standing_agency, at=monday)
    deliver_all(at=monday)

    assert "Hạn thứ Ba 05/03 17:00, còn 1 ngày." in mailoutbox[0].body


def test_pressing_again_for_one_more_period_asks_for_that_one_alone(period, unit, officer, standing_agency, monday):
    month = period.plan.periods.get(code="2024-03")
    remind_by_hand([period], [unit], text="", by=standing_agency, at=monday)

    again = remind_by_hand([period, month], [unit], text="", by=standing_agency, at=monday + timedelta(seconds=2))

    items = ReminderItem.objects.filter(reminder__hand=again.hand, reminder__channel="portal")
    assert (again.told, [item.period for item in items]) == ([unit], [month])


def test_reminder_by_hand_reaches_the_unit_with_its_words_and_counts_as_a_chaser(
    period, unit, officer, standing_agency, monday, mailoutbox
):
    outcome = remind_by_hand([period], [unit], text="  Gọi  Công an huyện\nnếu vướng ", by=standing_agency, at=monday)
    deliver_all(at=monday)

    assert (outcome.told, outcome.filed, outcome.nobody) == ([unit], [], [])
    assert mailoutbox[0].subject == "Đôn đốc nộp báo cáo tuần 10/2024, hạn thứ Ba 05/03"
    assert "nếu vướng" in mailoutbox[0].body
    assert set(ReminderItem.objects.values_list("kind", "rule")) == {("chaser", None)}


def test_reminder_by_hand_pressed_twice_is_sent_once(period, unit, officer, standing_agency, monday):
    remind_by_hand([period], [unit], text="", by=standing_agency, at=monday)

    again = remind_by_hand([period], [unit], text="", by=standing_agency, at=monday + timedelta(seconds=2))

    assert (again.told, again.just_told, Reminder.objects.count()) == ([], [unit], 2)


def test_reminder_by_hand_leaves_alone_who_has_filed_and_names_who_has_nobody(
    period, duty, unit, officer, standing_agency, monday
):
    lonely = UnitFactory(name="Phòng Y tế")
    report = UnitReport.objects.create(period=period, unit=lonely)
    file(unit, "2024-W10", officer, "2024-03-04 07:30")

    outcome = remind_by_hand([period], [unit, lonely], text="", by=standing_agency, at=monday)

    assert (outcome.told, outcome.filed, outcome.nobody) == ([], [unit], [report.unit])
    assert [alarm.unit for alarm in Alarm.objects.all()] == [lonely]


# --- Cost and preview ---


def queries_of(work):
    with CaptureQueriesContext(connection) as captured:
        work()
    return len([query for query in captured if "SAVEPOINT" not in query["sql"]])


@pytest.mark.parametrize("units", [1, 3])
def test_idle_tick_costs_a_handful_of_queries_however_many_units(plan, units, monday):
    initiative = InitiativeFactory(plan=plan)
    for _ in range(units):
        unit = UnitFactory()
        DutyFactory(unit=unit, initiative=initiative)
        UserFactory(unit=unit)
    tick(at=monday)

    later = monday + timedelta(minutes=5)
    assert queries_of(lambda: (create_due_reminders(at=later), deliver_all(at=later))) == 6


@pytest.mark.parametrize("units", [1, 3])
def test_writing_what_is_owed_costs_the_same_for_one_unit_and_for_three(plan, units, monday):
    initiative = InitiativeFactory(plan=plan)
    for _ in range(units):
        unit = UnitFactory()
        DutyFactory(unit=unit, initiative=initiative)
        UserFactory(unit=unit)
    run_schedule(at=monday - timedelta(hours=1))
    create_due_reminders(at=monday - timedelta(minutes=5))

    assert queries_of(lambda: create_due_reminders(at=monday)) == 16


def test_forecast_tells_who_gets_what_when(duty, unit, officer, monday):
    run_schedule(at=monday)

    coming = forecast(duty.initiative.plan, at=monday + timedelta(seconds=1), days=10)

    weekly = [(f"{message.at:%d/%m %H:%M}", message.rule.name.split(": ")[1], message.people) for message in coming]
    assert (
        weekly
        == [
            ("04/03 08:00", "sáng thứ Hai", 1),
            ("05/03 08:00", "sáng thứ Ba", 1),
            ("05/03 15:00", "chiều thứ Ba", 1),
            ("05/03 18:00", "tình hình nộp tối thứ Ba", 0),
            ("06/03 08:00", "đôn đốc sáng thứ Tư", 1),
            ("07/03 08:00", "báo lãnh đạo sáng thứ Năm", 0),
            ("08/03 08:00", "sáng ngày 10", 1),
            ("11/03 08:00", "sáng thứ Hai", 1),
            ("12/03 08:00", "sáng thứ Ba", 1),
            ("12/03 15:00", "chiều thứ Ba", 1),
            ("12/03 18:00", "tình hình nộp tối thứ Ba", 0),
            ("13/03 08:00", "sáng ngày 13", 1),
            ("13/03 08:00", "đôn đốc sáng thứ Tư", 1),
            ("14/03 08:00", "sáng ngày 14", 1),
            ("14/03 08:00", "báo lãnh đạo sáng thứ Năm", 0),
        ][1:]
    )


def test_forecast_is_what_then_happens(duty, officer, monday):
    tick(at=monday)
    planned = forecast(duty.initiative.plan, at=monday, days=20)

    for moment in sorted({message.at for message in planned}):
        tick(at=moment)

    sent = Reminder.objects.filter(channel="portal", slot_at__gt=monday).order_by("slot_at")
    assert [reminder.sent_at for reminder in sent] == sorted({message.at for message in planned if message.people})


def test_holiday_entered_late_moves_the_reminder_but_not_the_due_day(duty, officer):
    run_schedule(at=vn("2024-03-01 08:00"))
    due_at = duty.initiative.plan.periods.get(code="2024-W10").due_at
    Holiday.objects.create(date="2024-03-04", name="Nghỉ đột xuất")

    ticks("2024-03-01 08:05", "2024-03-04 08:00")

    assert [when for when, _ in bells()] == ["01/03 08:05"]
    assert duty.initiative.plan.periods.get(code="2024-W10").due_at == due_at
