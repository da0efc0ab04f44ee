"""The rows of the table: groups, tasks, and the rest of tasks split by a page break."""

import re
from dataclasses import dataclass, field

from assignments.annex.columns import Column, Header, is_header_again
from models_registry.text import fold, one_line

_ROMAN = r"(?=[IVXLC])(?:X{0,3})(?:IX|IV|V?I{0,3})"
_TASK_ORDINAL = re.compile(r"^\d+(?:\.\d+)*\.?$")
_GROUP_ORDINAL = re.compile(rf"^(?P<numeral>{_ROMAN}|[A-Z])[.)]?$")
_GROUP_IN_ONE_CELL = re.compile(rf"^(?P<numeral>{_ROMAN}|[A-Z])(?:[.)]\s*|\s+)(?P<name>\S.{{5,}})$", re.DOTALL)
_STATED_COUNT = re.compile(r"\((\d+)\s+(?:mô hình|nhiệm vụ)\)", re.IGNORECASE)
_NUMBERED_NAME = re.compile(r"^Mô hình\s+(?P<code>\w+)\s*[:.]\s*(?P<name>.+)$", re.IGNORECASE | re.DOTALL)


@dataclass
class GroupRow:
    """A group as printed; ``stated_count`` is the "(03 mô hình)" it writes, right or wrong."""

    row: int
    numeral: str
    name: str
    stated_count: int | None


@dataclass
class TaskRow:
    """A task with its cells as printed, those of its continuation rows joined with a space."""

    row: int
    ordinal: str
    group: GroupRow | None
    printed: dict[Column, str] = field(default_factory=dict)
    extra: dict[str, str] = field(default_factory=dict)

    @property
    def code(self) -> str:
        """The number in "Mô hình 6: …", else the code column, else the ordinal under its group."""
        numbered = _NUMBERED_NAME.match(self.printed.get(Column.NAME, ""))
        if numbered:
            return numbered["code"]
        own = self.printed.get(Column.CODE, "")
        return own or "-".join(filter(None, (self.group.numeral if self.group else "", self.ordinal)))

    @property
    def name(self) -> str:
        printed = one_line(self.printed.get(Column.NAME, ""))
        numbered = _NUMBERED_NAME.match(printed)
        return numbered["name"] if numbered else printed


def read_rows(rows: list[tuple[int, list[str]]], header: Header) -> tuple[list[GroupRow], list[TaskRow]]:
    """Read what stands below the header; blank and repeated header rows say nothing."""
    header_texts = {fold(text) for number, texts in rows if number <= header.last_row for text in texts if text}
    groups: list[GroupRow] = []
    tasks: list[TaskRow] = []
    for number, texts in rows:
        if number <= header.last_row or is_header_again(texts, header_texts):
            continue
        cells = {column: texts[index] for column, index in header.columns.items() if index < len(texts)}
        group = _group(number, texts, cells)
        if group:
            groups.append(group)
        elif _TASK_ORDINAL.match(cells.get(Column.ORDINAL, "")):
            tasks.append(TaskRow(number, cells[Column.ORDINAL].rstrip("."), groups[-1] if groups else None))
            _add(tasks[-1], texts, header)
        elif tasks:
            _add(tasks[-1], texts, header)
    return groups, tasks


def _group(number: int, texts: list[str], cells: dict[Column, str]) -> GroupRow | None:
    filled = [text for text in texts if text]
    ordinal = _GROUP_ORDINAL.match(cells.get(Column.ORDINAL, ""))
    if ordinal and cells.get(Column.NAME):
        return _group_of(number, ordinal["numeral"], cells[Column.NAME])
    alone = _GROUP_IN_ONE_CELL.match(filled[0]) if len(filled) == 1 else None
    return _group_of(number, alone["numeral"], alone["name"]) if alone else None


def _group_of(number: int, numeral: str, printed: str) -> GroupRow:
    stated = _STATED_COUNT.search(printed)
    name = one_line(_STATED_COUNT.sub("", printed))
    return GroupRow(number, numeral, name, int(stated[1]) if stated else None)


def _add(task: TaskRow, texts: list[str], header: Header) -> None:
    for column, index in header.columns.items():
        if column is not Column.ORDINAL and index < len(texts) and texts[index]:
            task.printed[column] = _joined(task.printed.get(column, ""), texts[index])
    for index, label in header.extra.items():
        if index < len(texts) and texts[index]:
            task.extra[label] = _joined(task.extra.get(label, ""), texts[index])


def _joined(before: str, text: str) -> str:
    return f"{before} {text}" if before else text
