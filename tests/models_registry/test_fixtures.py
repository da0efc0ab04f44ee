"""The plan's files as they lie in fixtures/: complete, consistent, without personal data."""

import csv
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook

from assignments.annex.cells.platforms import read_platforms
from assignments.models import Unit
from models_registry.deadlines import read_deadlines
from models_registry.plan_body import read_body
from models_registry.text import fold

FIXTURES = Path(__file__).parents[2] / "fixtures"


def rows(name):
    with (FIXTURES / name).open(encoding="utf8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def plan():
    return read_body((FIXTURES / "ke-hoach.md").read_text(encoding="utf8"))


def test_body_gives_the_number_dates_and_period_of_the_plan(plan):
    assert (plan.number, plan.issued_text) == ("/KH-UBND", "ngày tháng 03 năm 2024")
    assert (plan.starts_on, plan.ends_on) == (date(2024, 2, 1), date(2025, 12, 31))
    assert plan.period_text == "Từ tháng 02/2024 đến tháng 12/2025"
    assert plan.stated_initiatives == 21


def test_body_lists_the_initiatives_in_order(plan):
    codes = [
        "1",
        "3",
        "5",
        "6",
        "9",
        "11",
        "18",
        "20",
        "24",
        "27",
        "28",
        "29",
        "30",
        "31",
        "32",
        "34",
        "35",
        "36",
        "37",
        "41",
        "44",
    ]

    assert [initiative.code for initiative in plan.initiatives] == codes


@pytest.mark.parametrize(
    ("passage", "codes_without"),
    [("objective", []), ("tasks", []), ("units", []), ("deadline", []), ("platforms", ["29"])],
)
def test_body_has_each_passage_of_every_initiative(plan, passage, codes_without):
    assert [i.code for i in plan.initiatives if not i.passages.get(passage)] == codes_without


@pytest.mark.parametrize(("passage", "codes"), [("location", ["41"]), ("note", ["32"])])
def test_body_has_location_and_note_where_the_plan_gives_them(plan, passage, codes):
    assert [i.code for i in plan.initiatives if passage in i.passages] == codes


def test_body_joins_a_paragraph_broken_by_the_page(plan):
    tasks = next(i for i in plan.initiatives if i.code == "29").passages["tasks"]

    assert "triển khai đào tạo, giáo dục trực tuyến; phối hợp" in tasks


def test_body_without_its_period_is_refused_in_words():
    with pytest.raises(ValueError, match="Không tìm thấy dòng “Thời gian thực hiện"):
        read_body("KẾ HOẠCH\nTriển khai\nThực hiện")


def test_body_names_no_contact_person_and_no_signer(plan):
    text = (FIXTURES / "ke-hoach.md").read_text(encoding="utf8")

    assert ("đầu mối liên hệ" in text, text.rstrip().endswith("CHỦ TỊCH")) == (False, True)


def annex_column(number):
    """One column of the annex, an initiative each; a row without TT is the rest of one split by a page break."""
    sheet = load_workbook(FIXTURES / "phu-luc.xlsx").active
    cells = []
    for row in sheet.iter_rows(min_row=7, values_only=True):
        if str(row[0] or "").isdigit():
            cells.append(row[number])
        elif row[number] and not row[0]:
            cells[-1] += f" {row[number]}"
    return cells


def test_every_deadline_of_the_annex_is_read():
    cells = annex_column(5)

    readings = [reading for cell in cells for reading in read_deadlines(cell)]

    assert (len(cells), len(readings)) == (21, 22)
    assert Counter(reading.kind.value for reading in readings) == {
        "schedule": 8,
        "year": 7,
        "quarter": 4,
        "range": 2,
        "day": 1,
    }


def test_every_platform_of_the_annex_is_read():
    assert sum(len(read_platforms(cell)) for cell in annex_column(6)) == 40


def test_units_have_the_kinds_and_levels_of_the_registry():
    units = rows("don-vi.csv")

    assert {unit["Loại"] for unit in units} <= set(Unit.Kind.labels)
    assert {unit["Cấp"] for unit in units} <= set(Unit.Level.labels)
    assert len({unit["Mã"] for unit in units if unit["Loại"] == "UBND cấp xã"}) == 15


def test_every_name_and_spelling_of_a_unit_folds_to_that_unit_alone():
    spellings = [(fold(unit["Tên"]), unit["Tên"]) for unit in rows("don-vi.csv")]
    spellings += [(fold(alias["Cách viết"]), alias["Đơn vị"]) for alias in rows("cach-viet.csv")]

    assert [key for key, count in Counter(key for key, _ in spellings).items() if count > 1] == []
    assert len(spellings) > len(rows("don-vi.csv")) > 40


def test_aliases_and_members_refer_to_units_that_are_there():
    names = {unit["Tên"] for unit in rows("don-vi.csv")}
    collectives = {unit["Tên"] for unit in rows("don-vi.csv") if unit["Loại"] == "Đơn vị tập hợp"}

    assert {alias["Đơn vị"] for alias in rows("cach-viet.csv")} - names == set()
    assert {member["Thành viên"] for member in rows("thanh-vien.csv")} - names == set()
    assert {member["Đơn vị tập hợp"] for member in rows("thanh-vien.csv")} - collectives == set()


def test_collectives_have_the_members_of_the_district():
    assert Counter(member["Đơn vị tập hợp"] for member in rows("thanh-vien.csv")) == {
        "UBND cấp xã": 15,
        "Các phòng, ban, ngành cấp huyện": 12,
        "Các phòng, ban, ngành, đơn vị có dịch vụ công thiết yếu theo lộ trình Đề án 06": 12,
        "Các phòng, ban, ngành, tổ chức hội, đoàn thể": 18,
    }


def test_every_letterhead_is_of_a_unit_of_the_plan_and_names_nobody():
    units = {row["Tên"] for row in rows("don-vi.csv")}
    letterheads = rows("the-thuc.csv")

    assert {row["Đơn vị"] for row in letterheads} <= units
    assert "Họ tên" not in letterheads[0]
