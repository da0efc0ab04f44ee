"""Read a part of a zipped Office file as a stream of its elements, so that no part is ever held whole."""

import zipfile
from collections.abc import Callable
from typing import NoReturn
from xml.parsers import expat

from ..problems import AnnexUnreadable

_CHUNK = 1 << 16
# Tags, opening and closing: 20,000 rows of 30 full columns have fewer. More would only take time.
_MAX_TAGS = 3_000_000
TOO_LARGE = "Tệp giải nén ra quá lớn. Hãy xóa các hàng, cột trống và hình ảnh không cần rồi lưu lại."
_UNSAFE = "Tệp có nội dung không an toàn nên không được mở. Hãy mở và lưu lại bằng Excel hoặc Word rồi thử lại."


def read_part(
    archive: zipfile.ZipFile,
    name: str,
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    """Call back for each element and each piece of text, with the names of elements as local names.

    Raises AnnexUnreadable at a DOCTYPE, where entities would be declared, whatever the encoding, and where there is no
    end of elements; ExpatError where the part is no XML.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.StartElementHandler = lambda name, attributes: start(_local(name), attributes)
    if end:
        parser.EndElementHandler = lambda name: end(_local(name))
    if text:
        parser.CharacterDataHandler = text
    tags = 0
    with archive.open(name) as part:
        while chunk := part.read(_CHUNK):
            tags += chunk.count(b"<")
            if tags > _MAX_TAGS:
                raise AnnexUnreadable("too_large", TOO_LARGE)
            parser.Parse(chunk, False)
    parser.Parse(b"", True)


def refuse_unsafe(archive: zipfile.ZipFile, name: str) -> None:
    """Raise AnnexUnreadable where the part begins as XML with a DOCTYPE, or hides its beginning.

    A DOCTYPE can only stand before the first element, so the beginning tells; UTF-16 is seen through.
    """
    with archive.open(name) as part:
        head = part.read(_CHUNK).replace(b"\x00", b"").upper()
    if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
        _refuse_doctype()
    is_xml = head.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").startswith(b"<")
    begins = any(head[at + 1 : at + 2].isalpha() for at in range(len(head)) if head[at : at + 1] == b"<")
    if is_xml and not begins:
        _refuse_doctype()


def _refuse_doctype(*_: object) -> NoReturn:
    raise AnnexUnreadable("unsafe", _UNSAFE)


def _local(name: str) -> str:
    return name if ":" not in name else name.rpartition(":")[2]
