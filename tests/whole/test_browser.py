"""In a real browser, on a phone and on a desk: an officer files, the administrator brings an annex in."""

import pytest
from django.conf import settings
from django.core.files import File
from django.test import Client
from django.utils import timezone
from openpyxl import Workbook, load_workbook

from assignments.imports.services import upload_annex
from assignments.loading import load_plan
from assignments.models import Assignment, CollectiveMember
from assignments.roles import Role
from reports.models import UnitReport
from reports.periods.services import run_schedule
from tests.acts import filed
from tests.factories import UnitFactory, UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PHONE_AND_DESK = [{"width": 390, "height": 844}, {"width": 1280, "height": 800}]


@pytest.mark.parametrize("size", PHONE_AND_DESK)
def test_officer_signs_in_and_files_nothing_to_report(live_server, page, complaints, duty, officer, size):
    officer.set_password("mật-khẩu-thử")
    officer.save()
    now = timezone.now()
    run_schedule(at=now)
    month = filed(UnitReport.objects.get(period__rhythm="monthly"), officer, now)  # so that there is a last word
    page.set_viewport_size(size)

    page.goto(f"{live_server.url}/")
    page.get_by_label("Tên đăng nhập").fill(officer.username)
    page.get_by_label("Mật khẩu").fill("mật-khẩu-thử")
    page.get_by_role("button", name="Đăng nhập").click()
    page.locator("summary", has_text="không phát sinh").click()
    page.get_by_role("button", name="Nộp “Không phát sinh”").click()

    page.get_by_text("Đã nộp “không phát sinh”").wait_for()
    width = page.evaluate("document.documentElement.scrollWidth")
    assert UnitReport.objects.filed().exclude(pk=month.pk).get().submitted_by == officer
    assert (width <= size["width"], complaints) == (True, [])


def write_annex_with_a_strange_unit(folder):
    """The plan's own annex, but that a unit nobody knows leads "Mô hình 44"."""
    book = load_workbook(settings.BASE_DIR / "fixtures" / "phu-luc.xlsx")
    (row,) = [row for row in book.active.iter_rows() if str(row[1].value).startswith("Mô hình 44")]
    row[2].value = "Hội Chữ thập đỏ"
    book.save(folder / "Phụ lục (sửa).xlsx")
    return folder / "Phụ lục (sửa).xlsx"


@pytest.fixture
def annex_with_a_strange_unit(tmp_path):
    return write_annex_with_a_strange_unit(tmp_path)


def hand_in(path, plan, person):
    with path.open("rb") as file:
        return upload_annex(plan, File(file, name=path.name), by=person, at=timezone.now())


@pytest.mark.parametrize("size", PHONE_AND_DESK)
def test_administrator_brings_an_annex_in_settles_a_name_and_takes_it_back(
    live_server, page, complaints, annex_with_a_strange_unit, size
):
    now = timezone.now()
    load_plan(settings.BASE_DIR / "fixtures", at=now, today=timezone.localdate(now))
    admin = UserFactory(role=Role.ADMIN)
    admin.set_password("mật-khẩu-thử")
    admin.save()
    page.set_viewport_size(size)
    widths = []

    page.goto(f"{live_server.url}/nhap-phu-luc/")
    page.get_by_label("Tên đăng nhập").fill(admin.username)
    page.get_by_label("Mật khẩu").fill("mật-khẩu-thử")
    page.get_by_role("button", name="Đăng nhập").click()
    page.locator("input[type=file]").set_input_files(annex_with_a_strange_unit)
    page.get_by_text("Đã chọn: Phụ lục (sửa).xlsx").wait_for()
    page.get_by_role("button", name="Tải lên và xem trước").click()
    card = page.get_by_role("group", name="“Hội Chữ thập đỏ”")
    card.get_by_label("Đơn vị mới", exact=True).check()
    widths.append(page.evaluate("document.documentElement.scrollWidth"))
    page.get_by_role("button", name="Nhập 21 mô hình").click()
    page.get_by_text("Có 1 tên đã chọn nhưng chưa ghi nhớ").wait_for()
    card.get_by_label("Loại", exact=True).select_option(label="Mặt trận, hội, đoàn thể")
    page.get_by_role("button", name="Ghi nhớ cách viết").click()
    page.get_by_text("Sẽ thêm 0, đổi 1, giữ nguyên 20 mô hình.").wait_for(state="attached")
    page.get_by_role("button", name="Nhập 21 mô hình").click()
    page.get_by_text("Đã nhập 21 mô hình").wait_for()
    led = Assignment.objects.get(unit__name="Hội Chữ thập đỏ").initiative.code
    page.get_by_role("button", name="Hoàn tác lần nhập này").click()
    page.get_by_text("Kế hoạch đã trở lại như trước lần nhập này.").wait_for()

    widths.append(page.evaluate("document.documentElement.scrollWidth"))
    assert (led, Assignment.objects.filter(unit__name="Hội Chữ thập đỏ").count()) == ("44", 0)
    assert ([width <= size["width"] for width in widths], complaints) == ([True, True], [])


def test_members_of_a_collective_are_found_by_typing(live_server, page, complaints, plan, tmp_path):
    units = [UnitFactory(name=name) for name in ("Phòng Tư pháp", "Trường Mầm non", "Trường Tiểu học")]
    book = Workbook()
    book.active.append(("TT", "Tên mô hình", "Chủ trì"))
    book.active.append(("1", "Mô hình 1: Học bạ số", "Các trường học"))
    book.save(tmp_path / "phu-luc.xlsx")
    admin = UserFactory(role=Role.ADMIN)
    found = hand_in(tmp_path / "phu-luc.xlsx", plan, admin)
    client = Client()
    client.force_login(admin)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    page.context.add_cookies([cookie])

    page.goto(f"{live_server.url}/nhap-phu-luc/{found.pk}/")
    page.get_by_role("radio", name="Nhóm đơn vị mới").check()
    page.get_by_label("Thành viên: tìm rồi đánh dấu").fill("truong")
    page.get_by_role("checkbox", name="Trường Mầm non").check()
    page.get_by_role("checkbox", name="Trường Tiểu học").check()
    is_hidden = page.get_by_role("checkbox", name="Phòng Tư pháp", include_hidden=True).is_hidden()
    page.get_by_text("Đã chọn 2 thành viên.").wait_for()
    page.get_by_role("button", name="Ghi nhớ cách viết").click()
    page.get_by_text("Sẽ thêm 1, đổi 0, giữ nguyên 0 mô hình.").wait_for()

    members = CollectiveMember.objects.filter(collective__name="Các trường học").values_list("unit", flat=True)
    assert (is_hidden, set(members), complaints) == (True, {unit.pk for unit in units[1:]}, [])
