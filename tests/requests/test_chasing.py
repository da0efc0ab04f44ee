"""A request is chased like a report: once its day has passed, then weekly; then the leaders are told."""

from datetime import date, timedelta

import pytest

from assignments.roles import Role
from reports.domain.calendar import VIETNAM, local_day
from reports.models import Alarm, Notification, Obstacle, ReminderItem, UnitReport
from reports.obstacles.services import settle_obstacle
from reports.reminders.tick import tick
from reports.requests.services import answer_request, move_due_day, pass_on
from tests.acts import WEEK
from tests.factories import DutyFactory, UnitFactory, UserFactory, vn
from tests.html import texts
from tests.queries import same_queries
from tests.requests.acts import TUESDAY, given

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reminder_rules"), pytest.mark.engine]

# Chased on Friday 15/03 by the rule of its own day, on Wednesdays 20/03 and 27/03 by that of the week.
LEADERS_TOLD = vn("2024-03-28 08:00")


@pytest.fixture
def leader():
    return UserFactory(role=Role.LEADER, email="lanh-dao@example.vn")


def pass_by(until, since=TUESDAY):
    """Tuesday evening to Friday morning of each week; no unit has a report to file: requests alone are chased."""
    week = [vn("2024-03-05 18:00"), vn("2024-03-06 08:00"), vn("2024-03-07 08:00"), vn("2024-03-08 08:00")]
    for at in (day + number * WEEK for number in range(8) for day in week):
        if since <= at <= until:
            tick(at=at)
            owed = UnitReport.objects.filter(state="open")
            owed.update(state="excused", excused_at=at, excused_reason="Không phát sinh")


def chased(request):
    """The days on which its unit was pressed for the answer."""
    items = ReminderItem.objects.delivered().filter(kind="chaser", request=request)
    return [f"{at.astimezone(VIETNAM):%d/%m}" for at in sorted(set(items.values_list("reminder__sent_at", flat=True)))]


def test_request_is_chased_weekly_until_four_weeks_after_its_day(asked):
    pass_by(vn("2024-04-25 08:00"))

    assert chased(asked) == ["15/03", "20/03", "27/03", "03/04", "10/04"]


def test_number_of_weeks_is_that_of_returned_reports(asked, settings):
    settings.RETURNED_WEEKS = 1

    pass_by(LEADERS_TOLD)

    assert chased(asked) == ["15/03", "20/03"]


def test_request_left_to_the_leaders_before_the_third_chaser_is_told_to_them(asked, leader, settings):
    settings.RETURNED_WEEKS = 1

    pass_by(LEADERS_TOLD)

    assert list(Alarm.objects.values_list("request", "chasers")) == [(asked.pk, 2)]


def test_three_chasers_without_an_answer_go_to_the_leaders(asked, leader, mailoutbox):
    pass_by(LEADERS_TOLD)

    alarm = Alarm.objects.get()
    assert (alarm.kind, alarm.unit, alarm.request, alarm.chasers) == ("unanswered", asked.unit, asked, 3)
    bell = Notification.objects.get(user=leader)
    assert (bell.text, bell.created_at) == ("1 đơn vị không trả lời đôn đốc yêu cầu", LEADERS_TOLD)
    [letter] = [mail for mail in mailoutbox if mail.to == [leader.email]]
    assert [line for line in letter.body.splitlines() if line.startswith("- ")] == [
        f"- Phòng Văn hóa và Thông tin: 3 lần đôn đốc, yêu cầu “{asked.text}”"
    ]


def test_leaders_are_told_weekly_while_it_is_not_answered(asked, leader):
    pass_by(LEADERS_TOLD + timedelta(weeks=1))

    told = Notification.objects.filter(user=leader).order_by("created_at")
    assert [local_day(bell.created_at) for bell in told] == [date(2024, 3, 28), date(2024, 4, 4)]


def test_page_of_alarms_and_home_name_it(client, asked, standing_agency, time_machine):
    pass_by(LEADERS_TOLD)
    time_machine.move_to(LEADERS_TOLD, tick=False)
    client.force_login(standing_agency)

    page = client.get("/canh-bao/", follow=True)

    [line] = texts(page, "//section[.//*[@id='khong-tra-loi']]//li")
    said = f"{asked.unit} · yêu cầu “{asked.text}”: 3 lần đôn đốc từ 08:00 28/03/2024"
    assert line.startswith(f"{said} Cổng chưa ghi đầu mối")
    assert "1 đơn vị không trả lời đôn đốc" in texts(client.get("/", follow=True), "//main//a")


@pytest.mark.parametrize("end", ["answered", "settled"])
def test_all_of_it_ends_at_once_with_the_request(asked, asked_officer, obstacle, leader, standing_agency, end):
    pass_by(LEADERS_TOLD)
    ended_at = LEADERS_TOLD + timedelta(hours=1)

    if end == "answered":
        answer_request(asked, text="Đã cấp", by=asked_officer, at=ended_at)
    else:
        settle_obstacle(obstacle, text="Đã cấp", by=standing_agency, at=ended_at)

    assert Alarm.objects.get().resolved_at == ended_at
    pass_by(LEADERS_TOLD + timedelta(weeks=1), since=ended_at)
    assert (Notification.objects.filter(user=leader).count(), chased(asked)) == (1, ["15/03", "20/03", "27/03"])


def test_another_day_to_answer_by_ends_the_alarm_and_begins_the_count_again(asked, standing_agency):
    pass_by(LEADERS_TOLD)
    moved_at = LEADERS_TOLD + timedelta(hours=1)
    move_due_day(asked, due_on=date(2024, 4, 2), by=standing_agency, at=moved_at)

    pass_by(vn("2024-04-11 08:00"), since=moved_at)

    assert (chased(asked)[3:], Alarm.objects.unresolved().count()) == (["03/04", "10/04"], 0)


def test_successor_is_chased_for_its_own_silence_alone(asked, culture, standing_agency):
    pass_by(LEADERS_TOLD)
    passed_at = LEADERS_TOLD + timedelta(hours=1)
    successor = UnitFactory(name="Phòng Văn hóa, Khoa học")
    DutyFactory(unit=successor, initiative__plan=asked.plan)
    UserFactory(unit=successor)
    pass_on([asked], successor, by=standing_agency, at=passed_at)

    pass_by(vn("2024-04-18 08:00"), since=passed_at)

    assert [(alarm.unit, alarm.resolved_at is None) for alarm in Alarm.objects.order_by("pk")] == [
        (culture, False), (successor, True),
    ]  # fmt: skip
    assert Alarm.objects.unresolved().get().chasers == 2


def test_unit_without_a_person_to_ask_is_an_alarm_until_it_has_one(obstacle, plan, standing_agency):
    asked = given(obstacle, UnitFactory(name="Phòng Y tế"), standing_agency)  # has no duty under the plan

    raised = tick(at=TUESDAY)["alarms"]
    stands = Alarm.objects.unresolved().filter(unit=asked.unit).exists()
    UserFactory(unit=asked.unit)
    tick(at=TUESDAY + timedelta(minutes=5))

    assert [(alarm["unit"], alarm["kind"]) for alarm in raised] == [("Phòng Y tế", "nobody")]
    assert (stands, Alarm.objects.unresolved().filter(unit=asked.unit).count()) == (True, 0)


def test_alarm_of_nobody_to_ask_ends_with_the_request(obstacle, standing_agency):
    asked = given(obstacle, UnitFactory(name="Phòng Y tế"), standing_agency)
    tick(at=TUESDAY)

    settle_obstacle(obstacle, text="Đã cấp", by=standing_agency, at=TUESDAY)
    tick(at=TUESDAY + timedelta(minutes=5))

    assert Alarm.objects.unresolved().filter(unit=asked.unit).count() == 0


def test_digest_names_the_requests_past_their_day(asked, standing_agency, mailoutbox):
    standing_agency.email = "catt@example.vn"
    standing_agency.save()

    pass_by(vn("2024-03-19 18:00"))

    digests = [mail for mail in mailoutbox if mail.to == [standing_agency.email] and "Tình hình nộp" in mail.subject]
    of_weeks = {mail.subject.partition(":")[0]: mail.body for mail in digests}
    lines = ["Yêu cầu quá hạn chưa trả lời (1):", f"- {asked.unit.name}: {asked.text}, quá hạn 5 ngày"]
    assert [line in of_weeks["Tình hình nộp báo cáo tuần 12/2024"].splitlines() for line in lines] == [True, True]
    assert "quá hạn" not in of_weeks["Tình hình nộp báo cáo tuần 11/2024"]


@same_queries(99)
def test_raising_the_alarms_takes_the_same_queries_for_any_number(
    duty, plan, standing_agency, leader, rows, counted, officer
):
    for n in range(rows):
        one = Obstacle.objects.create(duty=duty, text=f"Vướng {n}", opened_at=TUESDAY, raised_at=TUESDAY)
        unit = UnitFactory()
        UserFactory(unit=unit)
        given(one, unit, standing_agency)
    pass_by(LEADERS_TOLD - timedelta(hours=1))

    with counted:
        tick(at=LEADERS_TOLD)

    assert Alarm.objects.filter(request__isnull=False).count() == rows


def test_unit_silent_about_two_requests_is_one_unit_for_the_leaders(asked, duty, culture, leader, standing_agency):
    other = Obstacle.objects.create(duty=duty, text="Mất điện", opened_at=TUESDAY, raised_at=TUESDAY)
    given(other, culture, standing_agency)

    pass_by(LEADERS_TOLD)

    assert Alarm.objects.unresolved().count() == 2
    assert Notification.objects.get(user=leader).text == "1 đơn vị không trả lời đôn đốc yêu cầu"
