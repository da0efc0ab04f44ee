"""A document as rows for a template: what the Word file says, in the order it says it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from documents import Block, Bullet, GroupRow, Heading, OfficialDocument, Paragraph, Table
from documents.layout import number_and_symbol, signed_day
from documents.numbering import Numbering, roman


@dataclass(frozen=True)
class Shown:
    """One block; ``kind`` "heading1" … "heading3", "text", "table"."""

    kind: str
    text: str = ""
    columns: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)


@dataclass(frozen=True)
class Preview:
    document: OfficialDocument
    number: str
    day: str
    body: list[Shown]
    annexes: list[tuple[str, str, list[Shown]]]


def preview_of(document: OfficialDocument) -> Preview:
    several = len(document.annexes) > 1
    return Preview(
        document=document,
        number=number_and_symbol(document),
        day=signed_day(document.signed_on),
        body=list(_shown(document.blocks)),
        annexes=[
            (f"Phụ lục {roman(place)}" if several else "Phụ lục", annex.title, list(_shown(annex.blocks)))
            for place, annex in enumerate(document.annexes, start=1)
        ],
    )


def _shown(blocks: Iterable[Block]) -> Iterator[Shown]:
    numbering = Numbering()
    for block in blocks:
        match block:
            case Heading():
                label = numbering.label(block.level)
                yield Shown(f"heading{block.level}", f"{label} {block.text}")
            case Paragraph():
                yield Shown("text", block.text)
            case Bullet():
                yield Shown("text", f"- {block.text}")
            case Table():
                rows = [[row.text] if isinstance(row, GroupRow) else list(row) for row in block.rows]
                yield Shown("table", block.caption, [column.title for column in block.columns], rows)
