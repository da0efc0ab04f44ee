"""A document as rows for a template: what the Word file says, in the order it says it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from documents import Block, Bullet, GroupRow, Heading, OfficialDocument, Paragraph, Table
from documents.layout import number_and_symbol, signed_day
from documents.numbering import Numbering, roman


@dataclass(frozen=True)
class PreviewBlock:
    """One block; ``kind`` "heading1" … "heading3", "text", "table"."""

    kind: str
    text: str = ""
    columns: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)


@dataclass(frozen=True)
class DocumentPreview:
    document: OfficialDocument
    number: str
    day: str
    body: list[PreviewBlock]
    annexes: list[tuple[str, str, list[PreviewBlock]]]


def preview_of(document: OfficialDocument) -> DocumentPreview:
    several = len(document.annexes) > 1
    return DocumentPreview(
        document=document,
        number=number_and_symbol(document),
        day=signed_day(document.signed_on),
        body=list(_preview_blocks(document.blocks)),
        annexes=[
            (f"Phụ lục {roman(place)}" if several else "Phụ lục", annex.title, list(_preview_blocks(annex.blocks)))
            for place, annex in enumerate(document.annexes, start=1)
        ],
    )


def _preview_blocks(blocks: Iterable[Block]) -> Iterator[PreviewBlock]:
    numbering = Numbering()
    for block in blocks:
        match block:
            case Heading():
                label = numbering.label(block.level)
                yield PreviewBlock(f"heading{block.level}", f"{label} {block.text}")
            case Paragraph():
                yield PreviewBlock("text", block.text)
            case Bullet():
                yield PreviewBlock("text", f"- {block.text}")
            case Table():
                rows = [[row.text] if isinstance(row, GroupRow) else list(row) for row in block.rows]
                yield PreviewBlock("table", block.caption, [column.title for column in block.columns], rows)
