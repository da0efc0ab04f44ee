"""What a plan lacks once units, people or assignments change: said of today and of every later day known of."""

import json
from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command

from assignments.models import Assignment, AssignmentRole, CollectiveMember, StandingAgency, Unit, UnitMembership, User
from assignments.plan_problems import ProblemKind, problem_lines, problems_of, problems_of_all_plans
from assignments.roles import Role
from tests.factories import (
    AssignmentFactory,
    CollectiveFactory,
    DutyFactory,
    InitiativeFactory,
    PlanFactory,
    UnitFactory,
    UserFactory,
    agency_of,
)
from tests.queries import counting_instances, same_queries

pytestmark = pytest.mark.django_db

TODAY = date(2025, 2, 20)
LAST_DAY = date(2025, 2, 28)


@pytest.fixture
def plan(plan, unit, officer):
    """A plan that lacks nothing: its one initiative is led, somebody files, somebody reviews."""
    DutyFactory(unit=unit, initiative=InitiativeFactory(plan=plan, code="7"))
    UserFactory(role=Role.STANDING_AGENCY, unit=agency_of(plan, UnitFactory(name="Công an huyện")))
    return plan


def found(plan, day=TODAY):
    return [(problem.kind, problem.initiative, problem.unit) for problem in problems_of(plan, day)]


def checked(*args):
    """What ``check_plan --json`` prints, and its exit code."""
    out = StringIO()
    try:
        call_command("check_plan", "--json", *args, stdout=out)
    except SystemExit as end:
        return json.loads(out.getvalue()), end.code
    return json.loads(out.getvalue()), 0


def test_plan_that_lacks_nothing_has_no_problem(plan):
    assert problems_of(plan, TODAY) == []


def test_initiative_nobody_leads_is_named(plan, unit):
    initiative = InitiativeFactory(plan=plan, code="8")
    AssignmentFactory(initiative=initiative, unit=unit, role=AssignmentRole.COORDINATING)

    assert found(plan) == [(ProblemKind.INITIATIVE_WITHOUT_LEAD, "8", "")]


def test_initiative_closed_needs_no_lead(plan):
    InitiativeFactory(plan=plan, closed_on=TODAY)

    assert found(plan) == []


def test_standing_agency_with_nobody_to_review_is_named(plan):
    User.objects.filter(role=Role.STANDING_AGENCY).update(role=Role.OFFICER)

    assert found(plan) == [(ProblemKind.STANDING_AGENCY_WITHOUT_REVIEWER, "", "Công an huyện")]


def test_reviewer_of_another_unit_does_not_review(plan):
    UnitMembership.objects.filter(user__role=Role.STANDING_AGENCY).update(valid_to=LAST_DAY)
    UserFactory(role=Role.STANDING_AGENCY, unit=UnitFactory())

    assert [problem.message for problem in problems_of(plan, TODAY)] == [
        "Công an huyện: là cơ quan thường trực của Kế hoạch thử mà không có ai mang vai trò Cơ quan thường trực đăng "
        "nhập được từ ngày 01/03/2025 nên không ai tiếp nhận báo cáo. Hãy gắn người dùng mang vai trò ấy và đặt "
        "mật khẩu cho họ."
    ]


def test_plan_without_a_standing_agency_is_named(plan):
    StandingAgency.objects.all().delete()

    assert found(plan) == [(ProblemKind.STANDING_AGENCY_MISSING, "", "")]


def test_standing_agency_whose_term_ends_is_missing_from_the_day_after(plan):
    StandingAgency.objects.update(valid_to=LAST_DAY)

    assert [problem.message for problem in problems_of(plan, TODAY)] == [
        "Kế hoạch thử: không có cơ quan thường trực từ ngày 01/03/2025. Hãy chọn một đơn vị."
    ]


def test_standing_agency_that_ended_is_named(plan):
    ended = UnitFactory(name="Công an huyện", valid_to=LAST_DAY)
    StandingAgency.objects.update(unit=ended)
    UnitMembership.objects.filter(user__role=Role.STANDING_AGENCY).update(unit=ended)

    assert found(plan) == [(ProblemKind.STANDING_AGENCY_ENDED, "", "Công an huyện")]


def test_duty_of_an_ended_unit_without_successor_is_named(plan, unit):
    ended = UnitFactory(name="Phòng Y tế", valid_to=LAST_DAY)
    UserFactory(unit=ended)
    AssignmentFactory(initiative=plan.initiatives.get(), unit=ended, role=AssignmentRole.COORDINATING)

    assert found(plan) == [(ProblemKind.DUTY_WITHOUT_SUCCESSOR, "7", "Phòng Y tế")]


def test_successor_that_is_not_made_to_report_is_said_in_its_own_words(plan, unit):
    heir = UnitFactory(name="PC06", files_reports=False)
    ended = UnitFactory(name="Phòng Y tế", valid_to=LAST_DAY, successor=heir)
    AssignmentFactory(initiative=plan.initiatives.get(), unit=ended, role=AssignmentRole.COORDINATING)

    [problem] = problems_of(plan, date(2025, 3, 1))

    assert (problem.kind, problem.url) == (
        ProblemKind.DUTY_WITHOUT_SUCCESSOR,
        f"/quan-tri/assignments/unit/{heir.pk}/change/",
    )
    assert problem.message == (
        "Mô hình 7: Phòng Y tế hết hoạt động sau ngày 28/02/2025, đơn vị kế thừa PC06 không nộp báo cáo nên không ai "
        "làm tiếp. Hãy cho đơn vị kế thừa nộp báo cáo, hoặc phân công đơn vị khác."
    )


def test_duty_of_an_ended_member_of_a_collective_without_successor_is_named(plan, unit):
    ended = UnitFactory(name="UBND xã Nam Tiến", valid_to=LAST_DAY)
    communes = CollectiveFactory(members=[unit, ended])
    AssignmentFactory(initiative=plan.initiatives.get(), unit=communes, role=AssignmentRole.COORDINATING)

    assert found(plan, date(2025, 3, 1)) == [(ProblemKind.DUTY_WITHOUT_SUCCESSOR, "7", "UBND xã Nam Tiến")]


def test_collective_whose_last_member_leaves_is_named(plan, unit):
    communes = CollectiveFactory(name="UBND cấp xã", members=[unit])
    AssignmentFactory(initiative=plan.initiatives.get(), unit=communes, role=AssignmentRole.COORDINATING)
    CollectiveMember.objects.update(valid_to=LAST_DAY)

    assert found(plan) == [(ProblemKind.COLLECTIVE_WITHOUT_MEMBERS, "", "UBND cấp xã")]


@pytest.mark.parametrize(
    "leave",
    [
        lambda officer: UnitMembership.objects.filter(user=officer).update(valid_to=LAST_DAY),
        lambda officer: User.objects.filter(pk=officer.pk).update(is_active=False),
        lambda officer: User.objects.filter(pk=officer.pk).update(role=Role.LEADER),
    ],
    ids=["left", "locked", "files nothing"],
)
def test_unit_whose_only_officer_files_no_more_has_nobody(plan, officer, leave):
    leave(officer)

    assert found(plan) == [(ProblemKind.UNIT_WITHOUT_PERSON, "", "Phòng Nội vụ")]


def test_person_without_a_password_is_no_staff_and_is_named(plan, officer):
    officer.set_unusable_password()
    officer.save()

    assert found(plan) == [
        (ProblemKind.UNIT_WITHOUT_PERSON, "", "Phòng Nội vụ"),
        (ProblemKind.PERSON_WITHOUT_ACCOUNT, "", "Phòng Nội vụ"),
    ]


def test_what_happens_after_the_plan_is_closed_is_no_problem(plan, officer):
    UnitMembership.objects.filter(user=officer).update(valid_to=LAST_DAY)
    plan.closed_on = LAST_DAY

    assert found(plan) == []


def test_problems_alike_are_told_in_one_line(plan):
    for name in ("Phòng Tư pháp", "Phòng Y tế"):
        DutyFactory(initiative=plan.initiatives.get(), unit=UnitFactory(name=name))

    assert [line.subjects for line in problem_lines(problems_of(plan, TODAY))] == ["Phòng Tư pháp, Phòng Y tế"]


def test_initiative_whose_last_lead_ended_is_told_in_one_line(plan, unit):
    Unit.objects.filter(pk=unit.pk).update(valid_to=LAST_DAY)

    problems = problems_of(plan, TODAY)

    assert [(problem.kind, problem.initiative) for problem in problems] == [
        (ProblemKind.INITIATIVE_WITHOUT_LEAD, "7"),
        (ProblemKind.DUTY_WITHOUT_SUCCESSOR, "7"),
    ]
    assert [line.message for line in problem_lines(problems)] == [
        "Mô hình 7: không có đơn vị chủ trì nào nộp báo cáo từ ngày 01/03/2025. Hãy ghi đơn vị chủ trì khác, hoặc đơn "
        "vị kế thừa có nộp báo cáo."
    ]


def test_duty_of_a_lead_that_ended_is_told_where_another_leads(plan, unit):
    DutyFactory(initiative=plan.initiatives.get(), unit=UserFactory(unit=UnitFactory()).memberships.get().unit)
    Unit.objects.filter(pk=unit.pk).update(valid_to=LAST_DAY)

    assert [line.subjects for line in problem_lines(problems_of(plan, TODAY))] == ["Mô hình 7"]
    assert found(plan) == [(ProblemKind.DUTY_WITHOUT_SUCCESSOR, "7", "Phòng Nội vụ")]


@same_queries(8)
def test_problems_take_the_same_queries_for_any_number_of_units(plan, rows, counted):
    for _ in range(rows):
        DutyFactory(initiative=InitiativeFactory(plan=plan))

    with counted:
        assert len(problems_of(plan, TODAY)) == rows


def test_problems_are_found_without_an_instance_of_each_assignment_member_and_person(plan, unit):
    collective = CollectiveFactory(members=[unit])
    AssignmentFactory(unit=collective, initiative=plan.initiatives.get(), role=AssignmentRole.LEAD)

    with counting_instances() as built:
        problems_of(plan, TODAY)

    assert [built[one] for one in (Assignment, CollectiveMember, UnitMembership, User)] == [0, 0, 0, 0]


def test_units_are_read_once_for_all_plans(plan):
    agency_of(PlanFactory(), UnitFactory())

    with counting_instances() as built:
        problems_of_all_plans(TODAY)

    assert built[Unit] == Unit.objects.count()


def test_check_plan_without_problems_ends_with_0(plan, time_machine):
    time_machine.move_to(TODAY)

    assert checked() == ({"problems": []}, 0)


def test_check_plan_tells_the_problems_of_every_running_plan_and_ends_with_1(plan, time_machine):
    time_machine.move_to(TODAY)
    other = PlanFactory(short_name="Kế hoạch khác")
    PlanFactory(closed_on=date(2025, 1, 31))

    problem = {
        "plan": other.number,
        "kind": "standing_agency_missing",
        "initiative": "",
        "unit": "",
        "message": "Kế hoạch khác: không có cơ quan thường trực. Hãy chọn một đơn vị.",
    }
    assert checked() == ({"problems": [problem]}, 1)
    assert checked("--plan", plan.number) == ({"problems": []}, 0)
    assert checked("--plan", other.number) == ({"problems": [problem]}, 1)


def test_problems_of_a_plan_that_will_run_are_those_of_its_first_day(unit, officer):
    later = PlanFactory(starts_on=date(2025, 6, 1))
    initiative = InitiativeFactory(plan=later, code="3")
    AssignmentFactory(initiative=initiative, unit=unit, valid_from=later.starts_on)
    StandingAgency.objects.create(plan=later, unit=unit, valid_to=date(2025, 6, 30))
    UserFactory(role=Role.STANDING_AGENCY, unit=unit)

    assert [problem.message for problem in problems_of(later, TODAY)] == [
        "Kế hoạch thử: không có cơ quan thường trực từ ngày 01/07/2025. Hãy chọn một đơn vị."
    ]


def test_check_plan_tells_by_plan_what_those_that_run_or_will_run_lack(plan, capsys, time_machine):
    time_machine.move_to(TODAY)
    StandingAgency.objects.all().delete()
    InitiativeFactory(plan=PlanFactory(short_name="Đề án 06", starts_on=date(2025, 6, 1)), code="3")

    with pytest.raises(SystemExit):
        call_command("check_plan")

    missing = "không có cơ quan thường trực"
    assert capsys.readouterr().out.splitlines() == [
        "Đề án 06",
        "Mô hình 3: không có đơn vị chủ trì nào nộp báo cáo từ ngày 01/06/2025. Hãy ghi đơn vị chủ trì khác, "
        "hoặc đơn vị kế thừa có nộp báo cáo.",
        f"Đề án 06: {missing} từ ngày 01/06/2025. Hãy chọn một đơn vị.",
        "Kế hoạch thử",
        f"Kế hoạch thử: {missing}. Hãy chọn một đơn vị.",
    ]


# --- The police of 01/03/2025, in the real plan ---

POLICE_LEADS = ["9", "18", "30", "41"]


@pytest.fixture
def police():
    """Công an huyện, before anybody told of its end; what its colleagues and the plan lack besides is not looked at."""
    return Unit.objects.get(name="Công an huyện")


def of_the_police(problems):
    """By kind, of which initiatives: what the end of the police leaves over."""
    kinds = (
        ProblemKind.INITIATIVE_WITHOUT_LEAD,
        ProblemKind.STANDING_AGENCY_ENDED,
        ProblemKind.DUTY_WITHOUT_SUCCESSOR,
    )
    by_kind = {kind: [problem["initiative"] for problem in problems if problem["kind"] == kind] for kind in kinds}
    return {kind: codes for kind, codes in by_kind.items() if codes}


LEFT_OVER = {
    ProblemKind.INITIATIVE_WITHOUT_LEAD: POLICE_LEADS,
    ProblemKind.STANDING_AGENCY_ENDED: [""],
    ProblemKind.DUTY_WITHOUT_SUCCESSOR: ["5", "9", "11", "18", "20", "24", "30", "31", "36", "41"],
}


def posted(unit, **changes):
    """The form of ``unit`` in the admin as it stands, with ``changes``."""
    fields = ("name", "short_name", "code", "kind", "level", "files_reports", "valid_from", "valid_to", "successor_id")
    values = {field.removesuffix("_id"): getattr(unit, field) for field in fields} | changes
    aliases = list(unit.aliases.all())
    rows = {f"aliases-{n}-{name}": value for n, alias in enumerate(aliases) for name, value in (
        ("id", alias.pk), ("unit", unit.pk), ("text", alias.text),
    )}  # fmt: skip
    counts = {"aliases-TOTAL_FORMS": len(aliases), "aliases-INITIAL_FORMS": len(aliases)}
    return {name: value for name, value in (values | rows | counts).items() if value not in (None, False)}


@pytest.mark.slow
def test_end_of_the_police_is_asked_about_named_everywhere_and_gone_once_mended(
    client, real_plan, police, time_machine
):
    time_machine.move_to("2025-03-10 01:00:00+00:00", tick=False)
    client.force_login(UserFactory(role=Role.ADMIN))
    heir = Unit.objects.get(short_name="PC06")
    page_of = "/quan-tri/assignments/unit/{}/change/".format
    ended = posted(police, valid_to="28/02/2025", successor=heir.pk)
    assert of_the_police(checked()[0]["problems"]) == {}

    # Before saving: named, nothing kept, nothing said to have been kept.
    question = client.post(page_of(police.pk), ended)

    lines = [line.message for line in question.context["lines"]]
    assert [line.split(":")[0] for line in lines] == [
        *(f"Mô hình {code}" for code in POLICE_LEADS),
        "Công an huyện",
        ", ".join(f"Mô hình {code}" for code in ("5", "11", "20", "24", "31", "36")),
    ]
    assert Unit.objects.get(pk=police.pk).valid_to is None
    assert of_the_police(checked()[0]["problems"]) == {}

    # Saved all the same: told by the command and at home.
    kept = client.post(page_of(police.pk), {**dict(question.context["posted"]), question.context["confirmed"]: "1"})

    assert (kept.status_code, Unit.objects.get(pk=police.pk).valid_to) == (302, LAST_DAY)
    found, code = checked()
    assert (of_the_police(found["problems"]), code) == (LEFT_OVER, 1)
    home = client.get("/")
    assert set(lines) <= {line.message for line in home.context["overviews"][0].readiness.problems}

    # Mended: PC06 reports, and is the standing agency from the day after.
    client.post(page_of(heir.pk), {**posted(heir, files_reports="on"), "_van_luu": "1"})
    StandingAgency.objects.update(valid_to=LAST_DAY)
    StandingAgency.objects.create(plan=real_plan, unit=heir, valid_from=date(2025, 3, 1))

    assert of_the_police(checked()[0]["problems"]) == {}
