"""The page of a difficulty for the standing agency while a unit is asked to solve it."""

from datetime import date

import pytest

from reports.models import UnitRequest
from reports.requests.services import answer_request
from tests.acts import NEXT_MONDAY
from tests.factories import DutyFactory, UnitFactory
from tests.html import texts
from tests.requests.acts import TUESDAY

pytestmark = pytest.mark.django_db

SECTION = "//section[.//select[@name='owner']]"


@pytest.fixture
def as_agency(client, standing_agency, time_machine):
    time_machine.move_to(TUESDAY, tick=False)
    client.force_login(standing_agency)
    return client


@pytest.fixture
def health(plan):
    return DutyFactory(unit=UnitFactory(name="Phòng Y tế"), initiative__plan=plan).unit


def offered(client, obstacle):
    """The heading and the button of the section that gives the difficulty to a unit."""
    page = client.get(f"/kho-khan/{obstacle.pk}/")
    return texts(page, f"{SECTION}/h2") + texts(page, f"{SECTION}//button")


def posted(client, obstacle, owner, **more):
    data = {"owner": owner.pk, "solving_level": "district", "due_on": "2024-03-14", **more}
    return client.post(f"/kho-khan/{obstacle.pk}/phan-cong/", data, follow=True)


def said(page):
    return [str(message) for message in page.context["messages"]]


def test_new_difficulty_can_be_taken_in_hand(as_agency, obstacle):
    assert offered(as_agency, obstacle) == ["Giao xử lý", "Nhận xử lý"]


def test_difficulty_given_away_says_to_whom_and_can_be_given_anew(as_agency, asked, obstacle):
    assert offered(as_agency, obstacle) == ["Đã giao Phòng Văn hóa và Thông tin", "Giao lại"]


def test_difficulty_given_away_and_not_yet_in_hand_cannot_be_taken(as_agency, asked, obstacle):
    obstacle.state = "new"
    obstacle.save()

    assert offered(as_agency, obstacle) == ["Đã giao Phòng Văn hóa và Thông tin", "Giao lại"]


def test_difficulty_the_unit_has_answered_can_be_given_on(as_agency, asked, obstacle, asked_officer):
    answer_request(asked, text="Không đủ máy", by=asked_officer, at=TUESDAY)

    assert offered(as_agency, obstacle) == ["Giao xử lý", "Lưu phân công"]


def test_page_from_before_it_was_given_away_changes_nothing_and_says_so(as_agency, asked, obstacle, health):
    page = posted(as_agency, obstacle, health)

    assert (page.status_code, said(page)) == (
        422,
        [
            "Chưa lưu: khó khăn này đã giao Phòng Văn hóa và Thông tin, hạn trả lời 14/03/2024. "
            "Nếu vẫn muốn giao lại, hãy bấm lần nữa."
        ],
    )
    assert list(UnitRequest.objects.values_list("unit__name", "state")) == [("Phòng Văn hóa và Thông tin", "open")]


def test_pressed_again_on_the_page_that_said_so_gives_it_anew(as_agency, asked, obstacle, health):
    page = posted(as_agency, obstacle, health)
    shown = page.context["assigning"]

    again = posted(as_agency, obstacle, health, asked=shown["asked"].value())

    assert (shown["owner"].value(), said(again)[0]) == (str(health.pk), "Đã giao Phòng Y tế xử lý.")
    assert UnitRequest.objects.awaiting().get().unit == health


def test_page_from_before_the_answer_changes_nothing_and_says_so(as_agency, asked, obstacle, asked_officer, health):
    answer_request(asked, text="Không đủ máy", by=asked_officer, at=TUESDAY)

    page = posted(as_agency, obstacle, health, asked=asked.pk)

    assert (page.status_code, said(page)) == (
        422,
        ["Chưa lưu: đơn vị được giao không còn phải trả lời. Hãy xem Diễn biến; nếu vẫn muốn giao, hãy bấm lần nữa."],
    )
    assert UnitRequest.objects.awaiting().count() == 0


def test_giving_what_is_given_already_says_so(as_agency, asked, obstacle, culture):
    page = posted(as_agency, obstacle, culture, asked=asked.pk)

    assert said(page) == ["Đã giao Phòng Văn hóa và Thông tin, hạn trả lời 14/03/2024; không có gì thay đổi."]
    assert obstacle.history.count() == 3  # raised, given, in hand


def test_another_day_for_the_same_unit_is_taken(as_agency, asked, obstacle, culture, time_machine):
    time_machine.move_to(NEXT_MONDAY, tick=False)

    posted(as_agency, obstacle, culture, asked=asked.pk, due_on="2024-03-20")

    assert UnitRequest.objects.get().due_at.date() == date(2024, 3, 20)
