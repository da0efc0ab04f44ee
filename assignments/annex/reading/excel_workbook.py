"""The sheets of an Excel workbook as rows of text.

Read part by part as a stream, not through openpyxl: a workbook of 4 KiB may claim a million rows or one endless cell,
and a stream can be left at the first row or letter too many.
"""

import posixpath
import zipfile
from datetime import datetime
from pathlib import Path

from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH

from assignments.office_files import OfficeKind

from ..reading.annex_sheets import AnnexSheet, Text, unescaped
from ..reading.parts import read_part
from ..reading.shown import Shape, shape_of
from .worksheet import SheetReader

_RELATIONS = "xl/_rels/workbook.xml.rels"
# A workbook that has seen many hands has up to 65,490 of them; Excel allows no more.
_MAX_STYLES = 70_000


def read_workbook(path: Path) -> list[AnnexSheet]:
    """Read every sheet in sight of a file that ``kind_of`` has let through.

    Raises AnnexUnreadable where it holds more than an annex can, and KeyError, ValueError … where it is damaged.
    """
    with zipfile.ZipFile(path) as archive:
        book = _Book(archive)
        return [
            SheetReader(name, book.strings, book.shapes, book.epoch).read(archive, part) for name, part in book.sheets
        ]


class _Book:
    """What the cells of the sheets refer to: texts, shapes of numbers, the day that dates are counted from."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive
        self.epoch: datetime = WINDOWS_EPOCH
        self.targets: dict[str, tuple[str, str]] = {}
        self.listed: list[tuple[str, str]] = []
        read_part(archive, _RELATIONS, self._relation)
        read_part(archive, OfficeKind.WORKBOOK.value, self._of_book)
        self.strings = _Strings(archive, self._part_of("sharedStrings")).texts
        self.shapes = _Styles(archive, self._part_of("styles")).shapes()

    @property
    def sheets(self) -> list[tuple[str, str]]:
        """(name, part) of the sheets that can be seen; charts hold no cells."""
        parts = ((name, *self.targets.get(relation, ("", ""))) for name, relation in self.listed)
        return [(name, part) for name, kind, part in parts if kind == "worksheet"]

    def _relation(self, name: str, attributes: dict[str, str]) -> None:
        if name == "Relationship":
            part = posixpath.normpath(posixpath.join("/xl", attributes["Target"])).lstrip("/")
            self.targets[attributes["Id"]] = (attributes["Type"].rpartition("/")[2], part)

    def _of_book(self, name: str, attributes: dict[str, str]) -> None:
        if name == "workbookPr" and attributes.get("date1904") in ("1", "true"):
            self.epoch = MAC_EPOCH
        if name == "sheet" and attributes.get("state", "visible") == "visible":
            relation = [value for key, value in attributes.items() if key.endswith(":id")]
            self.listed.append((attributes["name"], relation[0]))

    def _part_of(self, kind: str) -> str:
        """The part of that kind, "" where the workbook has none."""
        part = next((part for found, part in self.targets.values() if found == kind), "")
        return part if part in self.archive.namelist() else ""


class _Strings:
    """The texts that cells share."""

    def __init__(self, archive: zipfile.ZipFile, part: str) -> None:
        self.texts: list[str] = []
        self._text = Text()
        self._is_reading = self._is_phonetic = False
        if part:
            read_part(archive, part, self._start, self._end, self._piece)

    def _start(self, name: str, _: dict[str, str]) -> None:
        self._is_phonetic |= name == "rPh"
        self._is_reading = name == "t" and not self._is_phonetic

    def _end(self, name: str) -> None:
        self._is_reading = False
        if name == "si":
            self.texts.append(unescaped(self._text.take()))
        elif name == "rPh":
            self._is_phonetic = False

    def _piece(self, piece: str) -> None:
        if self._is_reading:
            self._text.add(piece)


class _Styles:
    """Of all that styles say, the number formats."""

    def __init__(self, archive: zipfile.ZipFile, part: str) -> None:
        self.codes: dict[int, str] = {}
        self.numbers: list[int] = []
        self._in_cells = False
        if part:
            read_part(archive, part, self._start, self._end)

    def shapes(self) -> list[Shape]:
        """The shape of each style, in the order by which cells refer to them."""
        known = {number: shape_of(number, self.codes.get(number)) for number in set(self.numbers)}
        return [known[number] for number in self.numbers]

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "numFmt":
            self.codes[int(attributes["numFmtId"])] = attributes["formatCode"]
        elif name == "cellXfs":
            self._in_cells = True
        elif name == "xf" and self._in_cells:
            self.numbers.append(int(attributes.get("numFmtId", 0)))
            if len(self.numbers) > _MAX_STYLES:
                raise ValueError("more styles than a workbook can have")

    def _end(self, name: str) -> None:
        if name == "cellXfs":
            self._in_cells = False
