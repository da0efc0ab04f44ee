"""In a real browser, on a phone and on a desk: a difficulty is given, answered by the unit asked, answered back."""

import os
from pathlib import Path

import pytest
from django.utils import timezone

from reports.domain.states import WorkState
from reports.filing.services import submit_report
from reports.models import Obstacle, UnitReport, UnitRequest
from reports.periods.services import run_schedule
from reports.reminders.tick import tick
from tests.acts import save_draft
from tests.factories import DutyFactory, UnitFactory, UserFactory
from tests.screens import axe_faults, press

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SIZES = [{"width": 390, "height": 844}, {"width": 1280, "height": 800}]
PASSWORD = "mật-khẩu-thử"


@pytest.fixture
def people(plan, duty, officer, standing_agency):
    """The agency, the unit that raised a difficulty in its weekly report, and a unit that can solve it."""
    culture = DutyFactory(unit=UnitFactory(name="Phòng Văn hóa và Thông tin"), initiative=duty.initiative).unit
    now = timezone.now()
    run_schedule(at=now)
    report = UnitReport.objects.get(unit=duty.unit, period__rhythm="weekly")
    entry = report.entries.get()
    entry.work_state, entry.difficulty = WorkState.BLOCKED, "Thiếu đầu đọc thẻ căn cước tại trạm y tế các xã"
    save_draft(report, [entry], by=officer, at=now)
    submit_report(report, by=officer, at=now)
    found = {"agency": standing_agency, "raising": officer, "asked": UserFactory(unit=culture)}
    for person in found.values():
        person.set_password(PASSWORD)
        person.save()
    return found


def sign_in(page, live_server, person):
    page.context.clear_cookies()
    page.goto(f"{live_server.url}/dang-nhap/")
    page.get_by_label("Tên đăng nhập").fill(person.username)
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()
    page.wait_for_url(f"{live_server.url}/")


def look(page, name):
    """What is wrong with the page as it stands; kept as a picture where PICTURES names a folder."""
    folder = os.environ.get("PICTURES")
    if folder:
        page.screenshot(path=Path(folder, f"{name}-{page.viewport_size['width']}.png"), full_page=True)
    wide = page.evaluate("document.documentElement.scrollWidth") > page.viewport_size["width"]
    return [*(["too wide"] if wide else []), *axe_faults(page)]


@pytest.mark.parametrize("size", SIZES)
def test_difficulty_is_given_answered_settled_and_answered_back(page, live_server, people, complaints, size):
    page.set_viewport_size(size)
    obstacle = Obstacle.objects.get()
    faults = []

    sign_in(page, live_server, people["agency"])
    page.goto(f"{live_server.url}/kho-khan/{obstacle.pk}/")
    faults += look(page, "1-agency-form")
    page.get_by_label("Đơn vị xử lý").select_option(label="Phòng Văn hóa và Thông tin")
    page.get_by_label("Cấp giải quyết").select_option("district")
    press(page, page.get_by_role("button", name="Nhận xử lý"))
    faults += look(page, "2-agency-given")
    page.goto(f"{live_server.url}/kho-khan/")
    faults += look(page, "3-agency-list")
    tick(at=timezone.now())

    sign_in(page, live_server, people["asked"])
    faults += look(page, "4-asked-home")
    page.goto(f"{live_server.url}/thong-bao/")
    faults += look(page, "5-asked-bell")
    page.goto(f"{live_server.url}/")
    press(page, page.get_by_role("region", name="Cần trả lời").get_by_role("link").first)
    faults += look(page, "6-asked-request")
    page.get_by_label("Nội dung trả lời").fill("Đã cấp 03 đầu đọc cho các trạm y tế")
    press(page, page.get_by_role("button", name="Gửi trả lời"))
    faults += look(page, "7-asked-answered")
    page.goto(f"{live_server.url}/kho-khan/{obstacle.pk}/")
    faults += look(page, "8-asked-difficulty")

    sign_in(page, live_server, people["agency"])
    page.goto(f"{live_server.url}/kho-khan/{obstacle.pk}/")
    page.get_by_label("Nội dung gửi đơn vị").fill("Phòng Văn hóa và Thông tin đã cấp 03 đầu đọc")
    press(page, page.get_by_role("button", name="Đã giải quyết"))
    faults += look(page, "9-agency-settled")

    sign_in(page, live_server, people["raising"])
    report = UnitReport.objects.get(unit=obstacle.duty.unit, period__rhythm="monthly")
    page.goto(f"{live_server.url}/bao-cao/{report.pk}/")
    page.locator("details.duty summary").first.click()
    faults += look(page, "10-raising-line")
    press(page, page.get_by_role("button", name="Còn vướng"))
    faults += look(page, "11-raising-answered-back")

    assert (faults, complaints) == ([], [])
    assert (UnitRequest.objects.get().state, Obstacle.objects.get().state) == ("settled", "new")
