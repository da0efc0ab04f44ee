"""The pages as the three people meet them: the officer, the standing agency, somebody of another unit."""

from datetime import timedelta

import pytest
from django.core.paginator import Paginator
from django.template.loader import render_to_string

from reports.filing.services import submit_report
from reports.models import UnitReport
from reports.periods.services import run_schedule
from tests.acts import save_entry
from tests.html import html_of, texts

pytestmark = pytest.mark.django_db

NAMES = "//span[@class='name']"


@pytest.fixture
def report(duty, monday, time_machine):
    time_machine.move_to(monday, tick=False)
    run_schedule(at=monday)
    return UnitReport.objects.get(period__code="2024-W10")


def test_home_shows_the_reports_of_ones_unit_nearest_due_first(client, officer, outsider, report):
    client.force_login(officer)
    page = client.get("/")
    client.force_login(outsider)

    assert texts(page, "//p[@class='when']") == ["Còn 1 ngày hạn 23:59 thứ Ba 05/03 · 1 mô hình"]
    assert [due.title for due in page.context["later"]] == ["tháng 3"]
    assert client.get("/").context["near"] == []


def test_choices_of_a_list_begin_with_a_capital(client, officer, report):
    client.force_login(officer)

    page = client.get("/bao-cao/")

    assert texts(page, "//select[@name='nhip']/option") == ["Tất cả loại", "Tuần", "Tháng", "Đột xuất"]


def asked(client, person, report):
    """What reading, filing and filing "nothing to report" answer ``person``."""
    client.force_login(person)
    url = report.get_absolute_url()
    answers = [client.get(url), client.post(url), client.post(f"{url}khong-phat-sinh/")]
    return [answer.status_code for answer in answers]


def test_report_of_another_unit_is_not_there(client, outsider, report):
    assert asked(client, outsider, report) == [404, 404, 404]


def test_list_of_reports_says_whose_they_are(client, officer, standing_agency, report):
    headings = {}
    for person in (officer, standing_agency):
        client.force_login(person)
        headings[person] = texts(client.get("/bao-cao/"), "//h1")

    assert headings == {officer: ["Báo cáo của đơn vị (2)"], standing_agency: ["Báo cáo của các đơn vị (1)"]}


def test_reports_of_all_units_are_read_a_period_at_a_time_from_the_last_one_due(
    client, officer, standing_agency, report, monday, time_machine
):
    time_machine.move_to(monday + timedelta(days=7), tick=False)
    run_schedule(at=monday + timedelta(days=7))
    client.force_login(standing_agency)

    def shown(address):
        return texts(client.get(address), "//nav[@class='seg']/a"), texts(client.get(address), NAMES)

    later = client.get("/bao-cao/").context["choice"].later

    first, second = "tuần 28/02 – 05/03", "tuần 06/03 – 12/03"
    assert shown("/bao-cao/") == ([first.capitalize(), f"Kỳ sau: {second}"], ["Phòng Nội vụ"])
    steps = [f"Kỳ trước: {first}", second.capitalize(), "Kỳ sau: tháng 3"]
    assert shown(f"/bao-cao/?ky={later.pk}")[0] == steps
    assert shown("/bao-cao/?nhip=monthly")[0] == ["Tháng 3"]


def test_officer_reads_the_reports_of_the_unit_together(client, officer, report):
    client.force_login(officer)

    assert texts(client.get("/bao-cao/"), NAMES) == ["Báo cáo tháng 3", "Báo cáo tuần 28/02 – 05/03"]


def test_what_was_said_of_an_initiative_leads_to_its_report(client, officer, duty, report, monday):
    save_entry(report.entries.get(), {"work_state": "in_progress"}, by=officer, at=monday)
    submit_report(report, by=officer, at=monday)
    client.force_login(officer)

    url = duty.initiative.get_absolute_url()
    of_unit = html_of(client.get(url)).xpath("//table//td/a/@href")
    found = texts(client.get(f"{url}{of_unit[0]}"), f"//a[@href='{report.get_absolute_url()}']")

    assert (of_unit, found) == ([f"?don_vi={duty.unit_id}#dien-bien"], ["báo cáo tuần 28/02 – 05/03"])


def test_standing_agency_reads_every_report_and_files_none_of_them(client, standing_agency, report):
    assert asked(client, standing_agency, report) == [200, 404, 404]


def test_sign_in_says_the_same_for_a_wrong_password_and_an_unknown_name(client, officer):
    officer.set_password("đúng-mật-khẩu")
    officer.save()
    refused = [
        texts(client.post("/dang-nhap/", {"username": name, "password": "sai"}), "//*[@role='alert']")
        for name in (officer.username, "không-có")
    ]

    entered = client.post("/dang-nhap/", {"username": officer.username, "password": "đúng-mật-khẩu"})

    assert refused == [["Tên đăng nhập hoặc mật khẩu chưa đúng. Hãy thử lại."]] * 2
    assert (entered.status_code, entered["Location"]) == (302, "/")


@pytest.mark.engine
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


def test_long_list_counts_its_rows_as_numbers_are_written_here(rf):
    page = Paginator(range(1292), 100).get_page(1)

    told = render_to_string("web/_pages.html", {"page": page}, rf.get("/nhac-viec/"))

    assert "Trang 1 / 13 · 1.292 mục" in told
