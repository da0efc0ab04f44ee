"""The tables as Excel: typed, printable, and never computed."""

import io
import zipfile
from datetime import date, datetime

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from documents.tables import Column, Kind, Sheet
from documents.workbook import LONGEST_CELL, workbook_of
from models_registry.text import clean, from_cell
from reports.consolidated.drafting.facts import read_facts
from reports.consolidated.sheets import sheets_of
from tests.consolidated.district import MONDAY

FORMULAS = [f"{first}1+1" for first in ("=", "+", "-", "@", "\t=", "\r=", "'=", '=HYPERLINK("http://x","y")&')]
ONE_TEXT = Sheet("Bảng", [Column("A", 10)], [["x"]])


def opened(sheets):
    made = workbook_of(sheets, title="Số liệu & bảng", issuer="Công an huyện")
    return openpyxl.load_workbook(io.BytesIO(made))


def texts_of(texts):
    """What a spreadsheet reads back of ``texts``, one a row, and of which type its cells are."""
    page = opened([Sheet("Bảng", [Column("A", 10)], [[text] for text in texts])]).active
    cells = [row[0] for row in page.iter_rows(min_row=2)]
    return [cell.value for cell in cells], {cell.data_type for cell in cells if cell.value is not None}


@pytest.mark.once
@pytest.mark.parametrize("text", FORMULAS)
def test_nothing_a_person_wrote_is_computed(text):
    values, types = texts_of([text])

    assert types == {"s"}
    assert from_cell(values[0]) == clean(text)


@pytest.mark.once
@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(min_size=1, max_size=80).filter(lambda text: clean(text).strip()), min_size=1, max_size=4))
def test_any_text_reads_back_the_same(texts):
    values, types = texts_of(texts)

    assert types == {"s"}
    assert [from_cell(value) for value in values] == [clean(text) for text in texts]


@pytest.mark.once
def test_text_longer_than_a_cell_holds_is_cut():
    values, _ = texts_of(["x" * 40_000])

    assert len(values[0]) == LONGEST_CELL


@pytest.mark.once
def test_cells_are_of_their_columns_types():
    columns = [Column(str(kind), 10, kind) for kind in Kind]
    row = ["35", 35, 1234.5, 60, date(2024, 3, 5), datetime(2024, 3, 5, 9, 41)]

    cells = list(opened([Sheet("Bảng", columns, [row, [None] * 6])]).active.iter_rows(min_row=2))

    assert [(cell.value, cell.number_format) for cell in cells[0]] == [
        ("35", "General"),
        (35, "0"),
        (1234.5, "#,##0.##"),
        (0.6, "0%"),
        (datetime(2024, 3, 5), "dd/mm/yyyy"),
        (datetime(2024, 3, 5, 9, 41), "dd/mm/yyyy hh:mm"),
    ]
    assert [cell.value for cell in cells[1]] == [None] * 6


@pytest.mark.once
def test_sheet_keeps_its_head_and_prints_on_A4_on_its_side():
    page = opened([ONE_TEXT]).active

    assert (page.freeze_panes, page.print_title_rows, page.auto_filter.ref) == ("A2", "$1:$1", "A1:A2")
    assert (page.page_setup.orientation, page.page_setup.paperSize) == ("landscape", 9)
    assert (page.page_setup.fitToWidth or 1, page.page_setup.fitToHeight) == (1, 0)  # one page wide where none is said
    assert page.sheet_properties.pageSetUpPr.fitToPage
    assert page.oddHeader.center.text == "Số liệu && bảng – Bảng"


@pytest.mark.once
def test_workbook_holds_no_formula_and_no_link():
    made = workbook_of([Sheet("Bảng", [Column("A", 10)], [[text] for text in FORMULAS])], title="A", issuer="B")
    with zipfile.ZipFile(io.BytesIO(made)) as package:
        markup = "".join(package.read(name).decode() for name in package.namelist() if name.endswith(".xml"))

    assert ("<f>" in markup, "<hyperlink" in markup) == (False, False)


# --- The tables of the made-up district ---


def rows_of(sheets, title):
    return [list(row) for row in next(sheet for sheet in sheets if sheet.title == title).rows]


@pytest.fixture
def sheets(district):
    return sheets_of(read_facts(district.period()))


@pytest.mark.django_db
def test_workbook_has_a_sheet_for_every_table(sheets):
    assert opened(sheets).sheetnames == [
        "Mô hình", "Nộp báo cáo", "Chỉ tiêu", "Khó khăn", "Thay đổi", "Báo cáo chi tiết",
    ]  # fmt: skip


@pytest.mark.django_db
def test_sheet_of_initiatives(sheets):
    assert [[*row[:4], *row[5:]] for row in rows_of(sheets, "Mô hình")] == [
        [
            "I", "6", "Khám bệnh bằng căn cước", "Trung tâm Y tế", None, "", "Đang triển khai: 1", 60, 1,
            "Trung tâm Y tế: Đã lắp 2/3 đầu đọc.\n- Tập huấn cho nhân viên",
        ],
        ["I", "9", "Quản lý lưu trú", "Phòng Tư pháp", date(2024, 3, 1), "chậm", "Vướng mắc: 1", 20, 1, ""],
        [
            "II", "30", "Tố giác tội phạm", "UBND xã Phú Lệ\nUBND xã Phú Sơn", date(2024, 3, 12), "",
            "Đang triển khai: 1\nChưa có báo cáo: 1", None, 2, "UBND xã Phú Lệ: Tuyên truyền tại 05 bản",
        ],
    ]  # fmt: skip


@pytest.mark.django_db
def test_sheet_of_filing(sheets):
    assert [(row[0], row[4], row[6]) for row in rows_of(sheets, "Nộp báo cáo")] == [
        ("Phòng Tư pháp", "Đã nộp", datetime(2024, 3, 4, 8)),
        ("Trung tâm Y tế", "Đã nộp", datetime(2024, 3, 4, 8)),
        ("UBND xã Phú Lệ", "Nộp muộn", datetime(2024, 3, 6, 8)),
        ("UBND xã Phú Sơn", "Chưa nộp", None),
    ]


@pytest.mark.django_db
def test_sheet_of_indicators(sheets):
    assert [[str(value) for value in row] for row in rows_of(sheets, "Chỉ tiêu")] == [
        ["6", "Cơ sở tiếp nhận căn cước", "cơ sở", "100.00", "Tất cả đơn vị", "2.00", "3.00", "66.7", "Lũy kế"],
        ["6", "Cơ sở tiếp nhận căn cước", "cơ sở", "100.00", "Trung tâm Y tế", "2.00", "3.00", "66.7", "Lũy kế"],
    ]


@pytest.mark.django_db
def test_sheet_of_difficulties(sheets):
    assert rows_of(sheets, "Khó khăn") == [
        [
            "9", "Phòng Tư pháp", "Thiếu máy quét", "Cấp máy quét cho cơ sở lưu trú", "Cấp huyện", "Mới",
            MONDAY.date(), 1,
        ]
    ]  # fmt: skip


@pytest.mark.django_db
def test_sheet_of_changes_tells_the_state_before_and_after(sheets):
    nothing = ["Chưa có báo cáo", None]

    assert [[row[0], row[1], *row[3:]] for row in rows_of(sheets, "Thay đổi")] == [
        ["6", "Trung tâm Y tế", *nothing, "Đang triển khai", 60],
        ["6", "UBND xã Phú Lệ", *nothing, "Đang triển khai", None],
        ["9", "Phòng Tư pháp", *nothing, "Vướng mắc", 20],
        ["30", "UBND xã Phú Lệ", *nothing, "Đang triển khai", 40],
    ]


@pytest.mark.django_db
def test_sheet_of_entries_holds_what_was_filed_and_nothing_else(sheets):
    assert [(row[0], row[2], row[9]) for row in rows_of(sheets, "Báo cáo chi tiết")] == [
        ("6", "Trung tâm Y tế", "Đã lắp 2/3 đầu đọc.\n- Tập huấn cho nhân viên"),
        ("6", "UBND xã Phú Lệ", "Tập huấn cho nhân viên."),
        ("9", "Phòng Tư pháp", ""),
        ("30", "UBND xã Phú Lệ", "Tuyên truyền tại 05 bản"),
    ]
