"""Files that are no annex are refused in words, before anything opens them."""

import zipfile

import pytest
from openpyxl import Workbook

from assignments.annex.columns import Column, find_header
from assignments.annex.problems import AnnexUnreadable
from assignments.annex.workbook import MAX_FILE, read_workbook
from tests.annex.conftest import HEADER


def refusal(path):
    with pytest.raises(AnnexUnreadable) as refused:
        read_workbook(path)
    return refused.value.problem.code


def zipped(path, **parts):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name.replace("__", "/") + ".xml", text)
    return path


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "not_a_workbook"),
        (b"%PDF-1.7", "not_a_workbook"),
        (b"PK\x03\x04 and no archive", "not_a_workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old_or_locked"),
    ],
)
def test_other_files_are_refused(tmp_path, content, code):
    path = tmp_path / "tep.xlsx"
    path.write_bytes(content)

    assert refusal(path) == code


def test_file_over_the_limit_is_refused(tmp_path):
    path = tmp_path / "tep.xlsx"
    path.touch()
    with path.open("wb") as file:
        file.truncate(MAX_FILE + 1)

    assert refusal(path) == "too_large"


def test_archive_without_a_workbook_is_refused(tmp_path):
    assert refusal(zipped(tmp_path / "tep.xlsx", word__document="<x/>")) == "not_a_workbook"


def test_archive_that_unpacks_too_large_is_refused(tmp_path):
    bomb = zipped(tmp_path / "tep.xlsx", xl__workbook="<x/>", xl__sheet="0" * (101 * 1024 * 1024))

    assert refusal(bomb) == "too_large"


def test_part_that_declares_entities_is_refused(tmp_path):
    laughs = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha">]><x>&a;</x>'

    assert refusal(zipped(tmp_path / "tep.xlsx", xl__workbook=laughs)) == "unsafe"


def test_cell_at_the_far_corner_does_not_hold_the_reader(tmp_path):
    book = Workbook()
    book.active["XFD1048576"] = "xa"
    book.active["A1"] = "gần"
    book.save(tmp_path / "tep.xlsx")

    (sheet,) = read_workbook(tmp_path / "tep.xlsx")

    assert [(number, [text for text in texts if text]) for number, texts in sheet.rows] == [(1, ["gần"])]


def test_formula_is_read_as_the_text_it_is(annex):
    (sheet,) = read_workbook(annex(("=1+1",)))

    assert sheet.rows[1][1][0] == "=1+1"


def test_header_names_its_columns_in_any_order():
    header = find_header([(1, ["PHỤ LỤC"]), (2, ["Ghi chú", "Thời hạn", "Cơ quan chủ trì", "Nhiệm vụ", "STT"])])

    assert header.columns == {Column.DEADLINE: 1, Column.LEAD: 2, Column.NAME: 3, Column.ORDINAL: 4}
    assert header.extra == {0: "Ghi chú"}


def test_header_of_two_rows_takes_the_words_below():
    rows = [
        (3, ["TT", "Mô hình", "Phân công thực hiện", "", "", "Thời gian", "Nền tảng"]),
        (4, ["", "", "Chủ trì", "Phối hợp", "Hỗ trợ", "", ""]),
    ]

    header = find_header(rows)

    assert (header.last_row, set(header.columns)) == (4, set(Column) - {Column.CODE})
    assert header.letter(Column.SUPPORT) == "E"


def test_table_without_a_lead_column_has_no_header():
    assert find_header([(1, [label for label in HEADER if label != "Chủ trì"])]) is None
