"""The pages of the real plan: what it says, who owes what and why, found with or without diacritics."""

import pytest
from django.utils.html import strip_tags

from assignments.models import AssignmentRole, Unit
from assignments.roles import Role
from models_registry.models import Plan, Platform
from reports.pages.filters import InitiativeFilter
from tests.conftest import PLAN_LOADED_AT
from tests.factories import PlanFactory, UserFactory
from tests.html import texts

pytestmark = [pytest.mark.django_db, pytest.mark.engine]

TODAY = PLAN_LOADED_AT.date()


@pytest.fixture
def reader(client, real_plan, time_machine):
    """A client of somebody who reads everything, in the first month of the plan."""
    time_machine.move_to(PLAN_LOADED_AT, tick=False)
    client.force_login(UserFactory(role=Role.LEADER))
    return client


def codes(real_plan, **asked):
    found = InitiativeFilter(asked, queryset=real_plan.initiatives.all(), plan=real_plan, day=TODAY)
    return [initiative.code for initiative in found.qs]


def unit_named(name):
    return Unit.objects.get(name=name)


def test_plan_shows_the_stated_count_beside_the_listed_one(reader):
    page = reader.get("/ke-hoach/")

    assert (page.context["stated"], page.context["listed"]) == (22, 21)
    assert page.context["agency"].unit.name == "Công an huyện"


def test_initiatives_are_listed_by_group(reader):
    groups = reader.get("/mo-hinh/").context["groups"]

    assert [(group.numeral, len(rows)) for group, rows in groups] == [
        ("I", 3), ("II", 5), ("III", 8), ("IV", 3), ("V", 2),
    ]  # fmt: skip


def test_search_needs_no_diacritics(real_plan):
    assert codes(real_plan, q="de an") == codes(real_plan, q="Đề án") == ["1", "29"]
    assert codes(real_plan, q="LUU tru quan ly") == ["9", "11"]


def test_search_of_what_is_nowhere_finds_nothing(real_plan):
    assert codes(real_plan, q="không-có-đâu") == []


def test_filter_by_unit_reaches_through_collectives(real_plan):
    commune = unit_named("UBND xã Phú Lệ")
    through = codes(real_plan, don_vi=commune.pk)

    named = real_plan.initiatives.filter(assignments__unit__members__unit=commune).distinct()
    assert through == [initiative.code for initiative in named]


def test_filter_by_unit_and_role_together(real_plan):
    police = unit_named("Công an huyện")

    leads = codes(real_plan, don_vi=police.pk, vai_tro="lead")

    assigned = real_plan.initiatives.filter(assignments__unit=police, assignments__role=AssignmentRole.LEAD)
    assert leads == [initiative.code for initiative in assigned] != codes(real_plan, don_vi=police.pk)


def test_filter_by_platform(real_plan):
    platform = Platform.objects.get(name="VNeID")

    assert codes(real_plan, nen_tang=platform.pk) == [
        initiative.code for initiative in real_plan.initiatives.filter(platforms=platform)
    ]


def test_filter_by_deadline(real_plan):
    everything = set(codes(real_plan))
    by_choice = {choice: set(codes(real_plan, han=choice)) for choice in ("sap-den", "thuong-xuyen", "lo-trinh")}

    assert {choice: 0 < len(found) < len(everything) for choice, found in by_choice.items()} == dict.fromkeys(
        by_choice, True
    )
    assert codes(real_plan, han="qua-han") == []


def test_filter_leaves_out_what_it_does_not_understand(reader):
    page = reader.get("/mo-hinh/", {"don_vi": "9" * 30, "han": "x", "trang": "-4", "nhom": "abc"})

    assert page.status_code == 200


def test_initiative_shows_annex_and_body_side_by_side(reader):
    passages = reader.get("/mo-hinh/24/").context["passages"]

    deadline = next(passage for passage in passages if passage.label == "Thời gian hoàn thành")
    assert (bool(deadline.annex), bool(deadline.body), deadline.differs) == (True, True, True)


def test_initiative_with_two_deadlines_has_each_read_in_words(reader):
    readings = [text for text in texts(reader.get("/mo-hinh/24/"), "//p") if text.startswith("Tính ")]

    assert len(readings) == 2
    assert [reading.count("đến hết") for reading in readings] == [1, 1]


@pytest.mark.parametrize(("code", "label"), [("41", "Địa điểm triển khai"), ("32", "Ghi chú")])
def test_initiative_keeps_what_only_the_body_says(reader, code, label):
    passages = {passage.label: passage for passage in reader.get(f"/mo-hinh/{code}/").context["passages"]}

    assert (passages[label].annex, bool(passages[label].body)) == ("", True)


def test_every_initiative_has_its_page(reader, real_plan):
    statuses = {code: reader.get(f"/mo-hinh/{code}/").status_code for code in codes(real_plan)}

    assert statuses == dict.fromkeys(statuses, 200)
    assert len(statuses) == 21


def test_page_of_a_commune_says_through_whom_it_owes(reader):
    commune = unit_named("UBND xã Phú Lệ")

    page = reader.get(commune.get_absolute_url())

    through = {duty.via for duty in page.context["duties"] if duty.via}
    assert "UBND cấp xã" in through
    assert "qua UBND cấp xã" in " ".join(strip_tags(page.content.decode()).split())


def test_page_of_a_collective_lists_its_members(reader):
    page = reader.get(unit_named("UBND cấp xã").get_absolute_url())

    assert (len(page.context["members"]), page.context["duties"]) == (15, [])


def test_unit_is_found_by_another_spelling(reader):
    alias = unit_named("Công an huyện").aliases.first()

    assert alias is not None
    assert unit_named("Công an huyện") in Unit.objects.search(alias.text)


def test_single_hit_of_the_search_is_opened(reader):
    page = reader.get("/tim-kiem/", {"q": "xa phu le"})

    assert (page.status_code, page["Location"]) == (
        302,
        f"/ke-hoach/{Plan.objects.get().pk}/don-vi/{unit_named('UBND xã Phú Lệ').pk}/",
    )


@pytest.mark.parametrize(
    "address",
    [
        "/mo-hinh/0/",
        "/mo-hinh/" + "9" * 300 + "/",
        "/don-vi/0/",
        "/don-vi/" + "9" * 30 + "/",
        "/bao-cao/" + "9" * 30 + "/",
    ],
)
def test_what_does_not_exist_is_not_found(reader, address):
    assert reader.get(address).status_code == 404


@pytest.mark.parametrize("address", ["/mo-hinh/24%00/", "/mo-hinh/?q=a%00b", "/tong-hop/?ky=2024-W10%00", "/?%00=1"])
def test_address_with_a_null_character_names_nothing(reader, address):
    assert reader.get(address).status_code == 404


@pytest.mark.parametrize("number", ["9" * 30, "9" * 5000])
def test_huge_numbers_in_an_address_are_no_error(reader, number):
    page = reader.get("/mo-hinh/24/", {"don_vi": number, "trang": number})

    assert (page.status_code, list(page.context["page"])) == (200, [])


def test_another_plan_can_be_chosen_and_stays_chosen(reader, real_plan):
    other = PlanFactory(short_name="Kế hoạch khác", starts_on="2023-01-01", closed_on="2023-12-31")
    before = reader.get("/ke-hoach/").context["plan"]

    reader.post("/ke-hoach/chon/", {"plan": other.pk})

    assert (before, reader.get("/ke-hoach/").context["plan"]) == (real_plan, other)


@pytest.mark.parametrize("wrong", ["", "0", "9" * 40, "x"])
def test_choice_of_no_plan_changes_nothing_and_says_so(reader, real_plan, wrong):
    page = reader.post("/ke-hoach/chon/", {"plan": wrong}, follow=True)

    assert [str(message) for message in page.context["messages"]] == ["Không có kế hoạch này. Hãy chọn lại."]
    assert page.context["plan"] == real_plan
