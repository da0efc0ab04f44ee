"""The plan as it stands in fixtures/, loaded through the importer an administrator uses, and nothing corrected."""

from datetime import date

import pytest
from django.db.models import Count

from assignments.loading import load_plan
from assignments.models import Assignment, CollectiveMember, Duty, StandingAgency, Unit, User
from models_registry.models import Deadline, Initiative, InitiativePlatform, InitiativeText
from tests.conftest import FIXTURES, PLAN_LOADED_AT

pytestmark = [pytest.mark.django_db, pytest.mark.engine]


def test_plan_has_its_number_dates_and_period(real_plan):
    assert (real_plan.number, real_plan.number_display) == ("/KH-UBND", "…/KH-UBND")
    assert (real_plan.starts_on, real_plan.ends_on) == (date(2024, 2, 1), date(2025, 12, 31))
    assert real_plan.issued_text == "ngày tháng 03 năm 2024"


def test_groups_state_one_more_initiative_than_they_list(real_plan):
    groups = real_plan.groups.annotate(listed=Count("initiatives")).order_by("position")

    assert [(group.numeral, group.stated_count, group.listed) for group in groups] == [
        ("I", 3, 3),
        ("II", 5, 5),
        ("III", 8, 8),
        ("IV", 3, 3),
        ("V", 3, 2),
    ]
    assert [problem.code for problem in real_plan.imported.problems] == ["group_count"]


def test_every_initiative_has_its_ordinal_and_number(real_plan):
    pairs = list(Initiative.objects.values_list("ordinal", "code"))

    codes = "1 3 5 6 9 11 18 20 24 27 28 29 30 31 32 34 35 36 37 41 44"
    assert pairs == [(str(ordinal), code) for ordinal, code in enumerate(codes.split(), start=1)]


@pytest.mark.parametrize(("role", "count"), [("lead", 27), ("coordinating", 45), ("support", 51)])
def test_every_mention_of_a_unit_is_recognised(real_plan, role, count):
    mentions = Assignment.objects.filter(role=role)

    assert (mentions.count(), mentions.filter(unit=None).count()) == (count, 0)


def test_principal_marks_deadlines_and_platforms_are_all_there(real_plan):
    assert Assignment.objects.filter(is_principal=True).count() == 11
    assert Deadline.objects.count() == 22
    assert Initiative.objects.get(code="24").deadlines.count() == 2
    assert InitiativePlatform.objects.count() == 40


def test_names_with_commas_are_one_unit_each(real_plan):
    for name in (
        "các tổ chức tài chính ngân hàng, ví điện tử",
        "Các phòng, ban, ngành, tổ chức hội, đoàn thể",
    ):
        assert Assignment.objects.filter(text=name).count() == 1, name


def test_body_gives_its_passages_beside_the_annex(real_plan):
    body = InitiativeText.objects.filter(source=InitiativeText.Source.BODY)

    assert dict(body.order_by().values_list("kind").annotate(Count("pk"))) == {
        "name": 21,
        "objective": 21,
        "tasks": 21,
        "units": 21,
        "deadline": 21,
        "platforms": 20,
        "location": 1,
        "note": 1,
    }
    assert body.get(kind="location").initiative.code == "41"
    assert body.get(kind="note").initiative.code == "32"


def test_cells_are_kept_as_printed(real_plan):
    cell = InitiativeText.objects.get(initiative__code="9", source=InitiativeText.Source.ANNEX, kind="deadline")

    assert cell.text == "Quý I/ 2024"


def test_communes_owe_what_their_collective_is_given(real_plan):
    unit = Unit.objects.get(name="UBND xã Phú Lệ")

    duties = unit.duties.values_list("initiative__code", "terms__role", "terms__via__name")
    codes = ["20", "24", "27", "28", "29", "30", "31", "34", "35", "36", "37", "44"]
    assert list(duties) == [
        *((code, "lead", "UBND cấp xã") for code in ("3", "5")),
        *((code, "coordinating", "UBND cấp xã") for code in codes),
    ]


def test_duties_reach_every_unit_that_files_and_no_other(real_plan):
    owing = set(Duty.objects.values_list("unit__name", flat=True))

    assert owing == set(Unit.objects.filter(files_reports=True).values_list("name", flat=True))
    assert len(owing) == 41


def test_collectives_have_their_members(real_plan):
    members = CollectiveMember.objects.order_by().values_list("collective__name").annotate(Count("pk"))

    assert dict(members)["UBND cấp xã"] == 15
    assert dict(members)["Các phòng, ban, ngành cấp huyện"] == 12


def test_police_of_the_district_is_the_standing_agency(real_plan):
    assert StandingAgency.objects.get().unit.name == "Công an huyện"


def test_plan_brings_no_people(real_plan):
    assert User.objects.count() == 0


def test_loading_again_changes_nothing(real_plan):
    before = Initiative.history.count(), Assignment.history.count(), Duty.objects.count()

    _, imported = load_plan(FIXTURES, at=PLAN_LOADED_AT, today=PLAN_LOADED_AT.date())

    assert imported.as_json()["unchanged"] == 21
    assert (Initiative.history.count(), Assignment.history.count(), Duty.objects.count()) == before
