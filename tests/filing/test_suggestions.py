"""What an entry is pre-filled with, and the lines ready for the page, those that need attention first."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from assignments.models import AssignmentRole
from models_registry.deadlines import DeadlineKind
from models_registry.models import Deadline, Indicator
from reports.domain.numbers import Figure
from reports.domain.states import WorkState
from reports.filing.drafts import keep_entries
from reports.filing.duty_lines import Attention, lines_of
from reports.filing.services import submit_nothing, submit_report, withdraw_report
from reports.filing.suggestions import merge_texts, suggestions_for
from reports.lifecycle.errors import Unready
from reports.review.services import Remark, return_report
from reports.special.services import request_special_report
from tests.acts import (
    MONDAY,
    NEXT_MONDAY,
    entry_of,
    filed,
    fill,
    likely,
    more_duties,
    opened,
    report_of,
    save_entry,
    seen,
)
from tests.factories import DutyFactory, InitiativeFactory, vn
from tests.queries import same_queries

pytestmark = pytest.mark.django_db

MONTH_END = vn("2024-03-14 08:00")
DAY = timedelta(days=1)


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
    save_entry(entry, {"work_state": "in_progress"}, by=officer, at=at, figures={indicator.pk: figure})
    submit_report(report, by=officer, at=at)


def test_week_is_suggested_how_the_work_stood_last_time_and_not_what_was_done(report, officer, unit):
    filed(report, officer, MONDAY, result="đã lắp 2/3", next_steps="lắp nốt")

    suggestion = suggestion_for(opened(unit, NEXT_MONDAY, "2024-W11"))

    assert suggestion.source == "tuần 28/02 – 05/03"
    assert suggestion.fields == {
        "work_state": "in_progress", "percent": 60, "difficulty": "", "proposal": "", "solving_level": "",
    }  # fmt: skip


def test_duty_never_reported_on_has_no_suggestion(report):
    assert suggestion_for(report) is None


def test_report_filed_late_is_suggested_what_was_said_since(report, officer, unit):
    """Keeping it does not take back what a later week has said meanwhile."""
    filed(report, officer, MONDAY, percent=20)
    at = vn("2024-03-19 08:00")
    w11, w12 = opened(unit, at, "2024-W11"), report_of(unit, "2024-W12")
    filed(w12, officer, at, percent=90)

    suggestion = suggestion_for(w11)

    assert (suggestion.fields["percent"], suggestion.source) == (90, "tuần 13/03 – 19/03")


@pytest.fixture
def special(duty, standing_agency):
    """``special(at)``: the report asked for on an occasion on the unit's one duty, due four days later."""

    def ask(at):
        said = {"title": "Rà soát", "units": [duty.unit], "initiatives": [duty.initiative], "due_at": at + 4 * DAY}
        period = request_special_report(duty.initiative.plan, **said, by=standing_agency, at=at)
        return report_of(duty.unit, period.code)

    return ask


def test_month_says_how_the_work_stands_by_the_last_word_of_any_report(report, officer, unit, special):
    filed(report, officer, MONDAY, percent=40, result="Tập huấn")
    filed(special(MONDAY), officer, MONDAY + 3 * DAY, percent=55, result="Kiểm tra thiết bị")

    suggestion = suggestion_for(report_of(unit, "2024-03"))

    assert (suggestion.fields["percent"], suggestion.fields["result"]) == (55, "Tập huấn")
    assert suggestion.source == "1 báo cáo tuần trong tháng và đột xuất: Rà soát"


def test_month_is_suggested_the_figure_to_date_last_counted_in_any_report(report, officer, duty, special):
    number = indicator(duty.initiative, kind=Indicator.Kind.PERCENT, target=100)
    counted(report, officer, MONDAY, number, 32, 69)
    counted(special(MONDAY), officer, MONDAY + 3 * DAY, number, 37, 69)

    (line,) = lines_of(report_of(duty.unit, "2024-03"), MONTH_END)

    told = Figure(Decimal(37), Decimal(69))
    assert (line.figures[0].last, line.suggestion.figures) == (told, {number.pk: told})


def test_figure_last_counted_is_the_one_said_last_for_whatever_period(report, officer, duty):
    """Week 10 is filed after week 11, and what it counted is newer."""
    number = indicator(duty.initiative)
    counted(opened(duty.unit, NEXT_MONDAY, "2024-W11"), officer, NEXT_MONDAY, number, 7)
    counted(report, officer, NEXT_MONDAY + timedelta(hours=1), number, 9)

    (line,) = lines_of(report_of(duty.unit, "2024-03"), MONTH_END)

    assert (line.figures[0].last, line.suggestion.figures) == (Figure(Decimal(9)), {number.pk: Figure(Decimal(9))})


def test_month_brings_its_weeks_together(report, officer, unit):
    filed(report, officer, MONDAY, percent=40, result="Tập huấn 2 buổi\nRà soát", next_steps="cũ")
    filed(opened(unit, NEXT_MONDAY, "2024-W11"), officer, NEXT_MONDAY, percent=70, result="rà soát\nLắp máy")

    suggestion = suggestion_for(report_of(unit, "2024-03"))

    assert (suggestion.fields["result"], suggestion.fields["percent"]) == ("Tập huấn 2 buổi\nRà soát\nLắp máy", 70)
    assert suggestion.source == "2 báo cáo tuần trong tháng"


def test_results_of_the_month_are_those_of_its_weeks_with_news(report, officer, unit):
    filed(report, officer, MONDAY, percent=40, result="Tập huấn")
    submit_nothing(opened(unit, NEXT_MONDAY, "2024-W11"), by=officer, at=NEXT_MONDAY)
    at = vn("2024-03-18 08:00")
    filed(opened(unit, at, "2024-W12"), officer, at, percent=90, result="Sang tháng sau")

    suggestion = suggestion_for(report_of(unit, "2024-03"))

    assert (suggestion.fields["result"], suggestion.fields["percent"], suggestion.source) == (
        "Tập huấn", 90, "1 báo cáo tuần trong tháng và tuần 13/03 – 19/03",
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


# --- A kept line follows its source ---


@pytest.fixture
def kept_month(report, officer, duty):
    """The month's report kept as its one week said: 60 %, 7 counted."""
    number = indicator(duty.initiative)
    counted(report, officer, MONDAY, number, 7)
    monthly = report_of(duty.unit, "2024-03")
    keep_entries(monthly, by=officer, at=MONDAY)
    return monthly


def filed_anew(report, officer, percent, value):
    withdraw_report(report, by=officer, at=MONDAY)
    entry = entry_of(report)
    number = entry.figures.get().indicator_id
    figures = {number: Figure(Decimal(value))}
    save_entry(entry, {"percent": percent}, by=officer, at=MONDAY, figures=figures)
    submit_report(report, by=officer, at=MONDAY)


def test_kept_line_shows_and_files_what_its_source_says_by_then(report, officer, kept_month):
    filed_anew(report, officer, 95, 12)

    (line,) = lines_of(kept_month, MONTH_END)
    submit_report(kept_month, by=officer, at=MONTH_END)

    shown = (line.entry.is_kept, line.entry.percent, line.figures[0].now.value)
    entry = entry_of(kept_month)
    assert shown == (True, 95, 12)
    assert (entry.is_kept, entry.percent, entry.figures.get().value) == (True, 95, 12)


def test_kept_line_whose_source_was_taken_back_is_not_answered(report, officer, kept_month):
    withdraw_report(report, by=officer, at=MONDAY)

    (line,) = lines_of(kept_month, MONTH_END)

    assert (line.entry.is_answered, line.entry.is_kept, line.figures[0].now) == (False, False, Figure(None))
    with pytest.raises(Unready):
        submit_report(kept_month, by=officer, at=MONTH_END)


def test_line_typed_into_after_keeping_follows_no_more(report, officer, kept_month):
    entry = entry_of(kept_month)
    save_entry(entry, {"result": "của tháng"}, by=officer, at=MONDAY)
    filed_anew(report, officer, 95, 12)

    (line,) = lines_of(kept_month, MONTH_END)

    assert (line.entry.is_kept, line.entry.percent, line.figures[0].now.value) == (False, None, 7)


def test_words_typed_into_a_kept_line_join_what_its_source_says_by_then(report, officer, kept_month):
    """A page opened before the week was filed anew does not bring the old percent back."""
    entry = entry_of(kept_month)
    filed_anew(report, officer, 95, 12)

    said = {"work_state": "in_progress", "percent": entry.percent, "result": "của tháng"}
    saved = save_entry(entry, said, by=officer, at=MONTH_END, known=seen(entry))

    assert (saved.percent, saved.result, saved.figures.get().value, saved.is_kept) == (95, "của tháng", 12, False)


def test_percent_typed_into_a_kept_line_stands_against_what_its_source_says_by_then(report, officer, kept_month):
    """Nobody typed what the line followed, so there is nothing for the officer to choose between."""
    entry = entry_of(kept_month)
    filed_anew(report, officer, 95, 12)

    saved = save_entry(entry, {"percent": 80}, by=officer, at=MONTH_END, known=seen(entry))

    assert (saved.percent, saved.figures.get().value, saved.is_kept) == (80, 12, False)


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


def test_what_a_draft_says_is_not_yet_said_of_the_line(report, officer, duty):
    deadline(duty.initiative, date(2024, 3, 3))
    fill(report, officer, MONDAY, work_state=WorkState.BLOCKED, difficulty="Thiếu máy")

    (line,) = lines_of(report, MONDAY)

    assert line.attention == [Attention.LATE, Attention.NEVER_REPORTED]


def test_draft_of_finished_work_leaves_the_line_as_it_was_said_last(report, officer, duty):
    deadline(duty.initiative, date(2024, 3, 3))
    filed(report, officer, MONDAY, work_state=WorkState.BLOCKED, difficulty="Thiếu máy")
    following = opened(duty.unit, NEXT_MONDAY, "2024-W11")
    fill(following, officer, NEXT_MONDAY, work_state=WorkState.DONE, percent=100)

    (line,) = lines_of(following, NEXT_MONDAY)

    assert line.attention == [Attention.BLOCKED, Attention.LATE]


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

    told = (part if Attention.LATE in attention else None, part if Attention.DUE_SOON in attention else None)
    assert (line.attention, line.late, line.ahead) == (attention, *told)


def test_line_of_a_unit_that_coordinates_is_not_late(duty):
    initiative = InitiativeFactory(plan=duty.initiative.plan)
    deadline(initiative, date(2024, 3, 3))
    DutyFactory(initiative=initiative, unit=duty.unit, role=AssignmentRole.COORDINATING)
    following = opened(duty.unit, NEXT_MONDAY, "2024-W11")

    [line] = [line for line in lines_of(following, NEXT_MONDAY) if line.duty.initiative == initiative]

    assert (line.late, line.attention) == (None, [Attention.NEVER_REPORTED])


def test_of_several_parts_the_one_unmet_longest_and_the_next_are_told_of(report, duty):
    days = (date(2025, 1, 1), date(2024, 3, 3), date(2024, 2, 1), date(2024, 4, 1), date(2024, 3, 20))
    parts = [deadline(duty.initiative, day, position=place) for place, day in enumerate(days)]

    (line,) = lines_of(report, MONDAY)

    assert (line.late, line.ahead) == (parts[2], parts[4])


def test_remarks_are_shown_until_the_report_is_filed_again(report, officer, standing_agency):
    filed(report, officer, MONDAY)
    return_report(
        report, reason="Thiếu", remarks=[Remark(entry_of(report).pk, "Ghi rõ", "result")], by=standing_agency, at=MONDAY
    )

    (line,) = lines_of(entry_of(report).report, MONDAY)
    assert ([remark.text for remark in line.remarks], line.attention) == (["Ghi rõ"], [Attention.RETURNED])

    filed(report, officer, MONDAY, result="3 buổi")
    (line,) = lines_of(report, MONDAY)
    assert line.remarks == []


def test_lines_that_need_attention_come_first_then_the_plans_order(duty, officer):
    calm, blocked = (DutyFactory(unit=duty.unit, initiative=InitiativeFactory(plan=duty.initiative.plan)) for _ in "12")
    report = opened(duty.unit)
    fill(report, officer, MONDAY)
    entry = report.entries.get(duty=blocked)
    save_entry(
        entry,
        likely({"work_state": "blocked", "difficulty": "Thiếu máy"}),
        by=officer,
        at=MONDAY,
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
