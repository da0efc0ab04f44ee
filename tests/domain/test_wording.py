"""Days and moments in the words of the screens."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from reports.domain.wording import (
    age,
    clock,
    document_percent,
    due_words,
    overdue_by,
    percent,
    period_words,
    short_moment,
    time_left,
    vn_date,
    vn_moment,
    vn_weekday,
)
from tests.factories import vn


@pytest.mark.parametrize(("days", "words"), [(2, "còn 2 ngày"), (0, "hôm nay"), (-3, "quá hạn 3 ngày")])
def test_time_left_is_said_in_words(days, words):
    assert time_left(days) == words


@pytest.mark.parametrize(
    ("due_on", "day", "words"),
    [
        ("2024-12-31", "2025-01-01", "1 ngày"),
        ("2024-12-31", "2025-03-01", "60 ngày"),
        ("2024-12-31", "2025-03-31", "3 tháng"),
        ("2024-12-31", "2025-12-30", "11 tháng"),
        ("2024-12-31", "2025-12-31", "1 năm"),
        ("2024-09-30", "2026-11-24", "2 năm 1 tháng"),
        ("2024-03-31", "2026-11-24", "2 năm 7 tháng"),
    ],
)
def test_long_overdue_is_told_in_months_and_years(due_on, day, words):
    due_on, day = date.fromisoformat(due_on), date.fromisoformat(day)

    assert overdue_by((day - due_on).days, due_on) == words


@pytest.mark.parametrize(
    ("rhythm", "first", "last", "words"),
    [
        ("weekly", date(2024, 2, 28), date(2024, 3, 5), "tuần 28/02 – 05/03"),
        ("weekly", date(2023, 12, 27), date(2024, 1, 2), "tuần 27/12 – 02/01"),
        ("weekly", date(2023, 12, 20), date(2023, 12, 26), "tuần 20/12 – 26/12/2023"),
        ("monthly", date(2024, 2, 15), date(2024, 3, 14), "tháng 3"),
        ("monthly", date(2024, 12, 15), date(2025, 1, 14), "tháng 1/2025"),
        ("special", date(2024, 3, 1), date(2024, 3, 8), "đột xuất: rà soát thiết bị"),
    ],
)
def test_period_is_called_by_its_days_and_its_year_where_it_is_another(rhythm, first, last, words):
    assert period_words(rhythm, first, last, "rà soát thiết bị", date(2024, 3, 4)) == words


@pytest.mark.parametrize(
    ("at", "words"), [("2024-03-05 23:59", "thứ Ba 05/03"), ("2024-03-08 17:00", "thứ Sáu 08/03 17:00")]
)
def test_due_time_is_told_where_it_is_not_the_end_of_the_day(at, words):
    assert due_words(vn(at)) == words


@pytest.mark.parametrize(
    ("days", "words"), [(0, "hôm nay"), (1, "1 ngày"), (13, "13 ngày"), (14, "2 tuần"), (27, "3 tuần")]
)
def test_age_of_two_weeks_and_more_is_told_in_weeks(days, words):
    assert age(days) == words


def test_percent_is_set_off_on_the_screen():
    assert (percent(60), percent(0), percent(None), percent("")) == ("60\u00a0%", "0\u00a0%", "", "")


@pytest.mark.parametrize(("value", "words"), [(60, "60%"), (0, "0%"), (Decimal("66.7"), "66,7%"), (None, "")])
def test_percent_is_not_set_off_in_documents(value, words):
    assert document_percent(value) == words


def test_dates_are_written_as_in_vietnam():
    assert (vn_date(date(2024, 3, 5)), vn_weekday(date(2024, 3, 5))) == ("05/03/2024", "thứ Ba 05/03")


def test_moment_of_another_zone_is_told_in_vietnam():
    assert vn_moment(datetime(2024, 3, 4, 17, 0, tzinfo=UTC)) == "00:00 ngày 05/03/2024"


def test_short_moment_and_clock_are_told_in_vietnam():
    at = datetime(2024, 3, 4, 18, 5, tzinfo=UTC)

    assert (short_moment(at), clock(at)) == ("01:05 05/03/2024", "01:05")
