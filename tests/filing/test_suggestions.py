"""What an entry is pre-filled with, and the lines ready for the page, those that need attention first."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from models_registry.deadlines import DeadlineKind
from models_registry.models import Deadline, Indicator
from reports.domain.numbers import Figure
from reports.domain.states import WorkState
from reports.filing.drafts import keep_entries
from reports.filing.duty_lines import Attention, lines_of
from reports.filing.services import submit_nothing, submit_report
from reports.filing.suggestions import merge_texts, suggestions_for
from reports.review.services import Remark, return_report
from tests.acts import (
    MONDAY,
    NEXT_MONDAY,
    entry_of,
    filed,
    fill,
    more_duties,
    opened,
    report_of,
    save_entry,
)
from tests.factories import DutyFactory, InitiativeFactory, vn
from tests.queries import same_queries

pytestmark = pytest.mark.django_db

MONTH_END = vn("2024-03-14 08:00")


def suggestion_for(report):
    entries = list(report.entries.select_related("duty__current__period"))
    return suggestions_for(report, entries).get(entries[0].duty_id)


def indicator(initiative, **fields):
    said = {"name": "Hồ sơ", "kind": Indicator.Kind.AT_LEAST, "target": 20, "unit_of_measure": "hồ sơ", **fields}
    return Indicator.objects.create(initiative=initiative, **said)


def counted(report, officer, at, indicator, value, total=None):
    """File a week with this count."""
    entry = entry_of(report)
    figure = Figure(Decimal(value), None if total is None else Decimal(total))
    save_entry(entry, {"work_state": "in_progress"}, version=0, by=officer, at=at, figures={indicator.pk: figure})
    submit_report(report, by=officer, at=at)


def test_week_is_suggested_how_the_work_stood_last_time_and_not_what_was_done(report, officer, unit):
    filed(report, officer, MONDAY, result="đã lắp 2/3", next_steps="lắp nốt")

    suggestion = suggestion_for(opened(unit, NEXT_MONDAY, "2024-W11"))

    assert suggestion.source == "tuần 10/2024"
    assert suggestion.fields == {
        "work_state": "in_progress", "percent": 60, "difficulty": "", "proposal": "", "solving_level": "",
    }  # fmt: skip


def test_duty_never_reported_on_has_no_suggestion(report):
    assert suggestion_for(report) is None


def test_late_report_is_not_suggested_the_words_of_a_later_week(report, officer, unit):
    filed(report, officer, MONDAY, percent=20)
    at = vn("2024-03-19 08:00")
    w11, w12 = opened(unit, at, "2024-W11"), report_of(unit, "2024-W12")
    filed(w12, officer, at, percent=90)

    assert suggestion_for(w11).fields["percent"] == 20


def test_month_brings_its_weeks_together(report, officer, unit):
    filed(report, officer, MONDAY, percent=40, result="Tập huấn 2 buổi\nRà soát", next_steps="cũ")
    filed(opened(unit, NEXT_MONDAY, "2024-W11"), officer, NEXT_MONDAY, percent=70, result="rà soát\nLắp máy")

    suggestion = suggestion_for(report_of(unit, "2024-03"))

    assert (suggestion.fields["result"], suggestion.fields["percent"]) == ("Tập huấn 2 buổi\nRà soát\nLắp máy", 70)
    assert suggestion.source == "2 báo cáo tuần trong tháng"


def test_week_without_news_and_week_of_another_month_stay_out_of_the_month(report, officer, unit):
    filed(report, officer, MONDAY, percent=40, result="Tập huấn")
    submit_nothing(opened(unit, NEXT_MONDAY, "2024-W11"), by=officer, at=NEXT_MONDAY)
    at = vn("2024-03-18 08:00")
    filed(opened(unit, at, "2024-W12"), officer, at, percent=90, result="Sang tháng sau")

    suggestion = suggestion_for(report_of(unit, "2024-03"))

    assert (suggestion.fields["result"], suggestion.fields["percent"], suggestion.source) == (
        "Tập huấn", 40, "1 báo cáo tuần trong tháng",
    )  # fmt: skip


@pytest.mark.parametrize(("is_cumulative", "total"), [(True, 12), (False, 19)])
def test_figures_of_the_month_are_the_latest_or_the_sum(report, officer, duty, is_cumulative, total):
    number = indicator(duty.initiative, is_cumulative=is_cumulative)
    counted(report, officer, MONDAY, number, 7)
    counted(opened(duty.unit, NEXT_MONDAY, "2024-W11"), officer, NEXT_MONDAY, number, 12)

    suggestion = suggestion_for(report_of(duty.unit, "2024-03"))

    assert suggestion.figures == {number.pk: Figure(Decimal(total))}


def test_kept_month_takes_over_words_and_figures_and_can_be_filed(report, officer, duty):
    number = indicator(duty.initiative)
    counted(report, officer, MONDAY, number, 7)
    monthly = report_of(duty.unit, "2024-03")

    (kept,) = keep_entries(monthly, by=officer, at=MONTH_END)

    assert (kept.is_kept, kept.figures.get().value) == (True, 7)
    assert submit_report(monthly, by=officer, at=MONTH_END).state == "submitted"


@pytest.mark.parametrize(
    ("texts", "merged"),
    [
        ([], ""),
        (["", " \n "], ""),
        (["Tập huấn", "tap huan"], "Tập huấn"),
        (["a\nb", "b\nc"], "a\nb\nc"),
        (["!!!", "???"], "!!!\n???"),
    ],
)
def test_texts_are_merged_line_by_line_each_said_once(texts, merged):
    assert merge_texts(texts) == merged


# --- Lines ---


def attention_of(report, at=MONDAY):
    return {line.entry.pk: line.attention for line in lines_of(report, at)}


def deadline(initiative, due_on, **fields):
    return Deadline.objects.create(
        initiative=initiative, text="Thời hạn", kind=DeadlineKind.DAY, due_on=due_on, **fields
    )


def test_line_has_the_last_word_what_is_suggested_and_the_figures(report, officer, duty):
    number = indicator(duty.initiative, kind=Indicator.Kind.PERCENT, target=100)
    counted(report, officer, MONDAY, number, 2, 3)

    (line,) = lines_of(opened(duty.unit, NEXT_MONDAY, "2024-W11"), NEXT_MONDAY)

    assert (line.last.work_state, line.suggestion.fields["work_state"], line.can_be_kept) == (
        "in_progress", "in_progress", True,
    )  # fmt: skip
    assert [(one.indicator, one.now, one.last) for one in line.figures] == [
        (number, Figure(None), Figure(Decimal(2), Decimal(3)))
    ]
    assert line.attention == []


def test_line_never_reported_and_without_a_figure_says_so(report, duty):
    indicator(duty.initiative)

    (line,) = lines_of(report, MONDAY)

    assert (line.attention, line.last, line.can_be_kept) == (
        [Attention.NEVER_REPORTED, Attention.FIGURE_ASKED], None, False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("due_on", "state", "attention"),
    [
        (date(2024, 3, 3), WorkState.IN_PROGRESS, [Attention.LATE]),
        (date(2024, 3, 3), WorkState.MAINTAINED, []),
        (date(2024, 3, 4), WorkState.IN_PROGRESS, [Attention.DUE_SOON]),
        (date(2024, 4, 3), WorkState.IN_PROGRESS, [Attention.DUE_SOON]),
        (date(2024, 4, 4), WorkState.IN_PROGRESS, []),
        (date(2024, 4, 3), WorkState.MAINTAINED, []),
        (date(2024, 3, 3), WorkState.BLOCKED, [Attention.BLOCKED, Attention.LATE]),
    ],
)
def test_line_is_marked_by_its_deadline(report, officer, duty, due_on, state, attention):
    part = deadline(duty.initiative, due_on)
    filed(report, officer, MONDAY, work_state=state, difficulty="Thiếu máy" if state == WorkState.BLOCKED else "")

    (line,) = lines_of(report_of(duty.unit, "2024-03"), MONDAY)

    assert (line.attention, line.deadline) == (attention, part)


def test_nearest_deadline_is_the_first_that_has_not_passed(report, duty):
    deadline(duty.initiative, date(2024, 3, 1), position=0)
    far, near = (
        deadline(duty.initiative, day, position=n) for n, day in ((1, date(2025, 1, 1)), (2, date(2024, 6, 1)))
    )

    (line,) = lines_of(report, MONDAY)

    assert line.deadline == near != far


def test_remarks_are_shown_until_the_report_is_filed_again(report, officer, standing_agency):
    filed(report, officer, MONDAY)
    return_report(
        report, reason="Thiếu", remarks=[Remark(entry_of(report).pk, "Ghi rõ", "result")], by=standing_agency, at=MONDAY
    )

    (line,) = lines_of(report, MONDAY)
    assert ([remark.text for remark in line.remarks], line.attention[0]) == (["Ghi rõ"], Attention.RETURNED)

    filed(report, officer, MONDAY, result="3 buổi")
    (line,) = lines_of(report, MONDAY)
    assert line.remarks == []


def test_lines_that_need_attention_come_first_then_the_plans_order(duty, officer):
    calm, blocked = (DutyFactory(unit=duty.unit, initiative=InitiativeFactory(plan=duty.initiative.plan)) for _ in "12")
    report = opened(duty.unit)
    fill(report, officer, MONDAY)
    entry = report.entries.get(duty=blocked)
    save_entry(
        entry, {"work_state": "blocked", "difficulty": "Thiếu máy"}, version=entry.version, by=officer, at=MONDAY
    )
    submit_report(report, by=officer, at=MONDAY)

    lines = lines_of(opened(duty.unit, NEXT_MONDAY, "2024-W11"), NEXT_MONDAY)

    assert [line.duty for line in lines] == [blocked, duty, calm]


@pytest.mark.parametrize("code", ["2024-W11", "2024-03"])
@same_queries(15)
def test_lines_take_the_same_queries_for_any_number(duty, officer, standing_agency, rows, code, counted):
    others = more_duties(duty, rows - 1)
    for one in (duty, *others):
        indicator(one.initiative)
        deadline(one.initiative, date(2024, 3, 20))
    filed(opened(duty.unit), officer, MONDAY)
    report = opened(duty.unit, NEXT_MONDAY, code)
    fill(report, officer, NEXT_MONDAY + timedelta(minutes=1))

    with counted:
        assert len(lines_of(report, NEXT_MONDAY)) == rows
