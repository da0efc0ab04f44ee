"""In a real browser: every screen fits a phone, a laptop and a wall, is usable by all and leaves the console silent."""

import os
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from pytest_django.live_server_helper import LiveServer

from assignments.loading import load_plan
from assignments.models import AnnexImport, User
from assignments.storage import PrivateFiles
from reports.demo import seed_demo
from tests.screens import SCREENS, SIZES, faults_of, keep_picture, open_screen
from tests.whole.test_browser import hand_in, write_annex_with_a_strange_unit
from tests.worlds import world_of_its_own

pytestmark = pytest.mark.browser

# Whoever is given the first third lives the weeks for all; meanwhile the other process has the rest of the tests to do,
# and in the end each has a third left.
WALK = [
    pytest.param(screen, id=f"{screen.name}@{number % 3}", marks=() if number % 3 else pytest.mark.slow)
    for number, screen in enumerate(SCREENS)
]


def live_twelve_weeks(folder):
    """The plan with twelve weeks behind it, and an annex that waits for somebody to decide; whom the screens need."""
    now = timezone.now()
    plan, _ = load_plan(settings.BASE_DIR / "fixtures", at=now, today=timezone.localdate(now))
    seed_demo(plan, weeks=12, at=now)
    hand_in(write_annex_with_a_strange_unit(folder), plan, User.objects.get(username="quan-tri"))


@pytest.fixture(scope="module")
def portal(django_db_setup, django_db_blocker, private_postgres, tmp_path_factory):
    """The address of the portal after twelve weeks. It is only looked at, so every test looks at the same."""
    folder, uploads = tmp_path_factory.mktemp("annex"), PrivateFiles(location=Path(settings.DATA_DIR, "twelve-weeks"))
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock():
        # Handed in by the process that lives the weeks, read by the other as well.
        patch.setattr(AnnexImport._meta.get_field("file"), "storage", uploads)
        with world_of_its_own("twelve_weeks", lambda: live_twelve_weeks(folder)):
            server = LiveServer("localhost")
            yield server.url
            server.stop()


@pytest.fixture(scope="module")
def window(browser):
    """One for all screens: it fetches and reads styles and scripts once, as that of a person does."""
    context = browser.new_context()
    yield context
    context.close()


@pytest.fixture
def page(window):
    """A page of somebody who has yet to sign in."""
    window.clear_cookies()
    page = window.new_page()
    yield page
    page.close()


@pytest.mark.parametrize("screen", WALK)
def test_every_screen_fits_is_usable_by_all_and_leaves_the_console_silent(portal, page, complaints, screen):
    """With PORTAL_SCREENSHOTS=folder the pictures are kept there."""
    folder = os.environ.get("PORTAL_SCREENSHOTS")
    if screen.person:
        client = Client()
        client.force_login(User.objects.get(username=screen.person))
        cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": portal}])
    faults = {}

    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        open_screen(page, portal, screen)
        if folder:
            keep_picture(page, screen, Path(folder))
        faults[width] = faults_of(page, screen)

    assert {width: found for width, found in faults.items() if found} == {}
    assert [complaint for complaint in complaints if "/khong-co/" not in complaint] == []
