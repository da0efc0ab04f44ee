"""The six tables of a period: initiatives, filing, indicators, difficulties, changes, entries."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from documents.tables import Column, Kind, Sheet, Value
from models_registry.models import Initiative
from reports.domain.calendar import VIETNAM
from reports.domain.numbers import percent_of
from reports.domain.states import SolvingLevel, look_of
from reports.domain.wording import deadline_reading
from reports.models import ProgressEntry
from reports.progress.indicators import aggregated_figure, how_counted

from .drafting.annexes import filing_words, remark_words
from .drafting.facts import DutyProgress, Facts, indicators_of

_TEXT, _COUNT, _NUMBER, _PERCENT, _DAY, _MOMENT = Kind


def sheets_of(facts: Facts) -> list[Sheet]:
    """Every table of the period, in the order of the workbook."""
    return [
        _initiatives(facts),
        _filing(facts),
        _indicators(facts),
        _obstacles(facts),
        _changes(facts),
        _entries(facts.entries),
    ]


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


def _initiatives(facts: Facts) -> Sheet:
    columns = [
        Column("Nhóm", 8),
        Column("Mô hình", 9),
        Column("Tên mô hình", 50),
        Column("Chủ trì", 40),
        Column("Thời hạn", 28),
        Column("Đến hết ngày", 14, _DAY),
        Column("Chậm", 8),
        Column("Tình trạng", 30),
        Column("Tiến độ", 10, _PERCENT),
        Column("Số đơn vị chủ trì", 12, _COUNT),
        Column("Kết quả gần nhất", 60),
    ]
    return Sheet("Mô hình", columns, [_initiative(facts, initiative) for initiative in facts.initiatives])


def _initiative(facts: Facts, initiative: Initiative) -> list[Value]:
    duties = facts.leads_of(initiative)
    known = [facts.progress[duty.pk] for duty in duties if duty.pk in facts.progress]
    states = [facts.state_of(duty) for duty in duties]
    deadlines = list(initiative.deadlines.all())
    last_days = [deadline.due_on for deadline in deadlines if deadline.due_on]
    results = [f"{duty.unit.name}: {facts.progress[duty.pk].result}" for duty in duties if _has_result(facts, duty.pk)]
    return [
        initiative.group.numeral if initiative.group else "",
        initiative.code,
        initiative.name,
        "\n".join(duty.unit.name for duty in duties),
        "\n".join(f"{deadline.text} ({deadline_reading(deadline)})" for deadline in deadlines),
        max(last_days, default=None),
        "chậm" if facts.is_late(initiative) else "",
        "\n".join(f"{look_of(state).word}: {states.count(state)}" for state in dict.fromkeys(states)),
        known[0].percent if len(duties) == 1 and known else None,
        len(duties),
        "\n".join(results),
    ]


def _has_result(facts: Facts, duty_id: int) -> bool:
    known = facts.progress.get(duty_id)
    return bool(known and known.result)


def _filing(facts: Facts) -> Sheet:
    columns = [
        Column("Đơn vị", 40),
        Column("Loại", 22),
        Column("Kỳ", 18),
        Column("Hạn nộp", 18, _MOMENT),
        Column("Tình trạng", 18),
        Column("Nộp lần đầu", 18, _MOMENT),
        Column("Nộp lúc", 18, _MOMENT),
        Column("Tiếp nhận lúc", 18, _MOMENT),
        Column("Ghi chú", 24),
    ]
    rows = [
        [
            report.unit.name,
            str(report.unit.get_kind_display()),
            report.period.title,
            _local(report.period.due_at),
            filing_words(report),
            _local(report.first_submitted_at),
            _local(report.submitted_at),
            _local(report.accepted_at),
            remark_words(report),
        ]
        for report in facts.reports
    ]
    return Sheet("Nộp báo cáo", columns, rows)


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
    columns = [
        Column("Mô hình", 9),
        Column("Đơn vị", 40),
        Column("Khó khăn, vướng mắc", 60),
        Column("Đề xuất, kiến nghị", 50),
        Column("Cấp giải quyết", 16),
        Column("Tình trạng", 16),
        Column("Nêu ngày", 14, _DAY),
        Column("Số ngày chờ", 12, _COUNT),
    ]
    rows: list[list[Value]] = [
        [
            obstacle.duty.initiative.code,
            "\n".join([obstacle.duty.unit.name, *(one.duty.unit.name for one in obstacle.joined.all())]),
            obstacle.text,
            obstacle.proposal,
            str(SolvingLevel(obstacle.solving_level).label) if obstacle.solving_level else "",
            str(obstacle.get_state_display()),
            obstacle.opened_at.astimezone(VIETNAM).date(),
            max(0, obstacle.age(facts.period.ends_on)),
        ]
        for obstacle in facts.obstacles
    ]
    return Sheet("Khó khăn", columns, rows)


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
        was, now = facts.progress_before.get(duty.pk), facts.progress.get(duty.pk)
        if _told(was) != _told(now):
            rows.append([code_of[duty.initiative_id], duty.unit.name, duty.role_words, *_told(was), *_told(now)])
    return Sheet("Thay đổi", columns, rows)


def _told(known: DutyProgress | None) -> tuple[str, int | None]:
    return (look_of(known.work_state).word, known.percent) if known else (look_of("").word, None)


def _entries(entries: Iterable[ProgressEntry]) -> Sheet:
    columns = [
        Column("Mô hình", 9),
        Column("Tên mô hình", 40),
        Column("Đơn vị", 32),
        Column("Vai trò", 16),
        Column("Kỳ", 16),
        Column("Nộp lúc", 18, _MOMENT),
        Column("Tình trạng", 20),
        Column("Tiến độ", 10, _PERCENT),
        Column("Giữ như kỳ trước", 10),
        Column("Kết quả trong kỳ", 60),
        Column("Khó khăn, vướng mắc", 50),
        Column("Cấp giải quyết", 14),
        Column("Đề xuất, kiến nghị", 40),
        Column("Nhiệm vụ kỳ tới", 40),
    ]
    return Sheet("Báo cáo chi tiết", columns, [_entry(entry) for entry in entries])


def _entry(entry: ProgressEntry) -> Sequence[Value]:
    initiative, report = entry.duty.initiative, entry.report
    return [
        initiative.code,
        initiative.name,
        entry.duty.unit.name,
        entry.duty.role_words,
        report.period.title,
        _local(report.submitted_at),
        str(entry.get_work_state_display()),
        entry.percent,
        "có" if entry.is_kept else "",
        entry.result,
        entry.difficulty,
        str(entry.get_solving_level_display()),
        entry.proposal,
        entry.next_steps,
    ]


def _local(at: datetime | None) -> datetime | None:
    """The clock in Vietnam, for a spreadsheet knows no zones."""
    return at.astimezone(VIETNAM).replace(tzinfo=None, microsecond=0) if at else None
