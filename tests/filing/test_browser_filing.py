"""Filing in a real browser: few taps, nothing typed is ever lost, two officers do not overwrite each other."""

import io
import time
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from PIL import Image
from playwright.sync_api import expect

from reports.domain.states import WorkState
from reports.filing.services import submit_report
from reports.models import ReportVersion, UnitReport
from reports.periods.services import run_schedule
from tests.acts import save_draft
from tests.factories import DutyFactory, InitiativeFactory, UserFactory
from tests.filing.test_filing_hostile import PAYLOADS
from tests.screens import axe_faults, press

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 800}
PASSWORD = "mật-khẩu-thử"
# Slower than the worst of the mobile networks in the hills: half a second there and back, 50 kbit/s.
SLOW = {"offline": False, "latency": 500, "downloadThroughput": 50_000 / 8, "uploadThroughput": 50_000 / 8}


@pytest.fixture
def unit_of_fourteen(plan, unit):
    for number in range(1, 15):
        DutyFactory(unit=unit, initiative=InitiativeFactory(plan=plan, code=str(number)))
    return unit


@pytest.fixture
def officer(unit):
    person = UserFactory(unit=unit, full_name="Hà Văn Bình")
    person.set_password(PASSWORD)
    person.save()
    return person


@pytest.fixture
def report(unit_of_fourteen, officer):
    """This week's report of a unit that reported on all its duties last week."""
    now = timezone.now()
    last_week = now - timedelta(days=7)
    run_schedule(at=last_week)
    last = UnitReport.objects.get(period__rhythm="weekly")
    entries = list(last.entries.all())
    for entry in entries:
        entry.work_state, entry.percent, entry.result = WorkState.IN_PROGRESS, 60, "đã lắp 2/3 đầu đọc"
    save_draft(last, entries, by=officer, at=last_week)
    submit_report(last, by=officer, at=last_week)
    run_schedule(at=now)
    return UnitReport.objects.filter(period__rhythm="weekly").latest("period__ends_on")


@pytest.fixture
def enter(live_server):
    """Let a browser context in as somebody, without the sign-in page."""

    def let_in(context, person):
        client = Client()
        client.force_login(person)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])

    return let_in


@pytest.fixture
def opened(page, live_server, enter, officer, report, complaints):
    """The filing page on a phone, as the officer sees it."""
    enter(page.context, officer)
    page.set_viewport_size(PHONE)
    page.goto(f"{live_server.url}{report.get_absolute_url()}")
    return page


def status_of(page, entry):
    return page.locator(f"#mh-{entry.pk} [data-word]")


def mark_of(page, entry):
    return status_of(page, entry).text_content()


def missing_of(page, entry):
    return page.locator(f"#mh-{entry.pk} [data-missing]")


def first_entry(report):
    return report.entries.order_by("pk").first()


def field(page, entry, name):
    return page.locator(f"#mh-{entry.pk}-{name}")


def edit(page, entry):
    """Open the line by hand."""
    line = page.locator(f"#mh-{entry.pk}")
    if not line.evaluate("details => details.open"):
        line.locator("> summary").click()


def choose(page, entry, word):
    page.locator(f"#mh-{entry.pk}").get_by_role("radio", name=word).check()


def keep_all(page):
    page.locator("[data-keep=quiet]").click()
    expect(page.locator("[data-ready]")).to_have_text("14/14")


def is_filed(page):
    expect(page.locator("main")).to_contain_text("Đã nộp")


def has_saved(page):
    expect(page.locator("[data-saved]")).to_contain_text("đã lưu", timeout=20_000)
    expect(page.locator("[data-trouble]")).to_be_hidden()


def on_server(entry, name="result"):
    entry.refresh_from_db()
    return getattr(entry, name)


def until(read, wanted, seconds=15):
    """Wait for the server to have what was typed; returns what it has in the end."""
    end = time.monotonic() + seconds
    while read() != wanted and time.monotonic() < end:
        time.sleep(0.1)
    return read()


def kept_here(page):
    return page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('nhap:')).length")


# --- A minute ---


def test_unit_with_fourteen_duties_and_nothing_new_files_in_five_taps(browser, live_server, report, officer):
    """From the link in the message, signed out, to "đã nộp": every tap counted, on a phone."""
    context = browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True)
    page = context.new_page()
    taps = []

    def tap(locator, what):
        locator.tap()
        taps.append(what)

    begun = time.monotonic()
    page.goto(f"{live_server.url}{report.get_absolute_url()}")
    taps.append("the link in the message")
    expect(page.get_by_label("Tên đăng nhập")).to_be_focused()  # so that no letter is typed beside it
    page.keyboard.type(officer.username)
    tap(page.get_by_label("Mật khẩu"), "the password field")
    page.keyboard.type(PASSWORD)
    tap(page.get_by_role("button", name="Đăng nhập"), "sign in")
    tap(page.get_by_role("button", name="Giữ cả 14 như kỳ trước"), "keep all")
    expect(page.locator("[data-ready]")).to_have_text("14/14")
    tap(page.get_by_role("button", name="Nộp báo cáo"), "file")
    is_filed(page)
    seconds = time.monotonic() - begun

    context.close()
    report.refresh_from_db()
    print(f"{len(taps)} taps, {seconds:.1f} s")
    assert (report.state, len(taps), seconds < 60) == ("submitted", 5, True)
    assert set(report.entries.values_list("is_kept", flat=True)) == {True}


@pytest.mark.parametrize("size", [PHONE, DESK])
def test_whole_path_from_home_to_the_receipt(page, live_server, enter, officer, report, complaints, size):
    entry = first_entry(report)
    enter(page.context, officer)
    page.set_viewport_size(size)
    page.goto(live_server.url)
    press(
        page, page.get_by_role("link", name="Báo cáo ngay").and_(page.locator(f"[href='{report.get_absolute_url()}']"))
    )
    faults = axe_faults(page)

    edit(page, entry)
    choose(page, entry, "Vướng mắc")
    field(page, entry, "difficulty").fill("đường truyền hay mất")
    field(page, entry, "proposal").fill("đề nghị lắp trạm phát sóng")
    field(page, entry, "solving_level").select_option("Cấp tỉnh")
    has_saved(page)
    keep_all(page)
    width = page.evaluate("document.documentElement.scrollWidth")
    page.get_by_role("button", name="Nộp báo cáo").click()
    expect(page.locator(".receipt")).to_contain_text("Hà Văn Bình nộp")

    entry.refresh_from_db()
    assert (entry.work_state, entry.difficulty, entry.solving_level) == ("blocked", "đường truyền hay mất", "province")
    assert (faults, axe_faults(page), complaints) == ([], [], [])
    assert width <= size["width"]


def tab_to(page, selector):
    """Press Tab until ``selector`` has the focus; returns how often."""
    for stops in range(1, 60):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return stops
    raise AssertionError(f"no way to {selector}")


def test_keyboard_alone_files_from_home_in_forty_stops(page, live_server, enter, officer, report):
    """The strip of numbers is stepped over by its own skip link."""
    enter(page.context, officer)
    page.set_viewport_size(DESK)
    page.goto(live_server.url)
    stops = tab_to(page, f"a[href='{report.get_absolute_url()}']")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{report.get_absolute_url()}")
    stops += tab_to(page, ".skip[href='#noi-dung']")
    page.keyboard.press("Enter")
    stops += tab_to(page, ".strip .skip")
    page.keyboard.press("Enter")
    stops += tab_to(page, "[data-keep=quiet]")
    page.keyboard.press("Enter")
    expect(page.locator("[data-ready]")).to_have_text("14/14")
    stops += tab_to(page, "#nop")
    page.keyboard.press("Enter")
    is_filed(page)

    print(f"{stops} stops")
    assert stops <= 40


def test_filing_too_early_leads_to_the_very_field(opened, report):
    entry = first_entry(report)
    edit(opened, entry)
    choose(opened, entry, "Vướng mắc")
    has_saved(opened)
    opened.get_by_role("button", name="Nộp báo cáo").click()

    expect(field(opened, entry, "difficulty")).to_be_focused()
    expect(opened.locator("[data-said]")).to_have_text("Chưa nộp được: MH 1 cần ghi rõ khó khăn, vướng mắc")
    expect(opened.locator(f"#mh-{entry.pk} [data-missing]")).to_have_text("Cần ghi rõ khó khăn, vướng mắc.")
    report.refresh_from_db()
    assert report.state == "open"


PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\n%%EOF\n"


def attach(page, entry, name, content=PDF, kind=""):
    page.locator(f"#tep-{entry.pk}").set_input_files({"name": name, "mimeType": kind, "buffer": content})


def test_file_alone_is_no_answer(opened, report):
    """What the page filled in beforehand is not sent as the unit's word because a file was attached, or refused."""
    entry, other = report.entries.order_by("pk")[:2]
    for line in (entry, other):
        edit(opened, line)
    attach(opened, entry, "kết quả tuần 3.pdf")
    attach(opened, other, "ghi chú.txt", b"words alone")
    expect(opened.locator(f"#mh-{entry.pk} .files")).to_contain_text("kết quả tuần 3.pdf")
    expect(opened.locator(f"#mh-{other.pk} .evidence")).to_contain_text("Loại tệp này không nhận")
    opened.wait_for_timeout(1500)  # longer than the page waits before it saves

    assert [mark_of(opened, line) for line in (entry, other)] == ["chưa nhập", "chưa nhập"]
    assert [on_server(line, "work_state") for line in (entry, other)] == ["", ""]
    expect(opened.locator("[data-ready]")).to_have_text("0/14")


def test_photograph_is_made_smaller_before_it_goes(opened, report):
    entry = first_entry(report)
    file = io.BytesIO()
    Image.effect_noise((3000, 2000), 80).convert("RGB").save(file, "JPEG", quality=95)
    edit(opened, entry)

    attach(opened, entry, "ảnh chụp.jpg", file.getvalue(), "image/jpeg")

    expect(opened.locator(f"#mh-{entry.pk} .files")).to_contain_text("ảnh chụp.jpg")
    kept = entry.evidence.get()
    with Image.open(kept.file) as picture:
        size = picture.size
    print(f"{len(file.getvalue())} bytes, then {kept.size}")
    assert (size, kept.size < len(file.getvalue()) / 2) == ((2048, 1365), True)


def test_finished_work_is_ready_once_its_evidence_is_there(opened, report):
    entry = first_entry(report)
    edit(opened, entry)
    choose(opened, entry, "Hoàn thành")
    expect(missing_of(opened, entry)).to_have_text("Cần ghi kết quả hoặc đính kèm minh chứng.")

    attach(opened, entry, "kết quả tuần 3.pdf")

    expect(status_of(opened, entry)).to_have_text("đã nhập")
    assert on_server(entry, "work_state") == "done"


def test_finished_is_all_of_it_and_another_state_brings_the_percent_back(opened, report):
    entry = first_entry(report)
    edit(opened, entry)

    choose(opened, entry, "Hoàn thành")
    finished = field(opened, entry, "percent").input_value()
    until(lambda: on_server(entry, "percent"), 100)
    choose(opened, entry, "Đang triển khai")

    assert (finished, field(opened, entry, "percent").input_value()) == ("100", "60")
    assert until(lambda: on_server(entry, "percent"), 60) == 60


@pytest.mark.parametrize("size", [PHONE, DESK])
def test_wrong_field_is_red_and_its_line_not_ready_until_it_is_mended(opened, report, complaints, size):
    """Also while other lines are saved, and the bar tells the same."""
    opened.set_viewport_size(size)
    entry, other = report.entries.order_by("pk")[:2]
    percent = field(opened, entry, "percent")
    for line in (entry, other):
        edit(opened, line)
    percent.fill("abc")
    expect(status_of(opened, entry)).to_have_text("cần sửa")
    choose(opened, other, "Duy trì thường xuyên")
    expect(status_of(opened, other)).to_have_text("đã nhập")

    wrong = [percent.get_attribute("aria-invalid"), percent.evaluate("field => getComputedStyle(field).borderTopColor")]
    note = opened.locator(f"#{percent.get_attribute('aria-describedby')}").inner_text()
    bar = [opened.locator(f"[data-{part}]").inner_text() for part in ("ready", "lacks")]
    strip = opened.get_by_role("link", name="MH 1, cần sửa").get_attribute("class")
    saved = opened.locator("[data-saved]").inner_text()
    faults = axe_faults(opened)
    red = opened.evaluate("getComputedStyle(document.querySelector('.err')).color")
    percent.fill("70")
    expect(status_of(opened, entry)).to_have_text("đã nhập")

    assert (wrong, percent.get_attribute("aria-invalid")) == (["true", red], None)
    assert note == "Ghi số nguyên từ 0 đến 100."
    assert (bar, strip, saved) == (["1/14", "Còn MH 1, MH 3, MH 4 …"], "bad", "· còn ô chưa lưu")
    assert (faults, complaints) == ([], [])


@pytest.mark.parametrize("size", [PHONE, DESK])
def test_unlikely_answer_is_asked_about_as_one_types_and_ready_once_explained(opened, report, complaints, size):
    opened.set_viewport_size(size)
    entry = first_entry(report)
    edit(opened, entry)
    explanation = field(opened, entry, "explanation")
    hidden = explanation.is_hidden()
    field(opened, entry, "percent").fill("35")
    expect(opened.locator(f"#mh-{entry.pk}-percent-note")).to_have_text("Tiến độ giảm từ 60 % còn 35 %, có đúng không?")
    expect(missing_of(opened, entry)).to_have_text("Cần sửa lại, hoặc giải thích chỗ được hỏi.")
    faults = axe_faults(opened)

    explanation.fill("Đếm lại sau khi bàn giao")
    expect(status_of(opened, entry)).to_have_text("đã nhập")

    assert (hidden, on_server(entry, "explanation")) == (True, "Đếm lại sau khi bàn giao")
    assert (faults, complaints) == ([], [])


def test_closed_line_tells_what_was_entered_in_place_of_what_was_said_last(opened, report):
    entry = first_entry(report)
    said = opened.locator(f"#mh-{entry.pk} .last")
    edit(opened, entry)
    choose(opened, entry, "Hoàn thành")
    field(opened, entry, "result").fill("đã lắp đủ 3/3 đầu đọc")
    expect(said).to_contain_text("đã lắp đủ 3/3 đầu đọc")
    at_once = said.text_content()

    opened.reload()

    told = ["".join(words.split()) for words in (at_once, said.text_content())]
    assert told == ["Hoànthành,100%“đãlắpđủ3/3đầuđọc”"] * 2


def test_button_for_all_counts_what_it_would_keep(opened, report):
    """An answer that lacks something is not kept by it, and one that lacks nothing has nothing to keep."""
    entry, other = report.entries.order_by("pk")[:2]
    for line, word in ((entry, "Vướng mắc"), (other, "Duy trì thường xuyên")):
        edit(opened, line)
        choose(opened, line, word)
    expect(missing_of(opened, entry)).to_have_text("Cần ghi rõ khó khăn, vướng mắc.")
    keep_quiet = opened.locator("[data-keep=quiet]")
    expect(keep_quiet).to_have_text("Giữ 12 mục còn lại như kỳ trước")

    opened.reload()

    expect(keep_quiet).to_have_text("Giữ cả 12 như kỳ trước")
    hidden = [
        opened.locator(f"#mh-{line.pk} [data-keep]").get_attribute("hidden") is not None for line in (entry, other)
    ]
    assert hidden == [False, True]


def test_press_for_all_leaves_its_place_to_its_undo_and_focus_stays_with_the_heading(opened, report):
    keep_quiet, undo = opened.locator("[data-keep=quiet]"), opened.locator("[data-undo]")
    before = keep_quiet.bounding_box()
    keep_quiet.click()
    expect(undo).to_be_visible()
    expect(opened.get_by_role("heading", name="Không thay đổi (14)")).to_be_focused()
    place = undo.bounding_box()
    kept = {on_server(entry, "is_kept") for entry in report.entries.all()}
    undo.click()
    expect(keep_quiet).to_be_focused()
    expect(opened.locator("[data-ready]")).to_have_text("0/14")

    assert (kept, {on_server(entry, "work_state") for entry in report.entries.all()}) == ({True}, {""})
    assert abs(place["y"] + place["height"] / 2 - before["y"] - before["height"] / 2) < 24


def test_strip_opens_one_line_at_a_time_and_leaves_what_was_opened_by_hand_or_typed_in(opened, report):
    by_hand, led_to, typed_in, last = report.entries.order_by("pk")[:4]
    edit(opened, by_hand)
    for line in (led_to, typed_in):
        opened.get_by_role("link", name=f"MH {line.duty.initiative.code}, ").click()
    field(opened, typed_in, "result").fill("đang gõ")
    opened.get_by_role("link", name=f"MH {last.duty.initiative.code}, ").click()

    shown = [
        line
        for line in report.entries.order_by("pk")
        if opened.locator(f"#mh-{line.pk}").get_attribute("open") is not None
    ]
    assert shown == [by_hand, typed_in, last]
    expect(opened.locator(f"#mh-{last.pk} > summary")).to_be_focused()


def test_form_of_fourteen_duties_is_short_with_one_open(opened, report):
    edit(opened, first_entry(report))

    assert opened.evaluate("document.documentElement.scrollHeight") <= 2200
    heights = opened.evaluate(
        "[...document.querySelectorAll('.duty:not([open]) > summary')].map((one) => one.offsetHeight)"
    )
    assert set(heights) == {56}


def test_double_click_files_once(opened, report):
    keep_all(opened)

    opened.get_by_role("button", name="Nộp báo cáo").dblclick()

    is_filed(opened)
    assert ReportVersion.objects.count() == 2  # last week's and this one
    assert report.history.filter(state="submitted").count() == 1


def test_page_without_its_script_saves_and_files(browser, live_server, enter, officer, report):
    context = browser.new_context(viewport=PHONE, java_script_enabled=False)
    enter(context, officer)
    page = context.new_page()
    page.goto(f"{live_server.url}{report.get_absolute_url()}")
    entry = first_entry(report)
    page.locator(f"#mh-{entry.pk} > summary").click()
    field(page, entry, "result").fill("không cần kịch bản")
    page.locator("[data-keep=quiet]").click()
    page.get_by_role("button", name="Nộp báo cáo").click()

    is_filed(page)
    context.close()
    assert on_server(entry) == "không cần kịch bản"


def test_hostile_words_open_no_dialog_on_any_page(opened, live_server, report, officer, complaints):
    entry = first_entry(report)
    dialogs = []
    opened.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    edit(opened, entry)
    field(opened, entry, "result").fill("\n".join(PAYLOADS))
    has_saved(opened)
    opened.reload()
    keep_all(opened)
    opened.get_by_role("button", name="Nộp báo cáo").click()
    is_filed(opened)
    for path in ("/", entry.duty.initiative.get_absolute_url(), officer.memberships.get().unit.get_absolute_url()):
        opened.goto(f"{live_server.url}{path}")

    assert (dialogs, complaints) == ([], [])
    assert on_server(entry) == "\n".join(PAYLOADS)


# --- Nothing is lost ---


def test_text_typed_on_a_slow_connection_arrives_whole(opened, report, complaints):
    entry = first_entry(report)
    edit(opened, entry)
    opened.context.new_cdp_session(opened).send("Network.emulateNetworkConditions", SLOW)
    text = "Tổ chức 02 buổi tuyên truyền tại bản, phát 150 tờ rơi; đã hướng dẫn 35 lượt người dân."

    field(opened, entry, "result").press_sequentially(text, delay=40)

    assert until(lambda: on_server(entry), text, seconds=30) == text
    assert (field(opened, entry, "result").input_value(), complaints) == (text, [])


def test_connection_cut_while_typing_keeps_the_text_and_saves_it_after(opened, report):
    entry = first_entry(report)
    edit(opened, entry)
    field(opened, entry, "result").press_sequentially("trước khi mất mạng, ", delay=10)
    has_saved(opened)
    opened.context.set_offline(True)
    field(opened, entry, "result").press_sequentially("và trong khi mất mạng", delay=10)
    expect(opened.locator("[data-trouble]")).to_contain_text("Mất kết nối – nội dung đang giữ trên máy này")
    before = on_server(entry)

    opened.context.set_offline(False)

    text = "trước khi mất mạng, và trong khi mất mạng"
    assert (before, until(lambda: on_server(entry), text)) == ("trước khi mất mạng,", text)
    has_saved(opened)
    assert kept_here(opened) == 0


def test_server_that_cannot_write_is_told_as_such_and_the_text_kept_until_it_can(opened, report):
    entry = first_entry(report)
    edit(opened, entry)
    opened.route("**/luu/", lambda route: route.fulfill(status=503))
    field(opened, entry, "result").press_sequentially("gõ khi máy chủ hết chỗ", delay=10)
    expect(opened.locator("[data-trouble]")).to_contain_text(
        "Máy chủ chưa ghi được – nội dung đang giữ trên máy này. Trang sẽ tự lưu khi máy chủ ghi được."
    )
    before = on_server(entry)

    opened.unroute("**/luu/")

    assert (before, until(lambda: on_server(entry), "gõ khi máy chủ hết chỗ")) == ("", "gõ khi máy chủ hết chỗ")
    has_saved(opened)
    assert kept_here(opened) == 0


def test_answer_lost_on_the_way_is_no_clash_with_oneself(opened, report):
    entry = first_entry(report)
    edit(opened, entry)

    def swallow(route):
        route.fetch()
        route.abort()

    opened.route("**/luu/", swallow, times=1)
    field(opened, entry, "result").press_sequentially("gõ lần một", delay=10)
    expect(opened.locator("[data-trouble]")).to_be_visible()
    field(opened, entry, "result").press_sequentially(", gõ lần hai", delay=10)

    assert until(lambda: on_server(entry), "gõ lần một, gõ lần hai") == "gõ lần một, gõ lần hai"
    has_saved(opened)
    assert opened.locator("[data-clash]").count() == 0


def test_session_that_ended_loses_nothing_when_one_signs_in_elsewhere(opened, live_server, report, officer):
    entry = first_entry(report)
    edit(opened, entry)
    opened.context.clear_cookies()
    field(opened, entry, "result").press_sequentially("gõ khi phiên đã hết", delay=10)
    expect(opened.locator("[data-trouble]")).to_contain_text("Phiên đăng nhập đã hết")

    with opened.context.expect_page() as other:
        opened.get_by_role("link", name="Đăng nhập ở cửa sổ khác").click()
    sign_in = other.value
    sign_in.get_by_label("Tên đăng nhập").fill(officer.username)
    sign_in.get_by_label("Mật khẩu").fill(PASSWORD)
    sign_in.get_by_role("button", name="Đăng nhập").click()
    opened.bring_to_front()
    opened.evaluate("window.dispatchEvent(new Event('focus'))")

    assert until(lambda: on_server(entry), "gõ khi phiên đã hết") == "gõ khi phiên đã hết"
    has_saved(opened)


def test_session_that_ended_loses_nothing_when_one_signs_in_here(opened, report, officer):
    entry = first_entry(report)
    edit(opened, entry)
    opened.context.clear_cookies()
    field(opened, entry, "result").press_sequentially("gõ khi phiên đã hết", delay=10)
    opened.get_by_role("link", name="Đăng nhập tại đây").click()
    opened.get_by_label("Tên đăng nhập").fill(officer.username)
    opened.get_by_label("Mật khẩu").fill(PASSWORD)
    opened.get_by_role("button", name="Đăng nhập").click()

    expect(field(opened, entry, "result")).to_have_value("gõ khi phiên đã hết")
    assert until(lambda: on_server(entry), "gõ khi phiên đã hết") == "gõ khi phiên đã hết"


def test_words_of_one_person_are_not_sent_as_another(opened, enter, report, unit):
    entry = first_entry(report)
    edit(opened, entry)
    opened.context.clear_cookies()
    enter(opened.context, UserFactory(unit=unit))

    field(opened, entry, "result").press_sequentially("chữ của Bình", delay=10)

    expect(opened.locator("[data-trouble]")).to_contain_text("tài khoản khác")
    assert on_server(entry) == ""


def test_words_typed_while_the_report_is_on_its_way_are_shown_with_the_receipt(opened, report):
    entry = first_entry(report)
    keep_all(opened)
    edit(opened, entry)
    opened.context.new_cdp_session(opened).send("Network.emulateNetworkConditions", {**SLOW, "latency": 2000})
    opened.get_by_role("button", name="Nộp báo cáo").click()

    field(opened, entry, "result").fill("gõ trong lúc đang nộp")

    expect(opened.locator("[data-left]")).to_contain_text("gõ trong lúc đang nộp", timeout=30_000)
    opened.get_by_role("button", name="Xóa khỏi máy này").click()
    assert (on_server(entry), kept_here(opened)) == ("", 0)


def test_tab_closed_before_saving_gives_its_text_back(opened, live_server, report):
    entry = first_entry(report)
    edit(opened, entry)
    context = opened.context
    context.set_offline(True)
    field(opened, entry, "result").press_sequentially("chưa kịp lưu", delay=10)
    opened.close()
    context.set_offline(False)

    again = context.new_page()
    again.goto(f"{live_server.url}{report.get_absolute_url()}")

    expect(field(again, entry, "result")).to_have_value("chưa kịp lưu")
    assert until(lambda: on_server(entry), "chưa kịp lưu") == "chưa kịp lưu"
    has_saved(again)
    assert kept_here(again) == 0


def test_words_kept_by_an_older_page_do_not_cover_a_colleagues(opened, report, unit):
    entry = first_entry(report)
    opened.evaluate(
        """([entry, values]) => {
            const { user, report } = document.getElementById("nop-bao-cao").dataset;
            localStorage.setItem(`nhap:${user}:${report}:${entry}`, JSON.stringify({ version: 0, values, sent: [] }));
        }""",
        [entry.pk, {f"mh-{entry.pk}-result": "chữ cũ của Bình"}],
    )
    entry.result = "chữ của Lan"
    save_draft(report, [entry], by=UserFactory(unit=unit, full_name="Lò Thị Lan"), at=timezone.now())

    opened.reload()

    expect(opened.locator("[data-clash]")).to_contain_text("chữ của Lan")
    expect(field(opened, entry, "result")).to_have_value("chữ cũ của Bình")
    assert on_server(entry) == "chữ của Lan"


def test_state_chosen_while_a_press_for_keeping_waits_for_the_line_is_not_kept_over(opened, report):
    entry = first_entry(report)
    edit(opened, entry)
    opened.route("**/luu/", lambda route: route.abort())
    opened.locator(f"#mh-{entry.pk} [data-keep]").click()
    expect(opened.locator("[data-trouble]")).to_contain_text("Mất kết nối")
    choose(opened, entry, "Vướng mắc")

    opened.unroute("**/luu/")

    assert until(lambda: on_server(entry, "work_state"), WorkState.BLOCKED) == WorkState.BLOCKED
    has_saved(opened)
    assert (on_server(entry, "work_state"), entry.is_kept) == (WorkState.BLOCKED, False)


def test_signing_out_asks_and_takes_the_words_off_this_machine(opened, report):
    entry = first_entry(report)
    edit(opened, entry)
    opened.route("**/luu/", lambda route: route.abort())
    field(opened, entry, "result").press_sequentially("chưa gửi được", delay=10)
    expect(opened.locator("[data-trouble]")).to_be_visible()
    asked = []
    opened.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))

    opened.locator(".band summary", has_text="Tài khoản").click()
    opened.get_by_role("button", name="Đăng xuất").click()
    opened.wait_for_url("**/dang-nhap/**")

    assert (asked, kept_here(opened)) == (["confirm"], 0)


# --- Two at once ---


@pytest.fixture
def two_pages(browser, opened, live_server, enter, report, unit):
    """The officer's page and, in another browser, a colleague's; both opened before either wrote."""
    context = browser.new_context(viewport=PHONE)
    enter(context, UserFactory(unit=unit, full_name="Lò Thị Lan"))
    other = context.new_page()
    other.goto(f"{live_server.url}{report.get_absolute_url()}")
    yield opened, other
    context.close()


def test_two_officers_in_one_field_see_both_texts_and_the_second_keeps_both(two_pages, report):
    mine, theirs = two_pages
    entry = first_entry(report)
    for page in two_pages:
        edit(page, entry)
    field(theirs, entry, "result").press_sequentially("chữ của Lan", delay=10)
    has_saved(theirs)

    field(mine, entry, "result").press_sequentially("chữ của Bình", delay=10)
    clash = mine.locator(f"#mh-{entry.pk} [data-clash]")
    expect(clash).to_contain_text("Lò Thị Lan vừa sửa ô này")
    expect(clash).to_contain_text("chữ của Bình")
    expect(clash).to_contain_text("chữ của Lan")
    unwritten = on_server(entry)
    faults = axe_faults(mine)
    clash.get_by_text("Giữ cả hai").click()

    expect(clash).to_have_count(0)
    expect(field(mine, entry, "result")).to_have_value("chữ của Lan\nchữ của Bình")
    assert (unwritten, on_server(entry), faults) == ("chữ của Lan", "chữ của Lan\nchữ của Bình", [])


def test_clash_not_decided_survives_the_tab(two_pages, live_server, report):
    mine, theirs = two_pages
    entry = first_entry(report)
    for page in two_pages:
        edit(page, entry)
    field(theirs, entry, "result").press_sequentially("chữ của Lan", delay=10)
    has_saved(theirs)
    field(mine, entry, "result").press_sequentially("chữ của Bình", delay=10)
    expect(mine.locator("[data-clash]")).to_have_count(1)

    mine.reload()

    expect(field(mine, entry, "result")).to_have_value("chữ của Bình")
    expect(mine.locator("[data-clash]")).to_contain_text("chữ của Lan")
    assert on_server(entry) == "chữ của Lan"


def test_two_officers_in_different_fields_are_brought_together(two_pages, report):
    mine, theirs = two_pages
    entry = first_entry(report)
    for page in two_pages:
        edit(page, entry)
    field(theirs, entry, "result").press_sequentially("kết quả Lan ghi", delay=10)
    has_saved(theirs)

    field(mine, entry, "percent").fill("75")

    expect(field(mine, entry, "result")).to_have_value("kết quả Lan ghi")
    entry.refresh_from_db()
    assert (entry.percent, entry.result) == (75, "kết quả Lan ghi")
    assert mine.locator("[data-clash]").count() == 0


def test_field_left_as_it_was_shown_takes_a_colleagues_words_and_typing_on_adds_to_them(two_pages, report):
    mine, theirs = two_pages
    entry = first_entry(report)
    for page in two_pages:
        edit(page, entry)
    field(theirs, entry, "result").fill("chữ của Lan")
    has_saved(theirs)

    field(mine, entry, "result").press_sequentially("x")
    field(mine, entry, "result").press("Backspace")

    expect(field(mine, entry, "result")).to_have_value("chữ của Lan")
    field(mine, entry, "result").press("End")
    field(mine, entry, "result").press_sequentially(", Bình thêm")
    has_saved(mine)
    assert until(lambda: on_server(entry), "chữ của Lan, Bình thêm") == "chữ của Lan, Bình thêm"
    assert mine.locator("[data-clash]").count() == 0
