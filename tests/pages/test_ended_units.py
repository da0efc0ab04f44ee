"""Wherever a page names a unit that is no more, it says so and who goes on, in one wording."""

from datetime import date

import pytest

from assignments.models import AssignmentRole, FocalPoint, Unit
from assignments.roles import Role
from tests.factories import (
    AssignmentFactory,
    CollectiveFactory,
    InitiativeFactory,
    PlanFactory,
    UnitFactory,
    UserFactory,
    agency_of,
    vn,
)
from tests.html import texts
from tests.queries import same_queries

pytestmark = pytest.mark.django_db

LAST_DAY = date(2024, 2, 29)
MERGED = "Phòng Nội vụ đã kết thúc ngày 29/02/2024; Phòng Nội vụ và Lao động làm tiếp việc của đơn vị."


@pytest.fixture(autouse=True)
def today(time_machine):
    time_machine.move_to(vn("2024-03-05 08:00"), tick=False)


@pytest.fixture
def reader(client):
    client.force_login(UserFactory(role=Role.LEADER))
    return client


def end(unit, successor=None, on=LAST_DAY):
    Unit.objects.filter(pk=unit.pk).update(valid_to=on, successor=successor)


@pytest.fixture
def successor():
    return UnitFactory(name="Phòng Nội vụ và Lao động")


@pytest.fixture
def merged(unit, successor):
    end(unit, successor)
    return unit


def page_of(unit, plan):
    return f"/ke-hoach/{plan.pk}/don-vi/{unit.pk}/"


def opening(reader, unit, plan):
    return texts(reader.get(page_of(unit, plan)), "//main/p[contains(@class, 'note')]")


# --- A unit's own page ---


def test_page_of_a_merged_unit_opens_with_who_goes_on(reader, plan, merged):
    assert opening(reader, merged, plan) == [MERGED]


def test_page_of_a_merged_unit_leads_to_who_goes_on(reader, plan, merged, successor):
    page = reader.get(page_of(merged, plan))

    assert f'<a href="{page_of(successor, plan)}">Phòng Nội vụ và Lao động</a>' in page.content.decode()


def test_page_of_a_dissolved_unit_opens_with_its_last_day(reader, plan, unit):
    end(unit)

    assert opening(reader, unit, plan) == ["Phòng Nội vụ đã kết thúc ngày 29/02/2024."]


def test_who_goes_on_is_the_last_of_several_successors(reader, plan, unit, successor):
    last = UnitFactory(name="Phòng Nội vụ tổng hợp")
    end(unit, successor, on=date(2024, 1, 31))
    end(successor, last)

    assert opening(reader, unit, plan) == [
        "Phòng Nội vụ đã kết thúc ngày 31/01/2024; Phòng Nội vụ tổng hợp làm tiếp việc của đơn vị."
    ]


def test_unit_on_its_last_day_has_not_ended(reader, plan, unit, successor):
    end(unit, successor, on=date(2024, 3, 5))

    page = reader.get(page_of(unit, plan))

    assert texts(page, "//main//h1/following-sibling::p[1]") == [
        "Phòng, ban chuyên môn · Cấp huyện · đến hết 05/03/2024 · kế thừa bởi Phòng Nội vụ và Lao động"
    ]


def test_nobody_is_called_at_a_unit_that_ended_and_nothing_said_of_its_reports(client, plan, merged, successor):
    client.force_login(UserFactory(role=Role.ADMIN))
    for unit in (merged, successor):
        FocalPoint.objects.create(unit=unit, full_name="Bà An", phone="0900000000")

    sections = [texts(client.get(page_of(unit, plan)), "//main//h2") for unit in (merged, successor)]

    assert sections == [[], ["Phải báo cáo", "Đầu mối"]]


def test_nobody_is_asked_for_members_of_a_collective_that_ended(reader, plan):
    collective = CollectiveFactory()
    end(collective)

    assert texts(reader.get(page_of(collective, plan)), "//main//h2") == []


# --- Where others name it ---


def test_who_does_what_says_that_a_unit_ended(reader, plan, merged):
    initiative = InitiativeFactory(plan=plan)
    AssignmentFactory(initiative=initiative, unit=merged)

    page = reader.get(initiative.get_absolute_url())

    assert texts(page, "//section[h2='Phân công']//li") == [MERGED]


def test_members_of_a_collective_are_named_with_who_goes_on(reader, plan, merged):
    collective = CollectiveFactory(name="Các phòng", members=[merged, UnitFactory(name="Phòng Tư pháp")])
    initiative = InitiativeFactory(plan=plan)
    AssignmentFactory(initiative=initiative, unit=collective, role=AssignmentRole.COORDINATING)

    pages = [reader.get(address) for address in (initiative.get_absolute_url(), page_of(collective, plan))]

    assert [texts(page, "//section//details/ul/li | //ul[contains(@class, 'columns')]/li") for page in pages] == [
        [MERGED, "Phòng Tư pháp"],
        [MERGED, "Phòng Tư pháp"],
    ]


def test_members_merged_into_one_count_as_one_and_a_dissolved_one_as_none(reader, plan, merged, successor):
    also_merged, dissolved = UnitFactory(name="Phòng Lao động"), UnitFactory(name="Phòng Y tế")
    end(also_merged, successor)
    end(dissolved)
    members = [merged, also_merged, dissolved, UnitFactory(name="Phòng Tư pháp")]
    collective = CollectiveFactory(name="Các phòng", members=members)
    initiative = InitiativeFactory(plan=plan)
    AssignmentFactory(initiative=initiative, unit=collective, role=AssignmentRole.COORDINATING)

    pages = [reader.get(address) for address in (initiative.get_absolute_url(), page_of(collective, plan))]

    assert [texts(page, "//summary[starts-with(., 'gồm')] | //h2[starts-with(., 'Gồm')]") for page in pages] == [
        ["gồm 2 đơn vị"],
        ["Gồm 2 đơn vị"],
    ]


def test_plan_names_a_standing_agency_that_ended_with_who_goes_on(reader, plan, merged):
    agency_of(plan, merged)

    page = reader.get(f"/ke-hoach/{plan.pk}/")

    assert texts(page, "//h3[.='Cơ quan thường trực']/following-sibling::p[1]") == [MERGED]


def test_search_finds_a_unit_that_ended_with_who_goes_on(reader, plan, merged):
    page = reader.get(f"/ke-hoach/{plan.pk}/tim-kiem/", {"q": "noi vu"})

    assert texts(page, "//section[.//h2[starts-with(normalize-space(), 'Đơn vị')]]//li") == [
        MERGED,
        "Phòng Nội vụ và Lao động",
    ]


@pytest.mark.parametrize("plans", [0, 1, 2])
def test_account_of_who_serves_a_unit_that_ended_says_who_goes_on(client, merged, officer, plans):
    PlanFactory.create_batch(plans)
    client.force_login(officer)

    page = client.get("/tai-khoan/")

    assert texts(page, "//dt[.='Đơn vị']/following-sibling::dd[1]") == [MERGED]


@same_queries(20)
def test_initiative_takes_the_same_queries_for_any_number_of_units_that_ended(reader, plan, successor, rows, counted):
    initiative = InitiativeFactory(plan=plan)
    for number in range(rows):
        unit = UnitFactory(name=f"Đơn vị {number}")
        end(unit, successor)
        AssignmentFactory(initiative=initiative, unit=unit)

    with counted:
        reader.get(initiative.get_absolute_url())
