"""A difficulty raised in an entry lives on its own: followed, answered, joined, settled, and its unit is told."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from assignments.models import UnitMembership
from assignments.roles import Role
from reports.consolidated.services.final import finalize
from reports.consolidated.services.report_drafts import start_draft
from reports.domain.states import ObstacleState, WorkState
from reports.filing.drafts import keep_entries
from reports.filing.services import submit_nothing, withdraw_report
from reports.lifecycle.errors import ReviewError
from reports.models import Notification, Obstacle, ObstacleAnswer, ObstacleMention, ObstacleNotice
from reports.obstacles.queries import timeline_of
from reports.obstacles.services import (
    answer_obstacle,
    assign_obstacle,
    close_obstacle,
    join_obstacles,
    mark_seen,
    reopen_obstacle,
    reply_obstacle,
    separate_obstacle,
    settle_obstacle,
    start_handling,
)
from reports.pages.desk import desks_of
from reports.review.services import return_report
from tests.acts import (
    MONDAY,
    NEXT_MONDAY,
    WEEK,
    filed,
    fill,
    more_duties,
    opened,
    report_of,
    save_entry,
)
from tests.factories import DutyFactory, PlanFactory, UnitFactory, UserFactory, agency_of
from tests.queries import same_queries

pytestmark = [pytest.mark.django_db, pytest.mark.engine]

LATER = MONDAY + timedelta(hours=3)


def hindered(report, by, at, text="Thiếu đầu đọc thẻ", **more):
    return filed(report, by, at, work_state=WorkState.BLOCKED, difficulty=text, **more)


@pytest.fixture
def neighbour(duty):
    """The same initiative at another unit."""
    return DutyFactory(initiative=duty.initiative, unit=UnitFactory(name="UBND xã Phú Lệ"))


@pytest.fixture
def report(neighbour, unit):
    """The report of week 10, opened for both units."""
    return opened(unit)


@pytest.fixture
def obstacle(report, officer):
    hindered(report, officer, MONDAY, proposal="Cấp thêm", solving_level="district")
    return Obstacle.objects.get()


@pytest.fixture
def theirs(report, neighbour, officer):
    """The same difficulty at the other unit."""
    hindered(report_of(neighbour.unit), officer, LATER, "Không có đầu đọc")
    return Obstacle.objects.get(duty=neighbour)


def test_filing_raises_the_difficulty_with_its_level_and_owner(report, duty, officer, standing_agency):
    hindered(report, officer, MONDAY, proposal="Cấp thêm", solving_level="district")

    raised = Obstacle.objects.get()
    assert (raised.duty, raised.text, raised.proposal, raised.solving_level) == (
        duty, "Thiếu đầu đọc thẻ", "Cấp thêm", "district",
    )  # fmt: skip
    assert (raised.state, raised.owner, raised.opened_at) == ("new", standing_agency.memberships.get().unit, MONDAY)
    assert raised.history.get().history_user == officer


def test_draft_raises_nothing(report, officer):
    fill(report, officer, MONDAY, work_state=WorkState.BLOCKED, difficulty="Thiếu đầu đọc thẻ")

    assert report.entries.get().difficulty == "Thiếu đầu đọc thẻ"
    assert (Obstacle.objects.count(), ObstacleMention.objects.count()) == (0, 0)


def known():
    """Every difficulty there is, and where it is mentioned."""
    return [list(model.objects.order_by("pk").values()) for model in (Obstacle, ObstacleMention)]


@pytest.mark.parametrize("address", ["report", "report_save"])
def test_page_that_saves_a_draft_raises_nothing(client, report, officer, time_machine, address):
    time_machine.move_to(MONDAY, tick=False)
    client.force_login(officer)
    typed = {"work_state": WorkState.BLOCKED, "difficulty": "Thiếu đầu đọc thẻ"}

    client.post(
        reverse(address, args=[report.pk]),
        {f"mh-{report.entries.get().pk}-{name}": value for name, value in typed.items()} | {"keep": "all"},
    )

    assert (report.entries.get().difficulty, known()) == ("Thiếu đầu đọc thẻ", [[], []])


def test_draft_that_keeps_a_difficulty_does_not_mention_it_yet(obstacle, unit, officer):
    draft, before = opened(unit, NEXT_MONDAY, "2024-W11"), known()

    keep_entries(draft, by=officer, at=NEXT_MONDAY)

    assert (draft.entries.get().difficulty, known()) == ("Thiếu đầu đọc thẻ", before)


def test_draft_that_follows_what_it_kept_does_not_mention_it_yet(obstacle, unit, officer):
    draft = opened(unit, NEXT_MONDAY, "2024-W11")
    (kept,) = keep_entries(draft, by=officer, at=NEXT_MONDAY)
    hindered(report_of(unit, "2024-03"), officer, NEXT_MONDAY, "Thiếu đầu đọc thẻ, chưa được cấp")
    before = known()

    save_entry(kept, {}, by=officer, at=NEXT_MONDAY + WEEK / 7)

    assert (draft.entries.get().difficulty, known()) == ("Thiếu đầu đọc thẻ, chưa được cấp", before)


def test_draft_of_a_returned_report_takes_no_difficulty_back(obstacle, report, officer, standing_agency):
    return_report(report, reason="Ghi rõ", by=standing_agency, at=LATER)
    before = known()

    fill(report, officer, LATER, difficulty="")

    assert (report.entries.get().difficulty, known()) == ("", before)


@pytest.mark.parametrize(
    "text", ["Thiếu đầu đọc thẻ", "THIEU DAU DOC THE!", "Vẫn thiếu đầu đọc thẻ, chưa được cấp", "Thiếu đầu đọc thẻ căn"]
)
def test_difficulty_carried_over_goes_on_under_its_new_words(obstacle, unit, officer, text):
    hindered(opened(unit, NEXT_MONDAY, "2024-W11"), officer, NEXT_MONDAY, text)

    followed = Obstacle.objects.get()
    assert (followed.pk, followed.text, followed.opened_at) == (obstacle.pk, text, MONDAY)
    assert (followed.proposal, followed.solving_level) == ("Cấp thêm", "district")  # what is not said again stays
    assert followed.mentions.count() == 2
    assert followed.age((MONDAY + WEEK).date()) == 7


def test_another_difficulty_of_the_same_duty_is_another_obstacle(obstacle, unit, officer):
    hindered(opened(unit, NEXT_MONDAY, "2024-W11"), officer, NEXT_MONDAY, "Đường truyền không ổn định")

    assert list(Obstacle.objects.values_list("text", flat=True)) == ["Thiếu đầu đọc thẻ", "Đường truyền không ổn định"]


def test_settled_difficulty_reported_again_is_open_again(obstacle, unit, officer, standing_agency):
    settle_obstacle(obstacle, text="Đã cấp", by=standing_agency, at=LATER)

    hindered(opened(unit, NEXT_MONDAY, "2024-W11"), officer, NEXT_MONDAY)

    again = Obstacle.objects.get()
    assert (again.state, again.settled_at, again.answers.count()) == ("new", None, 1)


def test_difficulty_raised_again_waits_from_then_on(obstacle, unit, officer, standing_agency):
    settle_obstacle(obstacle, text="Đã cấp", by=standing_agency, at=MONDAY + timedelta(days=1))
    raised_again = MONDAY + 7 * WEEK

    hindered(opened(unit, raised_again, "2024-W17"), officer, raised_again)

    again = Obstacle.objects.get()
    assert (again.opened_at, again.raised_at, again.age((raised_again + WEEK).date())) == (MONDAY, raised_again, 7)


@pytest.mark.parametrize("act", [reopen_obstacle, reply_obstacle])
def test_difficulty_taken_up_again_waits_from_then_on(obstacle, standing_agency, act):
    settle_obstacle(obstacle, text="Đã cấp", by=standing_agency, at=LATER)

    act(obstacle, text="Lại hỏng", by=standing_agency, at=MONDAY + WEEK)

    assert Obstacle.objects.get().raised_at == MONDAY + WEEK


def test_settled_difficulty_reported_again_lets_go_of_those_joined_into_it(
    obstacle, theirs, unit, officer, standing_agency
):
    join_obstacles(obstacle, [theirs], by=standing_agency, at=LATER)
    settle_obstacle(obstacle, text="Đã cấp.", by=standing_agency, at=LATER)

    hindered(opened(unit, NEXT_MONDAY, "2024-W11"), officer, NEXT_MONDAY)

    theirs.refresh_from_db()
    obstacle.refresh_from_db()
    assert (obstacle.state, obstacle.settled_at) == (ObstacleState.NEW, None)
    assert (theirs.state, theirs.settled_at, theirs.joined_into) == (ObstacleState.SETTLED, LATER, None)


def test_closed_difficulty_reported_again_is_a_new_one(obstacle, unit, officer, standing_agency):
    close_obstacle(obstacle, text="Không thuộc kế hoạch", by=standing_agency, at=LATER)

    hindered(opened(unit, NEXT_MONDAY, "2024-W11"), officer, NEXT_MONDAY)

    assert sorted(Obstacle.objects.values_list("state", flat=True)) == ["closed", "new"]


def test_nothing_to_report_leaves_difficulties_as_they_are(obstacle, unit, officer):
    submit_nothing(opened(unit, NEXT_MONDAY, "2024-W11"), by=officer, at=NEXT_MONDAY)

    assert (Obstacle.objects.get().state, ObstacleMention.objects.count()) == ("new", 1)


def test_withdrawing_takes_back_a_difficulty_nobody_answered(obstacle, report, officer):
    withdraw_report(report, by=officer, at=LATER)

    assert Obstacle.objects.count() == 0


def test_withdrawing_leaves_a_difficulty_that_was_answered(obstacle, report, officer, standing_agency):
    answer_obstacle(obstacle, text="Đang xem xét", by=standing_agency, at=LATER)

    withdraw_report(report, by=officer, at=LATER)

    assert (Obstacle.objects.get(), ObstacleMention.objects.count()) == (obstacle, 0)


def test_withdrawing_leaves_a_difficulty_the_report_upward_tells_of(obstacle, report, officer, standing_agency):
    upward = start_draft(report.period, by=standing_agency, at=LATER)
    finalize(upward, number=1, signed_on=LATER.date(), signer="Nguyễn Văn Ký", by=standing_agency, at=LATER)

    withdraw_report(report, by=officer, at=LATER)

    assert (Obstacle.objects.get(), ObstacleMention.objects.count()) == (obstacle, 0)


# --- Raised again ---


def stands(obstacle):
    found = Obstacle.objects.get(pk=obstacle.pk)
    return found.state, found.text, found.raised_at, found.settled_at


@pytest.fixture
def settled_by(obstacle, standing_agency):
    """The unit that was given the difficulty, which is settled since."""
    owner = UnitFactory(name="Phòng Y tế")
    given = {"owner": owner, "solving_level": "district", "due_on": NEXT_MONDAY.date()}
    start_handling(obstacle, **given, by=standing_agency, at=LATER)
    settle_obstacle(obstacle, text="Đã cấp", by=standing_agency, at=LATER)
    Notification.objects.all().delete()
    return owner


@pytest.fixture
def raised_again(obstacle, settled_by, unit, officer):
    """The report of week 11, which speaks of a difficulty settled in week 10."""
    return hindered(opened(unit, NEXT_MONDAY, "2024-W11"), officer, NEXT_MONDAY, "Thiếu đầu đọc thẻ, đã hỏng")


def report_again(obstacle, by):
    hindered(opened(obstacle.duty.unit, NEXT_MONDAY, "2024-W11"), by, NEXT_MONDAY)


def reply_again(obstacle, by):
    reply_obstacle(obstacle, text="Thiếu đầu đọc thẻ", by=by, at=NEXT_MONDAY)


@pytest.mark.parametrize("act", [report_again, reply_again])
def test_difficulty_raised_again_is_new_and_with_nobody_but_the_agency(
    obstacle, settled_by, officer, standing_agency, act
):
    act(obstacle, officer)

    again = Obstacle.objects.get()
    asked = [(one.unit, one.state) for one in again.requests.all()]
    plan = again.duty.initiative.plan
    desk = desks_of([plan], NEXT_MONDAY)[plan.pk]
    assert (again.state, again.owner) == ("new", standing_agency.memberships.get().unit)
    assert (asked, desk.new_obstacles.total) == ([(settled_by, "settled")], 1)


@pytest.mark.parametrize("act", [report_again, reply_again])
def test_difficulty_raised_again_rings_the_bell_of_the_agency_alone(
    obstacle, settled_by, officer, standing_agency, act
):
    UserFactory(unit=settled_by)

    act(obstacle, officer)

    initiative = obstacle.duty.initiative
    words = f"Phòng Nội vụ nêu lại khó khăn ở MH {initiative.code}: Thiếu đầu đọc thẻ"
    assert list(Notification.objects.values_list("user", "plan", "text", "url")) == [
        (standing_agency.pk, initiative.plan_id, words, f"/kho-khan/{obstacle.pk}/")
    ]


def test_difficulty_raised_again_does_not_ring_the_bell_of_who_files_on_behalf(obstacle, settled_by, standing_agency):
    report_again(obstacle, standing_agency)

    assert Notification.objects.count() == 0


def test_timeline_of_one_raised_again_does_not_say_that_its_unit_gave_it_to_somebody(obstacle, raised_again):
    told = [event.what for event in timeline_of(obstacle) if event.at == NEXT_MONDAY and event.kind == "change"]

    assert told == ["chuyển sang “Mới”"]


def test_difficulty_raised_again_and_given_to_the_same_unit_asks_it_anew(
    obstacle, raised_again, settled_by, standing_agency
):
    given = {"owner": settled_by, "solving_level": "district", "due_on": (NEXT_MONDAY + WEEK).date()}

    start_handling(obstacle, **given, by=standing_agency, at=NEXT_MONDAY)

    again = Obstacle.objects.get()
    assert (again.state, again.owner) == ("handling", settled_by)
    assert list(again.requests.order_by("pk").values_list("state", flat=True)) == ["settled", "open"]


def test_settled_difficulty_the_agency_takes_up_again_is_with_the_agency(obstacle, settled_by, standing_agency):
    reopen_obstacle(obstacle, text="Cấp thiếu", by=standing_agency, at=NEXT_MONDAY)

    again = Obstacle.objects.get()
    assert (again.state, again.owner) == ("handling", standing_agency.memberships.get().unit)


@same_queries(40)
def test_raising_again_takes_the_same_queries_for_any_number(duty, officer, standing_agency, rows, counted):
    more_duties(duty, rows - 1)
    hindered(opened(duty.unit), officer, MONDAY)
    for one in Obstacle.objects.all():
        settle_obstacle(one, text="Đã cấp", by=standing_agency, at=LATER)
    next_week = opened(duty.unit, NEXT_MONDAY, "2024-W11")

    with counted:
        hindered(next_week, officer, NEXT_MONDAY)


def test_withdrawing_settles_again_what_it_alone_had_opened(obstacle, raised_again, settled_by, officer):
    withdraw_report(raised_again, by=officer, at=NEXT_MONDAY)

    assert stands(obstacle) == ("settled", "Thiếu đầu đọc thẻ", MONDAY, LATER)
    assert (Obstacle.objects.get().owner, Notification.objects.count()) == (settled_by, 0)


def test_withdrawing_keeps_one_raised_again_that_was_settled_with_another(obstacle, theirs, officer, standing_agency):
    join_obstacles(obstacle, [theirs], by=standing_agency, at=LATER)
    settle_obstacle(obstacle, text="Đã cấp", by=standing_agency, at=LATER)
    withdraw_report(report_of(theirs.duty.unit), by=officer, at=LATER)
    again = hindered(opened(theirs.duty.unit, NEXT_MONDAY, "2024-W11"), officer, NEXT_MONDAY, "Không có đầu đọc")
    separate_obstacle(theirs, by=standing_agency, at=NEXT_MONDAY)

    withdraw_report(again, by=officer, at=NEXT_MONDAY)

    assert stands(theirs) == ("new", "Không có đầu đọc", NEXT_MONDAY, None)


def test_correction_without_the_difficulty_settles_again_what_it_alone_had_opened(
    obstacle, raised_again, officer, standing_agency
):
    at = NEXT_MONDAY + timedelta(hours=1)
    return_report(raised_again, reason="Đã cấp rồi", by=standing_agency, at=at)

    filed(raised_again, officer, at, difficulty="", work_state=WorkState.IN_PROGRESS)

    assert stands(obstacle) == ("settled", "Thiếu đầu đọc thẻ", MONDAY, LATER)


@pytest.mark.parametrize("done", ["answered", "given to a unit", "told again"])
def test_withdrawing_leaves_open_what_something_was_done_about_since(
    obstacle, raised_again, unit, officer, standing_agency, done
):
    since = NEXT_MONDAY + timedelta(hours=1)
    if done == "answered":
        answer_obstacle(obstacle, text="Đang xem xét", by=standing_agency, at=since)
    elif done == "given to a unit":
        owner = UnitFactory()
        due = {"owner": owner, "solving_level": "district", "due_on": since.date() + timedelta(days=7)}
        start_handling(obstacle, **due, by=standing_agency, at=since)
    else:
        hindered(report_of(unit, "2024-03"), officer, since, "Thiếu đầu đọc thẻ, đã hỏng")

    withdraw_report(raised_again, by=officer, at=since)

    state = "new" if done == "told again" else "handling"
    assert stands(obstacle) == (state, "Thiếu đầu đọc thẻ, đã hỏng", NEXT_MONDAY, None)


def test_correction_without_the_difficulty_takes_it_back(obstacle, report, officer, standing_agency):
    return_report(report, reason="Không phải khó khăn", by=standing_agency, at=LATER)
    assert Obstacle.objects.count() == 1

    filed(report, officer, LATER, difficulty="", work_state=WorkState.IN_PROGRESS)

    assert Obstacle.objects.count() == 0


# --- Answers ---


def test_answer_sets_it_going_and_its_unit_is_told_until_it_has_read_it(obstacle, unit, standing_agency):
    answer = answer_obstacle(obstacle, text=" Đã đề nghị cấp ", by=standing_agency, at=LATER)

    notice = ObstacleNotice.objects.unseen().get()
    assert (answer.text, Obstacle.objects.get().state, notice.unit) == ("Đã đề nghị cấp", "handling", unit)
    assert [mark_seen([notice], at=LATER), mark_seen([notice], at=LATER + WEEK)] == [1, 0]
    assert ObstacleNotice.objects.get().seen_at == LATER


def test_answer_rings_the_bell_of_every_unit_concerned_but_not_of_who_answers(
    obstacle, theirs, officer, standing_agency
):
    neighbour = UserFactory(unit=theirs.duty.unit)
    UnitMembership.objects.create(user=standing_agency, unit=obstacle.duty.unit)
    join_obstacles(obstacle, [theirs], by=standing_agency, at=LATER)

    answer_obstacle(obstacle, text="Đã đề nghị cấp", by=standing_agency, at=LATER)

    words = f"Khó khăn ở MH {obstacle.duty.initiative.code} có trả lời: Đã đề nghị cấp"
    assert list(Notification.objects.order_by("pk").values_list("user", "text", "url")) == [
        (officer.pk, words, f"/kho-khan/{obstacle.pk}/"),
        (neighbour.pk, words, f"/kho-khan/{theirs.pk}/"),
    ]


def test_bell_tells_the_beginning_of_a_long_answer(obstacle, officer, standing_agency):
    answer_obstacle(obstacle, text="đã đề nghị cấp " * 300, by=standing_agency, at=LATER)

    told = Notification.objects.get().text
    assert (told.startswith("Khó khăn ở MH"), told[-2:], 280 < len(told) <= 300) == (True, " …", True)


def test_settled_one_keeps_its_answer_and_its_age(obstacle, standing_agency):
    settle_obstacle(obstacle, text="Đã cấp 3 đầu đọc", by=standing_agency, at=MONDAY + 2 * WEEK)

    settled = Obstacle.objects.get()
    assert (settled.state, settled.is_settled, settled.age((MONDAY + 9 * WEEK).date())) == ("settled", True, 14)
    assert (settled.answers.get().text, settled.answers.get().settles) == ("Đã cấp 3 đầu đọc", True)
    assert Obstacle.objects.unsettled().count() == 0


def test_settled_one_is_taken_up_again_with_a_reason(obstacle, standing_agency):
    settle_obstacle(obstacle, text="Đã cấp", by=standing_agency, at=LATER)

    reopen_obstacle(obstacle, text="Cấp thiếu", by=standing_agency, at=LATER)

    assert (Obstacle.objects.get().state, Obstacle.objects.get().settled_at) == ("handling", None)
    assert list(ObstacleAnswer.objects.values_list("text", flat=True)) == ["Đã cấp", "Cấp thiếu"]


@pytest.mark.parametrize("act", [answer_obstacle, settle_obstacle, close_obstacle])
def test_every_answer_says_something(obstacle, standing_agency, act):
    with pytest.raises(ReviewError, match="nội dung trả lời"):
        act(obstacle, text=" \n", by=standing_agency, at=LATER)


@pytest.mark.parametrize("act", [answer_obstacle, settle_obstacle])
def test_settled_one_takes_no_more_answers(obstacle, standing_agency, act):
    settle_obstacle(obstacle, text="Đã cấp", by=standing_agency, at=LATER)

    with pytest.raises(ReviewError, match="đã giải quyết xong"):
        act(obstacle, text="Thêm", by=standing_agency, at=LATER)


def test_open_one_is_not_reopened_and_a_closed_one_not_closed_again(obstacle, standing_agency):
    with pytest.raises(ReviewError, match="không cần mở lại"):
        reopen_obstacle(obstacle, text="Thêm", by=standing_agency, at=LATER)
    close_obstacle(obstacle, text="Không thuộc kế hoạch", by=standing_agency, at=LATER)
    with pytest.raises(ReviewError, match="đã đóng"):
        close_obstacle(obstacle, text="Nữa", by=standing_agency, at=LATER)


def test_owner_and_level_are_set_by_hand(obstacle, standing_agency):
    owner = UnitFactory(name="Phòng Tài chính – Kế hoạch")

    assign_obstacle(obstacle, owner=owner, solving_level="province", by=standing_agency, at=LATER)

    kept = Obstacle.objects.get()
    assert (kept.owner, kept.solving_level, kept.history.first().history_user) == (owner, "province", standing_agency)


# --- Joined ---


def test_joined_ones_are_answered_and_settled_together_and_every_unit_is_told(obstacle, theirs, unit, standing_agency):
    join_obstacles(obstacle, [theirs], by=standing_agency, at=LATER)

    settle_obstacle(theirs, text="Đã cấp cho cả hai", by=standing_agency, at=LATER)  # through either of them

    assert set(Obstacle.objects.values_list("state", flat=True)) == {ObstacleState.SETTLED}
    assert [notice.unit for notice in ObstacleNotice.objects.order_by("pk")] == [unit, theirs.duty.unit]
    assert list(Obstacle.objects.own()) == [obstacle]


def test_joining_takes_along_what_was_joined_before_and_takes_over_the_state(obstacle, theirs, duty, standing_agency):
    third = Obstacle.objects.create(
        duty=DutyFactory(initiative=duty.initiative), text="Thiếu máy", opened_at=LATER, raised_at=LATER
    )
    join_obstacles(theirs, [third], by=standing_agency, at=LATER)
    answer_obstacle(obstacle, text="Đang xem xét", by=standing_agency, at=LATER)

    join_obstacles(obstacle, [theirs, obstacle], by=standing_agency, at=LATER)

    joined = Obstacle.objects.exclude(pk=obstacle.pk)
    assert {(one.joined_into, one.root, one.state) for one in joined} == {(obstacle, obstacle, "handling")}


def test_joined_one_stands_for_itself_again(obstacle, theirs, standing_agency):
    join_obstacles(obstacle, [theirs], by=standing_agency, at=LATER)

    separate_obstacle(theirs, by=standing_agency, at=LATER)

    assert Obstacle.objects.own().count() == 2


def test_settled_ones_and_those_of_another_plan_are_not_joined(obstacle, theirs, standing_agency):
    foreign = Obstacle.objects.create(duty=DutyFactory(), text="Thiếu máy", opened_at=LATER, raised_at=LATER)

    with pytest.raises(ReviewError, match="cùng một kế hoạch"):
        join_obstacles(obstacle, [foreign], by=standing_agency, at=LATER)
    settle_obstacle(theirs, text="Đã cấp", by=standing_agency, at=LATER)
    with pytest.raises(ReviewError, match="còn đang xử lý"):
        join_obstacles(obstacle, [theirs], by=standing_agency, at=LATER)


@pytest.mark.parametrize(
    "columns",
    [{"text": ""}, {"state": "settled"}, {"settled_at": MONDAY}, {"joined_into": "itself"}],
)
def test_database_refuses_an_obstacle_that_cannot_be(obstacle, columns):
    said = {name: obstacle if value == "itself" else value for name, value in columns.items()}

    with pytest.raises(IntegrityError), transaction.atomic():
        Obstacle.objects.update(**said)


# --- As of a moment ---


def test_difficulty_is_told_as_it_was_at_a_moment(obstacle, theirs, standing_agency):
    join_obstacles(obstacle, [theirs], by=standing_agency, at=MONDAY + WEEK)
    settle_obstacle(obstacle, text="Đã cấp", by=standing_agency, at=MONDAY + 2 * WEEK)

    told = {
        weeks: [(one.text, one.state, one.settled_at, one.joined_into_id) for one in Obstacle.objects.as_of(at)]
        for weeks in (0, 1, 2)
        if (at := MONDAY + weeks * WEEK)
    }

    settled_at = MONDAY + 2 * WEEK
    assert told == {
        0: [("Thiếu đầu đọc thẻ", "new", None, None)],
        1: [("Thiếu đầu đọc thẻ", "new", None, None), ("Không có đầu đọc", "new", None, obstacle.pk)],
        2: [
            ("Thiếu đầu đọc thẻ", "settled", settled_at, None),
            ("Không có đầu đọc", "settled", settled_at, obstacle.pk),
        ],
    }


def test_last_of_several_changes_at_one_moment_is_told(obstacle, unit, standing_agency):
    given = {"owner": unit, "solving_level": "province", "due_on": LATER.date()}
    start_handling(obstacle, **given, by=standing_agency, at=LATER)

    (told,) = Obstacle.objects.as_of(LATER)

    assert (told.state, told.owner, told.solving_level) == ("handling", unit, "province")


def test_difficulty_taken_back_since_is_not_told(obstacle, report, officer):
    withdraw_report(report, by=officer, at=LATER)

    assert Obstacle.objects.as_of(MONDAY) == []


@same_queries(1)
def test_telling_as_of_a_moment_takes_one_query(duty, officer, rows, counted):
    more_duties(duty, rows - 1)
    hindered(opened(duty.unit), officer, MONDAY)

    with counted:
        told = {(one.duty.unit.name, one.duty.initiative.code) for one in Obstacle.objects.as_of(LATER)}

    assert len(told) == rows


# --- Who sees them ---


def test_unit_sees_its_own_and_the_standing_agency_all(obstacle, theirs, officer, outsider, standing_agency):
    day = MONDAY.date()

    seen = [Obstacle.objects.visible_to(user, day).count() for user in (officer, outsider, standing_agency)]

    assert seen == [1, 0, 2]


def test_one_joined_is_listed_to_its_unit_and_to_the_agency_of_another_plan_whose_unit_it_is(
    obstacle, theirs, officer, neighbour, standing_agency
):
    join_obstacles(obstacle, [theirs], by=standing_agency, at=LATER)
    foreign = UserFactory(role=Role.STANDING_AGENCY, unit=agency_of(PlanFactory(), neighbour.unit))
    people = (officer, UserFactory(unit=neighbour.unit), foreign, standing_agency)

    listed = [set(Obstacle.objects.listed_to(user, MONDAY.date())) for user in people]

    assert listed == [{obstacle}, {theirs}, {theirs}, {obstacle}]


@same_queries(31)
def test_following_takes_the_same_queries_for_any_number(duty, officer, rows, counted):
    more_duties(duty, rows - 1)
    hindered(opened(duty.unit), officer, MONDAY)
    next_week = opened(duty.unit, NEXT_MONDAY, "2024-W11")

    with counted:
        hindered(next_week, officer, NEXT_MONDAY, "Thiếu đầu đọc thẻ và máy quét")
