"""Periods and due moments (KH III.6), against a table written by hand and for any day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.domain.calendar import REGULAR, Rhythm, local_day, span_from_code, span_of, spans_between
from tests.factories import vn

days = st.dates(date(2020, 1, 1), date(2040, 12, 31))


@pytest.mark.parametrize(
    ("code", "starts_on", "ends_on"),
    [
        ("2024-W10", date(2024, 2, 28), date(2024, 3, 5)),
        ("2024-W01", date(2023, 12, 27), date(2024, 1, 2)),
        ("2024-W07", date(2024, 2, 7), date(2024, 2, 13)),  # Tết: the due day stays
        ("2026-W53", date(2026, 12, 23), date(2026, 12, 29)),
        ("2024-03", date(2024, 2, 15), date(2024, 3, 14)),
        ("2024-01", date(2023, 12, 15), date(2024, 1, 14)),
        ("2025-03", date(2025, 2, 15), date(2025, 3, 14)),
    ],
)
def test_span_from_code_covers_the_days_of_the_plan(code, starts_on, ends_on):
    span = span_from_code(code)

    assert (span.code, span.starts_on, span.ends_on) == (code, starts_on, ends_on)


def test_span_of_a_special_report_is_refused():
    with pytest.raises(ValueError, match="does not come round"):
        span_of(Rhythm.SPECIAL, date(2024, 3, 5))


@pytest.mark.parametrize(
    "text", ["", "2024", "2024-W1", "2024-w10", "tuần 10", "0000-01", "0001-W01", "9999-12", "9999-W52"]
)
def test_span_from_code_refuses_what_is_not_written_as_a_period(text):
    with pytest.raises(ValueError, match="Kỳ báo cáo viết như 2024-W10"):
        span_from_code(text)


@pytest.mark.parametrize("text", ["2024-W00", "2024-W54", "2025-W53", "2024-00", "2024-13"])
def test_span_from_code_says_in_plain_words_that_there_is_no_such_period(text):
    with pytest.raises(ValueError, match=f"Lịch không có kỳ “{text}”"):
        span_from_code(text)


@pytest.mark.parametrize(
    ("moment", "weekly", "monthly"),
    [
        ("2024-03-04 23:59:59", "2024-W10", "2024-03"),
        ("2024-03-05 23:59:59", "2024-W10", "2024-03"),
        ("2024-03-06 00:00:00", "2024-W11", "2024-03"),
        ("2024-03-14 23:59:59", "2024-W12", "2024-03"),
        ("2024-03-15 00:00:00", "2024-W12", "2024-04"),
        ("2024-02-29 12:00:00", "2024-W10", "2024-03"),
    ],
)
def test_span_of_changes_at_midnight_in_vietnam(moment, weekly, monthly):
    day = local_day(vn(moment))

    assert (span_of(Rhythm.WEEKLY, day).code, span_of(Rhythm.MONTHLY, day).code) == (weekly, monthly)


def test_due_moment_is_the_last_of_the_due_day():
    due_at = span_from_code("2024-W10").due_at

    assert (vn("2024-03-05 23:59:59") <= due_at, due_at < vn("2024-03-06 00:00")) == (True, True)


@given(days, st.sampled_from(REGULAR))
def test_span_of_any_day_covers_it_and_reads_back_from_its_code(day, rhythm):
    span = span_of(rhythm, day)

    assert span.starts_on <= day <= span.ends_on
    assert span_from_code(span.code) == span


@given(days, st.sampled_from(REGULAR))
def test_spans_follow_each_other_without_gap_or_overlap(day, rhythm):
    span = span_of(rhythm, day)

    assert span.next.starts_on == span.ends_on + timedelta(days=1)
    assert span.next.previous == span


@given(days, st.integers(0, 400), st.sampled_from(REGULAR))
def test_spans_between_two_days_cover_each_of_them_once(first, length, rhythm):
    last = first + timedelta(days=length)

    covered = [s.starts_on + timedelta(days=n) for s in spans_between(rhythm, first, last) for n in range(_days_of(s))]

    assert [day for day in covered if first <= day <= last] == [first + timedelta(days=n) for n in range(length + 1)]


def _days_of(span):
    return (span.ends_on - span.starts_on).days + 1
