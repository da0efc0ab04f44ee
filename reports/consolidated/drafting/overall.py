"""The overall figures in sentences, and what the standing agency did. Each sentence is a function of the facts."""

from collections import Counter
from collections.abc import Iterable, Iterator

from models_registry.models import Indicator, Initiative
from reports.domain.numbers import Figure
from reports.domain.states import ReportState, SolvingLevel, WorkState
from reports.letterheads.citations import short_day
from reports.models import UnitReport
from reports.progress.indicators import UnitCount, aggregated_figure

from .drafted_line import DraftLine, paragraph
from .facts import Facts, indicators_of
from .phrases import (
    LEADS_UNHEARD,
    MOST_NAMED,
    NOBODY_OWES,
    codes,
    counted,
    figure_percent,
    figure_words,
    first_small,
    listed,
    row,
    sentence,
    share,
    target,
)

_FINISHED = {WorkState.DONE.value, WorkState.MAINTAINED.value}
# How an initiative is counted when several units lead it; the order is that of the sentence.
_COUNTED_AS = {
    WorkState.DONE.value: "hoàn thành",
    WorkState.MAINTAINED.value: "duy trì thường xuyên",
    WorkState.IN_PROGRESS.value: "đang triển khai",
    WorkState.BLOCKED.value: "có đơn vị chủ trì vướng mắc",
    WorkState.NOT_STARTED.value: "chưa triển khai",
    "": LEADS_UNHEARD,
}


def overall(facts: Facts) -> Iterator[DraftLine]:
    """Who reported, how the initiatives stand, what was counted, which difficulties wait."""
    yield paragraph(_filing(facts), "filing")
    nothing = _nothing(facts)
    if nothing:
        yield paragraph(nothing, "nothing")
    yield paragraph(_states(facts), "states", _words_of(facts))
    for initiative, indicator in indicators_of(facts):
        told = facts.counted.get(indicator.pk, [])
        if told:
            entries = (entry for one in told for entry in one.entries)
            yield paragraph(_indicator(initiative, indicator, told), f"indicator {indicator.pk}", entries)
    yield paragraph(_obstacles(facts), "obstacles")


def direction(facts: Facts) -> Iterator[DraftLine]:
    """What the standing agency did in the period, from what the portal knows of it."""
    accepted = sum(report.state == ReportState.ACCEPTED for report in facts.reports)
    returned = sum(report.returned_at is not None for report in facts.reports)
    done = [f"tiếp nhận {counted(accepted)} báo cáo của các đơn vị"] if accepted else []
    done += [f"trả lại {counted(returned)} báo cáo để bổ sung"] if returned else []
    done += [f"trả lời, hướng dẫn {counted(facts.answered)} lượt về khó khăn, vướng mắc"] if facts.answered else []
    done += [f"giải quyết {counted(facts.settled)} khó khăn, vướng mắc"] if facts.settled else []
    if done:
        yield paragraph(sentence(f"{facts.reporter} đã {listed(done)}"), "done")
    for period in facts.special:
        asked = f"Yêu cầu các đơn vị báo cáo đột xuất: {first_small(period.name)}"
        yield paragraph(sentence(f"{asked} (hạn {short_day(period.ends_on)})"), f"special {period.pk}")


def state_of_initiative(states: Iterable[str]) -> str:
    """How an initiative is counted: hindered where one lead is, finished only where all are."""
    found = set(states)
    if WorkState.BLOCKED in found:
        return WorkState.BLOCKED
    if not found - {""}:
        return ""
    if found <= _FINISHED:
        return WorkState.DONE if found == {WorkState.DONE} else WorkState.MAINTAINED
    return WorkState.NOT_STARTED if found <= {WorkState.NOT_STARTED, ""} else WorkState.IN_PROGRESS


# --- Sentences ---


def _filing(facts: Facts) -> str:
    own = facts.own_reports
    if not own:
        return NOBODY_OWES
    filed = [report for report in own if report.is_filed]
    missing = [report.unit.name for report in own if not report.is_filed]
    text = f"Trong kỳ có {len(filed)}/{len(own)} đơn vị nộp báo cáo, đạt {share(len(filed), len(own))}"
    if filed:
        text += _punctuality(filed)
    if missing:
        text += f"; {counted(len(missing))} đơn vị chưa nộp{_who(missing)}"
    weeks = [report for report in facts.reports if report.period_id != facts.period.pk]
    if facts.is_month and weeks:
        came = sum(report.is_filed for report in weeks)
        text += f". Về báo cáo tuần trong tháng, các đơn vị đã nộp {counted(came)}/{counted(len(weeks))} báo cáo"
        text += f", đạt {share(came, len(weeks))}"
    return sentence(text)


def _punctuality(filed: list[UnitReport]) -> str:
    late = sum(report.is_late for report in filed)
    if not late:
        return ", tất cả đúng hạn" if len(filed) > 1 else ", đúng hạn"
    on_time = len(filed) - late
    told = [f"{counted(on_time)} đơn vị đúng hạn"] if on_time else []
    return f", trong đó {listed([*told, f'{counted(late)} đơn vị nộp muộn'])}"


def _nothing(facts: Facts) -> str:
    units = [report.unit.name for report in facts.own_reports if report.nothing_to_report]
    return sentence(f"{counted(len(units))} đơn vị báo cáo không phát sinh nội dung mới{_who(units)}") if units else ""


def _who(units: list[str]) -> str:
    """ ": A, B", or nothing where they are so many that the annex of filing names them better."""
    return f": {row(units)}" if len(units) <= MOST_NAMED else ""


def _states(facts: Facts) -> str:
    how = Counter(state_of_initiative(facts.states_of(initiative)) for initiative in facts.initiatives)
    parts = [f"{counted(how[state])} mô hình {words}" for state, words in _COUNTED_AS.items() if how[state]]
    day = short_day(facts.period.ends_on)
    if not parts:
        return f"Tính đến hết ngày {day}, kế hoạch chưa có mô hình nào đang theo dõi."
    text = f"Tính đến hết ngày {day}, trong {counted(how.total())} mô hình có {listed(parts)}"
    if facts.late_codes:
        text += f"; chậm so với thời hạn của kế hoạch: {codes(facts.late_codes)}"
    return sentence(text)


def _words_of(facts: Facts) -> list[int]:
    return [known.entry_id for initiative in facts.initiatives for _, known in facts.progress_of(initiative)]


def _indicator(initiative: Initiative, indicator: Indicator, told: list[UnitCount]) -> str:
    figure = aggregated_figure(indicator, told) or Figure(None)
    when = "đến nay" if indicator.is_cumulative else "trong kỳ"
    who = " đơn vị cao nhất có" if indicator.aggregation == Indicator.Aggregation.HIGHEST and figure.value else ""
    text = f"{indicator.name} (mô hình {initiative.code}): {when}{who} {figure_words(indicator, figure)}"
    percent = figure_percent(indicator, figure)
    reached = f", đạt {percent}" if percent else ""
    least = "ít nhất " if indicator.kind == Indicator.Kind.AT_LEAST else ""
    return sentence(f"{text}{reached}; mục tiêu {least}{target(indicator)}")


def _obstacles(facts: Facts) -> str:
    if not facts.obstacles:
        return "Không còn khó khăn, vướng mắc nào đang chờ giải quyết."
    how = Counter(family.root.solving_level for family in facts.obstacles)
    parts = [f"{counted(how[level])} {str(level.label).lower()}" for level in SolvingLevel if how[level]]
    parts += [f"{counted(how[''])} chưa xác định cấp"] if how[""] else []
    return sentence(f"Còn {counted(len(facts.obstacles))} khó khăn, vướng mắc đang chờ giải quyết ({', '.join(parts)})")
