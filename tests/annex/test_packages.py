"""Files that are no annex are refused in words, before anything opens them."""

import zipfile
from io import BytesIO

import pytest
from docx import Document
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from assignments.annex.parsed import read_annex
from assignments.annex.problems import AnnexUnreadable, Level
from assignments.annex.reading.packages import MAX_FILE, kind_of
from assignments.office_files import OfficeKind
from tests.annex.conftest import HEADER
from tests.annex.directories import SMALL
from tests.annex.packages import package, workbook

OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def problem_of(path):
    with pytest.raises(AnnexUnreadable) as refused:
        read_annex(path, SMALL)
    return refused.value.problem


@pytest.mark.parametrize(
    ("content", "code", "words"),
    [
        (b"", "empty", "Tệp trống"),
        (b"%PDF-1.7", "pdf", "Hãy chuyển sang Excel (.xlsx) hoặc Word (.docx)"),
        (b"TT,M\xc3\xb4 h\xc3\xacnh", "not_a_workbook", "Hãy chọn tệp Excel (.xlsx) hoặc Word (.docx)"),
        (b"<html><table></table></html>", "not_a_workbook", "không phải là bảng tính"),
        (b"PK\x03\x04 and no archive", "unreadable", "chưa chép về hết"),
        (OLD + b"Workbook", "old_format", "kiểu .xlsx"),
        (OLD + "WordDocument".encode("utf-16-le"), "old_format", "kiểu .docx"),
        (OLD + "EncryptedPackage".encode("utf-16-le"), "password", "bỏ mật khẩu"),
    ],
)
def test_other_files_are_refused_with_what_to_do(tmp_path, content, code, words):
    path = tmp_path / "tep.xlsx"
    path.write_bytes(content)

    problem = problem_of(path)

    assert (problem.level, problem.code) == (Level.ERROR, code)
    assert words in problem.message


def test_file_of_50_megabytes_is_refused(tmp_path):
    path = tmp_path / "tep.xlsx"
    with path.open("wb") as file:
        file.truncate(50 * 1024 * 1024)

    assert problem_of(path).code == "too_large"
    assert MAX_FILE < 50 * 1024 * 1024


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ({"hello.txt": "x"}, "not_a_workbook"),
        ({"mimetype": "application/vnd.oasis", "content.xml": "<x/>"}, "old_format"),
        ({"xl/workbook.xml": "<workbook/>", "xl/vbaProject.bin": "x"}, "macro"),
        ({"word/document.xml": "<document/>", "word/vbaProject.bin": "x"}, "macro"),
        ({"xl/workbook.bin": "x"}, "old_format"),
        ({"xl/workbook.xml": "<workbook/>"}, "unreadable"),
        ({"word/document.xml": "<document/>"}, "unreadable"),
        ({"xl/workbook.xml": "<!-- nothing -->"}, "unsafe"),
    ],
)
def test_archive_of_other_parts_is_refused(tmp_path, parts, code):
    assert problem_of(package(tmp_path / "tep.xlsx", parts)).code == code


def whole(kind):
    """The bytes of a small file that can be read."""
    content = BytesIO()
    if kind == "xlsx":
        book = Workbook()
        book.active.append(HEADER)
        book.active.append(("1", "Mô hình 6: Khám chữa bệnh", "Công an huyện"))
        book.save(content)
    else:
        document = Document()
        for cell, text in zip(document.add_table(1, 3).rows[0].cells, HEADER, strict=False):
            cell.text = text
        document.save(content)
    return content.getvalue()


WHOLE = {kind: whole(kind) for kind in ("xlsx", "docx")}


def with_noise(content, at, noise):
    at %= len(content)
    return content[:at] + noise + content[at + len(noise) :]


def message_of(path):
    """What the reader says of the file, "" where it can read it."""
    try:
        read_annex(path, SMALL)
    except AnnexUnreadable as refused:
        return refused.problem.message
    return ""


anything = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@anything
@given(st.sampled_from(["xlsx", "docx"]), st.integers(0), st.binary(min_size=1, max_size=30))
def test_file_with_any_bytes_damaged_is_read_or_refused_in_words(tmp_path, kind, at, noise):
    path = tmp_path / "hong"
    path.write_bytes(with_noise(WHOLE[kind], at, noise))

    message = message_of(path)

    assert not message or "Hãy" in message


@anything
@given(st.sampled_from(["xlsx", "docx"]), st.data())
def test_file_with_any_letters_of_a_part_damaged_is_read_or_refused_in_words(tmp_path, kind, data):
    with zipfile.ZipFile(BytesIO(WHOLE[kind])) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = data.draw(st.sampled_from([name for name in parts if name.endswith((".xml", ".rels"))]))
    noise = data.draw(st.sampled_from([b"", b'"', b"<", b">", b"x", b"-1", b"99999999999", b"/>", b"0", b" ", b"&a;"]))
    parts[name] = with_noise(parts[name], data.draw(st.integers(0)), noise)

    message = message_of(package(tmp_path / "hong", parts))

    assert not message or "Hãy" in message


def test_part_of_cut_off_xml_is_refused(tmp_path):
    assert problem_of(workbook(tmp_path / "tep.xlsx", "<worksheet><sheetData><row>")).code == "unreadable"


def test_workbook_and_document_are_told_by_what_they_hold_not_by_their_names(tmp_path):
    Workbook().save(tmp_path / "bang.docx")
    Document().save(tmp_path / "van-ban.xlsx")

    assert kind_of(tmp_path / "bang.docx") is OfficeKind.WORKBOOK
    assert kind_of(tmp_path / "van-ban.xlsx") is OfficeKind.DOCUMENT


@pytest.mark.parametrize("empty", [Workbook, Document])
def test_file_without_any_text_is_refused(tmp_path, empty):
    empty().save(tmp_path / "tep")

    assert problem_of(tmp_path / "tep").code == "empty"
