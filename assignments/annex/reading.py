"""An annex, read whole: every task as printed and as understood, and every doubt at once."""

from dataclasses import dataclass, field
from pathlib import Path

from assignments.annex.columns import Column, Header, find_header
from assignments.annex.platforms import read_platforms
from assignments.annex.problems import AnnexUnreadable, Problem
from assignments.annex.rows import GroupRow, TaskRow, read_rows
from assignments.annex.units import UnitDirectory, UnitMention, read_units
from assignments.annex.workbook import read_workbook
from models_registry.deadlines import DeadlineReading, read_deadlines

UNIT_COLUMNS = (Column.LEAD, Column.COORDINATING, Column.SUPPORT)


@dataclass
class AnnexRow:
    """One task: where it stands, its cells as printed (``task``), and what they say."""

    task: TaskRow
    units: dict[Column, list[UnitMention]]
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
    header: Header
    groups: list[GroupRow]
    rows: list[AnnexRow]
    problems: list[Problem] = field(default_factory=list)


def mention_json(mention: UnitMention) -> dict[str, object]:
    return {"unit": mention.unit, "principal": mention.principal, "known": mention.known, "text": mention.text}


def read_annex(path: Path, directory: UnitDirectory) -> AnnexReading:
    """Read the first sheet that holds a table of tasks. Raises AnnexUnreadable where there is none."""
    for sheet in read_workbook(path):
        header = find_header(sheet.rows)
        if header:
            groups, tasks = read_rows(sheet.rows, header)
            return AnnexReading(header, groups, [_read_row(task, directory) for task in tasks])
    raise AnnexUnreadable(
        "no_header",
        "Không tìm thấy hàng tiêu đề có cột tên mô hình (nhiệm vụ) và cột chủ trì. "
        "Hãy kiểm tra tên các cột của bảng rồi thử lại.",
    )


def _read_row(task: TaskRow, directory: UnitDirectory) -> AnnexRow:
    return AnnexRow(
        task=task,
        units={column: read_units(task.printed.get(column, ""), directory) for column in UNIT_COLUMNS},
        deadlines=read_deadlines(task.printed.get(Column.DEADLINE, "")),
        platforms=read_platforms(task.printed.get(Column.PLATFORMS, "")),
    )
