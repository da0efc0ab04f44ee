"""The edges of days, months and years, whatever zone the server is in (CHECK 35). Moments are written in UTC."""

import os
import subprocess
import sys
import time
from datetime import datetime

import pytest
import time_machine
from django.conf import settings
from django.utils import timezone

from reports.domain import calendar
from reports.lifecycle.errors import Locked
from reports.models import UnitReport
from reports.periods.services import run_schedule
from reports.reminders.tick import tick
from tests.acts import filed
from tests.factories import vn

pytestmark = pytest.mark.django_db

ZONES = ("UTC", "Asia/Ho_Chi_Minh")
ON_TIME, LATE, TOO_LATE = "đúng hạn", "muộn", "khóa"
# Period, when it is filed, what becomes of it; Vietnam is seven hours ahead.
FILINGS = [
    ("2024-W10", "2024-02-29T12:00:00Z", ON_TIME),
    ("2024-W10", "2024-03-04T16:59:59Z", ON_TIME),  # Monday 23:59:59
    ("2024-W10", "2024-03-04T17:00:00Z", ON_TIME),  # Tuesday 00:00
    ("2024-W10", "2024-03-05T16:59:59Z", ON_TIME),  # Tuesday 23:59:59
    ("2024-W10", "2024-03-05T16:59:59.999999Z", ON_TIME),
    ("2024-W10", "2024-03-05T17:00:00Z", LATE),  # Wednesday 00:00
    ("2024-W10", "2024-03-12T16:59:59Z", LATE),  # the next Tuesday 23:59:59
    ("2024-W10", "2024-03-12T17:00:00Z", TOO_LATE),
    ("2024-03", "2024-02-29T16:59:59Z", ON_TIME),
    ("2024-03", "2024-03-14T16:59:59Z", ON_TIME),  # the 14th, 23:59:59
    ("2024-03", "2024-03-14T17:00:00Z", LATE),  # the 15th, 00:00
    ("2024-03", "2024-03-15T17:00:00Z", LATE),  # the 16th
    ("2024-W07", "2024-02-13T16:59:59Z", ON_TIME),  # Tết: the due day stays
    ("2024-W07", "2024-02-13T17:00:00Z", LATE),
    ("2026-W53", "2026-12-29T16:59:59Z", ON_TIME),
    ("2026-W53", "2026-12-29T17:00:00Z", LATE),
    ("2027-W01", "2026-12-29T17:00:00Z", ON_TIME),
    ("2027-W01", "2027-01-05T17:00:00Z", LATE),
]


@pytest.fixture(params=ZONES)
def zone(request, monkeypatch):
    """The zone of the server, which Django would set to that of Vietnam by itself."""
    with monkeypatch.context() as patch:
        patch.setenv("TZ", request.param)
        time.tzset()
        yield request.param
    time.tzset()


def file(code, by, moment):
    """File the report of ``code`` with the server's clock at ``moment``; returns what became of it."""
    span = calendar.span_from_code(code)
    run_schedule(at=vn(f"{span.starts_on} 00:00"))
    report = UnitReport.objects.get(period__code=code)
    with time_machine.travel(datetime.fromisoformat(moment), tick=False):
        try:
            filed(report, by=by, at=timezone.now())
        except Locked:
            return TOO_LATE
    return ON_TIME if UnitReport.objects.on_time().filter(pk=report.pk).exists() else LATE


@pytest.mark.parametrize(("code", "moment", "expected"), FILINGS)
def test_filing_is_judged_by_the_clock_of_vietnam(zone, duty, officer, code, moment, expected):
    assert file(code, officer, moment) == expected


@pytest.mark.parametrize(("moment", "expected"), [("2024-03-15T16:59:59Z", ON_TIME), ("2024-03-15T17:00:00Z", LATE)])
def test_office_that_accepts_the_fifteenth_changes_one_line(duty, officer, monkeypatch, moment, expected):
    monkeypatch.setattr(calendar, "MONTHLY_DUE_DAY", 15)

    assert file("2024-03", officer, moment) == expected


@pytest.mark.parametrize(
    ("moment", "rules"),
    [
        ("2024-03-04T00:59:59Z", []),  # Monday 07:59:59
        ("2024-03-04T01:00:00Z", ["Báo cáo tuần: sáng thứ Hai"]),
        ("2024-03-05T16:59:59Z", ["Báo cáo tuần: chiều thứ Ba"]),
        ("2024-03-05T17:00:00Z", []),  # Wednesday 00:00: too late to remind, too early to chase
        ("2024-03-06T01:00:00Z", ["Báo cáo tuần: đôn đốc sáng thứ Tư"]),
    ],
)
def test_reminders_follow_the_clock_of_vietnam(zone, duty, officer, reminder_rules, moment, rules):
    run_schedule(at=vn("2024-03-01 08:00"))

    with time_machine.travel(datetime.fromisoformat(moment), tick=False):
        told = tick(at=timezone.now())

    assert [line["rule"] for line in told["reminders"] if line["channel"] == "portal"] == rules


READS_CLOCKS = """
import django; django.setup()
from datetime import datetime
from django.utils import timezone
from reports.management.commands.run_schedule import _moment
print(_moment("2024-03-05T08:00").isoformat(), timezone.localdate(datetime.fromisoformat("2024-03-04T17:00:00Z")))
"""


@pytest.mark.once
@pytest.mark.parametrize("zone", [*ZONES, "America/Los_Angeles"])
def test_program_started_in_another_zone_reads_the_same_moments(zone):
    environment = {**os.environ, "TZ": zone, "DJANGO_SETTINGS_MODULE": "config.settings"}

    told = subprocess.run(
        [sys.executable, "-c", READS_CLOCKS], cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True
    )

    assert (told.stdout.strip(), told.returncode) == ("2024-03-05T08:00:00+07:00 2024-03-05", 0), told.stderr
