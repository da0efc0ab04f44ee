"""Addresses of a plan's pages: what they show, and where those without a plan lead."""

import pytest
from django.test import Client
from django.urls import reverse

from assignments.models import StandingAgency, UnitMembership
from assignments.roles import Role
from reports.models import UnitReport
from reports.periods.services import run_schedule
from tests.factories import DutyFactory, InitiativeFactory, PlanFactory, UnitFactory, UserFactory, vn

pytestmark = pytest.mark.django_db

TODAY = vn("2024-03-05 09:00")


@pytest.fixture(autouse=True)
def today(time_machine):
    time_machine.move_to(TODAY, tick=False)


@pytest.fixture
def reader():
    client = Client()
    client.force_login(UserFactory(role=Role.LEADER))
    return client


@pytest.fixture
def plans():
    """Two that run, each with an initiative 6; the second, newer, has one of its own besides."""
    found = [
        PlanFactory(short_name=name, starts_on=day) for name, day in (("Một", "2024-01-01"), ("Hai", "2024-02-01"))
    ]
    for plan in found:
        InitiativeFactory(plan=plan, code="6", name=f"Việc của {plan}")
    InitiativeFactory(plan=found[1], code="7", name="Việc riêng")
    return found


def signed_in(role, unit):
    """A client of somebody who serves ``unit``."""
    person = UserFactory(role=role)
    UnitMembership.objects.create(user=person, unit=unit, valid_from="2024-01-01")
    client = Client()
    client.force_login(person)
    return client


def frame_plan(answer):
    return answer.context["plan"].short_name


# --- With the plan ---


def test_address_shows_the_plan_it_names_whatever_was_chosen(reader, plans):
    shown = [reader.get(f"/ke-hoach/{plan.pk}/mo-hinh/6/").context["initiative"].name for plan in plans]

    assert shown == ["Việc của Một", "Việc của Hai"]


def test_links_of_a_page_stay_in_its_plan(reader, plans):
    page = reader.get(f"/ke-hoach/{plans[0].pk}/mo-hinh/")

    links = [link for group in page.context["rooms"].groups for link in group.links]
    inside = {link.url.split("/")[2] for link in links if link.url.startswith("/ke-hoach/")}
    assert inside == {str(plans[0].pk)}
    assert f"/ke-hoach/{plans[1].pk}/" not in page.content.decode()


def test_address_of_a_plan_there_is_none_of_is_not_there(reader, plans):
    assert reader.get("/ke-hoach/999999/mo-hinh/").status_code == 404


def test_initiative_of_another_plan_is_not_there(reader, plans):
    assert reader.get(f"/ke-hoach/{plans[0].pk}/mo-hinh/7/").status_code == 404


def test_nobody_is_told_which_plans_there_are(plans):
    answers = [Client().get(f"/ke-hoach/{pk}/mo-hinh/") for pk in (plans[0].pk, 999999)]

    assert [answer["Location"].split("?")[0] for answer in answers] == ["/dang-nhap/"] * 2


# --- Without ---


# Every page of a plan as it was addressed before its address named the plan, and where it stands beneath the plan.
# They stand in letters and bookmarks: none may be lost.
OLD = {
    "/ke-hoach/": "",
    "/ke-hoach/phu-luc.xlsx": "phu-luc.xlsx",
    **{
        f"/{path}": path
        for path in (
            "mo-hinh/", "mo-hinh/6/", "don-vi/", "don-vi/5/", "tim-kiem/", "duyet/", "duyet/tiep-nhan/",
            "bao-cao-dot-xuat/", "bao-cao-dot-xuat/moi/", "kho-khan/", "don-doc/", "nhac-viec/", "nhac-viec/gui-lai/",
            "canh-bao/", "tong-hop/", "tong-hop/can-chu-y/", "tong-hop/ma-tran/", "tong-hop/nop/",
            "tong-hop/thay-doi/", "tong-hop/thoi-gian/", "tong-hop/xu-huong/", "tong-hop/chi-tiet/",
            "tong-hop/bang/", "bao-cao-tong-hop/", "bao-cao-tong-hop/soan/", "bao-cao-tong-hop/de-cuong/",
        )
    },
}  # fmt: skip


@pytest.mark.parametrize(("old", "new"), OLD.items())
def test_address_of_old_leads_into_the_only_plan(reader, old, new):
    plan = InitiativeFactory(code="6").plan

    answer = reader.get(f"{old}?ky=2024-W10&loai=commune")

    assert answer["Location"] == f"/ke-hoach/{plan.pk}/{new}?ky=2024-W10&loai=commune"


def test_initiative_of_one_plan_alone_is_found(reader, plans):
    assert reader.get("/mo-hinh/7/")["Location"] == f"/ke-hoach/{plans[1].pk}/mo-hinh/7/"


def test_address_that_fits_several_plans_asks_which(reader, plans):
    page = reader.get("/mo-hinh/6/?x=1")

    assert [(plan.short_name, address) for plan, address in page.context["pages"]] == [
        (plan.short_name, f"/ke-hoach/{plan.pk}/mo-hinh/6/?x=1") for plan in reversed(plans)
    ]


def test_page_one_may_enter_in_one_plan_alone_leads_there(plans):
    unit = UnitFactory()
    StandingAgency.objects.create(plan=plans[0], unit=unit, valid_from="2024-01-01")
    client = signed_in(Role.STANDING_AGENCY, unit)

    assert client.get("/duyet/")["Location"] == f"/ke-hoach/{plans[0].pk}/duyet/"


def test_page_one_may_enter_in_no_plan_is_refused(plans):
    client = signed_in(Role.OFFICER, UnitFactory())

    assert client.get("/duyet/", follow=True).status_code == 403


def test_initiative_no_plan_has_is_not_there(reader, plans):
    assert reader.get("/mo-hinh/8/").status_code == 404


def test_form_of_a_page_opened_before_arrives_with_what_was_typed():
    plan, unit = PlanFactory(), UnitFactory()
    StandingAgency.objects.create(plan=plan, unit=unit, valid_from="2024-01-01")
    client = signed_in(Role.STANDING_AGENCY, unit)

    answer = client.post("/duyet/tiep-nhan/?muc=cho-duyet", {"bao-cao": ["1"]})

    assert (answer.status_code, answer["Location"]) == (307, f"/ke-hoach/{plan.pk}/duyet/tiep-nhan/?muc=cho-duyet")


def test_address_without_its_last_stroke_is_led_on(reader, plans):
    assert reader.get("/mo-hinh").status_code == 301


# --- Which plan where none is named ---


def test_plan_is_one_the_person_has_to_do_with_even_when_a_later_one_runs(plans):
    duty = DutyFactory(initiative=plans[0].initiatives.get())
    client = signed_in(Role.OFFICER, duty.unit)

    assert frame_plan(client.get("/tro-giup/")) == "Một"


def test_plan_of_a_standing_agency_is_its_own(plans):
    unit = UnitFactory()
    StandingAgency.objects.create(plan=plans[0], unit=unit, valid_from="2024-01-01")
    client = signed_in(Role.STANDING_AGENCY, unit)

    assert frame_plan(client.get("/tro-giup/")) == "Một"


def test_plan_that_has_not_begun_is_not_the_usual_one(reader):
    PlanFactory(short_name="Đang chạy", starts_on="2024-01-01")
    PlanFactory(short_name="Chưa bắt đầu", starts_on="2024-06-01")

    assert frame_plan(reader.get("/tro-giup/")) == "Đang chạy"


def test_chosen_plan_is_known_at_the_next_sign_in(reader, plans):
    reader.post(reverse("choose_plan"), {"plan": plans[0].pk})
    person = reader.get("/tro-giup/").context["user"]

    again = Client()
    again.force_login(person)

    assert frame_plan(again.get("/tro-giup/")) == "Một"


@pytest.mark.parametrize(
    ("page", "shown"),
    [
        ("/ke-hoach/{0}/tong-hop/", "/ke-hoach/{1}/tong-hop/"),
        ("/ke-hoach/{0}/mo-hinh/6/", "/"),
        ("/tro-giup/", "/"),
        ("//xa-la.example/", "/"),
        ("", "/"),
    ],
)
def test_choosing_a_plan_shows_the_same_page_of_it(reader, plans, page, shown):
    keys = [plan.pk for plan in plans]

    answer = reader.post(reverse("choose_plan"), {"plan": plans[1].pk, "next": page.format(*keys)})

    assert answer["Location"] == shown.format(*keys)


def test_page_of_one_report_is_framed_by_its_plan(plans):
    unit = UnitFactory()
    for plan in plans:
        DutyFactory(initiative=plan.initiatives.get(code="6"), unit=unit)
    run_schedule(at=TODAY)
    client = signed_in(Role.OFFICER, unit)

    pages = [client.get(UnitReport.objects.filter(period__plan=plan)[0].get_absolute_url()) for plan in plans]

    assert [frame_plan(page) for page in pages] == ["Một", "Hai"]
