"""The tables of a Word document as rows of text."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from docx import Document
from docx.oxml.ns import qn

from models_registry.text import clean

from ..problems import AnnexUnreadable
from ..reading.annex_sheets import MAX_CELL, MAX_COLUMNS, AnnexSheet, Merge, Row, cell_too_long, with_merges

# Marks that begin an element or give an attribute: a document is held whole, at some hundred bytes for each.
# An annex of 1,260 rows has half a million.
_MAX_MARKS = 1_000_000
_CHUNK = 1 << 20
_ROMAN = ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))


def read_document(path: Path) -> list[AnnexSheet]:
    """Read the tables of a file that ``kind_of`` has let through; a table that goes on in the next is one.

    Raises AnnexUnreadable where it holds more than an annex can, and KeyError, SyntaxError … where it is damaged.
    """
    _refuse_heavy(path)
    document = Document(str(path))
    sheets: list[AnnexSheet] = []
    widths: list[int] = []
    numbering = _Numbering(document)
    for table in _tables(document.element.body):
        first = sheets[-1].rows[-1].number + 1 if sheets and sheets[-1].rows else 1
        width = len(table.findall(f"{qn('w:tblGrid')}/{qn('w:gridCol')}"))
        if widths and widths[-1] == width:
            sheets[-1].rows.extend(_rows(table, first, numbering))
        else:
            sheets.append(AnnexSheet(f"Bảng {len(sheets) + 1}", _rows(table, 1, numbering)))
            widths.append(width)
    return sheets


def _refuse_heavy(path: Path) -> None:
    """Count before anything is built: a few megabytes of empty elements fill the memory."""
    marks = 0
    with ZipFile(path) as archive:
        for part in archive.infolist():
            with archive.open(part) as stream:
                is_xml = part.filename.endswith((".xml", ".rels"))
                while is_xml and marks <= _MAX_MARKS and (chunk := stream.read(_CHUNK)):
                    marks += chunk.count(b"<") + chunk.count(b"=")
                    if len(chunk) == _CHUNK and b"<" not in chunk:
                        raise cell_too_long()
    if marks > _MAX_MARKS:
        raise AnnexUnreadable(
            "too_large", "Văn bản quá dài để đọc một lần. Hãy chỉ giữ lại bảng phụ lục, lưu lại rồi thử lại."
        )


def _tables(body: Any) -> Iterator[Any]:
    """The tables of the page, also those that stand in a content control; a table within a cell is text of it."""
    for element in body.iterchildren(qn("w:tbl"), qn("w:sdt")):
        if element.tag == qn("w:tbl"):
            yield element
        else:
            yield from element.iterfind(f"{qn('w:sdtContent')}/{qn('w:tbl')}")


class _Numbering:
    """Numbers that Word writes itself, in front of paragraphs that do not hold them as text."""

    def __init__(self, document: Any) -> None:
        self.counts: Counter[str] = Counter()
        self.formats = dict(_number_formats(document))

    def next(self, paragraph: Any) -> str:
        """What Word shows in front of the paragraph: "3", "IV", "-" for a bullet, "" for none."""
        properties = paragraph.find(f"{qn('w:pPr')}/{qn('w:numPr')}/{qn('w:numId')}")
        if properties is None:
            return ""
        list_id = properties.get(qn("w:val"))
        kind = self.formats.get(list_id, "decimal")
        if kind in ("bullet", "none"):
            return "-"
        self.counts[list_id] += 1
        number = self.counts[list_id]
        return {"upperRoman": _roman, "upperLetter": _letter}.get(kind, str)(number)


def _number_formats(document: Any) -> Iterator[tuple[str, str]]:
    """(list, kind of its numbers on the first level), from the numbering part if there is one."""
    part = next((rel.target_part for rel in document.part.rels.values() if rel.reltype.endswith("/numbering")), None)
    if part is None:
        return
    abstract = {
        each.get(qn("w:abstractNumId")): each.find(f"{qn('w:lvl')}/{qn('w:numFmt')}")
        for each in part.element.findall(qn("w:abstractNum"))
    }
    for each in part.element.findall(qn("w:num")):
        kind = abstract.get(each.find(qn("w:abstractNumId")).get(qn("w:val")))
        if kind is not None:
            yield each.get(qn("w:numId")), kind.get(qn("w:val"))


def _rows(table: Any, first: int, numbering: _Numbering) -> list[Row]:
    rows, merges = [], []
    # By column, the cell that a vertical merge goes on from: its row and the last row it covers so far.
    downwards: dict[int, Merge] = {}
    for number, row in enumerate(table.iterchildren(qn("w:tr")), start=first):
        texts: list[str] = [""] * _number(row, "w:trPr/w:gridBefore", 0)
        for cell in _cells(row):
            at, span = len(texts), _number(cell, "w:tcPr/w:gridSpan", 1)
            merge = cell.find(f"{qn('w:tcPr')}/{qn('w:vMerge')}")
            if at in downwards and (merge is None or merge.get(qn("w:val")) == "restart"):
                merges.append(downwards.pop(at))
            if merge is not None:
                downwards[at] = downwards.get(at, Merge(number, at + 1, number, at + span))._replace(last_row=number)
            if span > 1:
                merges.append(Merge(number, at + 1, number, at + span))
            texts += [_text(cell, numbering), *[""] * (span - 1)]
        rows.append(Row(number, texts))
    return [row for row in with_merges(rows, [*merges, *downwards.values()]) if any(row.texts)]


def _cells(row: Any) -> Iterator[Any]:
    for element in row.iterchildren(qn("w:tc"), qn("w:sdt")):
        if element.tag == qn("w:tc"):
            yield element
        else:
            yield from element.iterfind(f"{qn('w:sdtContent')}/{qn('w:tc')}")


def _number(element: Any, path: str, default: int) -> int:
    """The number at ``path`` below the element, not more than a table has columns."""
    found = element.find("/".join(qn(name) for name in path.split("/")))
    return min(int(found.get(qn("w:val"))), MAX_COLUMNS) if found is not None else default


def _text(cell: Any, numbering: _Numbering) -> str:
    lines = []
    for paragraph in cell.iter(qn("w:p")):
        text = "".join(_pieces(paragraph)).strip()
        number = numbering.next(paragraph)
        lines.append(f"{number} {text}".strip())
    text = clean("\n".join(line for line in lines if line)).strip()
    if len(text) > MAX_CELL:
        raise cell_too_long()
    return text


def _pieces(paragraph: Any) -> Iterator[str]:
    """The words that are there; what tracked changes have struck out is no w:t."""
    for piece in paragraph.iter(qn("w:t"), qn("w:br"), qn("w:tab")):
        yield {qn("w:br"): "\n", qn("w:tab"): " "}.get(piece.tag) or piece.text or ""


def _roman(number: int) -> str:
    written = ""
    for value, letters in _ROMAN:
        while number >= value:
            written, number = written + letters, number - value
    return written


def _letter(number: int) -> str:
    return chr(ord("A") + (number - 1) % 26)
