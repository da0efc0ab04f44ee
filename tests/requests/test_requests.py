"""What is asked of a unit with a day to answer by: told, chased like a report, answered, settled."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from reports.domain.workdays import WorkCalendar
from reports.lifecycle.errors import ReviewError
from reports.models import Notification, Obstacle, Reminder, UnitRequest
from reports.obstacles.services import join_obstacles, settle_obstacle
from reports.reminders.delivery import deliver_all
from reports.reminders.request_reminders import create_request_reminders
from reports.requests.services import answer_request, pass_on, usual_due_day
from tests.factories import UnitFactory, UserFactory, vn
from tests.html import texts
from tests.queries import same_queries
from tests.requests.acts import DUE_ON, TUESDAY, give

pytestmark = pytest.mark.django_db

BEFORE_DUE = vn("2024-03-13 08:00")
AFTER_DUE = vn("2024-03-15 08:05")


@pytest.fixture
def asked(reminder_rules, asked):
    return asked


def ticked(*moments):
    """What was sent at these moments, by moment: purpose and recipient of each."""
    return {at: [(one.channel, one.user.username) for one in _sent(at)] for at in moments}


def _sent(at):
    create_request_reminders(at=at)
    return sorted((one for one in deliver_all(at=at) if one.state == "sent"), key=lambda one: one.channel)


# --- Asked and told ---


def test_difficulty_given_to_a_unit_is_asked_of_it(asked, culture, obstacle, standing_agency):
    assert (asked.unit, asked.obstacle, asked.state, asked.asked_by) == (culture, obstacle, "open", standing_agency)
    assert asked.due_at.date() == DUE_ON
    assert asked.history.get().history_date == TUESDAY


def test_standing_agency_asks_nothing_of_itself(obstacle, standing_agency):
    give(obstacle, standing_agency.memberships.get().unit, standing_agency)

    assert UnitRequest.objects.count() == 0


def test_unit_is_told_once_and_chased_until_it_answers(asked, asked_officer, mailoutbox, settings):
    settings.PORTAL_MAIL_IS_ON = True
    both = [("email", asked_officer.username), ("portal", asked_officer.username)]

    sent = ticked(TUESDAY, TUESDAY + timedelta(minutes=5), BEFORE_DUE, AFTER_DUE)

    assert sent == {TUESDAY: both, TUESDAY + timedelta(minutes=5): [], BEFORE_DUE: both, AFTER_DUE: both}
    assert [letter.subject for letter in mailoutbox] == [
        f"Yêu cầu trả lời: {asked.text}, còn 9 ngày",
        f"Yêu cầu trả lời: {asked.text}, còn 1 ngày",
        f"Yêu cầu trả lời: {asked.text}, quá hạn 1 ngày",
    ]
    assert set(Notification.objects.values_list("url", flat=True)) == {f"/yeu-cau/{asked.pk}/"}


@pytest.mark.parametrize("end", ["answered", "settled"])
def test_nobody_is_chased_after_the_end(asked, asked_officer, obstacle, standing_agency, end):
    ticked(TUESDAY)
    create_request_reminders(at=BEFORE_DUE)  # written, and not delivered before the answer
    if end == "answered":
        answer_request(asked, text="Đã cấp", by=asked_officer, at=BEFORE_DUE)
    else:
        settle_obstacle(obstacle, text="Đã cấp", by=standing_agency, at=BEFORE_DUE)

    sent = ticked(BEFORE_DUE, AFTER_DUE)

    assert sent == {BEFORE_DUE: [], AFTER_DUE: []}
    assert set(Reminder.objects.filter(slot_at=BEFORE_DUE).values_list("state", flat=True)) == {"not_needed"}
    assert Notification.objects.of(asked_officer).unread().count() == 0


def test_one_message_lists_all_that_a_person_is_asked(asked, culture, asked_officer, standing_agency, duty):
    other = Obstacle.objects.create(duty=duty, text="Mất điện", opened_at=TUESDAY, raised_at=TUESDAY)
    give(other, culture, standing_agency)

    ticked(TUESDAY)

    assert [one.text for one in Notification.objects.of(asked_officer)] == [
        "2 yêu cầu phải trả lời, hạn gần nhất thứ Năm 14/03"
    ]
    assert list(Reminder.objects.values_list("purpose", "channel")) == [("requests", "portal"), ("requests", "email")]


def test_bell_of_two_requests_is_silent_once_both_are_answered(asked, culture, asked_officer, standing_agency, duty):
    other = Obstacle.objects.create(duty=duty, text="Mất điện", opened_at=TUESDAY, raised_at=TUESDAY)
    give(other, culture, standing_agency)
    ticked(TUESDAY)
    unread = Notification.objects.of(asked_officer).unread()

    answer_request(asked, text="Đã cấp", by=asked_officer, at=TUESDAY)
    between = unread.count()
    answer_request(other.requests.get(), text="Đã có điện", by=asked_officer, at=TUESDAY)

    assert (between, unread.count()) == (1, 0)


def test_bell_of_two_requests_is_silent_once_both_difficulties_are_settled(
    asked, obstacle, culture, asked_officer, standing_agency, duty
):
    other = Obstacle.objects.create(duty=duty, text="Mất điện", opened_at=TUESDAY, raised_at=TUESDAY)
    give(other, culture, standing_agency)
    ticked(TUESDAY)

    for one in (obstacle, other):
        settle_obstacle(one, text="Đã xong", by=standing_agency, at=TUESDAY)

    assert Notification.objects.of(asked_officer).unread().count() == 0


def test_unit_has_seven_working_days_where_nobody_says_otherwise():
    """Tuesday 05/03; Friday 08/03 is made a day off, Saturday 09/03 is worked for it."""
    calendar = WorkCalendar(frozenset({date(2024, 3, 8)}), frozenset({date(2024, 3, 9)}))

    assert usual_due_day(TUESDAY, calendar) == date(2024, 3, 14)


# --- Answered, settled, withdrawn, passed on ---


def test_answer_is_told_to_who_asked(asked, asked_officer, standing_agency):
    answer_request(asked, text=" Đã đề nghị tỉnh cấp ", by=asked_officer, at=BEFORE_DUE)

    answered = UnitRequest.objects.get()
    assert (answered.state, answered.answer, answered.answered_by) == ("answered", "Đã đề nghị tỉnh cấp", asked_officer)
    told = Notification.objects.of(standing_agency).get()
    assert (told.text, told.url) == (f"{asked.unit} đã trả lời: Đã đề nghị tỉnh cấp", f"/yeu-cau/{asked.pk}/")


def test_answer_is_given_once_and_says_something(asked, asked_officer):
    with pytest.raises(ReviewError, match="nội dung trả lời"):
        answer_request(asked, text=" ", by=asked_officer, at=TUESDAY)
    answer_request(asked, text="Đã cấp", by=asked_officer, at=TUESDAY)
    with pytest.raises(ReviewError, match="đã được trả lời"):
        answer_request(asked, text="Nữa", by=asked_officer, at=TUESDAY)


def test_difficulty_given_to_another_unit_is_asked_of_that_one_alone(asked, obstacle, standing_agency, unit):
    give(obstacle, unit, standing_agency)

    assert list(UnitRequest.objects.order_by("pk").values_list("unit__name", "state")) == [
        ("Phòng Văn hóa và Thông tin", "withdrawn"), ("Phòng Nội vụ", "open"),
    ]  # fmt: skip


def test_same_unit_is_given_another_day(asked, obstacle, culture, standing_agency):
    give(obstacle, culture, standing_agency, due_on=date(2024, 3, 20))

    assert UnitRequest.objects.get().due_at.date() == date(2024, 3, 20)


def test_day_that_has_passed_is_refused_and_nothing_is_written(obstacle, culture, standing_agency):
    with pytest.raises(ReviewError, match="Hạn trả lời đã qua"):
        give(obstacle, culture, standing_agency, due_on=date(2024, 3, 4))

    assert (Obstacle.objects.get().owner, UnitRequest.objects.count()) == (None, 0)


def test_difficulty_joined_into_another_is_asked_no_more(asked, obstacle, duty, standing_agency):
    other = Obstacle.objects.create(duty=duty, text="Mất điện", opened_at=TUESDAY, raised_at=TUESDAY)

    join_obstacles(other, [obstacle], by=standing_agency, at=TUESDAY)

    assert UnitRequest.objects.get().state == "withdrawn"


def test_successor_of_a_unit_that_ended_is_told_anew(asked, standing_agency):
    ticked(TUESDAY)
    successor = UnitFactory(name="Phòng Văn hóa, Khoa học")
    person = UserFactory(unit=successor)

    pass_on([asked], successor, by=standing_agency, at=BEFORE_DUE)

    assert (UnitRequest.objects.get().unit, UnitRequest.objects.get().due_at.date()) == (successor, DUE_ON)
    assert ticked(BEFORE_DUE) == {BEFORE_DUE: [("portal", person.username)]}


@pytest.mark.engine
@pytest.mark.parametrize("columns", [{"obstacle": None}, {"text": ""}, {"state": "answered"}, {"answer": "x"}])
def test_database_refuses_a_request_that_cannot_be(asked, columns):
    with pytest.raises(IntegrityError), transaction.atomic():
        UnitRequest.objects.update(**columns)


# --- Pages ---


def test_asked_unit_reads_the_difficulty_and_answers(client, asked, obstacle, asked_officer, time_machine):
    time_machine.move_to(BEFORE_DUE, tick=False)
    client.force_login(asked_officer)

    home = client.get("/")
    answer = client.post(f"/yeu-cau/{asked.pk}/tra-loi/", {"noi-dung": "Đã đề nghị tỉnh"}, follow=True)

    assert texts(home, "//section[@aria-labelledby='yeu-cau']//li") == [
        f"{asked.text} còn 1 ngày hạn trả lời 14/03/2024 Phòng Nội vụ: Thiếu đầu đọc thẻ"
    ]
    assert client.get(f"/kho-khan/{obstacle.pk}/").status_code == 200
    assert (UnitRequest.objects.get().state, "Đã đề nghị tỉnh" in answer.content.decode()) == ("answered", True)


def test_outsider_reads_and_answers_nothing(client, asked, obstacle, outsider, time_machine):
    time_machine.move_to(BEFORE_DUE, tick=False)
    client.force_login(outsider)

    answers = [
        client.get(f"/yeu-cau/{asked.pk}/"),
        client.post(f"/yeu-cau/{asked.pk}/tra-loi/", {"noi-dung": "x"}),
        client.get(f"/kho-khan/{obstacle.pk}/"),
    ]

    assert [answer.status_code for answer in answers] == [404] * 3
    assert texts(client.get("/yeu-cau/"), "//main//ul[@class='lines']/li") == []


def test_unit_asked_no_more_reads_the_difficulty_no_more(client, asked, obstacle, asked_officer, unit, standing_agency):
    give(obstacle, unit, standing_agency)
    client.force_login(asked_officer)

    assert [client.get(url).status_code for url in (f"/yeu-cau/{asked.pk}/", f"/kho-khan/{obstacle.pk}/")] == [404, 404]


def test_asked_difficulty_is_not_among_those_of_the_unit(client, asked, asked_officer, time_machine):
    time_machine.move_to(BEFORE_DUE, tick=False)
    client.force_login(asked_officer)

    assert list(client.get("/kho-khan/").context["page"]) == []


def test_standing_agency_sees_what_is_overdue(client, asked, standing_agency, time_machine):
    time_machine.move_to(AFTER_DUE, tick=False)
    client.force_login(standing_agency)

    listed = client.get("/kho-khan/", {"trang_thai": "qua-han"})
    status = client.post(f"/yeu-cau/{asked.pk}/tra-loi/", {"noi-dung": "x"}).status_code

    assert ["quá hạn 1 ngày" in words for words in texts(listed, "//main//ul[@class='lines']/li")] == [True]
    assert status == 404


def test_form_asks_for_the_day_and_keeps_what_was_typed(client, obstacle, culture, standing_agency, time_machine):
    time_machine.move_to(TUESDAY, tick=False)
    client.force_login(standing_agency)

    usual = client.get(f"/kho-khan/{obstacle.pk}/").context["assigning"].initial["due_on"]
    given = {"owner": culture.pk, "solving_level": "district", "due_on": "2024-03-01"}
    refused = client.post(f"/kho-khan/{obstacle.pk}/phan-cong/", given)

    assert (usual, refused.status_code, refused.context["assigning"]["due_on"].value()) == (
        date(2024, 3, 14), 422, "2024-03-01",
    )  # fmt: skip


def test_answer_that_cannot_be_sent_keeps_what_was_typed(client, asked, asked_officer):
    client.force_login(asked_officer)

    page = client.post(f"/yeu-cau/{asked.pk}/tra-loi/", {"noi-dung": "x" * 5001})

    assert (page.status_code, page.context["said"], UnitRequest.objects.get().state) == (422, "x" * 5001, "open")


@same_queries(12)
def test_list_takes_the_same_queries_for_any_number(client, duty, culture, standing_agency, rows, counted):
    for n in range(rows):
        one = Obstacle.objects.create(duty=duty, text=f"Vướng {n}", opened_at=TUESDAY, raised_at=TUESDAY)
        give(one, culture, standing_agency)
    client.force_login(standing_agency)

    with counted:
        assert len(client.get("/yeu-cau/").context["page"]) == rows


@same_queries(30)
def test_reminding_takes_the_same_queries_for_any_number(duty, standing_agency, reminder_rules, rows, counted):
    units = [UnitFactory() for _ in range(rows)]
    for n, unit in enumerate(units):
        UserFactory(unit=unit)
        one = Obstacle.objects.create(duty=duty, text=f"Vướng {n}", opened_at=TUESDAY, raised_at=TUESDAY)
        give(one, unit, standing_agency)

    with counted:
        assert len(create_request_reminders(at=TUESDAY).reminders) == rows
