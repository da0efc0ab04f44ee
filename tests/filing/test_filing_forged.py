"""Requests no page of the portal would send: each is answered, none with an error, and nothing is written by them."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse

from assignments.roles import Role
from reports.filing.services import submit_report
from reports.models import IndicatorFigure, ProgressEntry, UnitReport
from reports.periods.services import run_schedule
from reports.review.services import return_report
from tests.acts import save_entry
from tests.factories import DutyFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

HUGE = "9" * 5000
HOSTILE = ("", "-1", "1e9", "NaN", "Infinity", HUGE, "²", "٣", "\0", "\ud800", "[]", "{}", "null", "x" * 100_000)
FIELDS = ("work_state", "percent", "result", "solving_level", "clash", "figure-1", "result-known", "result-choice")


@pytest.fixture
def report(duty, monday, time_machine):
    time_machine.move_to(monday, tick=False)
    run_schedule(at=monday)
    return UnitReport.objects.get(period__code="2024-W10")


@pytest.fixture
def entry(report):
    return report.entries.get()


@pytest.fixture
def filed(report, entry, officer, monday):
    save_entry(entry, {"work_state": "in_progress", "result": "đã nộp"}, by=officer, at=monday)
    return submit_report(report, by=officer, at=monday)


@pytest.fixture
def leader():
    return UserFactory(role=Role.LEADER)


def said(entry):
    return ProgressEntry.objects.values("work_state", "percent", "result", "difficulty", "version").get(pk=entry.pk)


def sent(entry, **fields):
    return {f"mh-{entry.pk}-{name}": value for name, value in {"next_steps": "", **fields}.items()}


def send(client, url, fields):
    """The status of a form with whatever bytes, also such as no browser would send."""
    body = urlencode(fields, errors="surrogatepass")
    return client.post(url, body, content_type="application/x-www-form-urlencoded").status_code


@pytest.mark.parametrize("name", FIELDS)
def test_no_value_of_a_field_breaks_saving(client, officer, report, entry, name):
    client.force_login(officer)
    page, save = report.get_absolute_url(), reverse("report_save", args=[report.pk])

    answers = [
        send(client, url, {**sent(entry), f"mh-{entry.pk}-{name}": value}) for value in HOSTILE for url in (page, save)
    ]

    assert set(answers) <= {200, 302, 409, 422}


@pytest.mark.parametrize("value", HOSTILE)
def test_no_key_to_be_kept_breaks_the_page(client, officer, report, value):
    client.force_login(officer)
    page, save = report.get_absolute_url(), reverse("report_save", args=[report.pk])

    answers = [send(client, url, {"keep": value}) for url in (page, save)]

    assert answers == [302, 200]
    assert UnitReport.objects.get(pk=report.pk).state == "open"


def test_body_that_is_no_form_is_answered(client, officer, report, entry):
    client.force_login(officer)
    save = reverse("report_save", args=[report.pk])
    deep = "[" * 50_000

    answers = [
        client.post(save, body, content_type=kind).status_code
        for kind in ("application/json", "application/x-www-form-urlencoded", "text/plain")
        for body in (deep, b"\xff\xfe\0", "%ff%00=%ff", "null")
    ]
    too_many = client.post(save, {f"mh-{number}-result": "" for number in range(10_001)}).status_code

    assert (set(answers), too_many) == ({200}, 400)
    assert said(entry)["version"] == 0


def test_entry_of_another_unit_is_not_written_through_ones_own_report(client, officer, outsider, report, duty):
    DutyFactory(unit=outsider.memberships.get().unit, initiative=duty.initiative)
    foreign = report.period.reports.create(unit=outsider.memberships.get().unit).entries.create(
        duty=outsider.memberships.get().unit.duties.get()
    )
    client.force_login(officer)
    forged = {**sent(foreign, work_state="done", result="giả"), "keep": str(foreign.pk)}

    answers = [
        client.post(report.get_absolute_url(), forged).status_code,
        client.post(reverse("report_save", args=[report.pk]), forged).json()["entries"],
        client.post(reverse("evidence_attach", args=[foreign.pk])).status_code,
        client.post(reverse("report_save", args=[foreign.report_id]), forged).status_code,
    ]

    assert answers == [302, [], 404, 404]
    assert said(foreign) == {"work_state": "", "percent": None, "result": "", "difficulty": "", "version": 0}


def test_fields_beyond_the_form_change_nothing(client, officer, standing_agency, report, entry):
    client.force_login(officer)
    extra = {
        "state": "accepted", "unit": standing_agency.pk, "accepted_by": officer.pk, "filed_on_behalf": "1",
        "is_staff": "1",
        f"mh-{entry.pk}-excluded_at": "2024-01-01", f"mh-{entry.pk}-is_kept": "1", f"mh-{entry.pk}-duty": "1",
        f"mh-{entry.pk}-report": "1", f"mh-{entry.pk}-figure-999999": "5",
    }  # fmt: skip
    before = UnitReport.objects.values().get(pk=report.pk)

    client.post(report.get_absolute_url(), {**sent(entry, work_state="in_progress"), **extra})

    assert UnitReport.objects.values().get(pk=report.pk) == {**before, "saved_at": report.period.opened_at}
    after = ProgressEntry.objects.get(pk=entry.pk)
    assert (after.excluded_at, after.is_kept, after.duty_id) == (None, False, entry.duty_id)
    assert IndicatorFigure.objects.count() == 0


# --- Filing on behalf ---


def test_standing_agency_cannot_take_back_what_a_unit_filed(client, standing_agency, filed):
    """It returns a report, which takes a reason; taking it back would take none."""
    client.force_login(standing_agency)

    answer = client.post(reverse("report_withdraw", args=[filed.pk]) + "?nop-thay=1")

    assert (answer.status_code, UnitReport.objects.get(pk=filed.pk).state) == (404, "submitted")


def test_nobody_else_files_on_behalf(client, leader, outsider, report, entry):
    told = {}
    for person in (leader, outsider):
        client.force_login(person)
        for name in ("report", "report_save", "nothing_to_report"):
            url = reverse(name, args=[report.pk]) + "?nop-thay=1"
            told[person.role, name] = client.post(url, sent(entry, result="giả")).status_code

    assert told == {
        ("leader", "report"): 404, ("leader", "report_save"): 403, ("leader", "nothing_to_report"): 403,
        ("officer", "report"): 404, ("officer", "report_save"): 404, ("officer", "nothing_to_report"): 404,
    }  # fmt: skip
    assert said(entry)["result"] == ""


# --- Drafts are their unit's ---


def test_report_being_corrected_is_not_read_by_others(client, leader, filed, entry, officer, standing_agency, monday):
    return_report(filed, reason="Thiếu số liệu", by=standing_agency, at=monday)
    save_entry(entry, {"result": "chữ chưa nộp"}, by=officer, at=monday)
    client.force_login(leader)

    page = client.get(filed.get_absolute_url()).content.decode()
    document = client.get(reverse("report_document", args=[filed.pk]))

    assert ("Đơn vị đang sửa báo cáo" in page, "chữ chưa nộp" in page, document.status_code) == (True, False, 404)
    client.force_login(officer)
    assert client.get(reverse("report_document", args=[filed.pk])).status_code == 200


def test_words_not_filed_are_on_no_page_of_others(
    client, leader, outsider, standing_agency, report, entry, officer, monday
):
    words = {name: f"zz{name}" for name in ("result", "difficulty", "proposal", "next_steps")}
    save_entry(entry, {"work_state": "blocked", **words}, by=officer, at=monday)
    code = entry.duty.initiative.code
    any_plan = ("rollup", "initiatives", "units", "search", "obstacles", "review")
    pages = [
        reverse("home"), reverse("reports"), *(reverse(f"any_plan:{name}") for name in any_plan),
        reverse("any_plan:initiative", args=[code]), reverse("any_plan:unit", args=[report.unit_id]),
        reverse("any_plan:search") + "?q=zz", reverse("any_plan:obstacles") + "?q=zz", report.get_absolute_url(),
        reverse("review_report", args=[report.pk]), reverse("report_document", args=[report.pk]),
    ]  # fmt: skip

    leaks = []
    for person in (leader, outsider, standing_agency):
        client.force_login(person)
        leaks += [
            (person.role, url)
            for url in pages
            if any(word in client.get(url).content.decode(errors="replace") for word in words.values())
        ]

    assert leaks == []


# --- Rights and tokens ---


def test_right_withdrawn_in_the_middle_ends_saving(client, officer, unit, report, entry, monday):
    client.force_login(officer)
    save = reverse("report_save", args=[report.pk])
    assert client.post(save, sent(entry, result="còn quyền")).status_code == 200

    officer.memberships.update(valid_to=monday.date() - timedelta(days=1))
    answers = [
        client.post(save, sent(entry, result="hết quyền")).status_code,
        client.get(report.get_absolute_url()).status_code,
        client.post(reverse("evidence_attach", args=[entry.pk])).status_code,
    ]

    assert (answers, said(entry)["result"]) == ([404, 404, 404], "còn quyền")


def test_saving_by_script_needs_the_token_of_the_session(officer, report, entry):
    client = Client(enforce_csrf_checks=True)
    client.force_login(officer)
    save = reverse("report_save", args=[report.pk])
    token = client.get(save).json()["token"]

    without = client.post(save, sent(entry, result="giả")).status_code
    foreign = client.post(save, sent(entry, result="giả"), headers={"X-CSRFToken": "a" * 64}).status_code
    right = client.post(save, sent(entry, result="thật"), headers={"X-CSRFToken": token}).status_code

    assert (without, foreign, right, said(entry)["result"]) == (403, 403, 200, "thật")


def test_reading_changes_nothing(client, officer, standing_agency, filed):
    """Every address that asks for a post refuses to be read (CHECK 6)."""
    client.force_login(standing_agency)
    before = UnitReport.objects.values().get(pk=filed.pk)
    posted = ("report_withdraw", "nothing_to_report", "review_accept", "review_return", "review_reopen",
              "evidence_attach", "evidence_remove", "special_cancel", "obstacle_join", "obstacle_seen")  # fmt: skip

    answers = {name: client.get(reverse(name, args=[filed.pk]) + "?xac-nhan=1").status_code for name in posted}

    assert answers == dict.fromkeys(posted, 405)
    assert UnitReport.objects.values().get(pk=filed.pk) == before
