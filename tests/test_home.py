"""The officer's home: what was returned, what is to be filed and how much of it needs eyes, what became of the rest."""

import pytest

from reports.models import UnitReport
from reports.services.drafts import keep_entries, save_entry
from reports.services.filing import submit_nothing, submit_report
from reports.services.periods import run_schedule
from reports.services.review import return_report
from tests.factories import DutyFactory, InitiativeFactory, vn

pytestmark = pytest.mark.django_db

NEXT_MONDAY = vn("2024-03-11 08:00")


def weekly(code):
    return UnitReport.objects.get(period__code=code)


@pytest.fixture
def report(duty, monday, time_machine):
    time_machine.move_to(monday, tick=False)
    run_schedule(at=monday)
    return weekly("2024-W10")


@pytest.fixture
def answered_last_week(report, officer, monday, time_machine):
    save_entry(report.entries.get(), {"work_state": "in_progress", "percent": 60}, version=0, by=officer, at=monday)
    submit_report(report, by=officer, at=monday)
    time_machine.move_to(NEXT_MONDAY, tick=False)
    run_schedule(at=NEXT_MONDAY)
    return weekly("2024-W11")


def counts(page, report):
    [open_report] = [one for one in page.context["waiting"] if one.report == report]
    return open_report.duties, open_report.ready, open_report.quiet, open_report.to_look


def test_home_counts_what_can_be_kept_and_what_needs_eyes(client, officer, report, answered_last_week):
    client.force_login(officer)

    assert counts(client.get("/"), answered_last_week) == (1, 0, 1, 0)


def test_home_counts_a_duty_never_reported_among_those_to_look_at(client, officer, report):
    client.force_login(officer)

    assert counts(client.get("/"), report) == (1, 0, 0, 1)


def test_home_counts_what_was_kept_as_ready(client, officer, answered_last_week):
    keep_entries(answered_last_week, by=officer, at=NEXT_MONDAY)
    client.force_login(officer)

    assert counts(client.get("/"), answered_last_week) == (1, 1, 0, 0)


def test_nothing_to_report_is_offered_at_home_and_asks_first(client, officer, report):
    client.force_login(officer)
    page = client.get("/").content.decode()

    answer = client.post(f"{report.get_absolute_url()}khong-phat-sinh/")

    report.refresh_from_db()
    assert page.count("Nộp “Không phát sinh”") == 2  # of the week and of the month, each behind its own summary
    assert (answer["Location"], report.nothing_to_report) == (report.get_absolute_url(), True)


def test_returned_report_stands_first_with_the_reason(client, officer, standing_agency, report, monday):
    submit_nothing(report, by=officer, at=monday)
    return_report(report, reason="thiếu <b>số liệu</b>", by=standing_agency, at=monday)
    client.force_login(officer)

    page = client.get("/")

    assert [one for one, _ in page.context["returned"]] == [report]
    assert "thiếu &lt;b&gt;số liệu&lt;/b&gt;" in page.content.decode()
    assert report not in [one.report for one in page.context["waiting"]]


def test_filed_report_is_a_sign_with_its_word(client, officer, report, monday):
    submit_nothing(report, by=officer, at=monday)
    client.force_login(officer)

    page = client.get("/")

    assert [(row.title, row.look.word) for row in page.context["earlier"]] == [
        ("Báo cáo tuần 10/2024", "Không phát sinh")
    ]


@pytest.mark.parametrize("rows", [1, 3, 14])
def test_home_takes_the_same_queries_for_any_number_of_duties(
    client, officer, duty, monday, time_machine, rows, django_assert_num_queries
):
    for _ in range(rows - 1):
        DutyFactory(unit=duty.unit, initiative=InitiativeFactory(plan=duty.initiative.plan))
    time_machine.move_to(monday, tick=False)
    run_schedule(at=monday)
    client.force_login(officer)

    with django_assert_num_queries(21):
        client.get("/")
