"""The numbers the plan asks for, as data that quotes the plan."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from assignments.counting import adding_up
from assignments.loading import PlanFilesInvalid, counting_units_of, load_plan
from assignments.models import Unit, UnitAlias
from assignments.roles import Role
from models_registry.indicator_table import IndicatorRow, read_indicators
from models_registry.models import Indicator
from models_registry.services import save_indicators
from models_registry.text import one_line
from tests.conftest import FIXTURES, PLAN_LOADED_AT
from tests.factories import InitiativeFactory, UnitFactory, UserFactory

HEAD = "Mô hình,Chỉ tiêu,Cách tính,Mục tiêu,Đơn vị tính,Lũy kế,Đơn vị đếm,Gộp các đơn vị,Nguyên văn"
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
    # Each lead its own services; a service without paper is one, however many do it; accounts in each commune.
    assert [(one.counted_by, one.aggregation) for one in indicators] == [
        ("leads", "sum"),
        ("leads", "highest"),
        ("leads", "sum"),
        ("communes", "sum"),
        ("leads", "sum"),
    ]


@pytest.mark.django_db
def test_loading_again_leaves_a_corrected_target_alone(real_plan):
    Indicator.objects.filter(initiative__code="3").update(target=25)

    load_plan(FIXTURES, at=PLAN_LOADED_AT, today=PLAN_LOADED_AT.date())

    assert (Indicator.objects.count(), Indicator.objects.get(initiative__code="3").target) == (5, 25)


def test_phrase_is_found_across_line_breaks_and_emphasis():
    table = f"{HEAD}\n3,DVC,Đạt ít nhất,20,DVC,không,Tất cả đơn vị,Cao nhất,tối thiểu 20 DVC không sử dụng hồ sơ giấy"

    (row,) = read_indicators(table, BODY)

    assert (row.kind, row.target, row.is_cumulative, row.aggregation) == ("at_least", Decimal(20), False, "highest")


@pytest.mark.parametrize(
    ("written", "who"),
    [
        ("Tất cả đơn vị", ("units", "")),
        ("chủ trì", ("leads", "")),
        ("Cấp xã", ("communes", "")),
        ("Công an huyện", ("unit", "Công an huyện")),
    ],
)
def test_table_names_who_counts(written, who):
    (row,) = read_indicators(f"{HEAD}\n3,DVC,Đạt ít nhất,20,DVC,không,{written},Cộng,tối thiểu 20 DVC", BODY)

    assert (row.counted_by, row.counting_unit) == who


@pytest.mark.django_db
def test_named_unit_is_found_by_any_of_its_spellings(real_plan):
    unit = Unit.objects.get(name="Công an huyện")
    UnitAlias.objects.create(unit=unit, text="CA huyện Quan Hóa")
    row = IndicatorRow("9", "Số tài khoản", "at_least", Decimal(5), "TK", True, "unit", "CA huyện Quan Hóa", "sum", "")

    save_indicators(real_plan, [row], counting_units_of([row], FIXTURES / "chi-tieu.csv"))

    found = Indicator.objects.get(name="Số tài khoản")
    assert (found.counted_by, found.counting_unit) == ("unit", unit)


@pytest.mark.django_db
def test_unit_nobody_knows_is_refused_by_its_name(real_plan):
    row = IndicatorRow("9", "Số tài khoản", "at_least", Decimal(5), "TK", True, "unit", "Phòng Lạ", "sum", "")

    with pytest.raises(PlanFilesInvalid, match="không nhận ra đơn vị đếm “Phòng Lạ”"):
        counting_units_of([row], FIXTURES / "chi-tieu.csv")


@pytest.mark.django_db
@pytest.mark.parametrize(("who", "named"), [("unit", False), ("leads", True)])
def test_database_asks_for_the_one_unit_and_for_no_other(who, named):
    unit = UnitFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        Indicator.objects.create(
            initiative=InitiativeFactory(), name="DVC", kind="at_least", target=1, unit_of_measure="DVC",
            counted_by=who, counting_unit=unit if named else None,
        )  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("1", "cộng số liệu của 12 đơn vị chủ trì; mục tiêu 53 DVC"),
        ("3", "lấy số cao nhất trong 27 đơn vị chủ trì; mục tiêu ít nhất 20 DVC"),
        ("6", "cộng số liệu của 2 đơn vị chủ trì: BVĐK, TTYT; mục tiêu 100\u00a0% cơ sở"),
        ("24", "cộng số liệu của 15 UBND cấp xã; mục tiêu 100\u00a0% người"),
        ("37", "lấy số liệu của Phòng Lao động - Thương binh và Xã hội; mục tiêu 100\u00a0% đối tượng"),
    ],
)
def test_how_an_indicator_adds_up_is_said_in_words(real_plan, code, words):
    assert adding_up(Indicator.objects.get(initiative__code=code), PLAN_LOADED_AT.date()) == words


@pytest.mark.django_db
def test_one_unit_without_a_duty_counts_for_nobody(real_plan):
    found = Indicator.objects.get(initiative__code="37")
    found.counted_by, found.counting_unit = "unit", UnitFactory()
    found.save()

    assert adding_up(found, PLAN_LOADED_AT.date()).startswith("chưa đơn vị nào đếm")


@pytest.mark.django_db
def test_every_unit_may_be_asked(real_plan):
    found = Indicator.objects.get(initiative__code="37")
    found.counted_by = "units"

    assert adding_up(found, PLAN_LOADED_AT.date()).startswith("cộng số liệu của 17 đơn vị có nhiệm vụ")


@pytest.mark.django_db
def test_admin_shows_how_an_indicator_adds_up_beside_who_counts(client, real_plan):
    client.force_login(UserFactory(role=Role.ADMIN))
    initiative = Indicator.objects.get(initiative__code="24").initiative

    page = client.get(reverse("admin:models_registry_initiative_change", args=[initiative.pk])).content.decode()

    assert "cộng số liệu của 15 UBND cấp xã; mục tiêu 100\u00a0% người" in page


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("3,DVC,Khoảng,20,DVC,có,Chủ trì,Cộng,tối thiểu 20 DVC", "dòng 2: “Khoảng” không phải cách tính"),
        ("3,DVC,Đạt ít nhất,hai mươi,DVC,có,Chủ trì,Cộng,tối thiểu 20 DVC", "dòng 2: mục tiêu “hai mươi”"),
        ("3,DVC,Đạt ít nhất,20,DVC,có,Chủ trì,Cộng,tối thiểu 30 DVC", "dòng 2: không tìm thấy “tối thiểu 30 DVC”"),
        ("3,DVC,Đạt ít nhất,20,DVC,có,Chủ trì,Cộng,", "dòng 2: không tìm thấy"),
        ("3,DVC,Đạt ít nhất,20,DVC,có,,Cộng,tối thiểu 20 DVC", "dòng 2: hãy ghi ai đếm"),
        ("3,DVC,Đạt ít nhất,20,DVC,có,Chủ trì,Nhân,tối thiểu 20 DVC", "dòng 2: “Nhân” không phải cách gộp"),
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
