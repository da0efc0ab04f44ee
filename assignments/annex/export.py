"""The annex of a plan as an Excel file, laid out as annexes are, that imports to the same data."""

import io
import math
import re
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from assignments.models import AssignmentRole
from models_registry.deadlines import read_deadlines
from models_registry.models import Initiative, InitiativeGroup, InitiativeText, Plan
from models_registry.text import clean, one_line

from .cells.platforms import read_platforms
from .cells.units import UnitDirectory, read_units
from .changes import with_content
from .contents import Content, UnitCell, stored_content
from .importer import unit_directory

FIRST_ROW = 5  # of the header; the title stands above
_HEADING = "Phân công thực hiện"
_WIDTHS = {"TT": 6, "Mã": 12, "Mô hình": 34, "Thời gian hoàn thành": 20, "Nền tảng, công cụ": 24}
_UNIT_LABELS = {role.label: role.value for role in AssignmentRole}
_WIDTH = 28
_NUMBERED = re.compile(r"^Mô hình\s+(?P<code>\w+)\s*[:.]\s*(?P<name>.+)$", re.IGNORECASE | re.DOTALL)
_LINE = 16  # points a line of text takes
_FONT = "Times New Roman"
_THIN = Side(style="thin")
_BORDER = Border(_THIN, _THIN, _THIN, _THIN)


def export_annex(plan: Plan, *, today: date) -> bytes:
    """The workbook (.xlsx) of the annex as it stands: what is followed no longer is left out."""
    initiatives = [initiative for initiative in with_content(plan) if not initiative.closed_on]
    cells = _Cells(unit_directory(today))
    rows = {initiative.pk: cells.row(initiative) for initiative in initiatives}
    labels = _labels(rows.values())
    book = Workbook()
    sheet = book.active
    sheet.title = "Phụ lục"
    _write_title(sheet, plan, len(labels))
    _write_header(sheet, labels)
    for number, row in enumerate(_table(plan, initiatives), start=FIRST_ROW + 2):
        if isinstance(row, InitiativeGroup):
            _write_group(sheet, number, row, plan, len(labels))
        else:
            _write_row(sheet, number, [rows[row.pk].get(label, "") for label in labels])
    _lay_out(sheet, labels)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _table(plan: Plan, initiatives: list[Initiative]) -> Iterator[InitiativeGroup | Initiative]:
    """The rows in the order of the annex: each group, then its initiatives; first those that belong to none."""
    yield from (initiative for initiative in initiatives if not initiative.group_id)
    for group in plan.groups.all():
        yield group
        yield from (initiative for initiative in initiatives if initiative.group_id == group.pk)


def _labels(rows: Iterable[dict[str, str]]) -> list[str]:
    """The columns: those every annex has, then others as they were named; "Mã" only where a row needs it."""
    rows = list(rows)
    usual = ["TT", "Mã", "Mô hình", *_UNIT_LABELS, "Thời gian hoàn thành", "Nền tảng, công cụ"]
    extra = dict.fromkeys(label for row in rows for label in row if label not in usual)
    with_code = any(row["Mã"] for row in rows)
    return [label for label in (*usual, *extra) if with_code or label != "Mã"]


class _Cells:
    """The cells of initiatives: as printed where that still says what is stored, else put together anew."""

    def __init__(self, directory: UnitDirectory) -> None:
        self.directory = directory

    def row(self, initiative: Initiative) -> dict[str, str]:
        """The cells by the label of their column."""
        content = stored_content(initiative)
        printed = {kind: text for (kind, label), text in content.texts.items() if not label}
        extra = {label: text for (kind, label), text in content.texts.items() if kind == InitiativeText.Kind.EXTRA}
        name = self.name(initiative, printed.get("name", ""))
        return {
            "TT": content.ordinal or str(content.position),
            "Mã": _own_code(initiative, name, content),
            "Mô hình": name,
            **{label: self.units(printed.get(role, ""), content.units[role]) for label, role in _UNIT_LABELS.items()},
            "Thời gian hoàn thành": self.deadlines(printed.get("deadline", ""), content),
            "Nền tảng, công cụ": self.platforms(printed.get("platforms", ""), content),
            **extra,
        }

    def name(self, initiative: Initiative, printed: str) -> str:
        numbered = _NUMBERED.match(printed)
        if numbered and (numbered["code"], one_line(numbered["name"])) == (initiative.code, initiative.name):
            return printed
        if not numbered and one_line(printed) == initiative.name:
            return printed
        return f"Mô hình {initiative.code}: {initiative.name}" if initiative.code.isalnum() else initiative.name

    def units(self, printed: str, cells: list[UnitCell]) -> str:
        """A unit is known by its words, or was chosen by a person and stays with them: the words are what counts."""
        read = [(mention.text, mention.principal) for mention in read_units(printed, self.directory)]
        if read == [(cell.text, cell.is_principal) for cell in cells]:
            return printed
        return "; ".join(f"{cell.text} (chính)" if cell.is_principal else cell.text for cell in cells)

    def deadlines(self, printed: str, content: Content) -> str:
        wanted = [cell.reading.text for cell in content.deadlines]
        return printed if [reading.text for reading in read_deadlines(printed)] == wanted else "\n".join(wanted)

    def platforms(self, printed: str, content: Content) -> str:
        return printed if set(read_platforms(printed)) >= set(content.platforms) else "; ".join(content.platforms)


def _own_code(initiative: Initiative, name: str, content: Content) -> str:
    """The code, where neither the name nor the place in its group says it."""
    if _NUMBERED.match(name) or initiative.code == "-".join(filter(None, (content.group, content.ordinal))):
        return ""
    return initiative.code


# --- The sheet ---


def _put(sheet: Worksheet, row: int, column: int, text: str, *, bold: bool = False, align: str = "left") -> Any:
    """Write a text that stays one: Excel marks a cell so when somebody types an apostrophe before what it holds."""
    cell = sheet.cell(row, column)
    if text.isdigit() and text == str(int(text)):
        cell.value = int(text)
    else:
        cell.value = clean(text)
        cell.data_type = "s"
        cell.quotePrefix = text.startswith(("=", "+", "-", "@"))
    cell.font = Font(name=_FONT, size=12, bold=bold)
    cell.alignment = Alignment(horizontal=align, vertical="center" if bold else "top", wrap_text=True)
    return cell


def _write_title(sheet: Worksheet, plan: Plan, width: int) -> None:
    lines = ("PHỤ LỤC", plan.title.upper(), f"(Kèm theo Kế hoạch số {plan.number_display} {plan.issued_text})")
    for row, line in enumerate(lines, start=1):
        cell = _put(sheet, row, 1, one_line(line), bold=row < len(lines), align="center")
        sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=width)
        if row == len(lines):
            cell.font = Font(name=_FONT, size=12, italic=True)
        sheet.row_dimensions[row].height = _height(line, width * _WIDTH)


def _write_header(sheet: Worksheet, labels: list[str]) -> None:
    """Two rows: the units under their common heading, every other column merged over both."""
    last = FIRST_ROW + 1
    for column, label in enumerate(labels, start=1):
        for row in (FIRST_ROW, last):
            sheet.cell(row, column).border = _BORDER
        is_unit = label in _UNIT_LABELS
        _put(sheet, last if is_unit else FIRST_ROW, column, label, bold=True, align="center")
        if not is_unit:
            sheet.merge_cells(start_row=FIRST_ROW, end_row=last, start_column=column, end_column=column)
    first = labels.index(next(iter(_UNIT_LABELS))) + 1
    _put(sheet, FIRST_ROW, first, _HEADING, bold=True, align="center")
    sheet.merge_cells(
        start_row=FIRST_ROW, end_row=FIRST_ROW, start_column=first, end_column=first + len(_UNIT_LABELS) - 1
    )


def _write_group(sheet: Worksheet, row: int, group: InitiativeGroup, plan: Plan, width: int) -> None:
    numeral = _numeral(group, plan)
    name = group.name if group.stated_count is None else f"{group.name} ({group.stated_count:02d} mô hình)"
    for column in range(1, width + 1):
        sheet.cell(row, column).border = _BORDER
    first = 2 if numeral else 1
    if numeral:
        _put(sheet, row, 1, numeral, bold=True, align="center")
    _put(sheet, row, first, name, bold=True)
    sheet.merge_cells(start_row=row, end_row=row, start_column=first, end_column=width)
    # Nobody fits the height of a merged cell to its text but whoever writes it.
    sheet.row_dimensions[row].height = _height(name, (width - 1) * _WIDTH)


def _numeral(group: InitiativeGroup, plan: Plan) -> str:
    """The numeral as it is printed: without the groups above, and empty for a heading without one."""
    above = [known.numeral for known in plan.groups.all() if group.numeral.startswith(f"{known.numeral}.")]
    own = group.numeral.removeprefix(f"{max(above, key=len)}." if above else "").split(" ")[0]
    return "" if re.fullmatch(r"N\d+", own) else own


def _write_row(sheet: Worksheet, row: int, texts: list[str]) -> None:
    for column, text in enumerate(texts, start=1):
        _put(sheet, row, column, text, align="center" if column == 1 else "left").border = _BORDER


def _height(text: str, width: int) -> float:
    return _LINE * max(1, math.ceil(len(text) / width))


def _lay_out(sheet: Worksheet, labels: list[str]) -> None:
    for column, label in enumerate(labels, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = _WIDTHS.get(label, _WIDTH)
    sheet.freeze_panes = sheet.cell(FIRST_ROW + 2, 1)
    sheet.print_title_rows = f"{FIRST_ROW}:{FIRST_ROW + 1}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_options.horizontalCentered = True
