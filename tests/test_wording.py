"""Days and moments in the words of the screens."""

from datetime import UTC, date, datetime

import pytest

from reports.wording import time_left, vn_date, vn_moment, vn_weekday


@pytest.mark.parametrize(("days", "words"), [(2, "còn 2 ngày"), (0, "hôm nay"), (-3, "quá hạn 3 ngày")])
def test_time_left_is_said_in_words(days, words):
    assert time_left(days) == words


def test_dates_are_written_as_in_vietnam():
    assert (vn_date(date(2024, 3, 5)), vn_weekday(date(2024, 3, 5))) == ("05/03/2024", "thứ Ba 05/03")


def test_moment_of_another_zone_is_told_in_vietnam():
    assert vn_moment(datetime(2024, 3, 4, 17, 0, tzinfo=UTC)) == "00:00 ngày 05/03/2024"
