"""What may be wrong with an annex that was read: one checker per rule, every finding of every row at once."""

from collections.abc import Callable, Iterator

from assignments.annex.columns import Column
from assignments.annex.problems import Level, Problem
from assignments.annex.reading import UNIT_COLUMNS, AnnexReading, AnnexRow
from assignments.annex.units import UnitDirectory, nearest
from models_registry.deadlines import DeadlineKind

_GOOD_ENOUGH = 60.0


def find_problems(reading: AnnexReading, directory: UnitDirectory) -> list[Problem]:
    """Findings in the order of the file; those of the whole table come with its group rows."""
    found = [*_no_tasks(reading), *_stated_counts(reading), *_repeated_codes(reading)]
    for row in reading.rows:
        for check in _ROW_CHECKS:
            found += check(row, reading)
        found += _unknown_units(row, reading, directory)
    return sorted(found, key=lambda problem: (problem.row or 0, problem.column))


def _no_tasks(reading: AnnexReading) -> Iterator[Problem]:
    if not reading.rows:
        yield Problem(
            Level.ERROR,
            "no_tasks",
            "Dưới hàng tiêu đề không có mô hình (nhiệm vụ) nào có số thứ tự. Hãy kiểm tra cột TT rồi thử lại.",
            reading.header.last_row,
        )


def _stated_counts(reading: AnnexReading) -> Iterator[Problem]:
    """A group that states another number than it lists: the portal says so and corrects nothing."""
    for group in reading.groups:
        listed = sum(row.task.group is group for row in reading.rows)
        if group.stated_count is not None and group.stated_count != listed:
            yield Problem(
                Level.WARNING,
                "group_count",
                f"Nhóm {group.numeral} ghi {group.stated_count} mô hình, trong bảng có {listed}. "
                "Cổng giữ nguyên cả hai số; hãy đối chiếu với văn bản gốc.",
                group.row,
            )


def _repeated_codes(reading: AnnexReading) -> Iterator[Problem]:
    first: dict[str, AnnexRow] = {}
    for row in reading.rows:
        known = first.setdefault(row.task.code, row)
        if known is not row:
            yield Problem(
                Level.ERROR,
                "repeated_code",
                f"Mô hình {row.task.code} đã có ở dòng {known.task.row}. Hãy sửa số mô hình của một trong hai dòng.",
                row.task.row,
                reading.header.letter(Column.NAME),
            )


def _missing_name(row: AnnexRow, reading: AnnexReading) -> Iterator[Problem]:
    if not row.task.name:
        yield Problem(
            Level.ERROR,
            "missing_name",
            f"Dòng có số thứ tự {row.task.ordinal} chưa ghi tên mô hình. Hãy điền tên hoặc xóa dòng này.",
            row.task.row,
            reading.header.letter(Column.NAME),
        )


def _missing_lead(row: AnnexRow, reading: AnnexReading) -> Iterator[Problem]:
    if not row.units[Column.LEAD]:
        yield Problem(
            Level.WARNING,
            "missing_lead",
            f"Mô hình {row.task.code} chưa ghi đơn vị chủ trì, nên chưa đơn vị nào chịu trách nhiệm chính.",
            row.task.row,
            reading.header.letter(Column.LEAD),
        )


def _unread_deadline(row: AnnexRow, reading: AnnexReading) -> Iterator[Problem]:
    for part in row.deadlines:
        if part.kind is DeadlineKind.UNREAD:
            yield Problem(
                Level.WARNING,
                "unread_deadline",
                f"Chưa hiểu thời hạn “{part.text}”. Cổng giữ nguyên văn; hãy sửa cách hiểu ở trang quản trị.",
                row.task.row,
                reading.header.letter(Column.DEADLINE),
            )


def _unknown_units(row: AnnexRow, reading: AnnexReading, directory: UnitDirectory) -> Iterator[Problem]:
    for column in UNIT_COLUMNS:
        for mention in row.units[column]:
            if not mention.known:
                yield Problem(
                    Level.WARNING,
                    "unknown_unit",
                    f"Chưa biết đơn vị “{mention.text}”.{_suggestion(mention.text, directory)} "
                    "Hãy thêm làm cách viết khác của một đơn vị, hoặc thêm đơn vị mới.",
                    row.task.row,
                    reading.header.letter(column),
                )


def _suggestion(text: str, directory: UnitDirectory) -> str:
    close = [name for _, name, score in nearest(text, directory) if score >= _GOOD_ENOUGH]
    return f" Gần giống: {'; '.join(close)}." if close else ""


_ROW_CHECKS: tuple[Callable[[AnnexRow, AnnexReading], Iterator[Problem]], ...] = (
    _missing_name,
    _missing_lead,
    _unread_deadline,
)
