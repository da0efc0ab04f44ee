"""In a real browser: the wall of the meeting room, and what comes out on paper."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from assignments.models import Duty
from assignments.roles import Role
from reports.models import ReportingPeriod, UnitReport
from reports.periods.excuses import excuse_report
from reports.periods.services import run_schedule
from tests.factories import DutyFactory, InitiativeFactory, UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


FOCUSED = "(({ariaLabel, textContent}) => ariaLabel || textContent)(document.activeElement)"


@pytest.fixture
def leader(page, live_server, plan, complaints):
    """The page of a leader who is signed in, while some reports are owed."""
    for code in ("6", "30"):
        DutyFactory(initiative=InitiativeFactory(plan=plan, code=code))
    run_schedule(at=timezone.now())
    client = Client()
    client.force_login(UserFactory(role=Role.LEADER))
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
    return page


def test_wall_of_somebody_signed_out_meanwhile_leads_to_the_sign_in(leader, live_server):
    leader.goto(f"{live_server.url}/tong-hop/?man-hinh=1")
    plan = leader.url.split("/")[4]
    leader.context.clear_cookies()

    leader.evaluate("htmx.ajax('GET', location.href, {target: '#man-hinh', select: '#man-hinh', swap: 'outerHTML'})")

    leader.get_by_label("Tên đăng nhập").wait_for()
    assert leader.url.partition("?")[2] == f"next=/ke-hoach/{plan}/tong-hop/%3Fman-hinh%3D1"


def test_paper_shows_what_the_screen_folds_away(leader, live_server, complaints):
    leader.goto(f"{live_server.url}/tong-hop/xu-huong/")
    tables = leader.locator("details.numbers")
    leader.wait_for_function("document.querySelector('[data-print]').hidden === false")

    open_ones = [tables.evaluate_all("all => all.filter(one => one.open).length")]
    for event in ("beforeprint", "afterprint"):
        leader.evaluate(f"dispatchEvent(new Event('{event}'))")
        open_ones.append(tables.evaluate_all("all => all.filter(one => one.open).length"))

    assert (open_ones, complaints) == ([0, 2, 0], [])


def test_keyboard_passes_the_matrix_in_one_step_and_walks_through_it_and_its_heads(leader, live_server, complaints):
    leader.goto(f"{live_server.url}/tong-hop/ma-tran/")
    table = leader.get_by_role("table", name="Đơn vị × mô hình")
    leader.wait_for_function("document.querySelectorAll('table[data-roving] a[tabindex=\"0\"]').length === 1")

    table.locator("a.cell").first.focus()
    walked = []
    for key in ("ArrowUp", "ArrowDown", "ArrowLeft", "ArrowDown", "ArrowRight", "ArrowRight"):
        leader.keyboard.press(key)
        walked.append(leader.evaluate(FOCUSED))

    first, second = Duty.objects.order_by("unit__sort_key").select_related("initiative", "unit")
    cells = [f"{duty.initiative.label} (Chủ trì): Chưa có báo cáo" for duty in (first, second)]
    assert walked == [first.initiative.brief, cells[0], first.unit.name, second.unit.name, cells[1], cells[1]]
    assert (table.locator("a[tabindex='0']").count(), complaints) == (1, [])


def test_wall_shows_twenty_one_initiatives_without_scrolling(leader, live_server, plan, complaints):
    for number in range(19):
        name = f"Triển khai một việc có tên gọi tắt dài như vậy {number}"
        DutyFactory(initiative=InitiativeFactory(plan=plan, code=f"{number + 50}", name=name))
    leader.set_viewport_size({"width": 1920, "height": 1080})

    leader.goto(f"{live_server.url}/tong-hop/?man-hinh=1")

    shown = leader.locator(".wall-list > li").count()
    heights = leader.evaluate("[document.documentElement.scrollHeight, document.documentElement.scrollWidth]")
    assert (shown, heights, complaints) == (22, [1080, 1920], [])


def test_blank_of_an_excused_unit_does_not_widen_the_page_of_a_phone(leader, live_server):
    """Its reason is read out, far right in a table that scrolls."""
    now = timezone.now()
    ReportingPeriod.objects.all().delete()
    for week in range(12):
        run_schedule(at=now - timedelta(weeks=11 - week))
    reports = UnitReport.objects.filter(period__rhythm="weekly").order_by("period__ends_on")
    excuse_report(reports.last(), reason="Xã bị chia cắt do lũ quét", by=None, at=now)
    leader.set_viewport_size({"width": 390, "height": 844})

    leader.goto(f"{live_server.url}/tong-hop/nop/")

    assert leader.evaluate("document.documentElement.scrollWidth") == 390
