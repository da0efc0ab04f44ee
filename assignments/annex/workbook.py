"""A workbook as rows of text, after making sure that it is safe to open."""

import zipfile
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet._read_only import ReadOnlyWorksheet

from assignments.annex.problems import AnnexUnreadable
from models_registry.text import clean

MEGABYTE = 1024 * 1024
MAX_FILE = 20 * MEGABYTE
MAX_UNPACKED = 100 * MEGABYTE
MAX_ROWS = 20_000
MAX_COLUMNS = 60
_OLE = b"\xd0\xcf\x11\xe0"
_ZIP = b"PK\x03\x04"


@dataclass(frozen=True)
class Sheet:
    """``rows`` are (row number as Excel counts, texts from column A on); rows without any text are left out."""

    name: str
    rows: list[tuple[int, list[str]]]


def read_workbook(path: Path) -> list[Sheet]:
    """Read every sheet of an .xlsx file. Raises AnnexUnreadable in words for the administrator.

    Formulas are read as the text they are, never evaluated.
    """
    _refuse_what_is_no_workbook(path)
    try:
        book = load_workbook(path, read_only=True, data_only=False, keep_links=False)
        return [_read_sheet(sheet) for sheet in book.worksheets]
    except (InvalidFileException, KeyError, ValueError, zipfile.BadZipFile) as error:
        raise AnnexUnreadable("unreadable", "Tệp bị hỏng. Hãy mở bằng Excel, lưu lại rồi thử lại.") from error


def _refuse_what_is_no_workbook(path: Path) -> None:
    if path.stat().st_size > MAX_FILE:
        raise AnnexUnreadable("too_large", "Tệp lớn hơn 20 MB. Hãy chỉ giữ lại trang tính có phụ lục rồi thử lại.")
    with path.open("rb") as file:
        signature = file.read(4)
    if signature == _OLE:
        raise AnnexUnreadable(
            "old_or_locked",
            "Tệp có mật khẩu hoặc là dạng .xls cũ. Hãy mở bằng Excel, bỏ mật khẩu, lưu thành dạng .xlsx rồi thử lại.",
        )
    if signature != _ZIP or not zipfile.is_zipfile(path):
        raise AnnexUnreadable("not_a_workbook", "Tệp không phải là bảng tính Excel (.xlsx). Hãy chọn tệp khác.")
    with zipfile.ZipFile(path) as archive:
        _refuse_unsafe_parts(archive)


def _refuse_unsafe_parts(archive: zipfile.ZipFile) -> None:
    """Look into the archive before openpyxl does: it would unpack anything and count every formatted row."""
    parts = archive.infolist()
    names = {part.filename for part in parts}
    if "xl/workbook.xml" not in names:
        raise AnnexUnreadable("not_a_workbook", "Tệp không phải là bảng tính Excel (.xlsx). Hãy chọn tệp khác.")
    if "xl/vbaProject.bin" in names:
        raise AnnexUnreadable("macro", "Tệp có macro. Hãy lưu thành dạng .xlsx (không macro) rồi thử lại.")
    if sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise AnnexUnreadable("too_large", "Tệp giải nén ra quá lớn. Hãy xóa các hàng, cột trống rồi lưu lại.")
    for name in names:
        if name.endswith((".xml", ".rels")) and _declares_entities(archive, name):
            raise AnnexUnreadable("unsafe", "Tệp có nội dung không an toàn nên không được mở. Hãy lưu lại bằng Excel.")


def _declares_entities(archive: zipfile.ZipFile, name: str) -> bool:
    """A declaration can only stand before the first element, so the beginning of the part tells."""
    with archive.open(name) as part:
        head = part.read(4096)
    return b"<!DOCTYPE" in head.upper() or b"<!ENTITY" in head.upper()


def _read_sheet(sheet: ReadOnlyWorksheet) -> Sheet:
    # Some writers state a size of the sheet that is wrong, or a single far cell makes it huge: read within the caps.
    sheet.reset_dimensions()
    rows = []
    for number, cells in enumerate(sheet.iter_rows(max_row=MAX_ROWS, max_col=MAX_COLUMNS), start=1):
        texts = [_text(cell.value, cell.number_format) if cell.value is not None else "" for cell in cells]
        if any(texts):
            rows.append((number, texts))
    return Sheet(sheet.title, rows)


def _text(value: object, number_format: str) -> str:
    """The value as the cell shows it; a date whose format says only the month means the month."""
    if isinstance(value, datetime | date):
        shown = number_format.lower()
        return f"{value:%d/%m/%Y}" if "d" in shown.replace('"tháng "', "") else f"{value:%m/%Y}"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return clean(str(value)).strip()
