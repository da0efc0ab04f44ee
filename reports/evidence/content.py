"""What a file is, by its bytes. The name and the type a browser claims are never asked."""

import os
import zipfile
from dataclasses import dataclass
from typing import IO

from .images import SpoiltImage, TooManyPixels, thumbnail_of

MEGABYTE = 1024 * 1024
ACCEPTED = "PDF, ảnh JPG hoặc PNG, Word (.docx), Excel (.xlsx)"
_OLE = b"\xd0\xcf\x11\xe0"
_END_OF_PDF = b"%%EOF"
_ENTRY_OF_DIRECTORY = b"PK\x01\x02"
_OFFICE = "application/vnd.openxmlformats-officedocument"
# Nobody unpacks these files here, but whoever downloads one does.
_MAX_UNPACKED, _MAX_PARTS = 200 * MEGABYTE, 5_000
_MACROS = ("vbaproject.bin", "xl/workbook.bin", "xl/macrosheets/")
_CHOOSE = f"Hãy chọn {ACCEPTED}."


class NotAccepted(Exception):
    """The file cannot be kept; the message says why and what to do, in words for the officer."""


@dataclass(frozen=True)
class FileKind:
    """``endings``: the first is given to a file that has none of them."""

    media_type: str
    endings: tuple[str, ...]


PDF = FileKind("application/pdf", (".pdf",))
JPEG = FileKind("image/jpeg", (".jpg", ".jpeg", ".jfif"))
PNG = FileKind("image/png", (".png",))
DOCX = FileKind(f"{_OFFICE}.wordprocessingml.document", (".docx",))
XLSX = FileKind(f"{_OFFICE}.spreadsheetml.sheet", (".xlsx",))
_MAIN_PARTS = {"word/document.xml": DOCX, "xl/workbook.xml": XLSX}


@dataclass(frozen=True)
class FileContent:
    """``thumbnail`` is a small JPEG of a picture, empty for everything else."""

    kind: FileKind
    thumbnail: bytes = b""


def content_of(file: IO[bytes], *, max_bytes: int) -> FileContent:
    """What the file is. Raises NotAccepted for whatever is not whole, not safe or not of the accepted kinds."""
    size = file.seek(0, os.SEEK_END)
    if size == 0:
        raise NotAccepted("Tệp trống, không có nội dung. Hãy chọn tệp khác.")
    if size > max_bytes:
        limit = max_bytes // MEGABYTE
        raise NotAccepted(f"Tệp lớn hơn {limit} MB. Hãy chụp lại ở cỡ nhỏ hơn hoặc tách thành nhiều tệp.")
    file.seek(0)
    head = file.read(16)
    file.seek(0)
    if head.startswith(b"%PDF-"):
        return _pdf(file, size)
    if head.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")):
        return _picture(file, JPEG if head.startswith(b"\xff") else PNG)
    if head.startswith(b"PK\x03\x04"):
        return FileContent(_office(file))
    if head.startswith(_OLE):
        raise NotAccepted("Tệp Word, Excel dạng cũ hoặc có mật khẩu. Hãy bỏ mật khẩu, lưu thành .docx hoặc .xlsx.")
    if head[4:12] in (b"ftypheic", b"ftypheix", b"ftypmif1", b"ftypmsf1"):
        raise NotAccepted("Ảnh HEIC của iPhone chưa mở được ở nhiều máy. Hãy chọn ảnh dạng JPG.")
    raise NotAccepted(f"Loại tệp này không nhận làm minh chứng. {_CHOOSE}")


def _pdf(file: IO[bytes], size: int) -> FileContent:
    """A PDF ends with a mark; one cut off on its way lacks it."""
    file.seek(max(0, size - 2048))
    if _END_OF_PDF not in file.read():
        raise NotAccepted("Tệp PDF bị hỏng hoặc tải lên chưa hết. Hãy chọn lại tệp.")
    return FileContent(PDF)


def _picture(file: IO[bytes], kind: FileKind) -> FileContent:
    try:
        return FileContent(kind, thumbnail_of(file))
    except TooManyPixels as error:
        raise NotAccepted("Ảnh có kích thước quá lớn. Hãy chụp lại ở cỡ nhỏ hơn.") from error
    except SpoiltImage as error:
        raise NotAccepted("Ảnh bị hỏng hoặc tải lên chưa hết. Hãy chọn lại ảnh.") from error


def _office(file: IO[bytes]) -> FileKind:
    # Counted before the directory is read: a list of a million parts would itself fill the memory.
    if file.read().count(_ENTRY_OF_DIRECTORY) > _MAX_PARTS:
        raise NotAccepted("Tệp có quá nhiều thành phần. Hãy lưu lại bằng Word hoặc Excel rồi thử lại.")
    try:
        with zipfile.ZipFile(file) as archive:
            return _office_kind(archive)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, ValueError, RuntimeError, OSError) as error:
        raise NotAccepted("Tệp bị hỏng. Hãy mở bằng Word hoặc Excel, lưu lại rồi thử lại.") from error


def _office_kind(archive: zipfile.ZipFile) -> FileKind:
    parts = archive.infolist()
    names = {part.filename.lower() for part in parts}
    kind = next((kind for main, kind in _MAIN_PARTS.items() if main in names), None)
    if any(macro in name for name in names for macro in _MACROS):
        raise NotAccepted("Tệp có macro. Hãy lưu thành .docx hoặc .xlsx không macro rồi thử lại.")
    if kind is None or "[content_types].xml" not in names:
        raise NotAccepted(f"Tệp nén không nhận làm minh chứng. {_CHOOSE}")
    if any(part.flag_bits & 1 for part in parts):
        raise NotAccepted("Tệp có mật khẩu. Hãy bỏ mật khẩu, lưu lại rồi thử lại.")
    if sum(part.file_size for part in parts) > _MAX_UNPACKED:
        raise NotAccepted("Tệp mở ra quá lớn. Hãy xóa các trang tính, hình ảnh không cần rồi lưu lại.")
    return kind
