"""Plans are told apart by their short names, and found by what is written of them."""

import pytest
from django.core.exceptions import ValidationError

from models_registry.models import InitiativeGroup, Plan
from models_registry.plan_body import ParsedPlan
from models_registry.services import save_plan
from tests.factories import InitiativeGroupFactory, PlanFactory

pytestmark = pytest.mark.django_db

TAKEN = {
    "short_name": ["Đã có kế hoạch mang tên gọi tắt này. Hãy thêm điều phân biệt hai kế hoạch, như năm hoặc giai đoạn."]
}


def told(plan):
    """What validation says against ``plan``."""
    try:
        plan.full_clean()
    except ValidationError as error:
        return error.message_dict
    return {}


@pytest.mark.parametrize("name", ["Đề án 06", "ĐỀ ÁN 06", " Đề  án 06 "], ids=["same", "capitals", "spaces"])
def test_short_name_that_another_plan_has_is_refused(name):
    PlanFactory(short_name="Đề án 06")

    assert told(PlanFactory.build(short_name=name)) == TAKEN


def test_short_name_with_other_marks_is_another_name():
    PlanFactory(short_name="Đề án 06")

    assert told(PlanFactory.build(short_name="Đê an 06")) == {}


def test_plan_keeps_its_own_short_name():
    assert told(PlanFactory(short_name="Đề án 06")) == {}


def parsed(number):
    return ParsedPlan(
        number=number,
        title="Triển khai",
        issued_text="",
        basis="",
        period_text="2024 - 2025",
        starts_on=PlanFactory.starts_on,
        ends_on=PlanFactory.ends_on,
        stated_initiatives=None,
        initiatives=[],
    )


def loaded(number):
    return save_plan(parsed(number), short_name="Đề án 06", issuer="UBND huyện", place="Quan Hóa").short_name


def test_plan_that_is_loaded_gets_a_short_name_that_is_free():
    PlanFactory(short_name="ĐỀ ÁN 06")

    names = [loaded(number) for number in ("1/KH-UBND", "2/KH-UBND", "1/KH-UBND")]

    assert names == ["Đề án 06 (2)", "Đề án 06 (3)", "Đề án 06 (2)"]


@pytest.mark.parametrize("phrase", ["de an", "ĐỀ ÁN", "an 06 DE", "120"])
def test_plan_is_found_without_diacritics(phrase):
    plan = PlanFactory(short_name="Đề án 06", number="120/KH-UBND")
    PlanFactory(short_name="Mô hình số")

    assert list(Plan.objects.search(phrase)) == [plan]


def test_group_is_found_without_diacritics():
    group = InitiativeGroupFactory(name="Nhóm tiện ích phục vụ công dân số")
    InitiativeGroupFactory(name="Nhóm khác")

    assert list(InitiativeGroup.objects.search("cong dan")) == [group]
