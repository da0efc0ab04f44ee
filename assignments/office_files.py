"""What a zipped Office file is and what is wrong with it, told by its directory before anything unpacks it.

Annexes and evidence are judged here, each by its own limits; each says in its own words what it refuses.
"""

import zipfile
from collections.abc import Iterable, Sequence
from enum import Enum, StrEnum, auto
from typing import IO

MEGABYTE = 1024 * 1024
# How the files of Office begin: of today, and those before 2007 or with a password.
ZIP = b"PK\x03\x04"
OLE = b"\xd0\xcf\x11\xe0"
_ENTRY_OF_DIRECTORY = b"PK\x01\x02"
_MACROS = ("vbaproject.bin", "xl/macrosheets/")


class OfficeKind(StrEnum):
    """The part by which each is known."""

    WORKBOOK = "xl/workbook.xml"
    DOCUMENT = "word/document.xml"


class Fault(Enum):
    TOO_MANY_PARTS = auto()
    BINARY_WORKBOOK = auto()
    OPEN_DOCUMENT = auto()
    OTHER_KIND = auto()
    NO_CONTENT_TYPES = auto()
    MACRO = auto()
    PASSWORD = auto()
    TOO_LARGE = auto()  # once unpacked


class Unfit(Exception):
    """The file has a fault for which it is refused."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.name)
        self.fault = fault


def judge(file: IO[bytes], *, max_parts: int, max_unpacked: int, faults: Iterable[Fault]) -> OfficeKind:
    """Which of the two the file is. Raises Unfit for the first of ``faults`` it has, in their order.

    What zipfile raises over a damaged directory goes through.
    """
    file.seek(0)
    # Counted before the directory is read: a list of a million parts would itself fill the memory.
    if file.read().count(_ENTRY_OF_DIRECTORY) > max_parts:
        raise Unfit(Fault.TOO_MANY_PARTS)
    with zipfile.ZipFile(file) as archive:
        parts = archive.infolist()
    names = {part.filename.lower() for part in parts}
    found = _faults(parts, names, max_unpacked)
    for fault in faults:
        if fault in found:
            raise Unfit(fault)
    if (kind := _kind(names)) is None:
        raise Unfit(Fault.OTHER_KIND)
    return kind


def _faults(parts: Sequence[zipfile.ZipInfo], names: set[str], max_unpacked: int) -> set[Fault]:
    signs = {
        Fault.BINARY_WORKBOOK: "xl/workbook.bin" in names,
        Fault.OPEN_DOCUMENT: {"content.xml", "mimetype"} <= names,
        Fault.OTHER_KIND: _kind(names) is None,
        Fault.NO_CONTENT_TYPES: "[content_types].xml" not in names,
        Fault.MACRO: any(macro in name for name in names for macro in _MACROS),
        Fault.PASSWORD: any(part.flag_bits & 1 for part in parts),
        Fault.TOO_LARGE: sum(part.file_size for part in parts) > max_unpacked,
    }
    return {fault for fault, is_there in signs.items() if is_there}


def _kind(names: set[str]) -> OfficeKind | None:
    return next((kind for kind in OfficeKind if kind.value in names), None)
