"""What a file is, by its bytes. The name and the type a browser claims are never asked."""

import os
import zipfile
from dataclasses import dataclass
from typing import IO

from assignments.office_files import MEGABYTE, OLE, ZIP, Fault, OfficeKind, Unfit, judge

from .images import SpoiltImage, TooManyPixels, thumbnail_of
from .old_office import OldKind, judge_old

ACCEPTED = "PDF, ảnh JPG hoặc PNG, Word, Excel"
_END_OF_PDF = b"%%EOF"
_OFFICE = "application/vnd.openxmlformats-officedocument"
# Nobody unpacks these files here, but whoever downloads one does.
_MAX_UNPACKED, _MAX_PARTS = 200 * MEGABYTE, 5_000
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
DOC = FileKind("application/msword", (".doc",))
XLS = FileKind("application/vnd.ms-excel", (".xls",))
_OFFICE_KINDS = {OfficeKind.DOCUMENT: DOCX, OfficeKind.WORKBOOK: XLSX}
_MACRO = "Tệp có macro. Hãy lưu thành tệp không có macro rồi thử lại."
_LOCKED = "Tệp có mật khẩu. Hãy bỏ mật khẩu, lưu lại rồi thử lại."
_DAMAGED = "Tệp bị hỏng. Hãy mở bằng Word hoặc Excel, lưu lại rồi thử lại."
_ARCHIVE = f"Tệp nén không nhận làm minh chứng. {_CHOOSE}"
# In the order in which they are told.
_REFUSALS = {
    Fault.TOO_MANY_PARTS: "Tệp có quá nhiều thành phần. Hãy lưu lại bằng Word hoặc Excel rồi thử lại.",
    Fault.MACRO: _MACRO,
    Fault.BINARY_WORKBOOK: _MACRO,  # may have them, where nobody sees
    Fault.OTHER_KIND: _ARCHIVE,
    Fault.NO_CONTENT_TYPES: _ARCHIVE,
    Fault.PASSWORD: _LOCKED,
    Fault.TOO_LARGE: "Tệp mở ra quá lớn. Hãy xóa các trang tính, hình ảnh không cần rồi lưu lại.",
}


_OLD_KINDS = {OldKind.DOCUMENT: DOC, OldKind.WORKBOOK: XLS}
_REFUSED_OLD = {
    OldKind.PASSWORD: _LOCKED,
    OldKind.MACRO: _MACRO,
    OldKind.OTHER: f"Loại tệp này không nhận làm minh chứng. {_CHOOSE}",
}


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
    if head.startswith(ZIP):
        return FileContent(_office(file))
    if head.startswith(OLE):
        return FileContent(_old_office(file))
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
    try:
        return _OFFICE_KINDS[judge(file, max_parts=_MAX_PARTS, max_unpacked=_MAX_UNPACKED, faults=_REFUSALS)]
    except Unfit as error:
        raise NotAccepted(_REFUSALS[error.fault]) from error
    except (zipfile.BadZipFile, NotImplementedError, EOFError, ValueError, RuntimeError, OSError) as error:
        raise NotAccepted(_DAMAGED) from error


def _old_office(file: IO[bytes]) -> FileKind:
    try:
        kind = judge_old(file)
    except ValueError as error:
        raise NotAccepted(_DAMAGED) from error
    if kind in _REFUSED_OLD:
        raise NotAccepted(_REFUSED_OLD[kind])
    return _OLD_KINDS[kind]
