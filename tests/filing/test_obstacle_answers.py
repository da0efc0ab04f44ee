"""What was answered to a difficulty stands in the line of the unit's next report, to be answered back."""

import pytest

from reports.domain.states import WorkState
from reports.filing.drafts import keep_entries
from reports.filing.duty_lines import lines_of
from reports.filing.services import submit_report
from reports.models import Notification, Obstacle
from reports.obstacles.services import answer_obstacle, close_obstacle, settle_obstacle
from tests.acts import MONDAY, NEXT_MONDAY, WEEK, entry_of, filed, more_duties, opened
from tests.factories import vn
from tests.html import texts
from tests.queries import same_queries

pytestmark = pytest.mark.django_db

THURSDAY = vn("2024-03-07 08:00")
OTHERWISE = "Pin máy hỏng, chưa thay được"


@pytest.fixture
def obstacle(report, officer):
    filed(report, officer, MONDAY, work_state=WorkState.BLOCKED, difficulty="Thiếu đầu đọc thẻ")
    return Obstacle.objects.get()


@pytest.fixture
def following(obstacle, unit):
    """The report of the week after."""
    return opened(unit, NEXT_MONDAY, "2024-W11")


@pytest.fixture
def settled(obstacle, standing_agency):
    settle_obstacle(obstacle, text="Đã cấp 3 đầu đọc", by=standing_agency, at=THURSDAY)
    return obstacle


def answered_back(client, report, obstacle, act):
    return client.post(f"/bao-cao/{report.pk}/kho-khan/{obstacle.pk}/{act}/")


@pytest.mark.parametrize("end", [settle_obstacle, close_obstacle])
def test_keeping_as_before_takes_up_nothing_in_the_officers_name(obstacle, following, officer, standing_agency, end):
    end(obstacle, text="Đã cấp", by=standing_agency, at=THURSDAY)
    state = Obstacle.objects.get().state

    keep_entries(following, by=officer, at=NEXT_MONDAY)
    submit_report(following, by=officer, at=NEXT_MONDAY)

    assert [(one.state, one.history.first().history_user) for one in Obstacle.objects.all()] == [
        (state, standing_agency)
    ]


def test_answer_stands_in_the_line_of_the_next_report(client, settled, following, officer, time_machine):
    time_machine.move_to(NEXT_MONDAY, tick=False)
    client.force_login(officer)

    page = client.get(f"/bao-cao/{following.pk}/")

    assert texts(page, "//div[contains(@class, 'say c-blue')]//*[self::p or self::button]") == [
        "Công an huyện trả lời 07/03: Đã cấp 3 đầu đọc",
        "Khó khăn đã nêu 04/03: “Thiếu đầu đọc thẻ”",
        "Còn vướng",
        "Đã giải quyết xong",
    ]


def test_unit_still_hindered_says_so_in_the_line(client, settled, following, officer, time_machine):
    time_machine.move_to(NEXT_MONDAY, tick=False)
    client.force_login(officer)

    answer = answered_back(client, following, settled, "con-vuong")

    (line,) = lines_of(following, NEXT_MONDAY)
    assert Notification.objects.of(officer).unread().filter(url=f"/kho-khan/{settled.pk}/").count() == 0
    assert answer["Location"] == f"/bao-cao/{following.pk}/#mh-{entry_of(following).pk}"
    assert (Obstacle.objects.get().state, [one.reply for one in line.answers]) == ("new", ["Vẫn còn vướng."])


@pytest.mark.parametrize(
    ("acts", "told"),
    [
        (["con-vuong"], [OTHERWISE]),
        ([], ["Thiếu đầu đọc thẻ", OTHERWISE]),
        (["da-xong"], ["Thiếu đầu đọc thẻ", OTHERWISE]),
        (["con-vuong", "da-xong"], ["Thiếu đầu đọc thẻ", OTHERWISE]),
        (["da-xong", "con-vuong"], [OTHERWISE]),
    ],
)
def test_other_words_after_still_hindered_are_of_the_same_difficulty(
    client, obstacle, following, officer, standing_agency, time_machine, acts, told
):
    answer_obstacle(obstacle, text="Đang mua", by=standing_agency, at=THURSDAY)
    time_machine.move_to(NEXT_MONDAY, tick=False)
    client.force_login(officer)
    for act in acts:
        answered_back(client, following, obstacle, act)

    filed(following, officer, NEXT_MONDAY, work_state=WorkState.BLOCKED, difficulty=OTHERWISE)

    assert [one.text for one in Obstacle.objects.order_by("pk")] == told


def test_unit_for_which_it_is_solved_no_longer_tells_it(client, settled, following, officer, time_machine):
    time_machine.move_to(NEXT_MONDAY, tick=False)
    client.force_login(officer)

    answered_back(client, following, settled, "da-xong")

    entry = entry_of(following)
    assert (entry.difficulty, entry.work_state, entry.percent, entry.is_kept) == ("", "", 60, False)
    assert (Obstacle.objects.get().state, [one.text for one in settled.answers.all()]) == (
        "settled", ["Đã cấp 3 đầu đọc", "Đã xong, không còn vướng."],
    )  # fmt: skip


def test_answer_given_before_the_unit_last_reported_is_told_no_more(settled, following, unit, officer):
    filed(following, officer, NEXT_MONDAY)

    (line,) = lines_of(opened(unit, NEXT_MONDAY + WEEK, "2024-W12"), NEXT_MONDAY + WEEK)

    assert line.answers == []


@pytest.mark.parametrize(("act", "status"), [("con-vuong", 404), ("da-xong", 404)])
def test_difficulty_of_another_unit_is_not_there(client, settled, following, outsider, time_machine, act, status):
    time_machine.move_to(NEXT_MONDAY, tick=False)
    client.force_login(outsider)

    assert answered_back(client, following, settled, act).status_code == status


@same_queries(20)
def test_lines_take_the_same_queries_for_any_number_of_answers(duty, officer, standing_agency, rows, counted):
    more_duties(duty, rows - 1)
    filed(opened(duty.unit), officer, MONDAY, work_state=WorkState.BLOCKED, difficulty="Thiếu đầu đọc thẻ")
    for one in Obstacle.objects.all():
        answer_obstacle(one, text="Đã báo tỉnh", by=standing_agency, at=THURSDAY)
    following = opened(duty.unit, NEXT_MONDAY, "2024-W11")

    with counted:
        assert len([line for line in lines_of(following, NEXT_MONDAY) if line.answers]) == rows
