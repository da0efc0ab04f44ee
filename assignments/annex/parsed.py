"""An annex, read whole: every task as printed and as understood, and every doubt at once."""

from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path

from models_registry.deadlines import DeadlineReading, read_deadlines

from .cells.platforms import read_platforms
from .cells.units import UnitDirectory, UnitMention, read_units
from .problems import AnnexUnreadable
from .reading.annex_sheets import AnnexSheet, Located
from .reading.columns import AnnexColumn, Header, find_header, lacks_lead
from .reading.files import read_sheets
from .reading.rows import AnnexGroupRow, TaskRow, holds_tasks, read_rows

UNIT_COLUMNS = (AnnexColumn.LEAD, AnnexColumn.COORDINATING, AnnexColumn.SUPPORT)


@dataclass
class AnnexRow:
    """One task: where it stands, its cells as printed (``task``), and what they say."""

    task: TaskRow
    units: dict[AnnexColumn, list[UnitMention]]
    deadlines: list[DeadlineReading]
    platforms: list[str]

    def as_json(self) -> dict[str, object]:
        group = self.task.group
        return {
            "row": self.task.row,
            "ordinal": self.task.ordinal,
            "code": self.task.code,
            "name": self.task.name,
            "group": {"numeral": group.numeral, "name": group.name} if group else None,
            **{column.value: [mention_json(mention) for mention in self.units[column]] for column in UNIT_COLUMNS},
            "deadlines": [deadline.as_json() for deadline in self.deadlines],
            "platforms": self.platforms,
        }


@dataclass
class AnnexReading:
    """``sheet`` is the one read; ``other_sheets`` hold tasks too and were left alone.

    ``left_out`` are rows that belong to no task and no group, ``month_first`` dates shown in the American order.
    """

    sheet: str
    header: Header
    groups: list[AnnexGroupRow]
    rows: list[AnnexRow]
    formulas: list[Located]
    other_sheets: list[str]
    month_first: list[Located] = field(default_factory=list)
    left_out: list[Located] = field(default_factory=list)


def mention_json(mention: UnitMention) -> dict[str, object]:
    return {"unit": mention.unit, "principal": mention.principal, "known": mention.known, "text": mention.text}


def read_annex(path: Path, directory: UnitDirectory) -> AnnexReading:
    """Read the first sheet that holds a table of tasks. Raises AnnexUnreadable where there is none."""
    sheets = read_sheets(path)
    headers = ((at, known) for at, sheet in enumerate(sheets) if (known := find_header(sheet.rows)))
    at, header = next(headers, (0, None))
    if header is None:
        raise _without_header(sheets)
    sheet = sheets[at]
    others = [other for other in sheets[at + 1 :] if find_header(other.rows) or holds_tasks(other.rows, header)]
    found = read_rows(sheet.rows, header)
    cells = CellReader(directory)
    return AnnexReading(
        sheet=sheet.name,
        header=header,
        groups=found.groups,
        rows=[cells.read(task) for task in found.tasks],
        formulas=[formula for formula in sheet.formulas if formula.row > header.last_row],
        other_sheets=[other.name for other in others],
        left_out=found.left_out,
        month_first=[cell for cell in sheet.month_first if cell.row > header.last_row],
    )


def _without_header(sheets: list[AnnexSheet]) -> AnnexUnreadable:
    if not any(sheet.rows for sheet in sheets):
        return AnnexUnreadable("empty", "Tệp không có chữ nào trong bảng. Hãy kiểm tra lại tệp rồi thử lại.")
    for sheet in sheets:
        if row := lacks_lead(sheet.rows):
            return AnnexUnreadable(
                "missing_lead_column",
                f"Hàng tiêu đề (dòng {row}) không có cột đơn vị chủ trì. "
                "Hãy thêm cột hoặc sửa tên cột thành “Chủ trì” rồi thử lại.",
                sheet=sheet.name,
                row=row,
            )
    return AnnexUnreadable(
        "no_header",
        "Không tìm thấy hàng tiêu đề có cột tên mô hình (nhiệm vụ) và cột chủ trì. "
        "Hãy kiểm tra tên các cột của bảng rồi thử lại.",
    )


class CellReader:
    """Reads the cells of tasks; a cell worded as one before it is read as that one was."""

    def __init__(self, directory: UnitDirectory) -> None:
        self.units = cache(partial(read_units, directory=directory))
        self.deadlines = cache(read_deadlines)
        self.platforms = cache(read_platforms)

    def read(self, task: TaskRow) -> AnnexRow:
        return AnnexRow(
            task=task,
            units={column: self.units(task.printed.get(column, "")) for column in UNIT_COLUMNS},
            deadlines=self.deadlines(task.printed.get(AnnexColumn.DEADLINE, "")),
            platforms=self.platforms(task.printed.get(AnnexColumn.PLATFORMS, "")),
        )
