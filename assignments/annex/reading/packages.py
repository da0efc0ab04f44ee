"""Make sure that a file is an Excel workbook or a Word document, and safe to open, before anything opens it."""

import zipfile
from pathlib import Path
from typing import NoReturn

from assignments.office_files import MEGABYTE, OLE, ZIP, Fault, OfficeKind, Unfit, judge

from ..problems import AnnexUnreadable
from ..reading.damage import damage_in_words
from ..reading.parts import TOO_LARGE, refuse_unsafe

MAX_FILE = 20 * MEGABYTE
MAX_UNPACKED = 64 * MEGABYTE
MAX_PARTS = 2_000
# Names of streams inside the old container format, as it writes them.
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_OLD_WORD = "WordDocument".encode("utf-16-le")
_CHOOSE = "Hãy chọn tệp Excel (.xlsx) hoặc Word (.docx)."
_OTHER_KIND = f"Tệp không phải là bảng tính Excel hay văn bản Word. {_CHOOSE}"
_LOCKED = "Tệp có mật khẩu. Hãy mở tệp, bỏ mật khẩu, lưu lại rồi thử lại."
# In the order in which they are told.
_REFUSALS = {
    Fault.TOO_MANY_PARTS: ("too_large", TOO_LARGE),
    Fault.BINARY_WORKBOOK: (
        "old_format",
        "Tệp là dạng Excel nhị phân (.xlsb). Hãy chọn Lưu thành, kiểu .xlsx, rồi thử lại.",
    ),
    Fault.OPEN_DOCUMENT: (
        "old_format",
        "Tệp là dạng OpenDocument (.ods, .odt). Hãy chọn Lưu thành, kiểu .xlsx hoặc .docx.",
    ),
    Fault.OTHER_KIND: ("not_a_workbook", _OTHER_KIND),
    Fault.MACRO: ("macro", "Tệp có macro. Hãy lưu thành dạng .xlsx hoặc .docx (không macro) rồi thử lại."),
    Fault.PASSWORD: ("password", _LOCKED),
    Fault.TOO_LARGE: ("too_large", TOO_LARGE),
}


def kind_of(path: Path) -> OfficeKind:
    """Which of the two the file is. Raises AnnexUnreadable, in words for the administrator, for anything else."""
    size = path.stat().st_size
    if size == 0:
        _refuse("empty", f"Tệp trống, không có nội dung. {_CHOOSE}")
    if size > MAX_FILE:
        _refuse("too_large", "Tệp lớn hơn 20 MB. Hãy chỉ giữ lại trang tính có phụ lục rồi thử lại.")
    content = path.read_bytes()
    if content.startswith(OLE):
        _refuse_old_container(content)
    if content.startswith(b"%PDF"):
        _refuse("pdf", "Tệp là PDF. Hãy chuyển sang Excel (.xlsx) hoặc Word (.docx) rồi thử lại.")
    if content.startswith(ZIP) and not zipfile.is_zipfile(path):
        _refuse("unreadable", "Tệp bị hỏng hoặc chưa chép về hết. Hãy chép lại, hoặc mở và lưu lại, rồi thử lại.")
    if not content.startswith(ZIP):
        _refuse("not_a_workbook", _OTHER_KIND)
    with damage_in_words():
        return _kind_of_archive(path)


def _refuse_old_container(content: bytes) -> NoReturn:
    """Encrypted files of today and all files of Office before 2007 are kept in the same container."""
    if _ENCRYPTED in content:
        _refuse("password", _LOCKED)
    if _OLD_WORD in content:
        _refuse("old_format", "Tệp là dạng Word cũ (.doc). Hãy mở bằng Word, chọn Lưu thành, kiểu .docx, rồi thử lại.")
    _refuse("old_format", "Tệp là dạng Excel cũ (.xls). Hãy mở bằng Excel, chọn Lưu thành, kiểu .xlsx, rồi thử lại.")


def _kind_of_archive(path: Path) -> OfficeKind:
    """Look into the archive before a library does: it would unpack anything."""
    try:
        with path.open("rb") as file:
            kind = judge(file, max_parts=MAX_PARTS, max_unpacked=MAX_UNPACKED, faults=_REFUSALS)
    except Unfit as error:
        _refuse(*_REFUSALS[error.fault])
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            refuse_unsafe(archive, name)
    return kind


def _refuse(code: str, message: str) -> NoReturn:
    raise AnnexUnreadable(code, message)
