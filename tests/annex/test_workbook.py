"""Cells of a workbook as they show themselves."""

import unicodedata
from datetime import date, datetime

import pytest
from openpyxl import Workbook

from assignments.annex.reading.excel_workbook import read_workbook
from assignments.annex.reading.shown import PLAIN, NumberKind, is_swappable, shape_of, shown
from tests.annex.packages import workbook

# 05/03/2024 and 01/12/2026 as Excel counts days.
MARCH, DECEMBER = "45356", "46357"


def texts_of(path):
    return [row.texts for row in read_workbook(path)[0].rows]


@pytest.mark.parametrize(
    ("code", "number", "text"),
    [
        ("dd/mm/yyyy", MARCH, "05/03/2024"),
        ("d-m-yy", MARCH, "05/03/2024"),
        ("yyyy-mm-dd", MARCH, "05/03/2024"),
        ("mm/dd/yyyy", MARCH, "05/03/2024"),
        ("dd/mm/yyyy hh:mm", MARCH, "05/03/2024"),
        ('"Tháng "m/yyyy', DECEMBER, "12/2026"),
        (r"\T\h\á\n\g\ m/yyyy", DECEMBER, "12/2026"),
        ("[$-42A]mmmm yyyy", DECEMBER, "12/2026"),
        ("mm/yyyy", DECEMBER, "12/2026"),
        ("mmm-yy", DECEMBER, "12/2026"),
        ("yyyy", DECEMBER, "2026"),
        ('"Năm "yyyy', DECEMBER, "2026"),
        ("General", "3", "3"),
        ("General", "3.0", "3"),
        ("General", "5.1", "5.1"),
        ("0.00", "5.1", "5.10"),
        ("0%", "1", "100%"),
        ("0.0%", "0.955", "95.5%"),
        ("General", "1E+20", "1e+20"),
        ("dd/mm/yyyy", "-5", "-5"),
    ],
)
def test_number_is_read_as_its_cell_shows_it(code, number, text):
    assert shown(number, shape_of(200, code)) == text


@pytest.mark.parametrize(
    ("number", "kind"),
    [(14, NumberKind.DAY), (17, NumberKind.MONTH), (22, NumberKind.DAY), (30, NumberKind.DAY), (9, NumberKind.SHARE)],
)
def test_formats_that_every_workbook_has_are_known(number, kind):
    assert shape_of(number, None).kind is kind


def test_format_with_the_month_first_is_told_from_the_one_of_the_machine():
    assert shape_of(200, "mm/dd/yyyy").kind is NumberKind.MONTH_FIRST
    assert shape_of(14, None).kind is NumberKind.DAY
    assert [is_swappable(day) for day in ("05/03/2024", "25/03/2024", "03/03/2024")] == [True, False, False]


def test_plain_number_has_no_shape():
    assert shown("7", PLAIN) == "7"


def test_dates_and_numbers_of_a_sheet(annex):
    path = annex(
        (1, 2.0, date(2024, 3, 5), datetime(2026, 12, 1), 0.5, True),
        header=None,
        formats={"C1": "dd/mm/yyyy", "D1": '"Tháng "m/yyyy', "E1": "0%"},
    )

    assert texts_of(path) == [["1", "2", "05/03/2024", "12/2026", "50%", "1"]]


def test_dates_counted_from_1904_are_the_days_they_show(tmp_path):
    book = Workbook()
    book.epoch = datetime(1904, 1, 1)
    book.active["A1"] = date(2024, 3, 5)
    book.save(tmp_path / "mac.xlsx")

    assert texts_of(tmp_path / "mac.xlsx") == [["05/03/2024"]]


def test_text_is_composed_and_keeps_its_lines(annex):
    decomposed = unicodedata.normalize("NFD", "Phòng Văn hoá")

    assert texts_of(annex((f"- {decomposed}\n- UBND\u00a0xã\u200b",), header=None)) == [["- Phòng Văn hoá\n- UBND xã"]]


def test_text_of_other_writers_is_read(tmp_path):
    path = workbook(
        tmp_path / "khac.xlsx",
        '<x:worksheet xmlns:x="urn:x"><x:sheetData><x:row>'
        '<x:c t="inlineStr"><x:is><x:r><x:t>Công </x:t></x:r><x:r><x:t>an</x:t></x:r>'
        "<x:rPh><x:t>kana</x:t></x:rPh></x:is></x:c>"
        '<x:c t="str"><x:v>dòng_x000D_\nhai</x:v></x:c><x:c t="d"><x:v>2024-03-05T00:00:00Z</x:v></x:c>'
        '<x:c t="s"><x:v>0</x:v></x:c></x:row><x:row r="7"><x:c r="C7"><x:v>8</x:v></x:c></x:row>'
        "</x:sheetData></x:worksheet>",
        strings="<sst><si><r><t>hai </t></r><r><t>mảnh</t></r><rPh><t>kana</t></rPh></si></sst>",
    )

    (sheet,) = read_workbook(path)

    assert [(row.number, row.texts) for row in sheet.rows] == [
        (1, ["Công an", "dòng\nhai", "05/03/2024", "hai mảnh"]),
        (7, ["", "", "8"]),
    ]


def test_formula_is_never_evaluated_and_told_by_its_place(tmp_path):
    path = workbook(
        tmp_path / "tep.xlsx",
        '<worksheet><sheetData><row r="3"><c r="B3" t="str"><f>A1&amp;"x"</f><v>đã tính</v></c></row>'
        "</sheetData></worksheet>",
    )

    (sheet,) = read_workbook(path)

    assert [row.texts for row in sheet.rows] == [["", '=A1&"x"']]
    assert sheet.formulas == [(3, 1, '=A1&"x"')]


def test_date_shown_with_the_month_first_is_told_of(annex):
    path = annex((date(2024, 3, 5), date(2024, 3, 25)), header=None, formats={"A1": "mm/dd/yyyy", "B1": "mm/dd/yyyy"})

    (sheet,) = read_workbook(path)

    assert sheet.month_first == [(1, 0, "05/03/2024")]


def test_merged_cells_tell_the_rows_they_cover(annex):
    path = annex(
        ("I. Nhóm một",),
        ("1", "a", "Công an huyện"),
        ("2", "b"),
        header=None,
        merged=("A1:C1", "C2:C3"),
    )

    first, second, third = read_workbook(path)[0].rows

    assert (first.is_wide, second.is_wide) == (True, False)
    assert third.above == {2: "Công an huyện"}


def test_sheets_come_in_their_order_and_hidden_ones_are_left_out(tmp_path):
    book = Workbook()
    book.active.title = "Bìa"
    book.create_sheet("Nháp").sheet_state = "hidden"
    book.create_sheet("Phụ lục")
    book.save(tmp_path / "tep.xlsx")

    assert [sheet.name for sheet in read_workbook(tmp_path / "tep.xlsx")] == ["Bìa", "Phụ lục"]


def test_rows_keep_their_numbers_whatever_size_the_sheet_claims(tmp_path):
    path = workbook(
        tmp_path / "tep.xlsx",
        '<worksheet><dimension ref="A1:XFD1048576"/><sheetData><row r="2"><c r="A2"><v>1</v></c></row>'
        "</sheetData></worksheet>",
    )

    assert [row.number for row in read_workbook(path)[0].rows] == [2]
