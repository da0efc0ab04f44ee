"""What may be wrong with an annex that was read: one checker per rule, every finding of every row at once."""

import sys
from collections.abc import Callable, Iterator
from functools import cache, partial

from django.db.models import Model
from openpyxl.utils import get_column_letter

from assignments.models import Assignment
from models_registry.deadlines import DeadlineKind
from models_registry.models import Deadline, Initiative, InitiativeGroup, Platform
from models_registry.text import fold, one_line

from .cells.units import WORTH_SHOWING, UnitDirectory, nearest
from .parsed import UNIT_COLUMNS, AnnexReading, AnnexRow
from .problems import Level, Problem
from .reading.columns import AnnexColumn

_SHOWN = 200  # letters of a text that is too long
_LABELS: dict[str, str] = {
    AnnexColumn.LEAD: "chủ trì",
    AnnexColumn.COORDINATING: "phối hợp",
    AnnexColumn.SUPPORT: "hỗ trợ",
    AnnexColumn.DEADLINE: "thời hạn",
    AnnexColumn.PLATFORMS: "nền tảng",
}


def find_problems(reading: AnnexReading, directory: UnitDirectory) -> list[Problem]:
    """Findings in the order of the file; those of the whole table come with its group rows."""
    suggestion = cache(partial(_suggestion, directory=directory))
    found: list[Problem] = []
    for check_table in _TABLE_CHECKS:
        found += check_table(reading)
    for row in reading.rows:
        for check_row in _ROW_CHECKS:
            found += check_row(row, reading)
        found += _unknown_units(row, reading, suggestion)
    found.sort(key=lambda problem: (problem.row or 0, problem.column))
    return [problem._replace(sheet=reading.sheet) for problem in found]


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
        if group.stated_count is None:
            continue
        paths = (row.task.group.path for row in reading.rows if row.task.group)
        listed = sum(path == group.path or path.startswith(f"{group.path}.") for path in paths)
        if group.stated_count != listed:
            yield Problem(
                Level.WARNING,
                "group_count",
                f"Nhóm {group.path} ghi {group.stated_count} mô hình, trong bảng có {listed}. "
                "Cổng giữ nguyên cả hai số; hãy đối chiếu với văn bản gốc.",
                group.row,
                text=group.name,
            )


def _duties_of_groups(reading: AnnexReading) -> Iterator[Problem]:
    """A heading with units or a deadline of its own might be a task somebody forgot to number."""
    for group in reading.groups:
        said = "; ".join(f"{_LABELS.get(label, label)}: {one_line(text)}" for label, text in group.said.items())
        if said:
            yield Problem(
                Level.WARNING,
                "group_says_more",
                f"Dòng nhóm “{group.numeral}” có ghi {said}. Cổng giữ ở tên nhóm, không giao cho đơn vị nào; "
                "nếu đây là nhiệm vụ, hãy ghi số thứ tự cho dòng này rồi tải lên lại.",
                group.row,
                text=said,
            )


def _formulas(reading: AnnexReading) -> Iterator[Problem]:
    for formula in reading.formulas:
        yield Problem(
            Level.ERROR,
            "formula",
            f"Ô có công thức “{formula.text[:60]}”; cổng không tính công thức. "
            "Hãy chép ô này rồi dán lại dưới dạng giá trị.",
            formula.row,
            get_column_letter(formula.column + 1),
            formula.text,
        )


def _other_sheets(reading: AnnexReading) -> Iterator[Problem]:
    if reading.other_sheets:
        names = "”, “".join(reading.other_sheets)
        yield Problem(
            Level.WARNING,
            "other_tables",
            f"Tệp còn bảng khác ở “{names}”; cổng chỉ đọc “{reading.sheet}”. "
            "Nếu bảng kia là phần tiếp theo, hãy ghép vào bảng đầu (cùng số cột) rồi tải lên lại; "
            "nếu là phụ lục khác, hãy lưu nó thành tệp riêng.",
        )


def _left_out(reading: AnnexReading) -> Iterator[Problem]:
    for row in reading.left_out:
        yield Problem(
            Level.WARNING,
            "left_out",
            "Dòng này không có số thứ tự và đứng trên mô hình (nhiệm vụ) đầu tiên nên không được đọc. "
            "Nếu đây là nhóm hay nhiệm vụ, hãy ghi số thứ tự vào cột TT rồi tải lên lại.",
            row.row,
            text=row.text,
        )


def _month_first(reading: AnnexReading) -> Iterator[Problem]:
    """The value is certain, what its author meant by it is not: the sheet shows it in the American order."""
    for cell in reading.month_first:
        yield Problem(
            Level.WARNING,
            "month_first",
            f"Ô hiện ngày theo thứ tự tháng trước, ngày sau; cổng đọc là ngày {cell.text}. "
            "Hãy đối chiếu với văn bản gốc; nếu ngược, hãy gõ lại ngày trong ô dưới dạng chữ.",
            cell.row,
            get_column_letter(cell.column + 1),
            cell.text,
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
                reading.header.letter(AnnexColumn.NAME),
                row.task.name,
            )


def _repeated_names(reading: AnnexReading) -> Iterator[Problem]:
    """Two numbers and one name under one heading are most likely one initiative, entered twice."""
    first: dict[tuple[str, str], AnnexRow] = {}
    for row in reading.rows:
        group = row.task.group.path if row.task.group else ""
        known = first.setdefault((group, fold(row.task.name)), row)
        if known is not row and row.task.name and known.task.code != row.task.code:
            yield Problem(
                Level.WARNING,
                "repeated_name",
                f"Tên mô hình này đã có ở dòng {known.task.row} (mô hình {known.task.code}). "
                "Nếu ghi thừa, hãy xóa một trong hai dòng rồi tải lên lại.",
                row.task.row,
                reading.header.letter(AnnexColumn.NAME),
                row.task.name,
            )


def _too_long(reading: AnnexReading) -> Iterator[Problem]:
    """What the portal keeps whole has a greatest length; a name of a page is most likely two rows run together."""
    for row, column, label, text, longest in _measured(reading):
        if len(text) > longest:
            yield Problem(
                Level.ERROR,
                "too_long",
                f"{label} dài {len(text)} ký tự, cổng chỉ giữ được {longest}. Hãy rút gọn hoặc tách ô rồi thử lại.",
                row,
                column,
                text[:_SHOWN],
            )


def _measured(reading: AnnexReading) -> Iterator[tuple[int, str, str, str, int]]:
    """(row, column, what it is, the text, how long it may be) for each text that has a greatest length."""
    letter = reading.header.letter
    for group in reading.groups:
        yield group.row, "", "Số của nhóm", group.path, _longest(InitiativeGroup, "numeral")
        yield group.row, "", "Tên nhóm", group.name, _longest(InitiativeGroup, "name")
    for row in reading.rows:
        number, task = row.task.row, row.task
        yield number, letter(AnnexColumn.ORDINAL), "Số thứ tự", task.ordinal, _longest(Initiative, "ordinal")
        yield number, letter(AnnexColumn.CODE), "Mã", task.code, _longest(Initiative, "code")
        yield number, letter(AnnexColumn.NAME), "Tên mô hình", task.name, _longest(Initiative, "name")
        for part in row.deadlines:
            yield number, letter(AnnexColumn.DEADLINE), "Thời hạn", part.text, _longest(Deadline, "text")
        for name in row.platforms:
            yield number, letter(AnnexColumn.PLATFORMS), "Tên nền tảng", name, _longest(Platform, "name")
        for column in UNIT_COLUMNS:
            for mention in row.units[column]:
                yield number, letter(column), "Tên đơn vị", mention.text, _longest(Assignment, "text")


@cache
def _longest(model: type[Model], field: str) -> int:
    return getattr(model._meta.get_field(field), "max_length", None) or sys.maxsize


def _missing_name(row: AnnexRow, reading: AnnexReading) -> Iterator[Problem]:
    if not row.task.name:
        yield Problem(
            Level.ERROR,
            "missing_name",
            f"Dòng có số thứ tự {row.task.ordinal} chưa ghi tên mô hình. Hãy điền tên hoặc xóa dòng này.",
            row.task.row,
            reading.header.letter(AnnexColumn.NAME),
        )


def _missing_lead(row: AnnexRow, reading: AnnexReading) -> Iterator[Problem]:
    if not row.units[AnnexColumn.LEAD]:
        yield Problem(
            Level.ERROR,
            "missing_lead",
            f"Mô hình {row.task.code} chưa ghi đơn vị chủ trì, nên chưa đơn vị nào chịu trách nhiệm chính. "
            "Hãy điền đơn vị chủ trì rồi tải lên lại.",
            row.task.row,
            reading.header.letter(AnnexColumn.LEAD),
            row.task.printed.get(AnnexColumn.LEAD, ""),
        )


def _strange_ordinal(row: AnnexRow, reading: AnnexReading) -> Iterator[Problem]:
    for cell in row.task.strange:
        yield Problem(
            Level.WARNING,
            "strange_ordinal",
            f"Chưa hiểu số thứ tự “{cell.text}”; dòng này được nối vào mô hình {row.task.code} ở trên. "
            "Nếu đây là một nhiệm vụ riêng, hãy ghi số thứ tự (1, 2, 3 …) rồi tải lên lại.",
            cell.row,
            reading.header.letter(AnnexColumn.ORDINAL),
            cell.text,
        )


def _doubtful_rest(row: AnnexRow, reading: AnnexReading) -> Iterator[Problem]:
    """A row without a number in the middle of a page: the rest of the one above, or one somebody forgot to number."""
    for cell in row.task.doubtful:
        yield Problem(
            Level.WARNING,
            "joined_row",
            f"Dòng này không có số thứ tự nên được nối vào mô hình {row.task.code} ở trên. "
            "Nếu đây là một nhóm hay nhiệm vụ riêng, hãy ghi số thứ tự (I, II … hoặc 1, 2 …) rồi tải lên lại.",
            cell.row,
            reading.header.letter(AnnexColumn.NAME),
            cell.text,
        )


def _unread_deadline(row: AnnexRow, reading: AnnexReading) -> Iterator[Problem]:
    for part in row.deadlines:
        if part.kind is DeadlineKind.UNREAD:
            yield Problem(
                Level.WARNING,
                "unread_deadline",
                f"Chưa hiểu thời hạn “{part.text}”. Cổng giữ nguyên văn; hãy sửa cách hiểu ở trang quản trị.",
                row.task.row,
                reading.header.letter(AnnexColumn.DEADLINE),
                part.text,
            )


def _doubtful_deadline(row: AnnexRow, reading: AnnexReading) -> Iterator[Problem]:
    for part in row.deadlines:
        if part.doubt:
            yield Problem(
                Level.WARNING,
                "doubtful_deadline",
                f"Thời hạn “{part.text}” {part.doubt}. Nếu không đúng, hãy sửa cách hiểu ở trang quản trị.",
                row.task.row,
                reading.header.letter(AnnexColumn.DEADLINE),
                part.text,
            )


def _unknown_units(row: AnnexRow, reading: AnnexReading, suggestion: Callable[[str], str]) -> Iterator[Problem]:
    for column in UNIT_COLUMNS:
        for mention in row.units[column]:
            if not mention.known:
                yield Problem(
                    Level.WARNING,
                    "unknown_unit",
                    f"Chưa biết đơn vị “{mention.text}”.{suggestion(mention.text)} "
                    "Hãy thêm làm cách viết khác của một đơn vị, hoặc thêm đơn vị mới.",
                    row.task.row,
                    reading.header.letter(column),
                    mention.text,
                )


def _suggestion(text: str, directory: UnitDirectory) -> str:
    close = [name for _, name, score in nearest(text, directory) if score >= WORTH_SHOWING]
    return f" Gần giống: {'; '.join(close)}." if close else ""


_TABLE_CHECKS: tuple[Callable[[AnnexReading], Iterator[Problem]], ...] = (
    _no_tasks,
    _other_sheets,
    _stated_counts,
    _duties_of_groups,
    _left_out,
    _too_long,
    _formulas,
    _month_first,
    _repeated_codes,
    _repeated_names,
)
_ROW_CHECKS: tuple[Callable[[AnnexRow, AnnexReading], Iterator[Problem]], ...] = (
    _missing_name,
    _missing_lead,
    _strange_ordinal,
    _doubtful_rest,
    _unread_deadline,
    _doubtful_deadline,
)
