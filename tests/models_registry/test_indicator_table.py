"""The numbers the plan asks for, as data that quotes the plan."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from assignments.loading import load_plan
from models_registry.indicator_table import read_indicators
from models_registry.models import Indicator
from models_registry.text import one_line
from tests.conftest import FIXTURES, PLAN_LOADED_AT
from tests.factories import InitiativeFactory

HEAD = "Mô hình,Chỉ tiêu,Cách tính,Mục tiêu,Đơn vị tính,Lũy kế,Gộp các đơn vị,Nguyên văn"
BODY = "Phấn đấu *tối thiểu* 20 DVC\nkhông sử dụng hồ sơ giấy."


def test_each_phrase_stands_in_the_plan():
    """Looked for by the test itself, in the file as it is."""
    body = one_line((FIXTURES / "ke-hoach.md").read_text(encoding="utf8").replace("*", ""))
    rows = read_indicators((FIXTURES / "chi-tieu.csv").read_text(encoding="utf8"), body)

    assert [row.code for row in rows] == ["1", "3", "6", "24", "37"]
    assert [row.source_phrase in body for row in rows] == [True] * 5
    assert [str(int(row.target)) in row.source_phrase for row in rows] == [True] * 5


@pytest.mark.django_db
def test_real_plan_has_its_five_indicators(real_plan):
    indicators = Indicator.objects.filter(initiative__plan=real_plan).order_by("position")

    assert [(one.initiative.code, one.kind, int(one.target), one.unit_of_measure) for one in indicators] == [
        ("1", "list", 53, "DVC"),
        ("3", "at_least", 20, "DVC"),
        ("6", "percent", 100, "cơ sở"),
        ("24", "percent", 100, "người"),
        ("37", "percent", 100, "đối tượng"),
    ]
    assert [one.asks_for_total for one in indicators] == [False, False, True, True, True]
    # One list of services, counted by every unit that offers them; shares that the leads answer for.
    assert [one.aggregation for one in indicators] == ["highest", "highest", "leads", "leads", "leads"]


@pytest.mark.django_db
def test_loading_again_leaves_a_corrected_target_alone(real_plan):
    Indicator.objects.filter(initiative__code="3").update(target=25)

    load_plan(FIXTURES, at=PLAN_LOADED_AT, today=PLAN_LOADED_AT.date())

    assert (Indicator.objects.count(), Indicator.objects.get(initiative__code="3").target) == (5, 25)


def test_phrase_is_found_across_line_breaks_and_emphasis():
    table = f"{HEAD}\n3,DVC,Đạt ít nhất,20,DVC,không,Cao nhất,tối thiểu 20 DVC không sử dụng hồ sơ giấy"

    (row,) = read_indicators(table, BODY)

    assert (row.kind, row.target, row.is_cumulative, row.aggregation) == ("at_least", Decimal(20), False, "highest")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("3,DVC,Khoảng,20,DVC,có,Cộng,tối thiểu 20 DVC", "dòng 2: “Khoảng” không phải cách tính"),
        ("3,DVC,Đạt ít nhất,hai mươi,DVC,có,Cộng,tối thiểu 20 DVC", "dòng 2: mục tiêu “hai mươi”"),
        ("3,DVC,Đạt ít nhất,20,DVC,có,Cộng,tối thiểu 30 DVC", "dòng 2: không tìm thấy “tối thiểu 30 DVC”"),
        ("3,DVC,Đạt ít nhất,20,DVC,có,Cộng,", "dòng 2: không tìm thấy"),
        ("3,DVC,Đạt ít nhất,20,DVC,có,Nhân,tối thiểu 20 DVC", "dòng 2: “Nhân” không phải cách gộp"),
    ],
)
def test_mistake_is_named_with_its_line(line, message):
    with pytest.raises(ValueError, match=message):
        read_indicators(f"{HEAD}\n{line}", BODY)


def test_table_with_other_columns_is_refused():
    with pytest.raises(ValueError, match="dòng đầu phải là: Mô hình"):
        read_indicators("a,b\n1,2", BODY)


@pytest.mark.engine
@pytest.mark.django_db
@pytest.mark.parametrize("spoilt", [{"target": 0}, {"kind": "percent", "target": 101}])
def test_database_refuses_a_target_that_cannot_be(spoilt):
    said = {"name": "DVC", "kind": "at_least", "target": 20, "unit_of_measure": "DVC", **spoilt}

    with pytest.raises(IntegrityError), transaction.atomic():
        Indicator.objects.create(initiative=InitiativeFactory(), **said)
