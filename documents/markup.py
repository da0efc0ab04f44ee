"""WordprocessingML of text, paragraphs and tables. Everything a person wrote passes through ``escaped``."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from xml.sax.saxutils import escape

NAMESPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

# 1 mm, and 1 pt, in the units Word measures with.
TWIPS = 56.693
TWIPS_PER_POINT = 20
# Keeps a paragraph on the page of what follows it.
KEEP_NEXT = "<w:keepNext/>"
# XML 1.0 has no way to write these; one of them, pasted into a report, would spoil the whole file.
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def twips(millimetres: float) -> int:
    return round(millimetres * TWIPS)


def escaped(text: str) -> str:
    """``text`` as XML holds it, with nothing left that would be markup."""
    return escape(_ILLEGAL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))


def run(text: str, properties: str = "") -> str:
    """A stretch of text; line breaks in it are kept."""
    breaks = '</w:t><w:br/><w:t xml:space="preserve">'
    inner = escaped(text).replace("\n", breaks).replace("\t", " ")
    look = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f'<w:r>{look}<w:t xml:space="preserve">{inner}</w:t></w:r>'


def paragraph(style: str, *runs: str, properties: str = "") -> str:
    """A paragraph in one of the styles of ``styles.py``; ``runs`` are made by ``run``."""
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{properties}</w:pPr>{"".join(runs)}</w:p>'


def line(style: str, text: str) -> str:
    return paragraph(style, run(text))


def rule(length: float, width: float, *, space_after: int = 0) -> str:
    """A solid line of ``length`` twips in the middle of ``width`` twips: an empty paragraph with a border on top."""
    indent = max(0, round((width - length) / 2))
    # The order of these elements is the schema's; Word calls a file with another order damaged.
    properties = (
        '<w:pBdr><w:top w:val="single" w:sz="6" w:space="1" w:color="000000"/></w:pBdr>'
        f'<w:spacing w:before="40" w:after="{space_after}" w:line="120" w:lineRule="exact"/>'
        f'<w:ind w:left="{indent}" w:right="{indent}" w:firstLine="0"/>'
    )
    return paragraph("Rule", properties=properties)


@dataclass(frozen=True)
class Cell:
    """``content`` is one or more paragraphs; ``span`` how many columns it takes; ``merge`` "restart" or "continue"."""

    content: str
    width: int
    span: int = 1
    merge: str = ""
    is_middle: bool = False


def row(cells: Iterable[Cell], *, is_header: bool = False, may_split: bool = False) -> str:
    kept = "" if may_split else "<w:cantSplit/>"
    repeated = "<w:tblHeader/>" if is_header else ""
    return f"<w:tr><w:trPr>{kept}{repeated}</w:trPr>{''.join(_cell(cell) for cell in cells)}</w:tr>"


def table(style: str, widths: Iterable[int], rows: Iterable[str]) -> str:
    """A table of fixed ``widths`` (twips): no program has to read all of it before it can draw the first row."""
    widths = list(widths)
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="{style}"/><w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
        f'<w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{"".join(rows)}</w:tbl>'
    )


def _cell(cell: Cell) -> str:
    span = f'<w:gridSpan w:val="{cell.span}"/>' if cell.span > 1 else ""
    merge = f'<w:vMerge w:val="{cell.merge}"/>' if cell.merge else ""
    width = f'<w:tcW w:w="{cell.width}" w:type="dxa"/>'
    middle = '<w:vAlign w:val="center"/>' if cell.is_middle else ""
    return f"<w:tc><w:tcPr>{width}{span}{merge}{middle}</w:tcPr>{cell.content}</w:tc>"
