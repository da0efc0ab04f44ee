"""A file of any allowed kind as sheets of rows."""

from pathlib import Path

from assignments.office_files import OfficeKind

from ..reading.annex_sheets import AnnexSheet
from ..reading.damage import damage_in_words
from ..reading.packages import kind_of
from .document import read_document
from .excel_workbook import read_workbook
from .legacy import refuse_legacy_fonts

_READERS = {OfficeKind.WORKBOOK: read_workbook, OfficeKind.DOCUMENT: read_document}
_LOOKED_AT = 200  # rows are enough to tell in which font a sheet was typed


def read_sheets(path: Path) -> list[AnnexSheet]:
    """Read the sheets of a workbook or the tables of a document. Raises AnnexUnreadable, in words."""
    read = _READERS[kind_of(path)]
    with damage_in_words():
        sheets = read(path)
    refuse_legacy_fonts(text for sheet in sheets for row in sheet.rows[:_LOOKED_AT] for text in row.texts)
    return sheets
