"""Which column of the table is which, from the words of its header."""

import re
from dataclasses import dataclass
from enum import StrEnum

from openpyxl.utils import get_column_letter

from models_registry.text import fold, one_line

from ..reading.annex_sheets import Row


class AnnexColumn(StrEnum):
    ORDINAL = "ordinal"
    CODE = "code"
    NAME = "name"
    LEAD = "lead"
    COORDINATING = "coordinating"
    SUPPORT = "support"
    DEADLINE = "deadline"
    PLATFORMS = "platforms"


# Names people give a column, folded: a header cell is a column when it begins with one of them. The first of two
# columns that could be the same is the one whose name stands first here, wherever it stands in the table.
_NAMES: tuple[tuple[AnnexColumn, tuple[str, ...]], ...] = (
    (AnnexColumn.ORDINAL, ("tt", "stt", "so tt", "so thu tu", "t t", "s t t", "s tt")),
    (AnnexColumn.CODE, ("ma nhiem vu", "ma mo hinh", "ma so", "ma")),
    (
        AnnexColumn.SUPPORT,
        ("don vi ho tro", "co quan ho tro", "co quan don vi ho tro", "don vi co quan ho tro", "ho tro"),
    ),
    (
        AnnexColumn.COORDINATING,
        ("phoi hop", "don vi phoi hop", "co quan phoi hop", "don vi co quan phoi hop", "co quan don vi phoi hop"),
    ),
    (
        AnnexColumn.LEAD,
        ("chu tri", "don vi chu tri", "co quan chu tri", "co quan don vi chu tri", "don vi co quan chu tri"),
    ),
    (
        AnnexColumn.DEADLINE,
        (
            *("thoi gian hoan thanh", "thoi han hoan thanh", "tien do hoan thanh", "han hoan thanh", "ngay hoan thanh"),
            *("thoi diem hoan thanh", "thoi gian thuc hien", "thoi han", "thoi gian ket thuc", "moc thoi gian"),
            *("thoi gian", "tien do thuc hien", "tien do", "moc hoan thanh", "hoan thanh", "han"),
        ),
    ),
    (AnnexColumn.PLATFORMS, ("nen tang", "cong cu", "ung dung nen tang", "phan mem nen tang")),
    (
        AnnexColumn.NAME,
        (
            *("ten mo hinh", "mo hinh", "ten nhiem vu", "nhiem vu", "ten nhom nhiem vu", "danh muc nhiem vu"),
            *("ten nhiem vu giai phap", "noi dung", "ten cong viec", "cong viec", "ten giai phap", "giai phap"),
            *("danh muc mo hinh", "ten tien ich", "ten de an", "ten du an", "dau viec"),
        ),
    ),
)
_RANKS = {name: (rank, column) for column, names in _NAMES for rank, name in enumerate(names)}
_LONGEST_NAME = max(name.count(" ") + 1 for name in _RANKS)
# Who, in front of what they do: "Phòng, ban phối hợp", "Đơn vị, cá nhân chủ trì".
# They give way to a column that has one of the names above.
_WHO = re.compile(
    r"(?:(?:cac|don vi|co quan|phong|ban|nganh|bo phan|ca nhan|dau moi|so|to chuc|nguoi) )+(chu tri|phoi hop|ho tro)\b"
)
_GIVES_WAY = 100
# Begin like one of them and are none.
_NO_COLUMN = ("thoi gian bat dau", "thoi gian giao", "nhiem vu chu tri", "noi dung phoi hop", "noi dung ho tro")
# Says who leads only where no column says "chủ trì".
_LEAD_FOR_WANT_OF_ANOTHER = (
    *("don vi thuc hien", "co quan thuc hien", "co quan don vi thuc hien", "don vi co quan thuc hien"),
    *("to chuc thuc hien", "phan cong thuc hien", "don vi phu trach", "co quan phu trach", "don vi chiu trach nhiem"),
)
# A header names at least these; a row with fewer is a title or a task.
_NEEDED = {AnnexColumn.NAME, AnnexColumn.LEAD}
_DEPTH = 2
# Title lines end and the table begins within these rows; a label is no sentence.
_LOOKED_AT = 300
_MAX_LABEL = 80


@dataclass(frozen=True)
class Header:
    """``columns`` maps a column to its index from 0; ``extra`` maps other indexes to their printed label."""

    columns: dict[AnnexColumn, int]
    extra: dict[int, str]
    first_row: int
    last_row: int

    def letter(self, column: AnnexColumn) -> str:
        return get_column_letter(self.columns[column] + 1) if column in self.columns else ""


def find_header(rows: list[Row]) -> Header | None:
    """The header of the table: one row, or two where columns stand under a common heading."""
    for at in range(min(len(rows), _LOOKED_AT)):
        for depth in range(1, _DEPTH + 1):
            stacked = rows[at : at + depth]
            if _read_header(stacked).columns.keys() >= _NEEDED:
                below = rows[at + depth : at + depth + 1]
                return _without_titles([*stacked, *(row for row in below if _is_of_header(row.texts))])
    return None


def _without_titles(stacked: list[Row]) -> Header:
    """The header without the rows above it that name no column."""
    header = _read_header(stacked)
    while len(stacked) > 1 and _read_header(stacked[1:]).columns == header.columns:
        stacked = stacked[1:]
    return _read_header(stacked)


def lacks_lead(rows: list[Row]) -> int | None:
    """The row that would be the header if it named a lead: a name and two columns more."""
    for row in rows[:_LOOKED_AT]:
        columns = _read_header([row]).columns.keys()
        if AnnexColumn.NAME in columns and len(columns) > len(_NEEDED):
            return row.number
    return None


def is_header_again(texts: list[str], header_texts: set[str]) -> bool:
    """The header repeated on a new page, whole or in part, perhaps in other words; or a row of column numbers."""
    filled = [text for text in texts if text]
    if _is_numbering([text.strip("() ") for text in filled]):
        return True
    if not filled or any(text[0].isdigit() for text in filled):
        return False
    return {fold(text) for text in filled} <= header_texts or _is_of_header(filled)


def _is_numbering(numbers: list[str]) -> bool:
    """ "1 2 3 4", "(1) (2) (3)" or "A B 1 2": columns counted under their names."""
    counted = [number for number in numbers if number.isdigit()]
    letters = numbers[: len(numbers) - len(counted)]
    return (
        len(numbers) > 2
        and all(len(letter) == 1 and letter.isupper() for letter in letters)
        and numbers == letters + [str(number) for number in range(1, len(counted) + 1)]
    )


def column_named(text: str) -> AnnexColumn | None:
    found = _rank(fold(text))
    return found[1] if found else None


def _rank(folded: str) -> tuple[int, AnnexColumn] | None:
    """(how well the label names the column, the column), by the longest name it begins with."""
    words = folded.split()
    if folded.startswith(_NO_COLUMN):
        return None
    begun = (" ".join(words[:length]) for length in range(min(len(words), _LONGEST_NAME), 0, -1))
    known = next((_RANKS[name] for name in begun if name in _RANKS), None)
    who = None if known else _WHO.match(folded)
    return (_GIVES_WAY, _RANKS[who[1]][1]) if who else known


def _is_of_header(texts: list[str]) -> bool:
    """Nothing but names of different columns, and more than one."""
    filled = [text for text in texts if text]
    found = [column_named(text) if len(text) < _MAX_LABEL else None for text in filled]
    columns = [column for column in found if column]
    others = sum(_is_weak_lead(text) for text, column in zip(filled, found, strict=True) if not column)
    return len(columns) > 1 and len(set(columns)) == len(columns) and (len(columns) + others) * 2 > len(filled)


def _is_weak_lead(label: str) -> bool:
    return fold(label).startswith(_LEAD_FOR_WANT_OF_ANOTHER)


def _read_header(stacked: list[Row]) -> Header:
    """Lower rows first: "Chủ trì" under "Phân công thực hiện" says more than the heading above it."""
    labels = {index: _labels(stacked, index) for index in range(max((len(row.texts) for row in stacked), default=0))}
    ranked: dict[AnnexColumn, list[tuple[int, int]]] = {}
    for index, stack in labels.items():
        found = next(filter(None, (_rank(fold(label)) for label in stack if len(label) < _MAX_LABEL)), None)
        if found:
            ranked.setdefault(found[1], []).append((found[0], index))
    columns = {column: min(places)[1] for column, places in ranked.items()}
    if AnnexColumn.LEAD not in columns:
        free = labels.keys() - columns.values()
        weak = [index for index in sorted(free) if any(_is_weak_lead(label) for label in labels[index])]
        if weak:
            columns[AnnexColumn.LEAD] = weak[0]
    extra: dict[int, str] = {}
    for index, stack in labels.items():
        if stack and index not in columns.values():
            extra[index] = f"{stack[0]} ({get_column_letter(index + 1)})" if stack[0] in extra.values() else stack[0]
    return Header(columns, extra, stacked[0].number, stacked[-1].number)


def _labels(stacked: list[Row], index: int) -> list[str]:
    return [one_line(row.texts[index]) for row in reversed(stacked) if index < len(row.texts) and row.texts[index]]
