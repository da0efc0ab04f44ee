"""What was said under a duty goes on when its role, its unit or its way changes, typed ahead or late (KH III.6)."""

from datetime import date, timedelta

import pytest

from assignments.duties import refresh_duties
from assignments.fact_days import earliest_change, read_facts
from assignments.models import Assignment, AssignmentRole, CollectiveMember, Duty, Unit
from models_registry.models import Indicator
from reports.consolidated.drafting.facts import read_facts as read_consolidated_facts
from reports.consolidated.sheets import sheets_of
from reports.domain.calendar import end_of_day, local_day
from reports.filing.services import withdraw_report
from reports.lifecycle.errors import FilingError
from reports.models import CurrentProgress, IndicatorFigure, Obstacle, ObstacleNotice, PeriodState, UnitReport
from reports.obstacles.queries import timeline_of
from reports.obstacles.services import answer_obstacle, mark_seen, settle_obstacle
from reports.periods.services import run_schedule
from reports.progress.current import rebuild_current
from reports.progress.indicators import indicator_tables
from reports.progress.initiative_units import units_of
from reports.progress.period_states import rebuild_period_states
from reports.review.services import return_report
from reports.rollup import read_board, scope_of
from reports.rollup.initiative_lines import lines_of
from reports.rollup.period_changes import changes_of
from reports.special.services import request_special_report
from tests.acts import filed, fill, opened, report_of
from tests.factories import AssignmentFactory, CollectiveFactory, InitiativeFactory, UnitFactory, UserFactory, vn
from tests.queries import same_queries

pytestmark = [pytest.mark.django_db, pytest.mark.engine]

# A plan that runs since February 2024; the police of the district ends on 28/02/2025 (a Friday).
MONDAY = vn("2025-02-24 08:00")
LAST_DAY = date(2025, 2, 28)
FIRST_DAY = date(2025, 3, 1)
LATE = vn("2025-03-11 09:00")


@pytest.fixture
def initiative(plan):
    return InitiativeFactory(plan=plan, code="9")


@pytest.fixture
def police(initiative):
    """The lead, which has reported."""
    police = UnitFactory(name="Công an huyện")
    AssignmentFactory(initiative=initiative, unit=police)
    return police


@pytest.fixture
def by(police):
    return UserFactory(unit=police)


@pytest.fixture
def successor():
    return UnitFactory(name="Phòng PC06", valid_from=FIRST_DAY)


def change(plan, at, *rows):
    """Save rows as the admin does: the duties follow from the first day that is another than it was."""
    before = read_facts()
    for row in rows:
        row.save()
    since = earliest_change(before, read_facts(), local_day(at))
    refresh_duties(plan, at=at, since=since)


def end(plan, unit, successor, at, last_day=LAST_DAY):
    unit.valid_to, unit.successor = last_day, successor
    change(plan, at, unit)


def give_role(plan, initiative, unit, role, at, since):
    """A new row of the table from ``since`` on, in the place of the unit's row before."""
    standing = Assignment.objects.get(initiative=initiative, unit=unit, valid_to=None)
    standing.valid_to = since - timedelta(days=1)
    place = 1 + max(initiative.assignments.values_list("position", flat=True))
    new = Assignment(initiative=initiative, unit=unit, role=role, text=unit.name, valid_from=since, position=place)
    change(plan, at, standing, new)


def state_of(unit, initiative):
    current = CurrentProgress.objects.filter(duty__unit=unit, duty__initiative=initiative).first()
    return (current.work_state, current.percent, current.result) if current else None


def states(code):
    """What each unit in force at the end of the period had said of it."""
    rows = PeriodState.objects.filter(period__code=code).order_by("duty__unit__name")
    return list(rows.values_list("duty__unit__name", "percent"))


def owed(code):
    """Who owes in the period, with the state of the report, or is excused from it."""
    rows = UnitReport.objects.filter(period__code=code).order_by("unit__name")
    return list(rows.values_list("unit__name", "state"))


# --- Roles ---


@pytest.fixture
def led(plan, initiative, police, by):
    """One initiative with a lead and a coordinating unit, both of which have reported."""
    other = UnitFactory(name="Phòng Nội vụ")
    AssignmentFactory(initiative=initiative, unit=other, role=AssignmentRole.COORDINATING)
    filed(opened(police, MONDAY, "2025-W09"), by, MONDAY, percent=40, result="Đã lắp 4 máy")
    filed(report_of(other, "2025-W09"), by, MONDAY, percent=10)
    return other


def test_what_was_said_goes_on_when_lead_and_coordinating_unit_change_places(plan, initiative, police, led):
    give_role(plan, initiative, police, AssignmentRole.COORDINATING, LATE, date(2025, 3, 3))
    give_role(plan, initiative, led, AssignmentRole.LEAD, LATE, date(2025, 3, 3))

    assert (state_of(police, initiative), state_of(led, initiative)) == (
        ("in_progress", 40, "Đã lắp 4 máy"),
        ("in_progress", 10, ""),
    )
    assert (rebuild_current(), rebuild_period_states()) == (0, 0)


def test_lead_that_never_reported_goes_on_with_the_word_of_the_lead_before(plan, initiative, police, by):
    new = UnitFactory(name="Phòng Nội vụ")
    filed(opened(police, MONDAY, "2025-W09"), by, MONDAY, percent=40)
    give_role(plan, initiative, police, AssignmentRole.COORDINATING, LATE, date(2025, 3, 3))
    AssignmentFactory(initiative=initiative, unit=new, valid_from=date(2025, 3, 3))

    refresh_duties(plan, at=LATE, since=date(2025, 3, 3))

    current = CurrentProgress.objects.get(duty__unit=new)
    assert (current.percent, current.inherited_from) == (40, police)


def test_thread_that_came_by_succession_stays_when_its_holder_becomes_the_lead(plan, initiative, police, led, by):
    heir = UnitFactory(name="Phòng PC06", valid_from=FIRST_DAY)
    end(plan, led, heir, MONDAY)
    run_schedule(at=vn("2025-03-05 08:00"))
    give_role(plan, initiative, police, AssignmentRole.COORDINATING, LATE, date(2025, 3, 10))
    AssignmentFactory(initiative=initiative, unit=heir, valid_from=date(2025, 3, 10))

    refresh_duties(plan, at=LATE, since=date(2025, 3, 10))
    run_schedule(at=vn("2025-03-19 08:00"))

    assert (state_of(police, initiative)[1], state_of(heir, initiative)[1]) == (40, 10)
    assert states("2025-W12") == [("Công an huyện", 40), ("Phòng PC06", 10)]
    assert (rebuild_current(), rebuild_period_states()) == (0, 0)


def test_role_of_a_line_not_filed_follows_and_that_of_a_filed_one_stays(plan, initiative, police, led, by):
    run_schedule(at=vn("2025-03-05 08:00"))
    run_schedule(at=vn("2025-03-12 08:00"))
    filed(report_of(police, "2025-W11"), by, LATE)

    give_role(plan, initiative, police, AssignmentRole.COORDINATING, vn("2025-03-12 09:00"), date(2025, 3, 10))

    roles = UnitReport.objects.filter(unit=police).order_by("period__ends_on", "period__rhythm")
    assert list(roles.values_list("period__code", "entries__role")) == [
        ("2025-W09", "lead"),
        ("2025-W10", "lead"),
        ("2025-W11", "lead"),
        ("2025-03", "coordinating"),
        ("2025-W12", "coordinating"),
    ]


def test_draft_stays_in_its_line_when_the_role_changes(plan, initiative, police, led, by):
    run_schedule(at=vn("2025-03-05 08:00"))
    fill(report_of(police, "2025-W10"), by, vn("2025-03-05 09:00"), percent=70, result="Đang gõ")

    give_role(plan, initiative, police, AssignmentRole.COORDINATING, vn("2025-03-06 08:00"), date(2025, 3, 6))

    assert report_of(police, "2025-W11").entries.get().duty.terms.count() == 2
    assert report_of(police, "2025-W10").entries.get().result == "Đang gõ"


# --- A unit that ends ---


def test_successor_goes_on_with_the_last_word_and_says_whose_it_was(plan, initiative, police, successor, by):
    filed(opened(police, MONDAY, "2025-W09"), by, MONDAY, percent=100, work_state="done", result="Xong")

    end(plan, police, successor, MONDAY)
    run_schedule(at=vn("2025-03-03 08:00"))

    current = CurrentProgress.objects.get(duty__unit=successor)
    assert (current.percent, current.result, current.inherited_from) == (100, "Xong", police)
    assert rebuild_current() == 0


def test_first_word_of_the_successor_takes_the_place_of_the_one_inherited(plan, initiative, police, successor, by):
    filed(opened(police, MONDAY, "2025-W09"), by, MONDAY, percent=40, result="Đã lắp 4 máy")
    end(plan, police, successor, MONDAY)
    run_schedule(at=vn("2025-03-03 08:00"))

    filed(report_of(successor, "2025-W10"), by, vn("2025-03-03 09:00"), percent=55)

    current = CurrentProgress.objects.get(duty__unit=successor)
    assert (current.percent, current.result, current.inherited_from) == (55, "Đã lắp 4 máy", None)
    assert rebuild_current() == 0


def test_report_upward_says_whose_the_result_is_that_came_to_the_successor(plan, initiative, police, successor, by):
    filed(opened(police, MONDAY, "2025-W09"), by, MONDAY, result="Đã lắp 4 máy")
    end(plan, police, successor, MONDAY)
    run_schedule(at=vn("2025-03-05 08:00"))

    facts = read_consolidated_facts(plan.periods.get(code="2025-W10"))

    [row] = next(sheet.rows for sheet in sheets_of(facts) if sheet.title == "Mô hình")
    [(_, known)] = facts.progress_of(initiative)
    assert row[-1] == "Phòng PC06 (theo báo cáo tuần 9/2025 của Công an huyện): Đã lắp 4 máy"
    assert (known.result, known.whose) == ("Đã lắp 4 máy", " (theo báo cáo tuần 9/2025 của Công an huyện)")


def test_report_upward_says_nothing_of_whose_the_own_result_is(plan, initiative, police, by):
    filed(opened(police, MONDAY, "2025-W09"), by, MONDAY, result="Đã lắp 4 máy")

    facts = read_consolidated_facts(plan.periods.get(code="2025-W09"))

    [row] = next(sheet.rows for sheet in sheets_of(facts) if sheet.title == "Mô hình")
    assert row[-1] == "Công an huyện: Đã lắp 4 máy"


def test_word_inherited_follows_what_its_unit_files_late_and_takes_back(plan, initiative, police, successor, by):
    filed(opened(police, MONDAY, "2025-W09"), by, MONDAY, percent=40)
    end(plan, police, successor, LATE)
    report = withdraw_report(report_of(police, "2025-W09"), by=by, at=MONDAY)
    taken_back = state_of(successor, initiative)

    filed(report, by, MONDAY, percent=50)

    assert (taken_back, state_of(successor, initiative)) == (None, ("in_progress", 50, ""))


def test_week_and_month_in_which_a_unit_ends_are_owed_by_its_successor(plan, initiative, police, successor):
    end(plan, police, successor, MONDAY)
    run_schedule(at=MONDAY)

    run_schedule(at=vn("2025-03-05 08:00"))

    assert [owed(code) for code in ("2025-W09", "2025-W10", "2025-W11", "2025-03")] == [
        [("Công an huyện", "missed")],
        *[[("Phòng PC06", "open")]] * 3,
    ]


def test_end_typed_late_excuses_who_ended_and_gives_the_successor_a_due_day_of_its_own(
    plan, initiative, police, successor
):
    """Week 10 was due on 04/03 and locked on the 11th; the end is typed on that day."""
    for day in ("2025-02-26", "2025-03-05", "2025-03-12"):
        run_schedule(at=vn(f"{day} 08:00"))

    end(plan, police, successor, vn("2025-03-12 09:00"))

    assert [owed(code) for code in ("2025-W10", "2025-W11")] == [
        [("Công an huyện", "excused"), ("Phòng PC06", "open")],
        [("Công an huyện", "excused"), ("Phòng PC06", "open")],
    ]
    excused = report_of(police, "2025-W10")
    assert excused.excused_reason == "Đơn vị kết thúc hoạt động sau ngày 28/02/2025. Phòng PC06 báo cáo thay."
    new = report_of(successor, "2025-W10")
    assert (local_day(new.due_at), new.is_fileable(end_of_day(date(2025, 3, 20)))) == (date(2025, 3, 17), True)


def lines_in(unit, code):
    entries = report_of(unit, code).entries.order_by("duty__initiative__code")
    return list(entries.values_list("duty__initiative__code", "role", "percent"))


def test_who_takes_the_lead_from_a_unit_that_stays_owes_whatever_that_unit_filed(plan, initiative, police, led):
    """What the other said is its own word; to answer by it would hang on whether it takes it back."""
    standing = Assignment.objects.get(initiative=initiative, unit=police)
    standing.valid_to = date(2025, 2, 23)
    named = {"initiative": initiative, "text": "x", "valid_from": date(2025, 2, 24)}
    stays = Assignment(unit=police, role=AssignmentRole.COORDINATING, position=1000, **named)
    leads = Assignment(unit=UnitFactory(name="Phòng Tư pháp"), role=AssignmentRole.LEAD, position=1000, **named)

    change(plan, MONDAY, standing, stays, leads)

    filed_ones = [("Công an huyện", "submitted"), ("Phòng Nội vụ", "submitted")]
    assert owed("2025-W09") == [*filed_ones, ("Phòng Tư pháp", "open")]


def test_report_taken_back_asks_for_what_is_owed_by_then_in_the_roles_of_then(plan, initiative, police, led, by):
    give_role(plan, initiative, police, AssignmentRole.COORDINATING, MONDAY, date(2025, 2, 24))
    give_role(plan, initiative, led, AssignmentRole.LEAD, MONDAY, date(2025, 2, 24))
    other = InitiativeFactory(plan=plan, code="7")
    change(plan, MONDAY, Assignment(initiative=other, unit=police, role=AssignmentRole.LEAD, text="x"))
    as_filed = lines_in(police, "2025-W09")

    withdraw_report(report_of(police, "2025-W09"), by=by, at=MONDAY)

    assert as_filed == [("9", "lead", 40)]
    assert lines_in(police, "2025-W09") == [("7", "lead", None), ("9", "coordinating", 40)]


def test_report_missed_by_the_successor_holds_what_came_to_it_late(plan, initiative, police, by):
    heir = UnitFactory(name="Phòng Nội vụ")
    AssignmentFactory(initiative=InitiativeFactory(plan=plan, code="7"), unit=heir)
    for day in ("2025-02-26", "2025-03-05", "2025-03-12"):
        run_schedule(at=vn(f"{day} 08:00"))

    end(plan, police, heir, vn("2025-03-12 09:00"))

    assert owed("2025-W10") == [("Công an huyện", "excused"), ("Phòng Nội vụ", "missed")]
    assert lines_in(heir, "2025-W10") == [("7", "lead", None), ("9", "lead", None)]


def test_successor_owes_nothing_where_who_ended_has_filed(plan, initiative, police, successor, by):
    run_schedule(at=vn("2025-02-26 08:00"))
    filed(report_of(police, "2025-W10"), by, vn("2025-03-03 08:00"), percent=60)

    end(plan, police, successor, vn("2025-03-05 08:00"))

    assert owed("2025-W10") == [("Công an huyện", "submitted")]
    assert state_of(successor, initiative) == ("in_progress", 60, "")


def test_draft_of_who_ended_is_in_the_line_of_the_successor(plan, initiative, police, successor, by):
    run_schedule(at=vn("2025-02-26 08:00"))
    fill(report_of(police, "2025-W10"), by, vn("2025-03-03 08:00"), percent=60, result="Đang gõ")

    end(plan, police, successor, vn("2025-03-04 08:00"))

    entry = report_of(successor, "2025-W10").entries.get()
    assert (entry.percent, entry.result) == (60, "Đang gõ")


@pytest.mark.parametrize("days", [0, 1, 7, 20])
def test_end_typed_late_gives_the_states_it_would_have_given_typed_ahead(plan, initiative, police, successor, by, days):
    """But for what was filed in between, of which there is nothing here."""
    filed(opened(police, MONDAY, "2025-W09"), by, MONDAY, percent=40)
    typed_at = vn("2025-03-01 08:00") + timedelta(days=days)
    day = MONDAY
    while day < typed_at:
        run_schedule(at=day)
        day += timedelta(days=1)
    end(plan, police, successor, typed_at)
    run_schedule(at=vn("2025-03-26 08:00"))

    terms = Duty.objects.order_by("pk").values_list("unit__name", "terms__valid_from", "terms__valid_to")
    assert list(terms) == [("Công an huyện", plan.starts_on, LAST_DAY), ("Phòng PC06", FIRST_DAY, None)]
    assert [states(code) for code in ("2025-W09", "2025-W10", "2025-03", "2025-W12")] == [
        [("Công an huyện", 40)],
        *[[("Phòng PC06", 40)]] * 3,
    ]
    expected = UnitReport.objects.expected().order_by("period__ends_on", "period__rhythm", "unit__name")
    assert list(expected.values_list("period__code", "unit__name")) == [
        ("2025-W09", "Công an huyện"),
        *[(code, "Phòng PC06") for code in ("2025-W10", "2025-W11", "2025-03", "2025-W12", "2025-W13")],
        ("2025-W14", "Phòng PC06"),
        ("2025-04", "Phòng PC06"),
    ]
    assert (rebuild_current(), rebuild_period_states()) == (0, 0)


def test_end_taken_back_gives_everything_back(plan, initiative, police, successor, by):
    filed(opened(police, MONDAY, "2025-W09"), by, MONDAY, percent=40, difficulty="Thiếu máy", work_state="blocked",
          solving_level="district")  # fmt: skip
    end(plan, police, successor, vn("2025-03-05 08:00"))
    end(plan, police, None, vn("2025-03-05 09:00"), last_day=None)

    run_schedule(at=vn("2025-03-12 08:00"))

    assert (state_of(police, initiative)[1], state_of(successor, initiative)) == (40, None)
    assert owed("2025-W11") == [("Công an huyện", "open")]
    assert Obstacle.objects.get().duty.unit == police
    assert (rebuild_current(), rebuild_period_states()) == (0, 0)


def test_difficulty_goes_on_with_the_successor_and_keeps_who_raised_it(plan, initiative, police, successor, by):
    filed(opened(police, MONDAY, "2025-W09"), by, MONDAY, difficulty="Thiếu máy", work_state="blocked",
          solving_level="district")  # fmt: skip

    end(plan, police, successor, LATE)

    obstacle = Obstacle.objects.get()
    assert (obstacle.duty.unit, obstacle.raised_under.unit, obstacle.state) == (successor, police, "new")


def test_answer_nobody_has_read_is_the_successors_to_read_and_comes_back_with_the_unit(
    plan, initiative, police, successor, by
):
    filed(opened(police, MONDAY, "2025-W09"), by, MONDAY, difficulty="Thiếu máy", work_state="blocked",
          solving_level="district")  # fmt: skip
    answer_obstacle(Obstacle.objects.get(), text="Đang xem xét", by=UserFactory(), at=vn("2025-02-25 08:00"))
    mark_seen(ObstacleNotice.objects.all(), at=vn("2025-02-25 09:00"))
    answer_obstacle(Obstacle.objects.get(), text="Sẽ cấp máy", by=UserFactory(), at=vn("2025-02-26 08:00"))

    end(plan, police, successor, LATE)
    passed_on = unread_by_unit()
    end(plan, police, None, LATE, last_day=None)

    assert passed_on == {"Phòng PC06": ["Sẽ cấp máy"]}
    assert unread_by_unit() == {"Công an huyện": ["Sẽ cấp máy"]}


def unread_by_unit():
    found = {}
    for notice in ObstacleNotice.objects.unseen().select_related("answer", "unit"):
        found.setdefault(notice.unit.name, []).append(notice.answer.text)
    return found


def test_result_inherited_goes_with_the_succession_that_is_taken_back(plan, initiative, police, successor, by):
    filed(opened(police, MONDAY, "2025-W09"), by, MONDAY, percent=40, result="Đã lắp 4 máy")
    end(plan, police, successor, vn("2025-03-03 08:00"))
    run_schedule(at=vn("2025-03-05 08:00"))
    filed(report_of(successor, "2025-W11"), by, vn("2025-03-05 09:00"), percent=50)
    inherited = state_of(successor, initiative)

    end(plan, police, None, vn("2025-03-05 10:00"), last_day=None)

    assert (inherited[2], state_of(successor, initiative)[2]) == ("Đã lắp 4 máy", "")
    assert rebuild_current() == 0


def test_difficulty_told_late_by_who_ended_is_its_successors_at_once_and_told_again_the_same(
    plan, initiative, police, successor, by
):
    said = {"difficulty": "Thiếu máy", "work_state": "blocked", "solving_level": "district"}
    run_schedule(at=MONDAY)
    end(plan, police, successor, vn("2025-03-03 09:00"))

    report = filed(report_of(police, "2025-W09"), by, vn("2025-03-03 10:00"), **said)
    return_report(report, reason="Ghi rõ hơn", by=by, at=vn("2025-03-03 11:00"))
    filed(report_of(police, "2025-W09"), by, vn("2025-03-03 12:00"), **said)

    obstacle = Obstacle.objects.get()
    assert (obstacle.duty.unit, obstacle.raised_by) == (successor, police)


def test_difficulty_says_who_raised_it_and_in_whose_report(plan, initiative, police, successor, by):
    filed(opened(police, MONDAY, "2025-W09"), by, MONDAY, difficulty="Thiếu máy", work_state="blocked",
          solving_level="district")  # fmt: skip

    end(plan, police, successor, LATE)

    obstacle = Obstacle.objects.get()
    told = [(event.who, event.what) for event in timeline_of(obstacle) if event.kind == "mention"]
    assert (obstacle.raised_by, told) == (police, [("Công an huyện", "nêu trong báo cáo tuần 19/02 – 25/02")])


def test_result_told_last_says_who_told_it(plan, initiative, police, successor, by):
    filed(opened(police, MONDAY, "2025-W09"), by, MONDAY, result="Đã lắp 4 máy")

    end(plan, police, successor, LATE)

    (unit,) = units_of(initiative, UserFactory(role="leader"), local_day(LATE))
    assert (unit.result, unit.told_by) == ("Đã lắp 4 máy", "Công an huyện")


def test_successor_that_does_not_report_at_first_goes_on_once_it_does(plan, initiative, police, successor, by):
    """The police of 01/03/2025: nobody leads until PC06 is made to report."""
    filed(opened(police, MONDAY, "2025-W09"), by, MONDAY, percent=100)
    Unit.objects.filter(pk=successor.pk).update(files_reports=False)
    successor.refresh_from_db()
    end(plan, police, successor, LATE)
    nobody = Duty.objects.on(local_day(LATE)).count()
    successor.files_reports = True

    change(plan, LATE + timedelta(days=1), successor)

    assert (nobody, state_of(successor, initiative)) == (0, ("in_progress", 100, ""))


def test_result_is_inherited_no_more_once_the_heir_is_known_to_have_spoken_before(plan, initiative, police, by):
    """It had told of the running month before the end of the other was typed, and of the week after that."""
    other = UnitFactory(name="Phòng Nội vụ")
    AssignmentFactory(initiative=initiative, unit=other, role=AssignmentRole.COORDINATING)
    filed(opened(police, MONDAY, "2025-W09"), by, MONDAY, percent=40, result="Đã lắp 4 máy")
    run_schedule(at=vn("2025-02-26 08:00"))
    run_schedule(at=vn("2025-03-05 08:00"))
    filed(report_of(other, "2025-03"), by, vn("2025-03-05 08:00"), percent=10)
    end(plan, police, other, vn("2025-03-05 09:00"))
    filed(report_of(other, "2025-W10"), by, vn("2025-03-05 10:00"), percent=10)

    run_schedule(at=vn("2025-03-12 08:00"))

    told = PeriodState.objects.filter(duty__unit=other).order_by("period__ends_on")
    assert list(told.values_list("period__code", "result_entry__result")) == [
        ("2025-W10", "Đã lắp 4 máy"),
        ("2025-W11", None),
    ]
    assert (rebuild_current(), rebuild_period_states()) == (0, 0)


# --- The roll-up ---


def changes_told(plan, at):
    """What the roll-up tells as changed in week 10 since the week before."""
    board = read_board(scope_of(plan, {"ky": "2025-W10"}, at))
    changed = [change for initiative in changes_of(board) for change in initiative.states]
    return [(change.unit.name, change.cell.was_percent, change.cell.percent) for change in changed]


@pytest.mark.parametrize("at", [vn("2025-03-04 08:00"), vn("2025-03-05 08:00")], ids=["open", "closed"])
@pytest.mark.parametrize("last_days", [[LAST_DAY], [LAST_DAY, date(2025, 3, 3)]], ids=["one", "two at once"])
def test_succession_by_itself_is_no_change(plan, initiative, police, by, at, last_days):
    filed(opened(police, MONDAY, "2025-W09"), by, MONDAY, percent=80)
    unit = police
    for last_day in last_days:
        heir = UnitFactory(valid_from=last_day + timedelta(days=1))
        end(plan, unit, heir, MONDAY, last_day)
        unit = heir
    run_schedule(at=at)

    board = read_board(scope_of(plan, {"ky": "2025-W10"}, at))

    (line,) = lines_of(board)
    assert (line.single.unit_id, line.single.was_percent, line.single.percent) == (heir.pk, 80, 80)
    assert (line.gained, line.changed, changes_told(plan, at)) == (0, 0, [])


def test_what_the_successor_says_is_a_change_of_what_was_said_before_it(plan, initiative, police, successor, by):
    filed(opened(police, MONDAY, "2025-W09"), by, MONDAY, percent=80)
    end(plan, police, successor, MONDAY)
    run_schedule(at=vn("2025-03-04 08:00"))

    filed(report_of(successor, "2025-W10"), by, vn("2025-03-04 09:00"), percent=90)

    assert changes_told(plan, vn("2025-03-04 10:00")) == [("Phòng PC06", 80, 90)]


@same_queries(15)
def test_queries_of_the_roll_up_do_not_grow_with_what_was_handed_over(plan, police, successor, by, rows, counted):
    for _ in range(rows):
        AssignmentFactory(initiative=InitiativeFactory(plan=plan), unit=police)
    filed(opened(police, MONDAY, "2025-W09"), by, MONDAY, percent=80)
    end(plan, police, successor, MONDAY)
    at = vn("2025-03-04 08:00")
    run_schedule(at=at)

    with counted:
        lines_of(read_board(scope_of(plan, {}, at)))


# --- The report upward ---


def changes_upward(plan, code):
    """What the workbook of the report upward tells as changed in the period."""
    facts = read_consolidated_facts(plan.periods.get(code=code))
    (sheet,) = [one for one in sheets_of(facts) if one.title == "Thay đổi"]
    return [tuple(row[1:]) for row in sheet.rows]


@pytest.mark.parametrize("code", ["2025-W10", "2025-03"])
@pytest.mark.parametrize("last_days", [[LAST_DAY], [LAST_DAY, date(2025, 3, 3)]], ids=["one", "two at once"])
def test_succession_by_itself_is_no_change_upward(plan, initiative, police, by, code, last_days):
    filed(opened(police, vn("2025-02-10 08:00"), "2025-W07"), by, vn("2025-02-10 08:00"), percent=80)
    run_schedule(at=MONDAY)
    unit = police
    for last_day in last_days:
        heir = UnitFactory(valid_from=last_day + timedelta(days=1))
        end(plan, unit, heir, MONDAY, last_day)
        unit = heir
    run_schedule(at=vn("2025-03-16 08:00"))

    assert changes_upward(plan, code) == []


def test_what_the_successor_says_is_a_change_upward_of_what_was_said_before_it(plan, initiative, police, successor, by):
    filed(opened(police, MONDAY, "2025-W09"), by, MONDAY, percent=80)
    end(plan, police, successor, MONDAY)
    run_schedule(at=vn("2025-03-04 08:00"))

    filed(report_of(successor, "2025-W10"), by, vn("2025-03-04 09:00"), percent=90)

    assert changes_upward(plan, "2025-W10") == [("Phòng PC06", "Chủ trì", "Đang triển khai", 80, "Đang triển khai", 90)]


def test_lead_that_takes_the_place_of_another_is_no_change_upward(plan, initiative, police, by):
    filed(opened(police, MONDAY, "2025-W09"), by, MONDAY, percent=80)
    new = UnitFactory(name="Phòng Nội vụ")
    replaced = Assignment.objects.get(unit=police)
    replaced.valid_to = LAST_DAY
    taken = Assignment(
        initiative=initiative, unit=new, role=AssignmentRole.LEAD, text=new.name, valid_from=FIRST_DAY, position=9
    )
    change(plan, MONDAY, replaced, taken)
    run_schedule(at=vn("2025-03-04 08:00"))

    assert (states("2025-W09"), changes_upward(plan, "2025-W10")) == ([("Công an huyện", 80)], [])


@same_queries(32)
def test_queries_of_the_report_upward_do_not_grow_with_what_was_handed_over(plan, police, successor, by, rows, counted):
    for _ in range(rows):
        AssignmentFactory(initiative=InitiativeFactory(plan=plan), unit=police)
    filed(opened(police, MONDAY, "2025-W09"), by, MONDAY, percent=80)
    end(plan, police, successor, MONDAY)
    run_schedule(at=vn("2025-03-04 08:00"))
    period = plan.periods.get(code="2025-W10")

    with counted:
        read_consolidated_facts(period)


# --- Merging ---


@pytest.fixture
def communes(plan, initiative, police):
    """Three communes reached through their collective, which have counted and reported in week 9."""
    communes = [UnitFactory(name=f"UBND xã {letter}") for letter in "ABC"]
    everyone = CollectiveFactory(name="UBND cấp xã", members=communes)
    AssignmentFactory(initiative=initiative, unit=everyone, role=AssignmentRole.COORDINATING)
    indicator = Indicator.objects.create(
        initiative=initiative, name="Cơ sở", kind="percent", target=100, unit_of_measure="cơ sở",
        is_cumulative=True, aggregation="sum", source_phrase="100 % cơ sở",
    )  # fmt: skip
    run_schedule(at=MONDAY)
    author = UserFactory(unit=communes[0])
    for number, commune in enumerate(communes, start=1):
        count(commune, indicator, "2025-W09", author, MONDAY, number, 10 * number)
    return communes


def count(unit, indicator, code, by, at, value, total):
    report = report_of(unit, code)
    IndicatorFigure.objects.create(entry=report.entries.get(), indicator=indicator, value=value, total=total)
    filed(report, by, at, percent=value)


def total_of(initiative, day):
    (table,) = indicator_tables(initiative, UserFactory(role="leader"), day)
    return table.total


def merge(plan, communes, at):
    merged = UnitFactory(name="UBND xã Mới", valid_from=FIRST_DAY, kind=Unit.Kind.COMMUNE)
    for commune in communes:
        commune.valid_to, commune.successor = LAST_DAY, merged
    change(plan, at, *communes)
    return merged


def test_figures_of_merged_communes_are_counted_once(plan, initiative, communes):
    author = UserFactory()
    before = total_of(initiative, local_day(LATE))
    merged = merge(plan, communes[:2], LATE)
    after = total_of(initiative, local_day(LATE))
    run_schedule(at=vn("2025-03-12 08:00"))
    indicator = initiative.indicators.get()

    count(merged, indicator, "2025-W12", author, vn("2025-03-17 09:00"), 8, 30)

    assert (before, after, total_of(initiative, date(2025, 3, 17))) == ("6/60", "6/60", "11/60")


def test_of_several_predecessors_the_one_that_led_has_the_word_inherited(plan, initiative, communes, police):
    run_schedule(at=MONDAY)
    author = UserFactory(unit=police)
    filed(report_of(police, "2025-W09"), author, MONDAY, percent=90)

    merged = merge(plan, [*communes[:2], police], LATE)

    current = CurrentProgress.objects.get(duty__unit=merged)
    assert (current.percent, current.inherited_from) == (90, police)


def test_member_added_to_a_collective_while_the_week_is_open_owes_it(plan, communes):
    run_schedule(at=vn("2025-03-05 08:00"))
    late = UnitFactory(name="UBND xã D")
    collective = Unit.objects.get(name="UBND cấp xã")

    change(
        plan, vn("2025-03-06 08:00"), CollectiveMember(collective=collective, unit=late, valid_from=date(2025, 3, 6))
    )

    assert report_of(late, "2025-W11").own_due_at is None


def test_period_opened_before_the_annex_is_imported_gets_the_reports_owed_in_it(plan):
    run_schedule(at=MONDAY)
    unit = UnitFactory(name="Phòng Nội vụ")
    AssignmentFactory(initiative=InitiativeFactory(plan=plan), unit=unit)

    refresh_duties(plan, at=MONDAY + timedelta(minutes=20))

    assert owed("2025-W09") == [("Phòng Nội vụ", "open")]


def test_settled_difficulty_raised_again_by_the_successor_is_the_same_one(plan, initiative, police, successor, by):
    agency = UserFactory(role="standing_agency")
    words = {"difficulty": "Thiếu máy", "work_state": "blocked", "solving_level": "district"}
    filed(opened(police, MONDAY, "2025-W09"), by, MONDAY, **words)
    settle_obstacle(Obstacle.objects.get(), text="Đã cấp", by=agency, at=MONDAY)
    end(plan, police, successor, MONDAY)
    run_schedule(at=vn("2025-03-03 08:00"))

    filed(report_of(successor, "2025-W10"), by, vn("2025-03-03 09:00"), **words)

    assert Obstacle.objects.get().state == "new"


def test_report_of_a_unit_that_ended_can_no_longer_be_filed(plan, initiative, police, successor, by):
    run_schedule(at=vn("2025-02-26 08:00"))
    end(plan, police, successor, vn("2025-03-04 08:00"))

    with pytest.raises(FilingError):
        filed(report_of(police, "2025-W10"), by, vn("2025-03-04 09:00"))


def test_page_of_the_initiative_says_whose_word_is_shown(plan, initiative, police, successor, by, client):
    filed(opened(police, MONDAY, "2025-W09"), by, MONDAY, percent=40, result="Đã lắp 4 máy")
    end(plan, police, successor, LATE)
    client.force_login(UserFactory(role="leader"))

    page = client.get(initiative.get_absolute_url())

    assert "theo báo cáo tuần 19/02 – 25/02/2025 của Công an huyện" in page.content.decode()


def test_form_of_the_successor_says_whose_word_it_is_filled_with(
    plan, initiative, police, successor, by, client, time_machine
):
    time_machine.move_to(vn("2025-03-03 08:00"), tick=False)
    filed(opened(police, MONDAY, "2025-W09"), by, MONDAY, percent=40)
    end(plan, police, successor, MONDAY)
    run_schedule(at=vn("2025-03-03 08:00"))
    client.force_login(UserFactory(unit=successor))

    page = client.get(report_of(successor, "2025-W10").get_absolute_url())

    assert "tuần 19/02 – 25/02 của Công an huyện" in page.content.decode()


def test_special_report_goes_over_any_number_of_successions_to_who_stands_on_its_last_day(
    plan, initiative, police, successor
):
    """It was asked of the police before it ended on 28/02; who took over ended on 03/03."""
    last = UnitFactory(name="Văn phòng Công an tỉnh", valid_from=date(2025, 3, 4))
    refresh_duties(plan, at=MONDAY)
    request_special_report(
        plan, title="Rà soát", units=[police], initiatives=[initiative], due_at=vn("2025-03-07 17:00"),
        by=UserFactory(role="standing_agency"), at=MONDAY,
    )  # fmt: skip
    successor.valid_to, successor.successor = date(2025, 3, 3), last
    successor.save()

    end(plan, police, successor, vn("2025-03-05 08:00"))

    assert owed("2025-DX01") == [("Công an huyện", "excused"), ("Văn phòng Công an tỉnh", "open")]
