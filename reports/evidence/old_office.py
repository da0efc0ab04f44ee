"""What a Word or Excel file from before 2007 is, told by its directory and its first records; nothing in it is run.

The container is [MS-CFB], the document [MS-DOC] 2.5.1, the workbook [MS-XLS] 2.4.
"""

import struct
from collections.abc import Iterator
from enum import Enum, auto
from typing import IO, NamedTuple

_ENTRY = 128
_DIFAT_IN_HEADER = 109
_END_OF_CHAIN = 0xFFFFFFFA  # this and all above it name no sector
_SMALL_STREAM = 4096  # what is smaller lies elsewhere; neither a document nor a workbook is
_STORAGE, _STREAM = 1, 2
_MACROS = {"macros", "_vba_project_cur", "vba"}
_ENCRYPTED_DOCUMENT = 0x0100
_END, _FILE_PASS, _SHEET, _MACRO_SHEETS = 0x0A, 0x2F, 0x85, (1, 6)


class OldKind(Enum):
    DOCUMENT = auto()
    WORKBOOK = auto()
    PASSWORD = auto()
    MACRO = auto()
    OTHER = auto()


class _Entry(NamedTuple):
    kind: int
    start: int
    size: int


def judge_old(file: IO[bytes]) -> OldKind:
    """Raises ValueError for a file whose directory cannot be read."""
    file.seek(0)
    try:
        return _judge(_Container(file.read()))
    except (struct.error, IndexError) as error:
        raise ValueError("damaged container") from error


def _judge(container: "_Container") -> OldKind:
    if "encryptedpackage" in container.entries:
        return OldKind.PASSWORD
    if _MACROS & container.entries.keys():
        return OldKind.MACRO
    if "worddocument" in container.entries:
        (flags,) = struct.unpack_from("<H", container.stream("worddocument"), 10)
        return OldKind.PASSWORD if flags & _ENCRYPTED_DOCUMENT else OldKind.DOCUMENT
    for name in ("workbook", "book"):
        if name in container.entries:
            return _workbook(container.stream(name))
    return OldKind.OTHER


def _workbook(stream: bytes) -> OldKind:
    for kind, record in _records(stream):
        if kind == _FILE_PASS:
            return OldKind.PASSWORD
        if kind == _SHEET and record[5] in _MACRO_SHEETS:
            return OldKind.MACRO
    return OldKind.WORKBOOK


def _records(stream: bytes) -> Iterator[tuple[int, bytes]]:
    """Those about the whole workbook, which come first."""
    place = 0
    while place + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, place)
        if kind == _END:
            return
        yield kind, stream[place + 4 : place + 4 + size]
        place += 4 + size


class _Container:
    """``entries`` by their names in small letters."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        (shift,) = struct.unpack_from("<H", data, 30)
        if shift not in (9, 12):
            raise ValueError("no sector size")
        self._size = 1 << shift
        self._most = len(data) // self._size  # a forged file that names a sector more often would fill the memory
        self._next = self._table()
        (first,) = struct.unpack_from("<I", data, 48)
        self.entries = dict(self._directory(self._chain(first)))

    def stream(self, name: str) -> bytes:
        entry = self.entries[name]
        if entry.kind != _STREAM or entry.size < _SMALL_STREAM:
            raise ValueError("too small to be one")
        return self._chain(entry.start)[: entry.size]

    def _sector(self, number: int) -> bytes:
        place = (number + 1) * self._size
        if place >= len(self._data):
            raise ValueError("sector beyond the end")
        return self._data[place : place + self._size]

    def _numbers(self, number: int) -> list[int]:
        sector = self._sector(number)
        return list(struct.unpack(f"<{len(sector) // 4}I", sector[: len(sector) // 4 * 4]))

    def _table(self) -> list[int]:
        """Which sector follows each."""
        listed = list(struct.unpack_from(f"<{_DIFAT_IN_HEADER}I", self._data, 76))
        (more,) = struct.unpack_from("<I", self._data, 68)
        seen: set[int] = set()
        while more < _END_OF_CHAIN and more not in seen:
            seen.add(more)
            *numbers, more = self._numbers(more)
            listed += numbers
        used = [number for number in listed if number < _END_OF_CHAIN]
        if len(used) > self._most:
            raise ValueError("a table larger than the file")
        return [after for number in used for after in self._numbers(number)]

    def _chain(self, number: int) -> bytes:
        found: list[bytes] = []
        while number < _END_OF_CHAIN:
            if len(found) > self._most:
                raise ValueError("a chain without an end")
            found.append(self._sector(number))
            number = self._next[number]
        return b"".join(found)

    @staticmethod
    def _directory(data: bytes) -> Iterator[tuple[str, _Entry]]:
        for place in range(0, len(data) - _ENTRY + 1, _ENTRY):
            size, kind = struct.unpack_from("<HB", data, place + 64)
            start, length = struct.unpack_from("<IQ", data, place + 116)
            if kind in (_STORAGE, _STREAM):
                name = data[place : place + max(0, min(size, 64) - 2)].decode("utf-16-le", errors="replace")
                yield name.lower(), _Entry(kind, start, length & 0xFFFFFFFF)
