"""What an initiative is called where there is little room: proposed at import, named by the files or a person."""

import pytest
from django.urls import reverse

from assignments.loading import load_plan
from assignments.roles import Role
from models_registry.models import Initiative
from models_registry.short_names import COLUMNS, LONGEST, propose_short_name, read_short_names
from tests.conftest import FIXTURES, PLAN_LOADED_AT
from tests.factories import InitiativeFactory, UserFactory
from tests.html import html_of

HEAD = ",".join(COLUMNS)


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Triển khai tổ giác tội phạm qua ứng dụng VNeID", "Tổ giác tội phạm qua ứng dụng VNeID"),
        ("Đảm bảo điều kiện công dân số", ""),
        ("Triển khai nền tảng đào tạo (MOOC) trên toàn quốc để nâng cao nhận thức", "Nền tảng đào tạo"),
        (
            "Quản lý thông tin người sử dụng đất, chủ sở hữu nhà ở, tài sản gắn liền với đất",
            "Quản lý thông tin người sử dụng đất, chủ sở…",
        ),
    ],
)
def test_long_name_is_cut_to_what_it_says_first(name, short):
    assert propose_short_name(name) == short


def test_proposal_is_never_longer_than_there_is_room():
    assert len(propose_short_name("một " * 40)) <= LONGEST


def test_initiative_without_a_short_name_is_called_by_its_official_one():
    assert (Initiative(name="Tên dài", short_name="Tên").brief, Initiative(name="Tên dài").brief) == ("Tên", "Tên dài")


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("a,b\n1,x", "dòng đầu phải là: Mô hình, Tên gọi tắt."),
        (f"{HEAD}\n1,{'x' * 46}", f"dòng 2: “{'x' * 46}” dài 46 ký tự; tên gọi tắt không quá 45 ký tự."),
    ],
)
def test_table_that_cannot_be_read_says_why(table, message):
    with pytest.raises(ValueError, match="dòng") as refusal:
        read_short_names(table)

    assert str(refusal.value) == message


@pytest.mark.django_db
def test_every_initiative_of_the_real_plan_has_a_short_name(real_plan):
    names = read_short_names((FIXTURES / "ten-goi-tat.csv").read_text(encoding="utf8"))

    assert dict(real_plan.initiatives.values_list("code", "short_name")) == names
    assert len(names) == 21


@pytest.mark.django_db
def test_loading_again_leaves_the_name_a_person_gave(real_plan):
    Initiative.objects.filter(code="3").update(short_name="DVC không giấy")

    load_plan(FIXTURES, at=PLAN_LOADED_AT, today=PLAN_LOADED_AT.date())

    assert real_plan.initiatives.get(code="3").short_name == "DVC không giấy"


@pytest.mark.django_db
def test_initiative_is_found_by_its_short_name():
    initiative = InitiativeFactory(name="Triển khai tổ giác tội phạm", short_name="Tin báo")

    assert list(Initiative.objects.search("tin bao")) == [initiative]


@pytest.mark.django_db
def test_admin_edits_the_short_name_to_what_a_row_has_room_for(client):
    initiative = InitiativeFactory()
    client.force_login(UserFactory(role=Role.ADMIN))
    page = client.get(reverse("admin:models_registry_initiative_change", args=[initiative.pk]))

    assert html_of(page).xpath("//input[@name='short_name']/@maxlength") == ["45"]
