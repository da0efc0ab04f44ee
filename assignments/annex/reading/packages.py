"""Make sure that a file is an Excel workbook or a Word document, and safe to open, before anything opens it."""

import zipfile
from enum import StrEnum
from pathlib import Path
from typing import NoReturn

from ..problems import AnnexUnreadable
from ..reading.damage import damage_in_words
from ..reading.parts import TOO_LARGE, refuse_unsafe

MEGABYTE = 1024 * 1024
MAX_FILE = 20 * MEGABYTE
MAX_UNPACKED = 64 * MEGABYTE
MAX_PARTS = 2_000
_OLE = b"\xd0\xcf\x11\xe0"
_ZIP = b"PK\x03\x04"
_ENTRY_OF_DIRECTORY = b"PK\x01\x02"
# Names of streams inside the old container format, as it writes them.
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_OLD_WORD = "WordDocument".encode("utf-16-le")
_CHOOSE = "Hãy chọn tệp Excel (.xlsx) hoặc Word (.docx)."


class FileKind(StrEnum):
    WORKBOOK = "xl/workbook.xml"
    DOCUMENT = "word/document.xml"


def kind_of(path: Path) -> FileKind:
    """Which of the two the file is. Raises AnnexUnreadable, in words for the administrator, for anything else."""
    size = path.stat().st_size
    if size == 0:
        _refuse("empty", f"Tệp trống, không có nội dung. {_CHOOSE}")
    if size > MAX_FILE:
        _refuse("too_large", "Tệp lớn hơn 20 MB. Hãy chỉ giữ lại trang tính có phụ lục rồi thử lại.")
    content = path.read_bytes()
    if content.startswith(_OLE):
        _refuse_old_container(content)
    if content.startswith(b"%PDF"):
        _refuse("pdf", "Tệp là PDF. Hãy chuyển sang Excel (.xlsx) hoặc Word (.docx) rồi thử lại.")
    if content.startswith(_ZIP) and not zipfile.is_zipfile(path):
        _refuse("unreadable", "Tệp bị hỏng hoặc chưa chép về hết. Hãy chép lại, hoặc mở và lưu lại, rồi thử lại.")
    if not content.startswith(_ZIP):
        _refuse("not_a_workbook", f"Tệp không phải là bảng tính Excel hay văn bản Word. {_CHOOSE}")
    # Counted before the directory is read: a list of a million parts would itself fill the memory.
    if content.count(_ENTRY_OF_DIRECTORY) > MAX_PARTS:
        _refuse("too_large", TOO_LARGE)
    with damage_in_words(), zipfile.ZipFile(path) as archive:
        return _kind_of_archive(archive)


def _refuse_old_container(content: bytes) -> NoReturn:
    """Encrypted files of today and all files of Office before 2007 are kept in the same container."""
    if _ENCRYPTED in content:
        _refuse("password", "Tệp có mật khẩu. Hãy mở tệp, bỏ mật khẩu, lưu lại rồi thử lại.")
    if _OLD_WORD in content:
        _refuse("old_format", "Tệp là dạng Word cũ (.doc). Hãy mở bằng Word, chọn Lưu thành, kiểu .docx, rồi thử lại.")
    _refuse("old_format", "Tệp là dạng Excel cũ (.xls). Hãy mở bằng Excel, chọn Lưu thành, kiểu .xlsx, rồi thử lại.")


def _kind_of_archive(archive: zipfile.ZipFile) -> FileKind:
    """Look into the archive before a library does: it would unpack anything."""
    parts = archive.infolist()
    names = {part.filename for part in parts}
    kind = next((kind for kind in FileKind if kind.value in names), None)
    if "xl/workbook.bin" in names:
        _refuse("old_format", "Tệp là dạng Excel nhị phân (.xlsb). Hãy chọn Lưu thành, kiểu .xlsx, rồi thử lại.")
    if "content.xml" in names and "mimetype" in names:
        _refuse("old_format", "Tệp là dạng OpenDocument (.ods, .odt). Hãy chọn Lưu thành, kiểu .xlsx hoặc .docx.")
    if kind is None:
        _refuse("not_a_workbook", f"Tệp không phải là bảng tính Excel hay văn bản Word. {_CHOOSE}")
    if any(name.endswith("vbaProject.bin") for name in names):
        _refuse("macro", "Tệp có macro. Hãy lưu thành dạng .xlsx hoặc .docx (không macro) rồi thử lại.")
    if any(part.flag_bits & 1 for part in parts):
        _refuse("password", "Tệp có mật khẩu. Hãy mở tệp, bỏ mật khẩu, lưu lại rồi thử lại.")
    if sum(part.file_size for part in parts) > MAX_UNPACKED:
        _refuse("too_large", TOO_LARGE)
    for name in names:
        refuse_unsafe(archive, name)
    return kind


def _refuse(code: str, message: str) -> NoReturn:
    raise AnnexUnreadable(code, message)
