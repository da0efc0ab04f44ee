"""The tables of the annexes: how the initiatives stand, how units filed, what was counted."""

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

from assignments.models import Duty, Unit
from documents import Align, Block, Column, GroupRow, Paragraph, Table
from models_registry.models import Initiative
from reports.domain.states import ReportState, look_of
from reports.domain.wording import document_percent, vn_moment
from reports.models import SectionKind, UnitReport
from reports.progress.indicators import aggregated_figure, how_counted

from .facts import Facts, indicators_of
from .phrases import NAMED, NOBODY_OWES, by_state, counted, figure_percent, figure_words, names, share, target

_CENTRE = Align.CENTRE


def annex(kind: str, facts: Facts) -> list[Block]:
    """The blocks of an annex of ``kind``."""
    return list(_ANNEXES[kind](facts))


# --- Initiatives ---


def _initiatives(facts: Facts) -> Iterator[Block]:
    columns = [
        Column("TT", 1.2, _CENTRE),
        Column("Mô hình", 6),
        Column("Chủ trì", 4.8),
        Column("Thời hạn", 3.8),
        Column("Tình trạng", 5.6),
        Column("Tiến độ", 1.8, _CENTRE),
        Column("Kết quả gần nhất", 7.2),
    ]
    rows: list[Sequence[str] | GroupRow] = []
    place = 0
    for group, initiatives in groupby(facts.initiatives, key=lambda one: one.group):
        if group:
            rows.append(GroupRow(str(group)))
        for initiative in initiatives:
            place += 1
            rows.append(_initiative(place, initiative, facts))
    yield Table(columns, rows)


def _initiative(place: int, initiative: Initiative, facts: Facts) -> list[str]:
    duties = facts.leads_of(initiative)
    late = ["Chậm so với thời hạn"] if facts.is_late(initiative) else []
    told = [f"{known.result}{known.whose}" for _, known in facts.progress_of(initiative) if known.result]
    return [
        str(place),
        str(initiative),
        _leads(initiative, duties),
        "\n".join(deadline.text for deadline in initiative.deadlines.all()),
        "\n".join([*_spread(facts.states_of(initiative)), *late]),
        document_percent(facts.percent_of(initiative)),
        _results(told, len(duties)),
    ]


def _leads(initiative: Initiative, duties: Sequence[Duty]) -> str:
    """Few by name; many in the words of the plan ("Các phòng, ban, ngành cấp huyện; UBND cấp xã")."""
    worded = [assignment.text for assignment in initiative.assignments.all()]
    if len(duties) > NAMED and worded:
        return f"{'; '.join(worded)} ({counted(len(duties))} đơn vị)"
    return names(duty.unit.name for duty in duties)


def _spread(states: Sequence[str]) -> list[str]:
    """Each state and where there are several with how many units are in it."""
    return [f"{look.word}{f': {count}' if len(states) > 1 else ''}" for look, count in by_state(states)]


def _results(told: Sequence[str], leads: int) -> str:
    """The words of a single lead; of several, how many told something, now or in an earlier period."""
    if leads == 1:
        return told[0] if told else ""
    return f"{len(told)}/{leads} đơn vị đã báo cáo kết quả" if told else ""


# --- Filing ---


def _filing(facts: Facts) -> Iterator[Block]:
    by_unit = [(unit, list(found)) for unit, found in groupby(facts.reports, key=lambda report: report.unit)]
    if not by_unit:
        yield Paragraph(NOBODY_OWES)
        return
    yield _counted_filing(by_unit) if facts.is_month else _single_filing(by_unit)


def _single_filing(by_unit: Sequence[tuple[Unit, list[UnitReport]]]) -> Table:
    columns = [
        Column("TT", 1, _CENTRE),
        Column("Đơn vị", 8),
        Column("Tình trạng", 4),
        Column("Nộp lúc", 5),
        Column("Ghi chú", 5),
    ]
    rows = [
        [
            str(place),
            unit.name,
            filing_words(reports[0]),
            vn_moment(reports[0].submitted_at) if reports[0].submitted_at else "",
            remark_words(reports[0]),
        ]
        for place, (unit, reports) in enumerate(by_unit, start=1)
    ]
    return Table(columns, rows)


def _counted_filing(by_unit: Sequence[tuple[Unit, list[UnitReport]]]) -> Table:
    columns = [
        Column("TT", 1, _CENTRE),
        Column("Đơn vị", 8),
        *(Column(title, 2, _CENTRE, group="Số báo cáo") for title in ("Phải nộp", "Đã nộp", "Đúng hạn", "Nộp muộn")),
        *(Column(title, 2, _CENTRE, group="Tỷ lệ") for title in ("Đã nộp", "Đúng hạn")),
        Column("Báo cáo tháng", 4),
    ]
    return Table(columns, [_counts(place, *each) for place, each in enumerate(by_unit, start=1)])


def _counts(place: int, unit: Unit, reports: Sequence[UnitReport]) -> list[str]:
    filed = [report for report in reports if report.is_filed]
    on_time = sum(not report.is_late for report in filed)
    owed = len(reports)
    numbers = [str(number) for number in (owed, len(filed), on_time, len(filed) - on_time)]
    # The month's own report ends last of all that ended in it.
    return [str(place), unit.name, *numbers, share(len(filed), owed), share(on_time, owed), filing_words(reports[-1])]


def filing_words(report: UnitReport) -> str:
    """ "Đã tiếp nhận", "Nộp muộn": how a report was filed, whatever the moment one looks."""
    if not report.is_filed:
        return "Không nộp" if report.state == ReportState.MISSED else "Chưa nộp"
    look = look_of("late" if report.is_late else report.state)
    return look.word


def remark_words(report: UnitReport) -> str:
    said = ["không phát sinh"] if report.nothing_to_report else []
    said += ["nộp thay"] if report.filed_on_behalf else []
    return ", ".join(said).capitalize()


# --- Indicators ---


def _indicators(facts: Facts) -> Iterator[Block]:
    columns = [
        Column("TT", 1, _CENTRE),
        Column("Chỉ tiêu", 8),
        Column("Mô hình", 2, _CENTRE),
        Column("Mục tiêu", 4, _CENTRE),
        Column("Kết quả", 4, Align.RIGHT),
        Column("Tỷ lệ", 2, Align.RIGHT),
        Column("Số đơn vị có số liệu", 2, _CENTRE),
        Column("Cách tính", 2, _CENTRE),
    ]
    rows = []
    for place, (initiative, indicator) in enumerate(indicators_of(facts), start=1):
        told = facts.counted.get(indicator.pk, [])
        whole = aggregated_figure(indicator, told)
        rows.append(
            [
                str(place),
                indicator.name,
                initiative.code,
                target(indicator),
                figure_words(indicator, whole) if whole else "Chưa có số liệu",
                figure_percent(indicator, whole) if whole else "",
                str(len(told)),
                how_counted(indicator),
            ]
        )
    yield Table(columns, rows) if rows else Paragraph("Kế hoạch không đặt chỉ tiêu bằng số.")


_ANNEXES: dict[str, Callable[[Facts], Iterator[Block]]] = {
    SectionKind.ANNEX_INITIATIVES: _initiatives,
    SectionKind.ANNEX_FILING: _filing,
    SectionKind.ANNEX_INDICATORS: _indicators,
}
