"""Reports filed and missed before there was a review are told what the new rules ask of them."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from reports.models import CurrentProgress, Notification, Obstacle, ReportingPeriod
from reports.obstacles.services import reopen_obstacle, settle_obstacle
from reports.periods.excuses import excuse_report
from reports.periods.services import run_schedule
from reports.progress.current import rebuild_current
from reports.review.returns import close_report
from reports.review.services import accept_reports, return_report
from reports.special.services import request_special_report
from tests.acts import MONDAY, NEXT_MONDAY, entry_of, filed, opened, report_of
from tests.factories import NotificationFactory, PlanFactory, vn

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once, pytest.mark.slow]

BEFORE = [("reports", "0001_initial")]


@pytest.fixture
def latest():
    """Whatever happens in the test, the next one finds the tables as they should be."""
    targets = MigrationExecutor(connection).loader.graph.leaf_nodes()
    yield targets
    MigrationExecutor(connection).migrate(targets)


def test_reports_go_back_and_come_forward_again(duty, officer, unit, standing_agency, latest):
    filed(opened(unit), officer, MONDAY)
    accept_reports([report_of(unit)], by=standing_agency, at=MONDAY)
    filed(report_of(unit, "2024-03"), officer, MONDAY)
    return_report(report_of(unit, "2024-03"), reason="Thiếu", by=standing_agency, at=MONDAY)
    run_schedule(at=vn("2024-03-06 08:00"))
    run_schedule(at=vn("2024-03-20 08:00"))
    assert report_of(unit, "2024-W11").state == "missed"
    excuse_report(report_of(unit, "2024-W12"), reason="Nghỉ", by=standing_agency, at=vn("2024-03-20 08:00"))
    close_report(report_of(unit, "2024-03"), reason="Đã cũ", by=standing_agency, at=vn("2024-03-20 08:00"))
    ask = {"title": "Rà soát", "units": [unit], "initiatives": [duty.initiative], "due_at": vn("2024-03-25 17:00")}
    request_special_report(duty.initiative.plan, **ask, by=standing_agency, at=vn("2024-03-20 09:00"))
    filed(report_of(unit, "2024-DX01"), officer, vn("2024-03-20 10:00"))

    MigrationExecutor(connection).migrate(BEFORE)
    MigrationExecutor(connection).migrate(latest)

    told = report_of(unit), report_of(unit, "2024-03"), report_of(unit, "2024-W11"), report_of(unit, "2024-W12")
    assert [(one.state, one.first_submitted_at, one.submitted_at) for one in told] == [
        ("submitted", MONDAY, MONDAY),
        ("submitted", MONDAY, MONDAY),
        ("missed", None, None),
        ("open", None, None),
    ]
    assert not ReportingPeriod.objects.filter(rhythm="special").exists()
    assert told[2].missed_at == told[2].period.locks_at


def test_who_last_told_a_result_is_found_for_what_was_filed_before(duty, officer, unit, latest):
    told = entry_of(filed(opened(unit), officer, MONDAY, result="đã lắp 2/3 đầu đọc"))
    filed(opened(unit, NEXT_MONDAY, "2024-W11"), officer, NEXT_MONDAY)

    MigrationExecutor(connection).migrate([("reports", "0014_seal_final_aggregate_reports")])
    MigrationExecutor(connection).migrate(latest)

    assert [(one.duty, one.result_entry) for one in CurrentProgress.objects.all()] == [(duty, told)]
    assert rebuild_current() == 0


def test_since_when_a_difficulty_waits_is_found_in_its_history(duty, officer, unit, standing_agency, latest):
    filed(opened(unit), officer, MONDAY, work_state="blocked", difficulty="thiếu đầu đọc")
    settle_obstacle(Obstacle.objects.get(), text="đã cấp", by=standing_agency, at=MONDAY)
    reopen_obstacle(Obstacle.objects.get(), text="lại hỏng", by=standing_agency, at=NEXT_MONDAY)

    MigrationExecutor(connection).migrate([("reports", "0020_uncorrected_reports")])
    MigrationExecutor(connection).migrate(latest)

    told = Obstacle.objects.get()
    assert (told.opened_at, told.raised_at) == (MONDAY, NEXT_MONDAY)
    assert list(told.history.order_by("history_id").values_list("raised_at", flat=True)) == [
        MONDAY,
        MONDAY,
        NEXT_MONDAY,
    ]


@pytest.mark.parametrize(("others", "is_known"), [(0, True), (1, False)])
def test_what_the_bell_told_while_there_was_one_plan_was_about_it(duty, officer, unit, latest, others, is_known):
    PlanFactory.create_batch(others)
    NotificationFactory(user=officer, created_at=MONDAY, plan=duty.initiative.plan)

    MigrationExecutor(connection).migrate([("reports", "0025_threads_go_on")])
    MigrationExecutor(connection).migrate(latest)

    assert Notification.objects.get().plan == (duty.initiative.plan if is_known else None)
