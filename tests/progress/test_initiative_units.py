"""How each unit that owes an initiative stands, and what changed over its weeks."""

import pytest

from assignments.models import AssignmentRole
from assignments.roles import Role
from models_registry.models import Plan
from reports.domain.states import WorkState
from reports.filing.services import submit_report
from reports.models import UnitReport
from reports.periods.services import run_schedule
from reports.progress.initiative_units import CHANGES_SHOWN, WEEKS_SHOWN, changes_of, course_of, units_of
from tests.acts import save_draft
from tests.factories import DutyFactory, InitiativeFactory, UnitFactory, UserFactory, vn
from tests.queries import same_queries

pytestmark = pytest.mark.django_db

MONDAY = vn("2024-03-04 08:00")
WEEKS = {"2024-W10": vn("2024-03-05 09:00"), "2024-W11": vn("2024-03-12 09:00"), "2024-W12": vn("2024-03-19 09:00")}
NOW = vn("2024-03-20 09:00")


@pytest.fixture
def initiative(plan):
    return InitiativeFactory(plan=plan)


@pytest.fixture
def reader(db):
    return UserFactory(role=Role.LEADER)


@pytest.fixture
def lead(initiative):
    duty = DutyFactory(initiative=initiative, unit=UnitFactory(name="Trung tâm Y tế"))
    run_schedule(at=MONDAY)
    return duty


def file(duty, week, **fields):
    at = WEEKS[week]
    run_schedule(at=at)
    report = UnitReport.objects.get(unit=duty.unit, period__code=week)
    by = UserFactory(unit=duty.unit)
    (entry,) = report.entries.filter(duty=duty)
    for name, value in {"work_state": WorkState.IN_PROGRESS, **fields}.items():
        setattr(entry, name, value)
    save_draft(report, [entry], by=by, at=at)
    return submit_report(report, by=by, at=at)


def course(initiative, reader):
    run_schedule(at=NOW)
    return course_of(initiative, units_of(initiative, reader, NOW.date()))


def told(initiative, reader):
    return [(f"{one.at:%d/%m}", one.unit, one.words, one.result) for one in changes_of(course(initiative, reader))]


def test_units_stand_leads_first_each_with_its_last_word(initiative, reader, lead):
    DutyFactory(initiative=initiative, unit=UnitFactory(name="An"), role=AssignmentRole.COORDINATING)
    file(lead, "2024-W10", percent=40, result="Đã lắp 2/3 đầu đọc")

    units = units_of(initiative, reader, NOW.date())

    assert [(one.name, one.role_words, one.state, one.percent, one.result) for one in units] == [
        ("Trung tâm Y tế", "Chủ trì", WorkState.IN_PROGRESS, 40, "Đã lắp 2/3 đầu đọc"),
        ("An", "Phối hợp", "", None, ""),
    ]


def test_officer_reads_the_own_unit_alone(initiative, lead):
    own = DutyFactory(initiative=initiative, role=AssignmentRole.COORDINATING)

    units = units_of(initiative, UserFactory(unit=own.unit), NOW.date())

    assert [one.unit_id for one in units] == [own.unit_id]


def test_changes_say_what_was_and_what_is_the_latest_first(initiative, reader, lead):
    file(lead, "2024-W10", percent=40, result="Đã lắp 2/3 đầu đọc")
    file(lead, "2024-W11", percent=60)
    file(
        lead, "2024-W12", work_state=WorkState.BLOCKED, percent=60, difficulty="thiếu đầu đọc", solving_level="district"
    )

    assert told(initiative, reader) == [
        ("19/03", "Trung tâm Y tế", "Đang triển khai → Vướng mắc", ""),
        ("12/03", "Trung tâm Y tế", "40\u00a0% → 60\u00a0%", ""),
    ]


def test_new_result_is_a_change_without_another_state(initiative, reader, lead):
    file(lead, "2024-W10", percent=40)
    file(lead, "2024-W11", percent=40, result="Đã tập huấn")

    assert told(initiative, reader) == [("12/03", "Trung tâm Y tế", "", "Đã tập huấn")]


def test_what_stays_as_it_was_is_no_change(initiative, reader, lead):
    for week in WEEKS:
        file(lead, week, percent=40)

    assert told(initiative, reader) == []


def test_first_word_after_the_first_week_is_told_with_its_state(initiative, reader, lead):
    other = DutyFactory(initiative=initiative, unit=UnitFactory(name="An"))
    file(lead, "2024-W10", percent=40)
    file(other, "2024-W11", percent=10, result="Đã họp")

    assert told(initiative, reader) == [("12/03", "An", "Đang triển khai, 10\u00a0%", "Đã họp")]


def test_word_of_the_running_week_is_told_too(initiative, reader, lead):
    file(lead, "2024-W10", percent=40)
    run_schedule(at=vn("2024-03-06 00:05"))
    file(lead, "2024-W11", percent=70)

    units = units_of(initiative, reader, WEEKS["2024-W11"].date())

    assert [one.words for one in changes_of(course_of(initiative, units))] == ["40\u00a0% → 70\u00a0%"]


@same_queries(5)
def test_weeks_and_changes_take_the_same_queries_for_any_number_of_units(initiative, reader, rows, counted):
    for _ in range(rows):
        DutyFactory(initiative=initiative)
    run_schedule(at=MONDAY)
    for duty in initiative.duties.all():
        file(duty, "2024-W10", percent=40)
        file(duty, "2024-W11", percent=60, result="Đã họp")
    run_schedule(at=NOW)
    initiative.plan = Plan.objects.get(pk=initiative.plan_id)

    with counted:
        shown = course_of(initiative, units_of(initiative, reader, NOW.date()))
        changes = changes_of(shown)

    assert (len(shown.weeks) <= WEEKS_SHOWN, len(changes)) == (True, min(rows, CHANGES_SHOWN))
