"""The demo's command, and what it will not do: made-up data never goes over or away with real data."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from reports.demo import DemoRefused, clear_demo, seed_demo
from reports.models import UnitReport
from reports.services.filing import submit_nothing
from reports.services.periods import run_schedule
from tests.factories import UserFactory, vn

pytestmark = pytest.mark.django_db

NOW = vn("2024-04-01 09:00")


def run(*args):
    out = StringIO()
    call_command("seed_demo", *args, stdout=out, stderr=StringIO())
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
    submit_nothing(UnitReport.objects.first(), by=UserFactory(), at=NOW)

    with pytest.raises(DemoRefused, match="Có 1 báo cáo do người thật nộp"):
        clear_demo()
    assert clear_demo(force=True) is True


def test_command_prints_the_accounts_and_clears_them(real_plan):
    made = run("--weeks", "0", "--today", "2024-04-01")
    again = run("--weeks", "0", "--if-empty")
    cleared = run("--clear")

    assert (made.count("thuong-truc"), again, cleared) == (1, made, "Đã xóa dữ liệu minh hoạ.\n")


def test_real_portal_asks_for_a_password_of_its_own(real_plan, settings):
    settings.IS_PRODUCTION = True

    with pytest.raises(CommandError, match="--password"):
        run("--weeks", "0")
