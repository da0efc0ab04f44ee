"""Made-up people and reports: made through the services, marked as such, gone in one command, never over real data."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from assignments.models import Unit, UnitMembership, User
from reports.demo import DemoRefused, clear_demo, seed_demo, username_of
from reports.models import CurrentProgress, DemoData, ProgressEntry, ReportingPeriod, UnitReport
from reports.services.filing import submit_nothing
from reports.services.periods import run_schedule
from tests.factories import UserFactory, vn

pytestmark = pytest.mark.django_db

NOW = vn("2024-04-01 09:00")  # a Monday: the week's reports are due tomorrow


@pytest.fixture
def demo(real_plan):
    return seed_demo(real_plan, weeks=4, at=NOW)


def run(*args):
    out = StringIO()
    call_command("seed_demo", *args, stdout=out, stderr=StringIO())
    return out.getvalue()


def test_demo_has_an_account_for_each_role_and_each_reporting_unit(demo):
    units = set(Unit.objects.filter(files_reports=True).values_list("pk", flat=True))

    assert [user.username for user in demo[:3]] == ["quan-tri", "thuong-truc", "lanh-dao"]
    assert set(UnitMembership.objects.filter(user__in=demo[3:]).values_list("unit", flat=True)) == units
    assert {user.is_demo for user in demo} == {True}


def test_username_is_the_unit_without_diacritics():
    assert username_of(Unit(name="UBND xã Phú Lệ")) == "xa-phu-le"


def test_demo_opens_every_period_of_its_weeks(demo):
    assert sorted(ReportingPeriod.objects.values_list("code", flat=True)) == [
        "2024-03", "2024-04", "2024-W10", "2024-W11", "2024-W12", "2024-W13", "2024-W14",
    ]  # fmt: skip


def test_demo_leaves_the_running_week_of_communes_to_be_filed(demo):
    running = UnitReport.objects.filter(period__code="2024-W14", unit__kind=Unit.Kind.COMMUNE)

    assert set(running.values_list("state", flat=True)) == {"open"}


def test_demo_history_has_filed_late_and_missed_reports_and_says_who_filed(demo):
    states = set(UnitReport.objects.values_list("state", flat=True))
    late = [report for report in UnitReport.objects.filed().select_related("period") if report.is_late]

    assert states == {"open", "submitted", "missed"}
    assert len(late) > 0
    assert UnitReport.objects.filed().exclude(submitted_by__is_demo=True).count() == 0


def test_demo_files_nothing_after_its_moment(demo):
    assert UnitReport.objects.filter(submitted_at__gt=NOW).count() == 0


def test_demo_is_the_same_when_made_again(demo, real_plan):
    def story():
        return list(ProgressEntry.objects.order_by("report__period__code", "duty").values_list("percent", "result"))

    first = story()
    clear_demo()
    seed_demo(real_plan, weeks=4, at=NOW)

    assert story() == first


def test_clearing_takes_away_people_reports_and_their_history_and_leaves_the_plan(demo, real_plan):
    clear_demo()

    models = (User, UnitReport, ProgressEntry, CurrentProgress, ReportingPeriod, DemoData)
    left = {model.__name__: model.objects.count() for model in models}
    histories = [model.history.count() for model in (UnitReport, ProgressEntry, User)]
    assert (left, histories) == (dict.fromkeys(left, 0), [0, 0, 0])
    assert real_plan.initiatives.count() == 21


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
