"""The demo's command, and what it will not do: made-up data never goes over or away with real data."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from reports.demo import SCALES, DemoRefused, Scale, clear_demo, seed_demo
from reports.models import ProgressEntry, Reminder, UnitReport
from reports.periods.services import run_schedule
from tests.acts import filed
from tests.factories import UserFactory, vn

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

NOW = vn("2024-04-01 09:00")


def run(*args, err=None):
    out = StringIO()
    call_command("seed_demo", *args, stdout=out, stderr=err or StringIO())
    return out.getvalue()


def test_demo_is_refused_where_reporting_has_begun(real_plan):
    run_schedule(at=NOW)

    with pytest.raises(DemoRefused, match="đã có kỳ báo cáo"):
        seed_demo(real_plan, weeks=1, at=NOW)


def test_demo_is_refused_over_an_account_of_the_same_name(real_plan):
    UserFactory(username="thuong-truc")

    with pytest.raises(DemoRefused, match="Đã có tài khoản “thuong-truc”"):
        seed_demo(real_plan, weeks=0, at=NOW)


def test_clearing_is_refused_where_real_people_have_filed(real_plan):
    seed_demo(real_plan, weeks=0, at=NOW)
    run_schedule(at=NOW)
    filed(UnitReport.objects.first(), by=UserFactory(), at=NOW)

    with pytest.raises(DemoRefused, match="Có 1 báo cáo do người thật nộp"):
        clear_demo()
    assert clear_demo(force=True) is True


def test_demo_sends_nothing_out_of_the_portal(real_plan, reminder_rules, settings):
    settings.PORTAL_WEBHOOK_URL = "https://khong-co.invalid/"

    seed_demo(real_plan, weeks=1, at=NOW)

    told = Reminder.objects.filter(channel="webhook")
    assert set(told.values_list("state", "attempts")) == {("sent", 1)}


def test_command_prints_the_accounts_and_clears_them(real_plan):
    made = run("--weeks", "0", "--today", "2024-04-01")
    again = run("--weeks", "0", "--if-empty")
    cleared = run("--clear")

    assert (made.count("thuong-truc"), again, cleared) == (1, made, "Đã xóa dữ liệu minh họa.\n")


def test_real_portal_asks_for_a_password_of_its_own(real_plan, settings):
    settings.IS_PRODUCTION = True

    with pytest.raises(CommandError, match="--password"):
        run("--weeks", "0")


@pytest.mark.parametrize(
    ("option", "value", "message"),
    [
        ("--weeks", "-3", "số tuần là số nguyên từ 0 trở lên, không phải “-3”"),
        ("--weeks", "nhiều", "số tuần là số nguyên từ 0 trở lên, không phải “nhiều”"),
        ("--today", "01/04/2024", "ngày viết như 2024-03-04, không phải “01/04/2024”"),
    ],
)
def test_command_says_how_weeks_and_days_are_written(real_plan, option, value, message):
    with pytest.raises(CommandError, match=message):
        run(f"{option}={value}")


def test_command_says_first_how_large_it_will_be_and_then_how_far_it_is(db, monkeypatch):
    monkeypatch.setitem(SCALES, "province", Scale("một tỉnh", plans=1, units=6, initiatives=3))
    err = StringIO()

    out = run("--scale", "province", "--weeks", "2", "--today", "2026-11-24", err=err)

    told = err.getvalue().splitlines()
    assert told[0] == (
        "Tạo dữ liệu minh họa cỡ một tỉnh: 6 đơn vị × 3 mô hình × 2 tuần = 36 dòng tiến độ, chừng 1 MB, 1 phút."
    )
    made = ProgressEntry.objects.filter(report__period__plan__number="minh-hoa-1", work_state__gt="")
    assert (len(told), out.count("thuong-truc"), made.count()) == (4, 1, 36)


def test_whole_nation_is_refused_where_the_database_is_a_file(db, monkeypatch):
    monkeypatch.setattr(connection, "vendor", "sqlite")

    with pytest.raises(CommandError, match=r"có 15\.196\.896 dòng tiến độ, cần PostgreSQL"):
        run("--scale", "nation")
