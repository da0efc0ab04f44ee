"""The cells of one sheet of a workbook, as a stream, into located rows of text."""

import re
import zipfile
from datetime import datetime

from openpyxl.utils import column_index_from_string, range_boundaries

from models_registry.text import clean

from ..problems import AnnexUnreadable
from ..reading.annex_sheets import (
    MAX_COLUMNS,
    MAX_ROWS,
    MAX_TEXT,
    AnnexSheet,
    Located,
    Merge,
    Row,
    Text,
    too_much_text,
    unescaped,
    with_merges,
)
from ..reading.parts import read_part
from ..reading.shown import PLAIN, NumberKind, Shape, is_swappable, shown

_MAX_MERGES = 10_000
_LAST_COLUMN = 16_384
_LETTERS = re.compile(r"[A-Z]+")


class SheetReader:
    """Reads one sheet; ``strings`` and ``shapes`` are what its cells refer to by number."""

    def __init__(self, name: str, strings: list[str], shapes: list[Shape], epoch: datetime) -> None:
        self.name = name
        self.strings = strings
        self.shapes = shapes
        self.epoch = epoch
        self.rows: list[Row] = []
        self.merges: list[Merge] = []
        self.formulas: list[Located] = []
        self.month_first: list[Located] = []
        self._texts: list[str] = []
        self._row = self._column = 0
        self._kind, self._style, self._formula = "n", 0, False
        self._inside = ""
        self._is_phonetic = False
        self._text = Text()
        # Cells may share one long text a million times.
        self._total = 0
        self._columns: dict[str, int] = {}

    def read(self, archive: zipfile.ZipFile, part: str) -> AnnexSheet:
        """Raises AnnexUnreadable at the first row, column or letter that no annex has."""
        read_part(archive, part, self._start, self._end, self._piece)
        return AnnexSheet(self.name, with_merges(self.rows, self.merges), self.formulas, self.month_first)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            place = attributes.get("r")
            self._column = self._column_of(place) if place else self._column + 1
            if self._column > _LAST_COLUMN:
                raise ValueError("a sheet has no such column")
            self._kind, self._style = attributes.get("t", "n"), int(attributes.get("s", 0))
            self._formula = False
        elif name in ("v", "t", "f"):
            self._inside = name
            if name == "f":
                self._formula = True
                self._text.add("=")
        elif name == "rPh":
            self._is_phonetic = True
        elif name == "row":
            self._row = int(attributes["r"]) if "r" in attributes else self._row + 1
            self._column, self._texts = 0, []
            if self._row > MAX_ROWS:
                self._refuse_rows()
        elif name == "mergeCell" and len(self.merges) < _MAX_MERGES:
            first_column, first_row, last_column, last_row = range_boundaries(attributes["ref"])
            self.merges.append(Merge(first_row, first_column, min(last_row, MAX_ROWS), min(last_column, MAX_COLUMNS)))

    def _piece(self, piece: str) -> None:
        # Beside a formula stands the value of its last computing, beside a text how it is pronounced: not read.
        if self._inside and not self._is_phonetic and not (self._formula and self._inside == "v"):
            self._text.add(piece)

    def _end(self, name: str) -> None:
        self._inside = ""
        if name == "c":
            text = self._value(self._text.take())
            if text:
                self._put(text)
        elif name == "rPh":
            self._is_phonetic = False
        elif name == "row" and any(self._texts):
            self.rows.append(Row(self._row, self._texts))

    def _value(self, raw: str) -> str:
        """The text of a cell, as it shows it."""
        if self._formula:
            self.formulas.append(Located(self._row, self._column - 1, raw))
            return clean(raw).strip()
        if not raw.strip():
            return ""
        if self._kind == "s":
            return self.strings[int(raw)]
        if self._kind == "n":
            return self._number(raw)
        if self._kind == "d":
            return f"{datetime.fromisoformat(raw.strip().rstrip('Z')):%d/%m/%Y}"
        return unescaped(raw)

    def _number(self, raw: str) -> str:
        shape = self.shapes[self._style] if self._style < len(self.shapes) else PLAIN
        text = shown(raw, shape, self.epoch)
        if shape.kind is NumberKind.MONTH_FIRST and is_swappable(text):
            self.month_first.append(Located(self._row, self._column - 1, text))
        return text

    def _put(self, text: str) -> None:
        if self._column > MAX_COLUMNS:
            raise AnnexUnreadable(
                "too_many_columns",
                f"Có ô nằm quá xa bảng (quá {MAX_COLUMNS} cột). Hãy xóa ô đó, lưu lại rồi thử lại.",
                sheet=self.name,
                row=self._row,
                text=text,
            )
        self._total += len(text)
        if self._total > MAX_TEXT:
            raise too_much_text()
        self._texts += [""] * (self._column - len(self._texts))
        self._texts[self._column - 1] = text

    def _column_of(self, place: str) -> int:
        found = _LETTERS.match(place)
        if not found:
            raise ValueError(f"{place} names no column")
        letters = found[0]
        if letters not in self._columns:
            self._columns[letters] = column_index_from_string(letters)
        return self._columns[letters]

    def _refuse_rows(self) -> None:
        raise AnnexUnreadable(
            "too_many_rows",
            f"Trang tính “{self.name}” kéo dài quá {MAX_ROWS} dòng, kể cả dòng trống có định dạng. "
            "Hãy xóa hẳn các dòng trống bên dưới bảng (chọn dòng, Delete), hoặc tách thành nhiều tệp, rồi thử lại.",
            sheet=self.name,
            row=self._row,
        )
