"""Drafting in a real browser: saved as one types, sources without leaving the page, two writers do not overwrite."""

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from playwright.sync_api import expect

from reports.consolidated.services.final import finalize
from reports.consolidated.services.line_edits import LineEdit, save_lines
from reports.consolidated.services.report_drafts import start_draft
from reports.models import ConsolidatedLine, DemoData
from tests.consolidated.district import THURSDAY, live_a_week, make_district
from tests.factories import UserFactory
from tests.screens import axe_faults

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def district(transactional_db):
    district = make_district()
    live_a_week(district)
    return district


@pytest.fixture
def draft(district):
    return start_draft(district.period(), by=district.agency, at=THURSDAY)


@pytest.fixture
def opened(page, live_server, district, draft, complaints):
    """The drafting page on a desk, as the standing agency sees it."""
    client = Client()
    client.force_login(district.agency)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(f"{live_server.url}{draft.get_absolute_url()}")
    return page


def line_of(draft, text):
    return ConsolidatedLine.objects.get(section__report=draft, text__startswith=text)


def field(page, line):
    return page.locator(f'textarea[name="dong-{line.pk}"]')


def test_line_is_saved_as_it_is_typed(opened, draft, complaints):
    line = line_of(draft, "Mô hình 9: Thiếu")

    field(opened, line).fill("Mô hình 9 thiếu máy quét.")
    expect(opened.locator("[data-saved]")).to_contain_text("đã lưu lúc")

    line.refresh_from_db()
    assert (line.text, line.version, complaints) == ("Mô hình 9 thiếu máy quét.", 1, [])
    expect(opened.locator(f"#dong-{line.pk} [data-edited]")).to_be_visible()


def test_button_pressed_while_typing_loses_nothing(opened, draft):
    line, other = line_of(draft, "Mô hình 9: Thiếu"), line_of(draft, "UBND xã Phú Lệ")

    field(opened, line).fill("Chữ vừa gõ.")
    opened.locator(f"#dong-{other.pk}").get_by_role("button", name="Bỏ").click()
    expect(opened.get_by_text("Đã bỏ một dòng.")).to_be_visible()

    line.refresh_from_db()
    other.refresh_from_db()
    assert (line.text, other.removed_at is not None) == ("Chữ vừa gõ.", True)


def test_sources_open_below_the_line_and_close_again(opened, draft, complaints):
    line = line_of(draft, "Trung tâm Y tế, UBND xã Phú Lệ")
    row = opened.locator(f"#dong-{line.pk}")

    row.get_by_text("2 nguồn").click()
    expect(row.get_by_text("UBND xã Phú Lệ – Báo cáo tuần 28/02 – 05/03")).to_be_visible()
    row.get_by_text("2 nguồn").click()

    expect(row.locator("[data-source-list]")).to_be_empty()
    assert complaints == []


@pytest.mark.parametrize(
    ("choice", "kept"), [("Giữ nội dung nhập ở đây", "Lời của tôi"), ("Lấy nội dung đã lưu", "Lời người khác")]
)
def test_second_writer_sees_both_texts_and_chooses(opened, draft, district, choice, kept):
    line = line_of(draft, "Mô hình 9: Thiếu")
    save_lines(draft, [LineEdit(line.pk, "Lời người khác", [line.text])], by=district.agency, at=THURSDAY)

    field(opened, line).fill("Lời của tôi")
    clash = opened.locator(f"#dong-{line.pk} .clash")
    expect(clash).to_contain_text("Lời người khác")
    line.refresh_from_db()
    before = line.text
    clash.get_by_role("button", name=choice).click()
    expect(opened.locator("[data-saved]")).to_contain_text("đã lưu lúc")

    line.refresh_from_db()
    assert (before, line.text) == ("Lời người khác", kept)


def kept_here(page):
    return page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('nhap:'))")


def enter(page, person):
    """A session of ``person``; the one before, if any, is gone."""
    client = Client()
    client.force_login(person)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": page.url}])


def test_words_typed_after_the_session_ended_are_kept_and_saved_on_the_next_visit(opened, draft, district):
    line = line_of(draft, "Mô hình 9: Thiếu")
    Session.objects.all().delete()

    field(opened, line).fill("Chữ gõ khi hết phiên.")
    expect(opened.locator("[data-trouble]")).to_contain_text("Phiên đăng nhập đã hết – nội dung đang giữ trên máy này.")
    opened.get_by_role("button", name="Lưu", exact=True).first.click()
    expect(field(opened, line)).to_have_value("Chữ gõ khi hết phiên.")
    address = opened.url
    enter(opened, district.agency)
    opened.goto("about:blank")  # leaving sends what is left; what arrives too late is sent by the next visit
    opened.goto(address)
    for _ in range(100):
        if not kept_here(opened):
            break
        opened.wait_for_timeout(100)

    line.refresh_from_db()
    assert (line.text, kept_here(opened)) == ("Chữ gõ khi hết phiên.", [])
    expect(field(opened, line)).to_have_value(line.text)


def test_words_typed_into_a_line_that_is_gone_are_shown_on_the_next_visit(opened, draft):
    line = line_of(draft, "Mô hình 9: Thiếu")
    opened.route("**/luu/", lambda route: route.abort())
    field(opened, line).fill("Chữ chưa gửi được.")
    expect(opened.locator("[data-trouble]")).to_contain_text("Mất kết nối – nội dung đang giữ trên máy này.")
    line.delete()

    opened.unroute("**/luu/")
    opened.goto(opened.url)

    expect(opened.locator("[data-left]")).to_contain_text("Chữ chưa gửi được.")
    opened.get_by_role("button", name="Xóa khỏi máy này").click()
    expect(opened.locator("[data-left]")).to_be_hidden()


def test_words_typed_into_a_line_somebody_drafted_away_are_not_called_saved(opened, draft):
    line = line_of(draft, "Mô hình 9: Thiếu")
    pk, _ = line.pk, line.delete()

    opened.locator(f'textarea[name="dong-{pk}"]').fill("Chữ của tôi.")
    expect(opened.locator(f"#dong-{pk} .clash")).to_contain_text("dòng không còn trong dự thảo")
    expect(opened.locator("[data-saved]")).to_contain_text("còn nội dung chưa lưu")
    opened.goto(opened.url)

    expect(opened.locator("[data-left]")).to_contain_text("Chữ của tôi.")


def test_line_too_long_is_said_to_be_and_saved_once_it_is_shorter(opened, draft):
    line = line_of(draft, "Mô hình 9: Thiếu")
    place = opened.locator(f"#dong-{line.pk} .clash")

    field(opened, line).fill("a" * 20_001)
    expect(place).to_contain_text("Dòng dài 20001 ký tự, quá 20000, nên chưa lưu.")
    opened.goto(opened.url)
    expect(place).to_contain_text("Dòng dài 20001 ký tự")
    field(opened, line).fill("Thiếu máy.")
    expect(place).to_have_count(0)

    line.refresh_from_db()
    assert line.text == "Thiếu máy."


def test_addressees_too_long_are_said_to_be(opened, draft):
    opened.get_by_label("Kính gửi").fill("Tỉnh\n" * 401)

    expect(opened.locator(".clash:has(+ #kinh-gui)")).to_contain_text("Nơi gửi dài 2004 ký tự")
    expect(opened.locator("[data-saved]")).to_contain_text("còn nội dung chưa lưu")


def test_words_not_saved_before_the_report_was_issued_are_shown_on_it(opened, draft, district):
    line = line_of(draft, "Mô hình 9: Thiếu")
    opened.route("**/luu/", lambda route: route.abort())
    field(opened, line).fill("Chữ chưa gửi được.")
    expect(opened.locator("[data-trouble]")).to_contain_text("Mất kết nối")
    finalize(draft, number=1, signed_on=THURSDAY.date(), by=district.agency, at=THURSDAY)

    opened.goto(opened.url)

    expect(opened.locator("[data-left]")).to_contain_text("Chữ chưa gửi được.")
    DemoData.objects.create(made_at=THURSDAY, weeks=1)  # only what is made up may be cleared away again
    draft.delete()


def test_line_left_as_it_was_shown_takes_a_colleagues_words_and_typing_on_adds_to_them(opened, draft):
    line = line_of(draft, "Mô hình 9: Thiếu")
    save_lines(draft, [LineEdit(line.pk, "Chữ của Lan", [line.text])], by=UserFactory(), at=THURSDAY)

    field(opened, line).press("End")
    field(opened, line).press_sequentially("x")
    field(opened, line).press("Backspace")

    expect(field(opened, line)).to_have_value("Chữ của Lan")
    field(opened, line).press("End")
    with opened.expect_response("**/luu/"):
        field(opened, line).press_sequentially(", tôi thêm")
    line.refresh_from_db()
    assert line.text == "Chữ của Lan, tôi thêm"


def test_answer_that_got_lost_is_not_taken_for_somebody_else(opened, draft):
    line = line_of(draft, "Mô hình 9: Thiếu")

    def arrives_but_answer_is_lost(route):
        route.fetch()
        route.abort()

    opened.route("**/luu/", arrives_but_answer_is_lost, times=1)
    field(opened, line).fill("Lần một.")
    expect(opened.locator("[data-trouble]")).to_contain_text("Mất kết nối")
    field(opened, line).fill("Lần hai.")
    expect(opened.locator("[data-saved]")).to_contain_text("đã lưu lúc")

    line.refresh_from_db()
    assert (line.text, opened.locator(".clash").count()) == ("Lần hai.", 0)


def test_button_pressed_twice_adds_one_line(opened, draft):
    section = draft.sections.get(kind="difficulties")
    before = section.lines.count()

    opened.locator(f"#muc-{section.pk}").get_by_role("button", name="Thêm dòng").dblclick()
    expect(opened.locator(f"#muc-{section.pk} [data-line]")).to_have_count(before + 1)

    assert section.lines.count() == before + 1


@pytest.mark.parametrize("width", [390, 1280])
def test_draft_page_fits_its_screen_and_axe_finds_nothing(opened, width):
    opened.set_viewport_size({"width": width, "height": 844})

    assert axe_faults(opened) == []
    assert opened.evaluate("document.documentElement.scrollWidth <= innerWidth")
