"""Reminding in a real browser: pressing units by hand, where nothing typed is lost and nothing goes twice."""

import pytest
from django.test import override_settings
from django.utils import timezone

from reports.models import HandReminder
from reports.periods.services import run_schedule
from reports.reminders.delivery import deliver_all
from tests.factories import DutyFactory, InitiativeFactory, UnitFactory, UserFactory
from tests.screens import press

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SIZES = [{"width": 390, "height": 844}, {"width": 1280, "height": 800}]
PASSWORD = "mật-khẩu-thử"
WORDS = "Đề nghị nộp ngay trong sáng nay; vướng mắc gì gọi cho tôi."


def sign_in(page, person):
    page.get_by_label("Tên đăng nhập").fill(person.username)
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()


@pytest.fixture
def desk(live_server, page, plan, standing_agency):
    """Three units owe their reports and have one person each; the standing agency is about to press them."""
    initiative = InitiativeFactory(plan=plan)
    for name in ("An", "Bình", "Cường"):
        unit = UnitFactory(name=name)
        DutyFactory(unit=unit, initiative=initiative)
        UserFactory(unit=unit)
    run_schedule(at=timezone.now())
    standing_agency.set_password(PASSWORD)
    standing_agency.save()
    page.goto(f"{live_server.url}/don-doc/")
    sign_in(page, standing_agency)
    page.get_by_role("heading", name="Đôn đốc nộp báo cáo").wait_for()
    page.wait_for_load_state()  # what is typed before the script is there is not kept
    return page


def chosen(page):
    return [box.is_checked() for box in page.locator('input[name="units"]').all()]


@pytest.mark.parametrize("size", SIZES)
def test_words_and_choice_survive_the_end_of_the_session(desk, complaints, standing_agency, size):
    desk.set_viewport_size(size)
    desk.get_by_role("checkbox", name="Bình").check()
    desk.get_by_label("Lời đôn đốc").fill(WORDS)
    desk.context.clear_cookies(name="sessionid")

    desk.get_by_role("button", name="Xem tin gửi 1 đơn vị").click()
    sign_in(desk, standing_agency)

    desk.get_by_text("cổng giữ trên máy này và đã điền lại").wait_for()
    assert (desk.get_by_label("Lời đôn đốc").input_value(), chosen(desk)) == (WORDS, [False, True, False])
    assert (desk.get_by_role("button", name="Xem tin gửi 1 đơn vị").is_enabled(), complaints) == (True, [])


def test_words_that_were_kept_can_be_dropped(desk):
    desk.get_by_label("Lời đôn đốc").fill(WORDS)
    desk.reload()

    press(desk, desk.get_by_role("button", name="Bỏ, làm lại từ đầu"))

    assert desk.get_by_label("Lời đôn đốc").input_value() == "Đề nghị đơn vị khẩn trương nộp báo cáo."
    assert desk.locator("[data-restored]").is_hidden()


@pytest.mark.parametrize("size", SIZES)
def test_what_became_of_the_messages_comes_by_itself_and_nothing_is_kept(desk, complaints, size):
    desk.set_viewport_size(size)
    desk.get_by_label("Chọn tất cả").check()
    desk.get_by_label("Lời đôn đốc").fill(WORDS)
    desk.get_by_role("button", name="Xem tin gửi 3 đơn vị").click()
    desk.get_by_role("button", name="Gửi đôn đốc 3 đơn vị").dblclick()

    desk.get_by_text("Còn 3 tin chưa đi").wait_for()
    with override_settings(PORTAL_MAIL_IS_ON=False):
        deliver_all(at=timezone.now())
    desk.get_by_text("Không còn tin nào chờ gửi.").wait_for()

    width = desk.evaluate("document.documentElement.scrollWidth")
    kept = desk.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('nhap:'))")
    assert (HandReminder.objects.get().text, desk.locator(".st", has_text="Đã gửi").count(), kept) == (WORDS, 3, [])
    assert (width <= size["width"], complaints) == (True, [])


def test_other_words_pressed_a_moment_later_are_not_sent_and_not_lost(live_server, desk):
    for words in (WORDS, "Có vướng mắc thì báo ngay trong sáng nay."):
        desk.goto(f"{live_server.url}/don-doc/")
        desk.get_by_label("Chọn tất cả").check()
        desk.get_by_label("Lời đôn đốc").fill(words)
        desk.get_by_role("button", name="Xem tin gửi 3 đơn vị").click()
        desk.get_by_role("button", name="Gửi đôn đốc 3 đơn vị").click()
        desk.get_by_role("heading", name="Kết quả đôn đốc").wait_for()
    desk.get_by_text("An; Bình; Cường: vừa được đôn đốc ít phút trước nên không gửi nữa.").wait_for()

    desk.get_by_role("link", name="Đôn đốc tiếp").click()

    desk.get_by_text("cổng giữ trên máy này và đã điền lại").wait_for()
    assert desk.get_by_label("Lời đôn đốc").input_value() == "Có vướng mắc thì báo ngay trong sáng nay."
    assert HandReminder.objects.get().text == WORDS
