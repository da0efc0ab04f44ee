"""The body of a document as markup: headings, paragraphs, dashes and tables, in a column of a given width."""

import math
from collections.abc import Iterable, Sequence
from itertools import groupby

from models_registry.text import filled_lines

from .blocks import Align, Block, Bullet, Column, GroupRow, Heading, Paragraph, Table
from .markup import KEEP_NEXT, Cell, line, paragraph, row, run, table
from .measures import text_width
from .numbering import numbered
from .styles import STYLES

END = "./."
_CELLS = {Align.LEFT: "TableLeft", Align.CENTRE: "TableCentre", Align.RIGHT: "TableRight"}
# A row of more lines than half a page would leave the page before it empty: that one may split.
_LONG_ROW = 16


def ended(blocks: Sequence[Block]) -> list[Block]:
    """The blocks with "./." after their last word (B5)."""
    last = blocks[-1] if blocks else None
    if isinstance(last, Paragraph | Bullet) and last.text.strip():
        return [*blocks[:-1], type(last)(f"{last.text.rstrip().rstrip('.;/')}{END}")]
    return [*blocks, Paragraph(END)]


def body(blocks: Iterable[Block], width: int) -> str:
    return "".join(_block(mark, block, width) for mark, block in numbered(blocks))


def closing(blocks: Sequence[Block], width: int) -> str:
    """``body`` of a document that is signed: ended, and its last paragraph kept on the page of the signature."""
    *before, last = ended(blocks)
    text = last.text if isinstance(last, Paragraph | Bullet) else END
    *lines, final = _lines(f"- {text}" if isinstance(last, Bullet) else text)
    kept = "".join(line("Body", words) for words in lines) + paragraph("Body", run(final), properties=KEEP_NEXT)
    return body(before, width) + kept


def _block(mark: str, block: Block, width: int) -> str:
    match block:
        case Heading():
            return _heading(mark, block)
        case Table():
            return _table(block, width)
    return "".join(line("Body", words) for words in _lines(f"{mark} {block.text}"))


def _lines(text: str) -> list[str]:
    """What was written in several lines becomes several paragraphs; empty ones go."""
    return filled_lines(text) or [""]


def _heading(label: str, heading: Heading) -> str:
    if heading.level == 0:
        return line("Part", label) + line("PartTitle", heading.text.upper())
    text = heading.text.upper() if heading.level == 1 else heading.text
    return line(("Section", "Clause", "Point")[heading.level - 1], f"{label} {text}")


# --- Tables ---


def _table(block: Table, width: int) -> str:
    widths = _widths(block.columns, width)
    heads = _head_rows(block.columns, widths)
    rows = [_row(cells, block.columns, widths) for cells in block.rows]
    caption = line("Caption", block.caption) if block.caption else ""
    return f"{caption}{table('Grid', widths, [*heads, *rows])}{paragraph('Gap')}"


def _widths(columns: Sequence[Column], width: int) -> list[int]:
    share = width / sum(column.width for column in columns)
    return [round(column.width * share) for column in columns]


def _head_rows(columns: Sequence[Column], widths: Sequence[int]) -> list[str]:
    """One row of titles, or two where columns share a heading."""
    has_groups = any(column.group for column in columns)
    above, below = [], []
    for group, members in groupby(zip(columns, widths, strict=True), key=lambda member: member[0].group):
        pairs = list(members)
        if group:
            above.append(_head(group, sum(width for _, width in pairs), span=len(pairs)))
            below += [_head(column.title, width) for column, width in pairs]
        else:
            above += [_head(column.title, width, merge="restart" if has_groups else "") for column, width in pairs]
            below += [_head("", width, merge="continue") for _, width in pairs]
    return [row(cells, is_header=True) for cells in ([above, below] if has_groups else [above])]


def _head(title: str, width: int, *, span: int = 1, merge: str = "") -> Cell:
    return Cell(line("TableHead", title), width, span, merge, is_middle=True)


def _row(cells: Sequence[str] | GroupRow, columns: Sequence[Column], widths: Sequence[int]) -> str:
    if isinstance(cells, GroupRow):
        return row([Cell(line("TableGroup", cells.text), sum(widths), span=len(widths))])
    placed = list(zip(cells, columns, widths, strict=True))
    content = [Cell(line(_CELLS[column.align], text), width) for text, column, width in placed]
    return row(content, may_split=max(_height(text, width) for text, _, width in placed) > _LONG_ROW)


def _height(text: str, width: int) -> int:
    """About how many lines ``text`` takes in a cell."""
    size = STYLES["TableLeft"].size
    return sum(math.ceil(text_width(words, size) / width) or 1 for words in text.splitlines())
