"""The officer's way in a real browser, on a phone and on a desk: sign in, file, see that it is filed."""

import os
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from assignments.loading import load_plan
from reports.demo import seed_demo
from reports.models import UnitReport
from reports.services.periods import run_schedule
from tests.screens import SCREENS, SIZES, enter, faults_of, keep_picture, open_screen

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("size", [{"width": 390, "height": 844}, {"width": 1280, "height": 800}])
def test_officer_signs_in_and_files_nothing_to_report(live_server, page, complaints, duty, officer, size):
    officer.set_password("mật-khẩu-thử")
    officer.save()
    run_schedule(at=timezone.now())
    page.set_viewport_size(size)

    page.goto(f"{live_server.url}/")
    page.get_by_label("Tên đăng nhập").fill(officer.username)
    page.get_by_label("Mật khẩu").fill("mật-khẩu-thử")
    page.get_by_role("button", name="Đăng nhập").click()
    page.get_by_role("link", name="Báo cáo ngay").first.click()
    page.locator("summary", has_text="Không phát sinh").click()
    page.get_by_role("button", name="Nộp “Không phát sinh”").click()

    page.get_by_text("Đã nộp “không phát sinh”").wait_for()
    width = page.evaluate("document.documentElement.scrollWidth")
    assert UnitReport.objects.filed().get().submitted_by == officer
    assert (width <= size["width"], complaints) == (True, [])


def test_every_screen_fits_is_usable_by_all_and_leaves_the_console_silent(live_server, page, complaints):
    """With PORTAL_SCREENSHOTS=folder the pictures are kept there."""
    folder = os.environ.get("PORTAL_SCREENSHOTS")
    now = timezone.now()
    plan, _ = load_plan(settings.BASE_DIR / "fixtures", at=now, today=timezone.localdate(now))
    seed_demo(plan, weeks=12, at=now)
    faults, person = {}, None

    for screen in SCREENS:
        if screen.person != person:
            person = screen.person
            enter(page, live_server.url, person)
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            open_screen(page, live_server.url, screen)
            if folder:
                keep_picture(page, screen, Path(folder))
            faults[screen.name, width] = faults_of(page, screen)

    assert {at: found for at, found in faults.items() if found} == {}
    assert [complaint for complaint in complaints if "/khong-co/" not in complaint] == []
