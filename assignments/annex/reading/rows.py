"""The rows of the table: groups, tasks, and the rest of tasks split by a page break."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from openpyxl.utils import get_column_letter

from models_registry.text import fold, one_line

from ..reading.annex_sheets import MAX_CELL, Located, Row, cell_too_long
from ..reading.columns import AnnexColumn, Header, is_header_again
from .groups import AnnexGroupRow, GroupHeading, OpenGroups, heading_in_one_cell, numeral_of

# "3", "3.", "(3)", "1.2", "II.3", "A1"
_TASK_ORDINAL = re.compile(r"^\(?((?:[IVXLC]+\.|[A-Z]\.?)?\d+(?:\.\d+)*)[.)/]?$")
_NUMBERED_NAME = re.compile(r"^Mô hình\s+(?:số\s+)?(?P<code>\d\w*)\s*[:.]\s*(?P<name>.+)$", re.IGNORECASE | re.DOTALL)
# What stands below a table: signatures and to whom it goes.
_FOOT = ("noi nhan", "tm uy ban nhan dan", "tm ubnd", "kt chu tich", "nguoi lap")
_FOOT_CELLS = 3
# A group's own cells.
_OF_GROUP = (AnnexColumn.ORDINAL, AnnexColumn.CODE, AnnexColumn.NAME)


@dataclass
class TaskRow:
    """A task with its cells as printed, those of its continuation rows joined with a space; ``rows`` are all of them.

    ``strange`` are ordinals like "a)" of rows that were taken for a continuation, ``doubtful`` names of such rows that
    might be a task or a group of their own.
    """

    row: int
    ordinal: str
    group: AnnexGroupRow | None
    own_code: str = ""
    printed: dict[AnnexColumn, str] = field(default_factory=dict)
    extra: dict[str, str] = field(default_factory=dict)
    rows: list[int] = field(default_factory=list)
    strange: list[Located] = field(default_factory=list)
    doubtful: list[Located] = field(default_factory=list)

    @property
    def code(self) -> str:
        """The number in "Mô hình 6: …", else the code column, else the ordinal under its group."""
        numbered = _NUMBERED_NAME.match(self.printed.get(AnnexColumn.NAME, ""))
        if numbered:
            return numbered["code"]
        return self.own_code or "-".join(filter(None, (self.group.path if self.group else "", self.ordinal)))

    @property
    def name(self) -> str:
        printed = one_line(self.printed.get(AnnexColumn.NAME, ""))
        numbered = _NUMBERED_NAME.match(printed)
        return numbered["name"] if numbered else printed


@dataclass
class TableRows:
    """What stands below a header; ``left_out`` are rows of text above the first task that are no group."""

    groups: list[AnnexGroupRow] = field(default_factory=list)
    tasks: list[TaskRow] = field(default_factory=list)
    left_out: list[Located] = field(default_factory=list)


def read_rows(rows: list[Row], header: Header) -> TableRows:
    """Read what stands below the header; blank and repeated header rows say nothing."""
    below, pages = _below(rows, header)
    table = _Table(header, pages)
    last_task = max((at for at, row in enumerate(below) if table.begins_task(row)), default=-1)
    following = ""
    ordinals_ahead = []
    for row in reversed(below):
        ordinals_ahead.append(following)
        following = table.cell(row, AnnexColumn.ORDINAL) or following
    for at, (row, ahead) in enumerate(zip(below, reversed(ordinals_ahead), strict=True)):
        if at > last_task and _is_foot(row):
            break
        table.take(row, ahead)
    return table.found


def holds_tasks(rows: list[Row], header: Header) -> bool:
    """Whether rows of another table look like tasks under this header: an annex that goes on with other columns."""
    table = _Table(header, set())
    return any(
        table.begins_task(row) and table.cell(row, AnnexColumn.NAME) and table.cell(row, AnnexColumn.LEAD)
        for row in rows
    )


def _below(rows: list[Row], header: Header) -> tuple[list[Row], set[int]]:
    """The rows below the header and its repetitions, and the numbers of those that such a repetition stands above."""
    titles = {fold(text) for row in rows if row.number <= header.last_row for text in row.texts if text}
    below: list[Row] = []
    pages: set[int] = set()
    is_page = False
    for row in rows:
        if row.number <= header.last_row:
            continue
        if is_header_again(row.texts, titles):
            is_page = True
            continue
        below.append(row)
        if is_page:
            pages.add(row.number)
        is_page = False
    return below, pages


def _is_foot(row: Row) -> bool:
    filled = [text for text in row.texts if text]
    return len(filled) <= _FOOT_CELLS and any(fold(text).startswith(_FOOT) for text in filled)


class _Table:
    """Takes one row after the other; ``found`` is what was read so far, ``pages`` are rows under a repeated header."""

    def __init__(self, header: Header, pages: set[int]) -> None:
        self.header = header
        self.pages = pages
        self.found = TableRows()
        self.open_groups = OpenGroups()
        self.labels: dict[int, str] = dict(header.extra)
        self.labels.update({at: column.value for column, at in header.columns.items() if column not in _OF_GROUP})

    def cell(self, row: Row, column: AnnexColumn) -> str:
        at = self.header.columns.get(column)
        return row.texts[at] if at is not None and at < len(row.texts) else ""

    def begins_task(self, row: Row) -> bool:
        if AnnexColumn.ORDINAL in self.header.columns:
            return bool(_TASK_ORDINAL.match(self.cell(row, AnnexColumn.ORDINAL)))
        return bool(self.cell(row, AnnexColumn.NAME)) and self.header.columns[AnnexColumn.NAME] not in row.above

    def take(self, row: Row, following: str) -> None:
        """Read one row; ``following`` is the next ordinal below it, which tells a heading "5.1" from a task."""
        heading = self._heading(row, following)
        if heading:
            self.found.groups.append(self.open_groups.begin(heading, row.number, self._said(row)))
        elif self.begins_task(row):
            self._begin(row)
        elif self.found.tasks:
            self._go_on(row)
        else:
            self.found.left_out.append(Located(row.number, 0, " ".join(filter(None, row.texts))))

    def _heading(self, row: Row, following: str) -> GroupHeading | None:
        """What the row prints, where it is a group."""
        filled = [(at, text) for at, text in enumerate(row.texts) if text]
        ordinal, name, code = (
            self.cell(row, column) for column in (AnnexColumn.ORDINAL, AnnexColumn.NAME, AnnexColumn.CODE)
        )
        numeral = numeral_of(ordinal)
        if numeral and len(filled) == 2:
            name, code = next(text for _, text in filled if text != ordinal), ""
        if numeral and name:
            return GroupHeading(self.open_groups.style_of(numeral), numeral, name, code)
        number = _TASK_ORDINAL.match(ordinal)
        if number and name and len(filled) == 2 and following.startswith(f"{number[1]}."):
            return GroupHeading(f"number {number[1].count('.')}", number[1], name)
        if code and name and not ordinal and self.header.columns.get(AnnexColumn.ORDINAL, -1) not in (-1, *row.above):
            return GroupHeading("code", code, name, code)
        return self._heading_alone(row, *filled[0]) if len(filled) == 1 else None

    def _heading_alone(self, row: Row, at: int, text: str) -> GroupHeading | None:
        """A group all in its first cell, or merged across. Elsewhere one cell alone is the rest of a split row."""
        found = heading_in_one_cell(text)
        if found and (row.is_wide or at in (0, self.header.columns.get(AnnexColumn.ORDINAL))):
            numeral, name = found
            return GroupHeading(self.open_groups.style_of(numeral), numeral, name)
        return GroupHeading("across", "", text) if row.is_wide else None

    def _said(self, row: Row) -> dict[str, str]:
        """What the row of a group says in the columns of a task: kept, and nobody's duty."""
        if row.is_wide:
            return {}
        return {self.labels[at]: text for at, text in enumerate(row.texts) if text and at in self.labels}

    def _begin(self, row: Row) -> None:
        number = _TASK_ORDINAL.match(self.cell(row, AnnexColumn.ORDINAL))
        code = self.cell(row, AnnexColumn.CODE)
        if code:
            self.open_groups.close_codes_but(code)
        ordinal = number[1] if number else str(len(self.found.tasks) + 1)
        task = TaskRow(row.number, ordinal, self.open_groups.last, code)
        self.found.tasks.append(task)
        width = max(len(row.texts), max(row.above, default=-1) + 1)
        printed = [*row.texts, *[""] * (width - len(row.texts))]
        self._add(task, row.number, [text or row.above.get(at, "") for at, text in enumerate(printed)])

    def _go_on(self, row: Row) -> None:
        task, ordinal = self.found.tasks[-1], self.cell(row, AnnexColumn.ORDINAL)
        if ordinal:
            task.strange.append(Located(row.number, self.header.columns[AnnexColumn.ORDINAL], ordinal))
        name = self.cell(row, AnnexColumn.NAME)
        if name[:1].isupper() and not ordinal and row.number not in self.pages:
            task.doubtful.append(Located(row.number, self.header.columns[AnnexColumn.NAME], name))
        # Under a cell merged over its rows each row is an entry of its own; else it is the rest of the one above.
        is_entry = (
            self.header.columns.get(AnnexColumn.ORDINAL) in row.above
            or self.header.columns[AnnexColumn.NAME] in row.above
        )
        self._add(task, row.number, row.texts, "\n" if is_entry else " ")

    def _add(self, task: TaskRow, number: int, texts: list[str], between: str = " ") -> None:
        task.rows.append(number)
        for kept, label, text in self._places(task, texts):
            kept[label] = f"{kept[label]}{between}{text}" if label in kept else text
            if len(kept[label]) > MAX_CELL:
                raise cell_too_long(row=number)

    def _places(self, task: TaskRow, texts: list[str]) -> Iterator[tuple[dict, str, str]]:
        """(where it is kept, under what name, the text) for each cell; a column without a name keeps its letter."""
        columns = {at: column for column, at in self.header.columns.items()}
        for at, text in enumerate(texts):
            column = columns.get(at)
            if not text:
                continue
            if column is None:
                yield task.extra, self.labels.get(at, f"Cột {get_column_letter(at + 1)}"), text
            elif column not in (AnnexColumn.ORDINAL, AnnexColumn.CODE):
                yield task.printed, column, text
