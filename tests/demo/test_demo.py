"""Made-up people and reports: made through the services, marked as such, gone in one command."""

from datetime import timedelta

import pytest
from django.db.models import F

from assignments.models import Unit, UnitMembership, User
from assignments.roles import Role
from reports.consolidated.drafting.facts import indicators_of, read_facts
from reports.demo import clear_demo, seed_demo, username_of
from reports.domain.calendar import VIETNAM
from reports.domain.numbers import write_figure
from reports.letterheads.head import head_of
from reports.models import (
    CurrentProgress,
    DemoData,
    IndicatorFigure,
    Letterhead,
    Notification,
    Obstacle,
    ObstacleNotice,
    ProgressEntry,
    Reminder,
    ReminderItem,
    ReportingPeriod,
    ReportVersion,
    ReviewRemark,
    UnitReport,
)
from reports.progress.current import rebuild_current
from reports.progress.indicators import aggregated_figure, indicator_tables
from reports.reminders.tick import tick
from reports.rollup import read_board, scope_of
from reports.rollup.timeliness import period_tally
from reports.rollup.trends import targets_of
from tests.factories import default_rules, vn
from tests.scale import IS_LONG
from tests.whole.contradictions import contradictions_today
from tests.worlds import count_rows

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

NOW = vn("2024-04-01 09:00")  # a Monday: the week's reports are due tomorrow


@pytest.fixture(scope="module")
def demo(real_plan, django_db_blocker):
    """Four weeks, lived through once for all tests here; each gives back what it took away."""
    with django_db_blocker.unblock():
        default_rules()
        people = seed_demo(real_plan, weeks=4, at=NOW)
        count_rows()
        return people


@pytest.mark.skipif(not IS_LONG, reason="every page of a whole district: ./portal test --long")
def test_portal_says_nothing_twice_and_otherwise_over_the_demo(demo, time_machine):
    time_machine.move_to(NOW, tick=False)
    person_of = {person.username: person for person in demo}

    assert contradictions_today(person_of["thuong-truc"], person_of["lanh-dao"], demo[3]) == []


def test_demo_has_an_account_for_each_role_and_each_reporting_unit(demo):
    units = set(Unit.objects.filter(files_reports=True).values_list("pk", flat=True))

    assert {user.role for user in demo} == set(Role)
    assert [user.username for user in demo[:3]] == ["quan-tri", "thuong-truc", "lanh-dao"]
    assert set(UnitMembership.objects.filter(user__in=demo[3:]).values_list("unit", flat=True)) == units
    assert {user.is_demo for user in demo} == {True}


def test_username_is_the_unit_without_diacritics():
    assert username_of(Unit(name="UBND xã Phú Lệ")) == "xa-phu-le"


def test_demo_opens_every_period_of_its_weeks(demo):
    assert sorted(ReportingPeriod.objects.values_list("code", flat=True)) == [
        "2024-03", "2024-04", "2024-DX01", "2024-W10", "2024-W11", "2024-W12", "2024-W13", "2024-W14",
    ]  # fmt: skip


def test_demo_leaves_the_running_week_of_communes_to_be_filed(demo):
    running = UnitReport.objects.filter(period__code="2024-W14", unit__kind=Unit.Kind.COMMUNE)

    assert set(running.values_list("state", flat=True)) == {"open"}


def test_demo_history_has_filed_late_and_missed_reports_and_says_who_filed(demo):
    states = set(UnitReport.objects.values_list("state", flat=True))
    late = [report for report in UnitReport.objects.filed().select_related("period") if report.is_late]

    assert states == {"open", "submitted", "returned", "accepted", "missed"}
    assert len(late) > 0
    assert UnitReport.objects.filed().exclude(submitted_by__is_demo=True).count() == 0


def test_demo_files_nothing_after_its_moment(demo):
    assert UnitReport.objects.filter(submitted_at__gt=NOW).count() == 0


def test_demo_has_difficulties_answers_figures_remarks_and_versions(demo):
    settled = Obstacle.objects.exclude(joined_into=None) | Obstacle.objects.exclude(answers=None)
    counts = [
        rows.count()
        for rows in (settled, ObstacleNotice.objects.all(), IndicatorFigure.objects.all(), ReviewRemark.objects.all())
    ]

    assert all(counts)
    assert ReportVersion.objects.count() >= UnitReport.objects.filed().count()


def test_demo_keeps_some_words_of_the_period_before(demo):
    kept = ProgressEntry.objects.filter(is_kept=True).count()

    assert 0 < kept < ProgressEntry.objects.exclude(work_state="").count() / 3


@pytest.mark.parametrize("code", ["2024-W12", "2024-W13", "2024-03"])
def test_demo_tells_the_same_on_the_dashboard_and_in_the_report(demo, real_plan, code):
    board = read_board(scope_of(real_plan, {"ky": code}, NOW))
    facts = read_facts(board.scope.period)

    filing = period_tally(board)
    indicators = [(row.indicator, row.total, row.units) for row in targets_of(board)]

    own = facts.own_reports
    assert (filing.expected, filing.filed, filing.late) == (
        len(own), sum(one.is_filed for one in own), sum(one.is_filed and one.is_late for one in own),
    )  # fmt: skip
    assert {cell.duty_id: cell.state for cell in board.cells} == {one.pk: facts.state_of(one) for one in facts.duties}
    assert indicators == [
        (one, write_figure(aggregated_figure(one, facts.counted[one.pk])), len(facts.counted[one.pk]))
        for _, one in indicators_of(facts)
    ]


def test_demo_tells_the_same_on_the_dashboard_and_on_the_page_of_an_initiative(demo, real_plan):
    targets = targets_of(read_board(scope_of(real_plan, {}, NOW)))

    pages = [
        (table.indicator, table.total, table.reached, len(table.rows))
        for initiative in real_plan.initiatives.order_by("position")
        for table in indicator_tables(initiative, demo[1], NOW.date())
    ]

    assert [(row.indicator, row.total, row.reached, row.units) for row in targets] == pages


def test_demo_keeps_the_last_words_as_its_history_says(demo):
    assert rebuild_current() == 0


def test_demo_tells_those_who_had_not_filed_at_the_moments_of_the_rules(demo):
    sent = Reminder.objects.filter(state="sent", purpose="reports")
    filed_before = ReminderItem.objects.delivered().filter(
        report__first_submitted_at__lt=F("reminder__sent_at"),
        report__state__in=("submitted", "accepted"),
        report__returned_at=None,
    )

    assert {reminder.sent_at for reminder in sent} == {reminder.slot_at for reminder in sent}
    assert {f"{one.sent_at.astimezone(VIETNAM):%a %H}" for one in sent.filter(items__rule__rhythm="weekly")} == {
        "Mon 08", "Tue 08", "Tue 15", "Wed 08",
    }  # fmt: skip
    assert filed_before.count() == 0


def test_demo_rings_bells_and_leaves_those_of_the_last_days_unread(demo):
    unread = Notification.objects.unread()

    assert Reminder.objects.exclude(state__in=("sent", "not_needed")).count() == 0
    assert Notification.objects.count() > unread.count() > 0
    assert unread.filter(created_at__lt=NOW - timedelta(days=7)).count() == 0


def test_demo_leaves_nothing_for_the_next_tick_to_catch_up_on(demo):
    assert tick(at=NOW) == {"opened": [], "reminders": [], "missed": [], "alarms": []}


def test_demo_leaves_reports_to_be_reviewed(demo):
    assert UnitReport.objects.to_review().count() > 0


def test_demo_is_the_same_when_made_again(demo, real_plan):
    def story():
        return list(ProgressEntry.objects.order_by("report__period__code", "duty").values_list("percent", "result"))

    def lived():
        clear_demo()
        seed_demo(real_plan, weeks=1, at=NOW)
        return story()

    first = lived()

    assert (lived(), len(first) > 0) == (first, True)


def test_clearing_takes_away_people_reports_and_their_history_and_leaves_the_plan(demo, real_plan):
    clear_demo()

    models = (User, UnitReport, ReportVersion, ProgressEntry, CurrentProgress, Obstacle, ReportingPeriod, DemoData)
    left = {model.__name__: model.objects.count() for model in models}
    histories = [
        model.history.count() for model in (UnitReport, ProgressEntry, IndicatorFigure, Obstacle, ReportingPeriod, User)
    ]
    assert (left, histories) == (dict.fromkeys(left, 0), [0] * 6)
    assert real_plan.initiatives.count() == 21


def test_demo_heads_what_it_issues_and_an_invented_name_signs(demo, real_plan):
    agency = real_plan.standing_agencies.get().unit
    head = head_of(agency, real_plan)

    assert (head.parent, head.issuer, head.authority, head.signer) == (
        "Công an tỉnh Thanh Hóa", ["Công an huyện Quan Hóa"], ["Trưởng Công an huyện"], "Nguyễn Văn Minh Họa",
    )  # fmt: skip


def test_clearing_leaves_a_letterhead_somebody_has_made_real(demo):
    Letterhead.objects.filter(symbol="BC-CAH").update(signer="")

    clear_demo()

    assert list(Letterhead.objects.values_list("symbol", flat=True)) == ["BC-CAH"]


def test_proposals_of_the_demo_go_to_who_can_decide_them(demo):
    told = set(ProgressEntry.objects.exclude(difficulty="").values_list("difficulty", "solving_level", "proposal"))

    assert len(told) == len({difficulty for difficulty, _, _ in told}) > 1
