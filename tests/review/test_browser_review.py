"""The standing agency in a real browser, on a phone and on a desk: accepts many, returns one, settles a difficulty."""

import pytest
from django.utils import timezone

from reports.domain.states import WorkState
from reports.filing.services import submit_report
from reports.models import Obstacle, UnitReport
from reports.periods.services import run_schedule
from tests.acts import save_draft
from tests.factories import DutyFactory, UnitFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SIZES = [{"width": 390, "height": 844}, {"width": 1280, "height": 800}]
PASSWORD = "mật-khẩu-thử"


@pytest.fixture
def desk(live_server, page, plan, duty, officer, standing_agency):
    """Three weekly reports wait, one of them with a difficulty; the standing agency has signed in."""
    others = [DutyFactory(initiative=duty.initiative, unit=UnitFactory(name=name)) for name in ("An", "Bình")]
    now = timezone.now()
    run_schedule(at=now)
    for each in (duty, *others):
        report = UnitReport.objects.get(unit=each.unit, period__rhythm="weekly")
        entry = report.entries.get()
        entry.work_state, entry.difficulty = WorkState.BLOCKED, "thiếu đầu đọc thẻ"
        save_draft(report, [entry], by=officer, at=now)
        submit_report(report, by=officer, at=now)
    standing_agency.set_password(PASSWORD)
    standing_agency.save()
    page.goto(f"{live_server.url}/dang-nhap/")
    page.get_by_label("Tên đăng nhập").fill(standing_agency.username)
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()
    page.wait_for_url(f"{live_server.url}/")
    return page


def states():
    return sorted(UnitReport.objects.filter(period__rhythm="weekly").values_list("state", flat=True))


@pytest.mark.parametrize("size", SIZES)
def test_all_that_wait_are_accepted_in_four_presses(live_server, desk, complaints, size):
    desk.set_viewport_size(size)
    desk.goto(f"{live_server.url}/duyet/")

    desk.get_by_label("Chọn cả 3").check()
    desk.get_by_role("button", name="Tiếp nhận 3 báo cáo").click()
    desk.get_by_role("heading", name="Tiếp nhận 3 báo cáo?").wait_for()
    desk.get_by_role("button", name="Tiếp nhận 3 báo cáo").click()

    desk.get_by_text("Đã tiếp nhận 3 báo cáo.").wait_for()
    width = desk.evaluate("document.documentElement.scrollWidth")
    assert (states(), width <= size["width"], complaints) == (["accepted"] * 3, True, [])


@pytest.mark.parametrize("size", SIZES)
def test_one_is_returned_with_a_remark_and_the_next_comes_up(live_server, desk, complaints, size):
    desk.set_viewport_size(size)
    desk.goto(f"{live_server.url}/duyet/")

    desk.locator("a.line").first.click()
    first = desk.locator("h1").inner_text()
    desk.locator("summary", has_text="Ý kiến").first.click()
    desk.get_by_label("Ý kiến về").select_option("result")
    desk.get_by_label("Cần sửa gì").fill("ghi rõ số lượng")
    desk.locator("summary", has_text="Trả lại…").click()
    desk.get_by_role("button", name="Trả lại báo cáo").click()

    desk.get_by_text("Đã trả lại").first.wait_for()
    assert (states(), desk.locator("h1").inner_text() != first) == (["returned", "submitted", "submitted"], True)
    assert complaints == []


def test_the_keyboard_goes_through_the_queue(live_server, desk):
    desk.goto(f"{live_server.url}/duyet/")
    desk.locator("a.line").first.click()
    desk.get_by_text("1/3").wait_for()

    desk.keyboard.press("j")
    desk.get_by_text("2/3").wait_for()
    desk.locator("summary", has_text="Trả lại…").click()
    desk.get_by_label("Lý do trả lại").press_sequentially("jjkk")
    typed = desk.get_by_label("Lý do trả lại").input_value()
    desk.locator("h1").click()
    desk.keyboard.press("k")

    desk.get_by_text("1/3").wait_for()
    assert typed == "jjkk"


@pytest.mark.parametrize("size", SIZES)
def test_alike_difficulties_are_joined_and_settled_together(live_server, desk, complaints, size):
    desk.set_viewport_size(size)
    desk.goto(f"{live_server.url}/kho-khan/")

    desk.get_by_role("link", name="thiếu đầu đọc thẻ").first.click()
    desk.locator("#gop").wait_for()
    for box in desk.locator('input[name="gop"]').all():
        box.check()
    desk.get_by_role("button", name="Gộp các khó khăn đã chọn").click()
    desk.get_by_label("Nội dung gửi đơn vị").fill("đã cấp máy")
    desk.get_by_role("button", name="Đã giải quyết").click()

    desk.get_by_text("Đã ghi là giải quyết xong").wait_for()
    assert list(Obstacle.objects.values_list("state", flat=True)) == ["settled"] * 3
    assert complaints == []
