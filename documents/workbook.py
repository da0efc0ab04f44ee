"""Tables as an Excel workbook: typed cells, a header that stays, printed on A4 on its side, nothing computed."""

import io
from collections.abc import Iterable
from copy import copy
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet
from openpyxl.worksheet.worksheet import Worksheet

from models_registry.text import as_cell, clean

from .tables import Column, Kind, Sheet, Value

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# What Excel holds in one cell.
LONGEST_CELL = 32_767
_FORMATS = {
    Kind.COUNT: "0",
    Kind.NUMBER: "#,##0.##",
    Kind.PERCENT: "0%",
    Kind.DAY: "dd/mm/yyyy",
    Kind.MOMENT: "dd/mm/yyyy hh:mm",
}
_LINE = Side(style="thin", color="999999")
_BOX = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_HEAD_FONT = Font(name="Times New Roman", size=11, bold=True)
_FONT = Font(name="Times New Roman", size=11)
_HEAD_FILL = PatternFill("solid", start_color="DCE6F1")
_HEAD_ALIGN = Alignment(horizontal="center", vertical="center", wrap_text=True)
_TEXT_ALIGN = Alignment(vertical="top", wrap_text=True)
_VALUE_ALIGN = Alignment(vertical="top", horizontal="right")


def workbook_of(sheets: Iterable[Sheet], *, title: str, issuer: str) -> bytes:
    """The workbook; ``title`` and ``issuer`` stand in its properties and in the print header."""
    book = Workbook(write_only=True)
    book.properties.title, book.properties.creator = clean(title), clean(issuer)
    for sheet in sheets:
        page = book.create_sheet(sheet.title)
        _set_up(page, sheet, title)
        _write(page, sheet)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _set_up(page: WriteOnlyWorksheet, sheet: Sheet, title: str) -> None:
    page.freeze_panes = "A2"
    page.auto_filter.ref = f"A1:{get_column_letter(len(sheet.columns))}{len(sheet.rows) + 1}"
    page.page_setup.orientation, page.page_setup.paperSize = "landscape", Worksheet.PAPERSIZE_A4
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.print_title_rows = "1:1"
    # "&" begins a code in a print header.
    page.oddHeader.center.text = f"{clean(title)} – {sheet.title}".replace("&", "&&")
    page.oddFooter.center.text = "&P/&N"
    for place, column in enumerate(sheet.columns, start=1):
        page.column_dimensions[get_column_letter(place)].width = column.width


def _write(page: WriteOnlyWorksheet, sheet: Sheet) -> None:
    page.append([_head(page, column) for column in sheet.columns])
    kinds = [column.kind for column in sheet.columns]
    styles = {kind: _style_of(page, kind) for kind in Kind}
    for row in sheet.rows:
        page.append([_cell(page, value, kind, styles[kind]) for value, kind in zip(row, kinds, strict=True)])


def _head(page: WriteOnlyWorksheet, column: Column) -> WriteOnlyCell:
    cell = WriteOnlyCell(page, column.title)
    cell.font, cell.fill, cell.alignment, cell.border = _HEAD_FONT, _HEAD_FILL, _HEAD_ALIGN, _BOX
    return cell


def _style_of(page: WriteOnlyWorksheet, kind: Kind) -> Any:
    """How cells of ``kind`` look, looked up once: setting it cell by cell takes three times as long as writing them."""
    cell = WriteOnlyCell(page)
    cell.font, cell.border = _FONT, _BOX
    cell.alignment = _TEXT_ALIGN if kind is Kind.TEXT else _VALUE_ALIGN
    cell.number_format = _FORMATS.get(kind, "General")
    return cell._style


def _cell(page: WriteOnlyWorksheet, value: Value, kind: Kind, style: Any) -> WriteOnlyCell:
    if kind is Kind.TEXT:
        cell = WriteOnlyCell(page, as_cell(clean(str(value or "")))[:LONGEST_CELL])
    else:
        is_share = kind is Kind.PERCENT and isinstance(value, int)
        cell = WriteOnlyCell(page, value / 100 if is_share else value)  # type: ignore[operator]
    cell._style = copy(style)  # as openpyxl's own manual copies a look
    return cell
