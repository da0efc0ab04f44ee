"""The pages as the three people meet them: the officer, the standing agency, somebody of another unit."""

import pytest

from reports.models import UnitReport
from reports.services.periods import run_schedule
from tests.factories import DutyFactory, InitiativeFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def report(duty, monday, time_machine):
    time_machine.move_to(monday, tick=False)
    run_schedule(at=monday)
    return UnitReport.objects.get(period__code="2024-W10")


@pytest.fixture
def entry(report):
    return report.entries.get()


def answers(entry, **fields):
    given = {"work_state": "in_progress", "percent": "60", "result": "", "difficulty": "", **fields}
    return {f"mh-{entry.pk}-{name}": value for name, value in given.items()}


def test_home_shows_the_reports_of_ones_unit_nearest_due_first(client, officer, outsider, report):
    client.force_login(officer)
    waiting = client.get("/").context["waiting"]
    client.force_login(outsider)

    assert [(row.title, row.due, row.left) for row in waiting] == [
        ("Báo cáo tuần 10/2024", "thứ Ba 05/03", "còn 1 ngày"),
        ("Báo cáo tháng 3/2024", "thứ Năm 14/03", "còn 10 ngày"),
    ]
    assert client.get("/").context["waiting"] == []


def asked(client, person, report):
    """What reading, filing and filing "nothing to report" answer ``person``."""
    client.force_login(person)
    url = report.get_absolute_url()
    answers = [client.get(url), client.post(url), client.post(f"{url}khong-phat-sinh/")]
    return [answer.status_code for answer in answers]


def test_report_of_another_unit_is_not_there(client, outsider, report):
    assert asked(client, outsider, report) == [404, 404, 404]


def test_standing_agency_reads_every_report_and_files_none_of_them(client, standing_agency, report):
    assert asked(client, standing_agency, report) == [200, 404, 404]


def test_draft_is_read_by_its_unit_alone(client, officer, standing_agency, report, entry):
    client.force_login(officer)
    client.post(report.get_absolute_url(), {**answers(entry, result="còn đang viết"), "save": ""})
    own = client.get(report.get_absolute_url()).content.decode()
    client.force_login(standing_agency)

    page = client.get(report.get_absolute_url()).content.decode()

    assert ("còn đang viết" in own, "còn đang viết" in page) == (True, False)


def test_draft_keeps_what_was_typed(client, officer, report, entry):
    client.force_login(officer)

    response = client.post(report.get_absolute_url(), {**answers(entry, result="đã lắp\x07 2/3"), "save": ""})

    entry.refresh_from_db()
    assert response.status_code == 302
    assert (entry.work_state, entry.percent, entry.result) == ("in_progress", 60, "đã lắp 2/3")


def test_report_is_filed_from_the_page(client, officer, report, entry):
    client.force_login(officer)

    page = client.post(report.get_absolute_url(), {**answers(entry), "submit": ""}, follow=True)

    report.refresh_from_db()
    assert [str(message) for message in page.context["messages"]] == ["Đã nộp báo cáo lúc 08:00 ngày 04/03/2024."]
    assert (report.state, report.submitted_by) == ("submitted", officer)


def test_unready_report_keeps_the_draft_and_says_what_is_missing(client, officer, report, entry):
    client.force_login(officer)

    page = client.post(report.get_absolute_url(), {**answers(entry, work_state="blocked", result="x"), "submit": ""})

    entry.refresh_from_db()
    assert page.status_code == 422
    assert [missing.missing for missing in page.context["missing"]] == ["ghi rõ khó khăn, vướng mắc"]
    assert entry.result == "x"


def test_wrong_percent_is_named_and_the_typed_text_stays(client, officer, report, entry):
    client.force_login(officer)

    page = client.post(report.get_absolute_url(), {**answers(entry, percent="150", result="đã tập huấn"), "save": ""})

    assert page.status_code == 422
    assert list(page.context["forms"][0].errors) == ["percent"]
    assert page.context["forms"][0]["result"].value() == "đã tập huấn"


def test_nothing_to_report_is_filed_with_one_press(client, officer, report):
    client.force_login(officer)

    client.post(f"{report.get_absolute_url()}khong-phat-sinh/")

    report.refresh_from_db()
    assert (report.state, report.nothing_to_report) == ("submitted", True)


def test_form_begins_with_what_was_last_said(client, officer, report, entry, time_machine):
    client.force_login(officer)
    client.post(report.get_absolute_url(), {**answers(entry), "submit": ""})
    run_schedule(at=report.period.due_at)
    monthly = UnitReport.objects.get(period__code="2024-03")

    form = client.get(monthly.get_absolute_url()).context["forms"][0]

    assert (form["work_state"].value(), form["percent"].value()) == ("in_progress", 60)


def test_foreign_fields_in_the_form_change_nothing(client, officer, outsider, report, entry):
    client.force_login(officer)
    other = outsider.memberships.get().unit_id

    foreign = {"unit": other, "state": "submitted", "role": "admin"}
    client.post(report.get_absolute_url(), {**answers(entry), **foreign, "save": ""})

    report.refresh_from_db()
    officer.refresh_from_db()
    assert (report.unit_id != other, report.state, officer.role) == (True, "open", "officer")


@pytest.mark.parametrize("rows", [1, 3])
def test_report_page_takes_the_same_queries_for_any_number_of_duties(
    client, officer, duty, monday, time_machine, rows, django_assert_num_queries
):
    for _ in range(rows - 1):
        DutyFactory(unit=duty.unit, initiative=InitiativeFactory(plan=duty.initiative.plan))
    time_machine.move_to(monday, tick=False)
    run_schedule(at=monday)
    report = UnitReport.objects.get(period__code="2024-W10")
    client.force_login(officer)

    with django_assert_num_queries(7):
        client.get(report.get_absolute_url())


def test_sign_in_says_the_same_for_a_wrong_password_and_an_unknown_name(client, officer):
    officer.set_password("đúng-mật-khẩu")
    officer.save()
    refused = [
        client.post("/dang-nhap/", {"username": name, "password": "sai"}).content.decode().count("không đúng")
        for name in (officer.username, "không-có")
    ]

    entered = client.post("/dang-nhap/", {"username": officer.username, "password": "đúng-mật-khẩu"})

    assert refused == [1, 1]
    assert (entered.status_code, entered["Location"]) == (302, "/")


def test_sign_in_is_locked_after_five_wrong_passwords_and_opens_again(client, officer, monday, time_machine):
    traveller = time_machine
    traveller.move_to(monday, tick=False)
    officer.set_password("đúng-mật-khẩu")
    officer.save()
    wrong = {"username": officer.username, "password": "sai"}
    statuses = [client.post("/dang-nhap/", wrong).status_code for _ in range(6)]

    traveller.shift(16 * 60)
    entered = client.post("/dang-nhap/", {"username": officer.username, "password": "đúng-mật-khẩu"})

    assert statuses == [200, 200, 200, 200, 429, 429]
    assert entered.status_code == 302
