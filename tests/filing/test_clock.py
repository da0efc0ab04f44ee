"""The edges of the clock (CHECKS 35): a table of moments, and whether a report filed then is on time.

The moments are given in UTC or in Vietnam; the answer is the same whatever zone the server's clock is told in.
"""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from reports.domain import calendar
from reports.domain.calendar import Rhythm, Span, local_day, span_from_code, span_of
from reports.models import UnitReport
from reports.periods.services import run_schedule
from tests.acts import filed
from tests.factories import vn

pytestmark = pytest.mark.django_db

ON_TIME, LATE, LOCKED = "on time", "late", "locked"

MOMENTS = [
    # weekly 2024-W10, due Tuesday 05/03/2024
    ("2024-W10", vn("2024-03-04 23:59:59"), ON_TIME),
    ("2024-W10", vn("2024-03-05 00:00:00"), ON_TIME),
    ("2024-W10", vn("2024-03-05 23:59:59"), ON_TIME),
    ("2024-W10", vn("2024-03-05 23:59:59.999999"), ON_TIME),
    ("2024-W10", vn("2024-03-06 00:00:00"), LATE),
    ("2024-W10", datetime(2024, 3, 4, 17, 0, tzinfo=UTC), ON_TIME),  # Monday in London, Tuesday here
    ("2024-W10", datetime(2024, 3, 5, 16, 59, 59, tzinfo=UTC), ON_TIME),
    ("2024-W10", datetime(2024, 3, 5, 17, 0, tzinfo=UTC), LATE),
    ("2024-W10", vn("2024-03-12 23:59:59"), LATE),
    ("2024-W10", vn("2024-03-13 00:00:00"), LOCKED),
    # monthly, due at the end of the 14th
    ("2024-03", vn("2024-03-14 00:00:00"), ON_TIME),
    ("2024-03", vn("2024-03-14 23:59:59"), ON_TIME),
    ("2024-03", vn("2024-03-15 00:00:00"), LATE),
    ("2024-03", vn("2024-03-15 23:59:59"), LATE),
    ("2024-03", vn("2024-03-16 08:00:00"), LATE),
    ("2024-03", vn("2024-04-14 23:59:59"), LATE),
    ("2024-03", vn("2024-04-15 00:00:00"), LOCKED),
]
FIRST_DAYS = [
    # the day, and the codes of the week and the month it belongs to
    (date(2024, 2, 29), "2024-W10", "2024-03"),  # a leap day
    (date(2024, 2, 13), "2024-W07", "2024-02"),  # the last day off of Tết Giáp Thìn is a Tuesday
    (date(2024, 2, 14), "2024-W08", "2024-02"),
    (date(2024, 12, 31), "2025-W01", "2025-01"),  # Tuesday of the first ISO week of the next year
    (date(2025, 1, 1), "2025-W02", "2025-01"),
    (date(2026, 12, 29), "2026-W53", "2027-01"),  # a year of 53 weeks
    (date(2027, 1, 5), "2027-W01", "2027-01"),
    (date(2026, 2, 17), "2026-W08", "2026-03"),  # the first day of Tết Bính Ngọ, a Tuesday
]


def outcome_of(report, at, by):
    if not report.is_fileable(at):
        return LOCKED
    return LATE if filed(report, by=by, at=at).is_late else ON_TIME


@pytest.mark.parametrize(("code", "at", "outcome"), MOMENTS)
@pytest.mark.parametrize("zone", ["UTC", "Asia/Ho_Chi_Minh", "America/New_York"])
def test_report_is_on_time_late_or_locked(duty, officer, code, at, outcome, zone):
    run_schedule(at=vn("2024-03-04 08:00"))
    report = UnitReport.objects.select_related("period").get(period__code=code)

    assert outcome_of(report, at.astimezone(ZoneInfo(zone)), officer) == outcome


@pytest.mark.parametrize(("day", "week", "month"), FIRST_DAYS)
def test_every_day_belongs_to_one_week_and_one_month(day, week, month):
    assert (span_of(Rhythm.WEEKLY, day).code, span_of(Rhythm.MONTHLY, day).code) == (week, month)


def test_due_day_on_a_day_off_stays_where_it_is():
    assert span_of(Rhythm.WEEKLY, date(2026, 2, 17)).ends_on == date(2026, 2, 17)


def test_accepting_the_fifteenth_is_one_setting(monkeypatch):
    monkeypatch.setattr(calendar, "MONTHLY_DUE_DAY", 15)

    spans = [span_of(Rhythm.MONTHLY, day) for day in (date(2024, 3, 15), date(2024, 3, 16))]

    assert [(span.starts_on, span.ends_on) for span in spans] == [
        (date(2024, 2, 16), date(2024, 3, 15)),
        (date(2024, 3, 16), date(2024, 4, 15)),
    ]


def test_day_begins_at_midnight_in_vietnam():
    assert [local_day(datetime(2024, 3, 4, hour, 59, tzinfo=UTC)) for hour in (16, 17)] == [
        date(2024, 3, 4),
        date(2024, 3, 5),
    ]


@pytest.mark.parametrize("code", ["2024-DX01", "2024-W54", "2024-13", "tuần 10", "", "2024-W1"])
def test_special_and_other_codes_have_no_span(code):
    with pytest.raises(ValueError, match=".+"):
        span_from_code(code)


def test_special_report_does_not_come_round():
    with pytest.raises(ValueError, match="does not come round"):
        Span(Rhythm.SPECIAL, date(2024, 3, 4), date(2024, 3, 8)).next  # noqa: B018


def test_schedule_run_at_every_edge_opens_each_period_once(duty):
    moments = ("2024-03-04 23:59:59", "2024-03-05 00:00", "2024-03-05 23:59:59", "2024-03-06 00:00",
               "2024-03-06 00:00", "2024-03-13 00:00")  # fmt: skip
    opened = [run_schedule(at=vn(moment))["opened"] for moment in moments]

    assert opened == [["2024-W10", "2024-03"], [], [], ["2024-W11"], [], ["2024-W12"]]
