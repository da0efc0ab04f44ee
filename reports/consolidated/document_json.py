"""A document and its tables as JSON keeps them, and back: a final report is made again from this alone."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from documents import Align, Annex, Block, Bullet, Column, GroupRow, Head, Heading, OfficialDocument, Paragraph, Table


def document_to_json(document: OfficialDocument) -> dict[str, Any]:
    """``document`` in plain values."""
    return {
        "head": asdict(document.head),
        "kind": document.kind,
        "subject": document.subject,
        "blocks": [_block_to_json(block) for block in document.blocks],
        "addressees": list(document.addressees),
        "grounds": list(document.grounds),
        "annexes": [
            {
                "title": annex.title,
                "is_landscape": annex.is_landscape,
                "blocks": [_block_to_json(block) for block in annex.blocks],
            }
            for annex in document.annexes
        ],
        "number": document.number,
        "signed_on": document.signed_on.isoformat() if document.signed_on else None,
        "is_draft": document.is_draft,
        "made_at": document.made_at.isoformat() if document.made_at else None,
    }


def document_from_json(kept: Mapping[str, Any]) -> OfficialDocument:
    """The document that ``document_to_json`` wrote as ``kept``."""
    return OfficialDocument(
        head=Head(**kept["head"]),
        kind=kept["kind"],
        subject=kept["subject"],
        blocks=_blocks_from_json(kept["blocks"]),
        addressees=kept["addressees"],
        grounds=kept["grounds"],
        annexes=[Annex(one["title"], _blocks_from_json(one["blocks"]), one["is_landscape"]) for one in kept["annexes"]],
        number=kept["number"],
        signed_on=date.fromisoformat(kept["signed_on"]) if kept["signed_on"] else None,
        is_draft=kept["is_draft"],
        made_at=datetime.fromisoformat(kept["made_at"]) if kept["made_at"] else None,
    )


def _block_to_json(block: Block) -> dict[str, Any]:
    match block:
        case Heading():
            return {"heading": block.text, "level": block.level}
        case Paragraph():
            return {"paragraph": block.text}
        case Bullet():
            return {"bullet": block.text}
        case Table():
            rows = [{"group": row.text} if isinstance(row, GroupRow) else list(row) for row in block.rows]
            return {"table": rows, "columns": [asdict(column) for column in block.columns], "caption": block.caption}


def _blocks_from_json(kept: Sequence[Mapping[str, Any]]) -> list[Block]:
    return [_block_from_json(block) for block in kept]


def _block_from_json(kept: Mapping[str, Any]) -> Block:
    match kept:
        case {"heading": text, "level": level}:
            return Heading(level, text)
        case {"paragraph": text}:
            return Paragraph(text)
        case {"bullet": text}:
            return Bullet(text)
    columns = [Column(**{**column, "align": Align(column["align"])}) for column in kept["columns"]]
    rows = [GroupRow(row["group"]) if isinstance(row, Mapping) else row for row in kept["table"]]
    return Table(columns, rows, kept["caption"])
