"""Files for the tables of the admin: what would take minutes to open is refused before that, on the same page."""

import io
import re
import time
import zipfile

import docx
import openpyxl
import pytest
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from import_export.admin import ImportMixin

from assignments import table_files
from assignments.models import UnitAlias
from assignments.roles import Role
from tests.factories import UnitFactory, UserFactory

pytestmark = pytest.mark.django_db

PAGE = "/quan-tri/assignments/unitalias/import/"
XLSX, CSV = "0", "1"
SHEET = "xl/worksheets/sheet1.xml"
TOO_MANY_ROWS = (
    "Tệp có hơn 5.000 dòng, kể cả dòng trống; chưa có gì được ghi. "
    "Hãy xóa hẳn các dòng trống, hoặc tách thành nhiều tệp rồi nhập từng tệp."
)
SECONDS = 2  # of work, on a busy machine


@pytest.fixture(autouse=True)
def administrator(client):
    client.force_login(UserFactory(role=Role.ADMIN))


@pytest.fixture
def hand_in(client):
    """Hand the file in; returns the page that answers, and the processor time it took."""

    def hand_in(content, kind=XLSX):
        begun = time.process_time()
        page = client.post(PAGE, {"import_file": SimpleUploadedFile("bang", content), "format": kind, "resource": ""})
        return page, time.process_time() - begun

    return hand_in


def workbook(*rows):
    file, book = io.BytesIO(), openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(file)
    return file.getvalue()


def with_sheet(change):
    """A table of spellings whose sheet is changed by hand."""
    file = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook(["Cách viết", "Đơn vị"], ["PNV", "Phòng Nội vụ"]))) as source,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            content = source.read(name).decode()
            target.writestr(name, change(content) if name == SHEET else content)
    return file.getvalue()


def with_rows(rows):
    return with_sheet(lambda sheet: sheet.replace("</sheetData>", f"{rows}</sheetData>"))


def a_cell_in_the_last_corner():
    book, file = openpyxl.Workbook(), io.BytesIO()
    book.active["XFD1048576"] = "x"
    book.save(file)
    return file.getvalue()


def numbered_rows(count):
    return "".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c></row>' for n in range(3, count))


def refusals(page):
    return page.context["form"].errors.get("import_file", [])


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (with_rows(numbered_rows(15_000)), XLSX),
        (b"a,b\n" * 400_000, CSV),
        (b"a,b\r" * 400_000, CSV),
    ],
)
def test_more_rows_than_somebody_can_wait_for_are_refused(hand_in, content, kind):
    page, seconds = hand_in(content, kind)

    assert (page.status_code, refusals(page), seconds < SECONDS) == (200, [TOO_MANY_ROWS], True)


@pytest.mark.parametrize(
    "content",
    [
        a_cell_in_the_last_corner(),
        with_rows(numbered_rows(400_000)),
        with_rows("".join(f"<row><c><v>{n}</v></c></row>" for n in range(3, 400_000))),
    ],
    ids=["last-corner", "numbered", "unnumbered"],
)
def test_sheet_without_an_end_is_refused_in_words_before_it_is_read(hand_in, content):
    page, seconds = hand_in(content)

    assert (page.status_code, seconds < SECONDS, UnitAlias.objects.count()) == (200, True, 0)
    assert [re.sub(r"“.*?”", "“…”", words) for words in refusals(page)] == [
        "Trang tính “…” kéo dài quá 20000 dòng, kể cả dòng trống có định dạng. Hãy xóa hẳn các dòng trống bên dưới "
        "bảng (chọn dòng, Delete), hoặc tách thành nhiều tệp, rồi thử lại. Chưa có gì được ghi."
    ]


@pytest.mark.parametrize(
    "content",
    [
        with_sheet(lambda sheet: re.sub(r'<dimension ref="[^"]*"', '<dimension ref="A1:XFD1048576"', sheet)),
        with_rows("".join(f'<row r="{n}"><c r="XFD{n}" s="0"/></row>' for n in range(3, 2_000))),
        with_rows('<row r="4000"/>'),
    ],
    ids=["claims-all", "empty-far-away", "empty-rows"],
)
def test_table_of_a_sheet_that_claims_more_than_it_holds_is_read(hand_in, content):
    UnitFactory(name="Phòng Nội vụ")

    page, seconds = hand_in(content)

    assert (page.context["form"].errors, seconds < SECONDS) == ({}, True)
    assert page.context["result"].totals["new"] == 1


def test_file_too_large_or_not_a_workbook_is_refused_in_words(hand_in, monkeypatch):
    document = io.BytesIO()
    docx.Document().save(document)
    assert refusals(hand_in(document.getvalue())[0]) == [table_files.UNREADABLE]
    assert refusals(hand_in(b"PK\x03\x04 no zip")[0]) == [
        "Tệp bị hỏng hoặc chưa chép về hết. Hãy chép lại, hoặc mở và lưu lại, rồi thử lại. Chưa có gì được ghi."
    ]

    monkeypatch.setattr(table_files, "MAX_FILE", 10)
    assert refusals(hand_in(workbook(["Cách viết"]))[0]) == [
        "Tệp lớn hơn 5 MB; chưa có gì được ghi. Hãy tách thành nhiều tệp rồi nhập từng tệp."
    ]


def test_sheets_that_unpack_without_end_are_refused(hand_in):
    page, seconds = hand_in(with_rows(" " * 70 * 1024 * 1024))

    assert (page.status_code, len(refusals(page)), seconds < SECONDS) == (200, 1, True)


@pytest.mark.parametrize("before", [b"", b"x"], ids=["as-it-is", "a-byte-before"])
def test_sheet_without_an_end_is_refused_whatever_its_first_bytes(hand_in, before):
    page, seconds = hand_in(before + with_rows(numbered_rows(400_000)))

    assert (page.status_code, len(refusals(page)), seconds < SECONDS) == (200, 1, True)


def test_sheet_without_an_end_is_refused_by_whoever_opens_it():
    begun = time.process_time()

    with pytest.raises(ValidationError):
        table_files.TableWorkbook().create_dataset(with_rows(numbered_rows(15_000)))

    assert time.process_time() - begun < SECONDS


def test_lines_that_end_in_a_return_alone_are_lines(hand_in):
    UnitFactory(name="Phòng Nội vụ")

    page, _ = hand_in("Cách viết,Đơn vị\rPNV,Phòng Nội vụ\r".encode(), CSV)

    assert page.context["result"].totals["new"] == 1


@pytest.mark.parametrize(
    ("content", "kind"),
    [(workbook(), XLSX), (workbook(["Cách viết", "Đơn vị"]), XLSX), ("Cách viết,Đơn vị\n".encode(), CSV)],
    ids=["nothing", "names-of-columns", "text"],
)
def test_empty_table_is_told_as_empty(hand_in, content, kind):
    assert refusals(hand_in(content, kind)[0]) == [
        "Tệp không có dòng nào dưới dòng tên cột; chưa có gì được ghi. Hãy chọn tệp có bảng ở trang tính đầu."
    ]


def test_every_table_that_takes_a_file_takes_it_by_the_same_door():
    doors = {type(table).import_form_class for table in admin.site._registry.values() if isinstance(table, ImportMixin)}

    assert doors == {table_files.TableForm}
