"""The answer of the unit that was asked is part of what happened to the difficulty, for everybody it concerns."""

from datetime import date

import pytest

from reports.domain.states import WorkState
from reports.filing.duty_lines import lines_of
from reports.models import Notification, Obstacle
from reports.obstacles.services import join_obstacles, start_handling
from reports.requests.services import answer_request
from tests.acts import MONDAY, NEXT_MONDAY, filed, opened
from tests.factories import DutyFactory, UnitFactory, UserFactory, vn
from tests.html import texts
from tests.queries import same_queries
from tests.requests.acts import TUESDAY, given

pytestmark = pytest.mark.django_db

ANSWERED_AT = vn("2024-03-06 10:00")
COURSE = "//section[h2='Diễn biến']//li"


def answered(asked, by, text="Đã đề nghị tỉnh cấp 5 máy"):
    return answer_request(asked, text=text, by=by, at=ANSWERED_AT)


@pytest.mark.parametrize("reader", ["officer", "asked_officer", "standing_agency"])
def test_course_says_which_unit_answered_through_whom_when_and_what(client, request, asked, asked_officer, reader):
    answered(asked, asked_officer)
    client.force_login(request.getfixturevalue(reader))

    told = texts(client.get(f"/kho-khan/{asked.obstacle_id}/"), COURSE)

    assert told[0] == (
        f"10:00 06/03/2024 Phòng Văn hóa và Thông tin trả lời ({asked_officer}): Đã đề nghị tỉnh cấp 5 máy"
    )


def test_raising_unit_is_told_of_the_answer(asked, asked_officer, officer):
    answered(asked, asked_officer)

    told = Notification.objects.of(officer).get()
    assert (told.text, told.url, told.created_at) == (
        f"Khó khăn ở {asked.obstacle.duty.initiative.label} có trả lời của Phòng Văn hóa và Thông tin: "
        "Đã đề nghị tỉnh cấp 5 máy",
        f"/kho-khan/{asked.obstacle_id}/",
        ANSWERED_AT,
    )


def test_unit_asked_about_its_own_difficulty_is_not_told_what_it_said(obstacle, unit, officer, standing_agency):
    answered(given(obstacle, unit, standing_agency), officer)

    assert Notification.objects.of(officer).count() == 0


def test_unit_whose_difficulty_was_joined_reads_the_answer_and_is_told(client, asked, asked_officer, standing_agency):
    other = joined_into(asked.obstacle, standing_agency)
    person = UserFactory(unit=other.duty.unit)
    answered(asked, asked_officer)
    client.force_login(person)

    told = texts(client.get(f"/kho-khan/{other.pk}/"), COURSE)

    assert Notification.objects.of(person).get().url == f"/kho-khan/{other.pk}/"
    assert ["Đã đề nghị tỉnh cấp 5 máy" in line for line in told] == [True, False]


def test_answer_given_before_the_joining_is_not_told_to_the_unit_joined(client, asked, asked_officer, standing_agency):
    answered(asked, asked_officer)
    other = joined_into(asked.obstacle, standing_agency, at=NEXT_MONDAY)
    client.force_login(UserFactory(unit=other.duty.unit))

    told = texts(client.get(f"/kho-khan/{other.pk}/"), COURSE)

    assert ["Đã đề nghị tỉnh cấp 5 máy" in line for line in told] == [False]


def joined_into(obstacle, by, at=TUESDAY):
    duty = DutyFactory(unit=UnitFactory(name="Phòng Y tế"), initiative=obstacle.duty.initiative)
    other = Obstacle(duty=duty, text="Thiếu máy", opened_at=TUESDAY, raised_at=TUESDAY)
    other._history_date = TUESDAY
    other.save()
    join_obstacles(obstacle, [other], by=by, at=at)
    return other


def test_next_report_of_the_raising_unit_shows_the_answer_in_its_line(asked, asked_officer, unit):
    answered(asked, asked_officer)

    [line] = lines_of(opened(unit, NEXT_MONDAY, "2024-W11"), NEXT_MONDAY)

    assert [(one.obstacle, one.who, one.on, one.text, one.reply) for one in line.answers] == [
        (asked.obstacle, "Phòng Văn hóa và Thông tin", date(2024, 3, 6), "Đã đề nghị tỉnh cấp 5 máy", "")
    ]


@same_queries(22)
def test_lines_take_the_same_queries_for_any_number_of_answers(
    duty, officer, culture, asked_officer, standing_agency, rows, counted
):
    for _ in range(rows - 1):
        DutyFactory(unit=duty.unit, initiative__plan=duty.initiative.plan)
    filed(opened(duty.unit), officer, MONDAY, work_state=WorkState.BLOCKED, difficulty="Thiếu đầu đọc thẻ")
    for one in Obstacle.objects.all():
        answered(given(one, culture, standing_agency), asked_officer)
    following = opened(duty.unit, NEXT_MONDAY, "2024-W11")

    with counted:
        assert len([line for line in lines_of(following, NEXT_MONDAY) if line.answers]) == rows


@same_queries(30)
def test_page_takes_the_same_queries_for_any_number_of_answers(client, obstacle, standing_agency, rows, counted):
    for n in range(rows):
        unit = UnitFactory()
        start_handling(
            obstacle, owner=unit, solving_level="district", due_on=date(2024, 3, 14), by=standing_agency, at=TUESDAY
        )
        answered(obstacle.requests.awaiting().get(), UserFactory(unit=unit), text=f"Lần {n}")
    client.force_login(standing_agency)

    with counted:
        page = client.get(f"/kho-khan/{obstacle.pk}/")
    assert len([line for line in texts(page, COURSE) if "Lần" in line]) == rows


@pytest.mark.parametrize(("reader", "buttons"), [("asked_officer", 1), ("officer", 0), ("standing_agency", 0)])
def test_page_of_the_difficulty_leads_the_unit_asked_to_its_answer(client, request, asked, reader, buttons):
    client.force_login(request.getfixturevalue(reader))

    page = client.get(f"/kho-khan/{asked.obstacle_id}/")

    assert len(texts(page, f"//main//a[@href='/yeu-cau/{asked.pk}/'][text()='Trả lời']")) == buttons
