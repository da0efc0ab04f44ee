"""The six tables of a period: initiatives, filing, indicators, difficulties, changes, entries."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from assignments.models import Duty
from documents.tables import Column, Kind, Sheet, Value
from models_registry.models import Initiative
from reports.domain.calendar import VIETNAM, local_day
from reports.domain.numbers import percent_of
from reports.domain.states import look_of
from reports.domain.wording import deadline_reading
from reports.progress.indicators import aggregated_figure, how_counted
from reports.progress.last_word import Word

from .drafting.annexes import filing_words, remark_words
from .drafting.facts import DutyProgress, Facts, indicators_of

_TEXT, _COUNT, _NUMBER, _PERCENT, _DAY, _MOMENT = Kind


def sheets_of(facts: Facts) -> list[Sheet]:
    """Every table of the period, in the order of the workbook."""
    tables = (_initiatives, _filing, _indicators, _obstacles, _changes, _entries)
    return [table(facts) for table in tables]


# --- Kept with a final report ---


def sheets_to_json(sheets: Iterable[Sheet]) -> list[dict[str, Any]]:
    """The tables in plain values; ``sheets_from_json`` reads them back."""
    return [
        {
            "title": sheet.title,
            "columns": [[column.title, column.width, str(column.kind)] for column in sheet.columns],
            "rows": [[_value_to_json(value) for value in row] for row in sheet.rows],
        }
        for sheet in sheets
    ]


def sheets_from_json(kept: Iterable[Mapping[str, Any]]) -> list[Sheet]:
    found = []
    for sheet in kept:
        columns = [Column(title, width, Kind(kind)) for title, width, kind in sheet["columns"]]
        rows = [
            [_value_from_json(value, column.kind) for value, column in zip(row, columns, strict=True)]
            for row in sheet["rows"]
        ]
        found.append(Sheet(sheet["title"], columns, rows))
    return found


def _value_to_json(value: Value) -> str | int | None:
    if isinstance(value, date):  # a moment is one too
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def _value_from_json(value: Any, kind: Kind) -> Value:
    if value is None:
        return None
    if kind is Kind.NUMBER:
        return Decimal(value)
    if kind is Kind.DAY:
        return date.fromisoformat(value)
    return datetime.fromisoformat(value) if kind is Kind.MOMENT else value


# --- The tables ---


def _sheet(title: str, rows: Iterable[Any], *columns: tuple[Column, Callable[[Any], Value]]) -> Sheet:
    """A line for each of ``rows``; each column with how its value is read from one."""
    return Sheet(title, [column for column, _ in columns], [[value(row) for _, value in columns] for row in rows])


def _initiatives(facts: Facts) -> Sheet:
    return _sheet(
        "Mô hình",
        facts.initiatives,
        (Column("Nhóm", 8), lambda one: one.group.numeral if one.group else ""),
        (Column("Mô hình", 9), lambda one: one.code),
        (Column("Tên mô hình", 50), lambda one: one.name),
        (Column("Chủ trì", 40), lambda one: "\n".join(duty.unit.name for duty in facts.leads_of(one))),
        (Column("Thời hạn", 28), _deadline_words),
        (Column("Đến hết ngày", 14, _DAY), _last_day),
        (Column("Chậm", 8), lambda one: "chậm" if facts.is_late(one) else ""),
        (Column("Tình trạng", 30), lambda one: _state_words(facts.states_of(one))),
        (Column("Tiến độ", 10, _PERCENT), facts.percent_of),
        (Column("Số đơn vị chủ trì", 12, _COUNT), lambda one: len(facts.leads_of(one))),
        (Column("Kết quả gần nhất", 60), lambda one: _result_words(facts.progress_of(one))),
    )


def _deadline_words(initiative: Initiative) -> str:
    return "\n".join(f"{one.text} ({deadline_reading(one)})" for one in initiative.deadlines.all())


def _last_day(initiative: Initiative) -> date | None:
    return max((one.due_on for one in initiative.deadlines.all() if one.due_on), default=None)


def _state_words(states: Sequence[str]) -> str:
    return "\n".join(f"{look_of(state).word}: {states.count(state)}" for state in dict.fromkeys(states))


def _result_words(progress: Iterable[tuple[Duty, DutyProgress]]) -> str:
    return "\n".join(f"{duty.unit.name}{known.whose}: {known.result}" for duty, known in progress if known.result)


def _filing(facts: Facts) -> Sheet:
    return _sheet(
        "Nộp báo cáo",
        facts.reports,
        (Column("Đơn vị", 40), lambda report: report.unit.name),
        (Column("Loại", 22), lambda report: str(report.unit.get_kind_display())),
        (Column("Kỳ", 18), lambda report: report.period.title),
        (Column("Hạn nộp", 18, _MOMENT), lambda report: _local(report.due_at)),
        (Column("Tình trạng", 18), filing_words),
        (Column("Nộp lần đầu", 18, _MOMENT), lambda report: _local(report.first_submitted_at)),
        (Column("Nộp lúc", 18, _MOMENT), lambda report: _local(report.submitted_at)),
        (Column("Tiếp nhận lúc", 18, _MOMENT), lambda report: _local(report.accepted_at)),
        (Column("Ghi chú", 24), remark_words),
    )


def _indicators(facts: Facts) -> Sheet:
    columns = [
        Column("Mô hình", 9),
        Column("Chỉ tiêu", 50),
        Column("Đơn vị tính", 16),
        Column("Mục tiêu", 12, _NUMBER),
        Column("Đơn vị", 40),
        Column("Số liệu", 12, _NUMBER),
        Column("Trên tổng số", 14, _NUMBER),
        Column("Tỷ lệ (%)", 12, _NUMBER),
        Column("Cách tính", 12),
    ]
    rows: list[list[Value]] = []
    for initiative, indicator in indicators_of(facts):
        told = facts.counted.get(indicator.pk, [])
        whole = aggregated_figure(indicator, told)
        about: list[Value] = [initiative.code, indicator.name, indicator.unit_of_measure, indicator.target]
        how = how_counted(indicator)
        figures = [("Tất cả đơn vị", whole)] if whole else [("Chưa có số liệu", None)]
        for unit, figure in [*figures, *((one.unit, one.figure) for one in told)]:
            counts = [figure.value, figure.total, percent_of(figure)] if figure else [None, None, None]
            rows.append([*about, unit, *counts, how])
    return Sheet("Chỉ tiêu", columns, rows)


def _obstacles(facts: Facts) -> Sheet:
    return _sheet(
        "Khó khăn",
        facts.obstacles,
        (Column("Mô hình", 9), lambda one: "\n".join(dict.fromkeys(of.duty.initiative.code for of in one.members))),
        (Column("Đơn vị", 40), lambda one: "\n".join(dict.fromkeys(of.duty.unit.name for of in one.members))),
        (Column("Khó khăn, vướng mắc", 60), lambda one: one.root.text),
        (Column("Đề xuất, kiến nghị", 50), lambda one: one.root.proposal),
        (Column("Cấp giải quyết", 16), lambda one: str(one.root.get_solving_level_display())),
        (Column("Tình trạng", 16), lambda one: str(one.root.get_state_display())),
        (Column("Nêu ngày", 14, _DAY), lambda one: local_day(one.root.raised_at)),
        (Column("Số ngày chờ", 12, _COUNT), lambda one: max(0, one.root.age(facts.period.ends_on))),
    )


def _changes(facts: Facts) -> Sheet:
    columns = [
        Column("Mô hình", 9),
        Column("Đơn vị", 40),
        Column("Vai trò", 18),
        Column("Trước kỳ", 24),
        Column("Tiến độ trước", 12, _PERCENT),
        Column("Cuối kỳ", 24),
        Column("Tiến độ", 12, _PERCENT),
    ]
    code_of = {initiative.pk: initiative.code for initiative in facts.initiatives}
    rows: list[list[Value]] = []
    for duty in facts.duties:
        was, now = _told(facts.progress_before.get(duty.pk)), _told(facts.progress.get(duty.pk))
        if was != now:
            rows.append([code_of[duty.initiative_id], duty.unit.name, duty.role_words, *was, *now])
    return Sheet("Thay đổi", columns, rows)


def _told(known: DutyProgress | Word | None) -> tuple[str, int | None]:
    return (look_of(known.work_state).word, known.percent) if known else (look_of("").word, None)


def _entries(facts: Facts) -> Sheet:
    return _sheet(
        "Báo cáo chi tiết",
        facts.entries,
        (Column("Mô hình", 9), lambda entry: entry.duty.initiative.code),
        (Column("Tên mô hình", 40), lambda entry: entry.duty.initiative.name),
        (Column("Đơn vị", 32), lambda entry: entry.duty.unit.name),
        (Column("Vai trò", 16), lambda entry: entry.role_words),
        (Column("Kỳ", 16), lambda entry: entry.report.period.title),
        (Column("Nộp lúc", 18, _MOMENT), lambda entry: _local(entry.report.submitted_at)),
        (Column("Tình trạng", 20), lambda entry: str(entry.get_work_state_display())),
        (Column("Tiến độ", 10, _PERCENT), lambda entry: entry.percent),
        (Column("Giữ như kỳ trước", 10), lambda entry: "có" if entry.is_kept else ""),
        (Column("Kết quả trong kỳ", 60), lambda entry: entry.result),
        (Column("Khó khăn, vướng mắc", 50), lambda entry: entry.difficulty),
        (Column("Cấp giải quyết", 14), lambda entry: str(entry.get_solving_level_display())),
        (Column("Đề xuất, kiến nghị", 40), lambda entry: entry.proposal),
        (Column("Nhiệm vụ kỳ tới", 40), lambda entry: entry.next_steps),
    )


def _local(at: datetime | None) -> datetime | None:
    """The clock in Vietnam, for a spreadsheet knows no zones."""
    return at.astimezone(VIETNAM).replace(tzinfo=None, microsecond=0) if at else None
