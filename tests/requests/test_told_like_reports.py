"""What was sent of a request, what will be, and pressing by hand: as of a report."""

from datetime import timedelta

import pytest
from lxml import html

from assignments.models import FocalPoint
from reports.domain.calendar import VIETNAM
from reports.models import HandReminder, Obstacle, Reminder, ReminderItem
from reports.reminders.delivery import deliver_all
from reports.reminders.forecast import forecast, unreachable_units
from reports.reminders.outstanding import outstanding_requests
from reports.reminders.request_reminders import create_request_reminders
from reports.reminders.tick import sent_reminders, tick
from reports.requests.services import answer_request, ask_unit
from tests.factories import DutyFactory, UnitFactory, UserFactory, agency_of, vn
from tests.html import texts
from tests.queries import same_queries
from tests.requests.acts import DUE_ON, TUESDAY, given

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reminder_rules")]

BEFORE_DUE = vn("2024-03-13 08:00")
ON_DUE = vn("2024-03-14 08:00")
AFTER_DUE = vn("2024-03-15 08:00")
PRESSED_AT = vn("2024-03-15 09:00")
OVERDUE = "//main//a[contains(., 'yêu cầu quá hạn')]"


@pytest.fixture
def as_agency(client, standing_agency):
    client.force_login(standing_agency)
    return client


# --- What was sent ---


def test_message_of_a_request_says_its_occasion_and_no_rule_of_reports(as_agency, asked):
    for at in (TUESDAY, BEFORE_DUE, ON_DUE, AFTER_DUE):
        create_request_reminders(at=at)
        deliver_all(at=at)

    lines = texts(as_agency.get("/nhac-viec/?kenh=portal"), "//main//form//li/div[2]")

    assert lines == [
        "Phòng Văn hóa và Thông tin · yêu cầu trả lời – Đôn đốc sau hạn",
        "Phòng Văn hóa và Thông tin · yêu cầu trả lời – Nhắc trong ngày đến hạn",
        "Phòng Văn hóa và Thông tin · yêu cầu trả lời – Nhắc trước hạn",
        "Phòng Văn hóa và Thông tin · yêu cầu trả lời",
    ]
    rules = [line["rule"] for line in sent_reminders(Reminder.objects.filter(channel="portal"))]
    assert sorted(rules) == ["Nhắc trong ngày đến hạn", "Nhắc trước hạn", "Yêu cầu", "Đôn đốc sau hạn"]


def test_messages_are_found_by_the_unit_asked_and_not_by_a_rule_of_reports(as_agency, asked, culture, unit):
    for at in (TUESDAY, BEFORE_DUE):
        create_request_reminders(at=at)
    rule = ReminderItem.objects.exclude(rule=None).first().rule

    found = {
        query: len(as_agency.get(f"/nhac-viec/?{query}").context["page"])
        for query in (f"don_vi={culture.pk}", f"don_vi={unit.pk}", f"quy_tac={rule.pk}", "quy_tac=yeu-cau")
    }

    assert list(found.values()) == [4, 0, 0, 4]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("Đã cấp", "Đơn vị đã trả lời trước khi tin đi."),
        ("", "Đã có tin sau nói thay, hoặc không còn phải trả lời."),
    ],
)
def test_message_not_needed_says_why(as_agency, asked, asked_officer, answer, words):
    create_request_reminders(at=TUESDAY)
    if answer:
        answer_request(asked, text=answer, by=asked_officer, at=TUESDAY)
    Reminder.objects.update(state="not_needed")

    assert texts(as_agency.get("/nhac-viec/?kenh=portal"), "//main//form//li/div[3]") == [words]


def test_message_that_could_not_be_delivered_is_counted_in_the_digest(asked, standing_agency, mailoutbox):
    standing_agency.email = "catt@example.vn"
    standing_agency.save()
    create_request_reminders(at=TUESDAY)
    Reminder.objects.filter(channel="email").update(state="undeliverable", error="Máy chủ thư không nhận địa chỉ này.")

    tick(at=vn("2024-03-05 18:00"))

    [digest] = [mail for mail in mailoutbox if mail.to == [standing_agency.email]]
    assert "Có 1 tin nhắc không gửi được." in digest.body


def test_letter_of_requests_of_two_plans_names_the_plan_of_each(asked, culture, asked_officer, mailoutbox):
    second = DutyFactory(initiative__plan__number="77/KH-UBND")
    about = {"obstacle": Obstacle.objects.create(duty=second, text="Mất điện", opened_at=TUESDAY, raised_at=TUESDAY)}
    plan = second.initiative.plan
    ask_unit(culture, plan=plan, about=about, text="Cấp máy", due_on=DUE_ON, by=asked.asked_by, at=TUESDAY)

    create_request_reminders(at=TUESDAY)
    deliver_all(at=TUESDAY)

    [letter] = [mail for mail in mailoutbox if mail.to == [asked_officer.email]]
    assert [line for line in letter.body.splitlines() if line.startswith("- ")] == [
        f"- {asked.text}, kế hoạch {asked.plan.number_display} – Phòng Văn hóa và Thông tin",
        "- Cấp máy, kế hoạch 77/KH-UBND – Phòng Văn hóa và Thông tin",
    ]


def test_letter_of_requests_of_one_plan_names_it_to_who_has_to_do_with_two(asked, culture, asked_officer, mailoutbox):
    DutyFactory(unit=culture)

    create_request_reminders(at=TUESDAY)
    deliver_all(at=TUESDAY)

    [letter] = [mail for mail in mailoutbox if mail.to == [asked_officer.email]]
    assert [line for line in letter.body.splitlines() if line.startswith("- ")] == [
        f"- {asked.text}, kế hoạch {asked.plan.number_display} – Phòng Văn hóa và Thông tin"
    ]


def test_letter_to_who_has_no_account_says_how_to_answer_in_text_and_html(asked, culture, mailoutbox):
    FocalPoint.objects.create(unit=culture, full_name="Lò Thị Ánh", email="anh@example.vn")

    create_request_reminders(at=TUESDAY)
    deliver_all(at=TUESDAY)

    [letter] = [mail for mail in mailoutbox if mail.to == ["anh@example.vn"]]
    parts = (letter.body, letter.alternatives[0][0])
    assert ["Trả lời cần có tài khoản của cổng." in part for part in parts] == [True, True]


def test_home_of_the_agency_counts_the_requests_past_their_day_and_opens_them(as_agency, asked, time_machine):
    time_machine.move_to(ON_DUE, tick=False)
    before = texts(as_agency.get("/"), OVERDUE)
    time_machine.move_to(AFTER_DUE, tick=False)
    page = as_agency.get("/")

    [url] = html.fromstring(page.content.decode()).xpath(f"{OVERDUE}/@href")
    assert (before, texts(page, OVERDUE)) == ([], ["1 yêu cầu quá hạn trả lời"])
    assert [one.pk for one in as_agency.get(url).context["page"]] == [asked.obstacle_id]


# --- What will be sent ---


def coming(plan, at, days=31):
    """The moments at which requests will be spoken of: when, on what occasion, whom."""
    found = [one for one in forecast(plan, at=at, days=days) if one.request]
    return [(f"{one.at.astimezone(VIETNAM):%d/%m %H:%M}", one.occasion, one.lines) for one in found]


def test_forecast_tells_who_is_asked_and_chased_when(asked, plan, asked_officer):
    create_request_reminders(at=TUESDAY)
    lines = [f"Phòng Văn hóa và Thông tin: {asked_officer} (chuông, thư điện tử)"]

    assert coming(plan, TUESDAY + timedelta(minutes=1)) == [
        ("13/03 08:00", "Nhắc trước hạn", lines),
        ("14/03 08:00", "Nhắc trong ngày đến hạn", lines),
        ("15/03 08:00", "Đôn đốc sau hạn", lines),
        ("20/03 08:00", "Đôn đốc sau hạn", lines),
        ("27/03 08:00", "Đôn đốc sau hạn", lines),
        ("03/04 08:00", "Đôn đốc sau hạn", lines),
    ]


def test_forecast_begins_with_a_request_nobody_was_told_of_yet(asked, plan):
    assert [(at, occasion) for at, occasion, _ in coming(plan, TUESDAY, days=1)] == [("05/03 09:00", "Báo yêu cầu mới")]


def test_forecast_is_silent_of_what_is_answered(asked, plan, asked_officer):
    answer_request(asked, text="Đã cấp", by=asked_officer, at=TUESDAY)

    assert coming(plan, TUESDAY) == []


def test_forecast_names_a_unit_asked_that_nobody_is_told_for(obstacle, plan, standing_agency):
    given(obstacle, UnitFactory(name="Phòng Y tế"), standing_agency)

    assert "Phòng Y tế" in unreachable_units(forecast(plan, at=TUESDAY))


@pytest.mark.engine
def test_forecast_of_requests_is_what_then_happens(asked, plan, asked_officer):
    tick(at=TUESDAY)
    planned = [one.at for one in forecast(plan, at=TUESDAY + timedelta(minutes=1)) if one.request]

    for at in sorted({one.at for one in forecast(plan, at=TUESDAY + timedelta(minutes=1))}):
        tick(at=at)

    sent = Reminder.objects.filter(purpose="requests", channel="portal", slot_at__gt=TUESDAY).order_by("slot_at")
    assert [one.sent_at for one in sent] == planned


def test_page_of_what_will_be_sent_shows_requests(client, asked, time_machine):
    time_machine.move_to(TUESDAY + timedelta(minutes=1), tick=False)
    client.force_login(UserFactory(role="admin"))

    page = client.get("/quan-tri/reports/reminderrule/sap-toi/")

    cells = texts(page, "//tr/td[contains(., 'yêu cầu:')]")
    said = f"yêu cầu: {asked.text}, hạn trả lời 14/03/2024"
    assert cells[:2] == [f"Báo yêu cầu mới {said}", f"Nhắc trước hạn {said}"]


@same_queries(25)
def test_forecast_takes_the_same_queries_for_any_number_of_requests(duty, plan, standing_agency, rows, counted):
    for n in range(rows):
        one = Obstacle.objects.create(duty=duty, text=f"Vướng {n}", opened_at=TUESDAY, raised_at=TUESDAY)
        given(one, UnitFactory(), standing_agency)

    with counted:
        found = forecast(plan, at=TUESDAY)
    assert len({one.request for one in found if one.request}) == rows


# --- Pressing by hand ---

ADDRESS = "/don-doc/?ky=yeu-cau"


@pytest.fixture
def late(asked, as_agency, time_machine):
    """The request the day after its day to answer by, told and chased once by the rules."""
    tick(at=TUESDAY)
    tick(at=AFTER_DUE)
    time_machine.move_to(PRESSED_AT, tick=False)
    return asked


def press(client, unit, **more):
    return client.post(ADDRESS, {"units": [unit.pk], "text": "Đề nghị trả lời ngay.", **more}, follow=True)


def said(page):
    return [str(message) for message in page.context["messages"]]


def test_units_that_have_not_answered_are_shown_with_what_they_were_told(as_agency, late, asked_officer):
    page = as_agency.get(ADDRESS)

    assert texts(page, "//main//h1/following-sibling::p") == ["1 đơn vị còn phải trả lời yêu cầu"]
    assert texts(page, "//label[input[@name='units']]/span") == [
        f"Phòng Văn hóa và Thông tin {late.text}: Quá hạn 1 ngày "
        f"đã đôn đốc 1 lần, tin cuối 08:00 ngày 15/03/2024 nhận tin: {asked_officer}"
    ]
    assert len(texts(page, f"//input[@name='units'][@value={late.unit_id}][@checked]")) == 1


def test_requests_are_one_of_the_things_to_press_for(as_agency, late):
    page = as_agency.get("/don-doc/")

    parts = texts(page, "//nav[contains(@class, 'tabs')]/a")
    assert parts[-1] == "Yêu cầu trả lời 1"


def test_message_of_a_request_is_shown_before_it_is_sent(as_agency, late):
    page = press(as_agency, late.unit)

    assert Reminder.objects.filter(purpose="by_hand").count() == 0
    assert page.context["message"].subject == f"Đôn đốc trả lời: {late.text}, quá hạn 1 ngày"
    assert "Đề nghị trả lời ngay." in page.context["message"].text


def test_pressing_for_a_request_reaches_the_unit_with_its_words_and_counts_as_a_chaser(
    as_agency, late, asked_officer, standing_agency, mailoutbox
):
    page = press(as_agency, late.unit, **{"xac-nhan": "1"})
    deliver_all(at=PRESSED_AT)

    assert said(page) == ["Đã ghi tin đôn đốc 1 đơn vị; tin đi trong vòng một phút."]
    assert texts(page, "//h1") == ["Kết quả đôn đốc yêu cầu trả lời"]
    assert texts(page, "//div[@id='ket-qua']//h2") == ["Phòng Văn hóa và Thông tin"]
    letter = mailoutbox[-1]
    assert (letter.to, letter.subject) == ([asked_officer.email], f"Đôn đốc trả lời: {late.text}, quá hạn 1 ngày")
    assert "Đề nghị trả lời ngay." in letter.body
    items = ReminderItem.objects.filter(reminder__hand__by=standing_agency)
    assert set(items.values_list("kind", "rule", "request", "reminder__state")) == {("chaser", None, late.pk, "sent")}
    [row] = outstanding_requests([late], standing_agency, PRESSED_AT)
    assert row.chasers == 2


def test_unit_pressed_for_its_answer_a_moment_ago_is_not_pressed_again(as_agency, late):
    press(as_agency, late.unit, **{"xac-nhan": "1"})

    page = press(as_agency, late.unit, **{"xac-nhan": "1"})

    hand = HandReminder.objects.get()
    assert said(page)[-1] == ("Phòng Văn hóa và Thông tin: vừa được đôn đốc ít phút trước nên không gửi nữa.")
    assert page.redirect_chain[-1][0] == f"/don-doc/{hand.pk}/"


def test_unit_that_answered_before_the_message_left_gets_none(as_agency, late, asked_officer, mailoutbox):
    press(as_agency, late.unit, **{"xac-nhan": "1"})
    sent = len(mailoutbox)

    answer_request(late, text="Đã cấp", by=asked_officer, at=PRESSED_AT)
    deliver_all(at=PRESSED_AT)

    assert (len(mailoutbox), set(Reminder.objects.filter(purpose="by_hand").values_list("state", flat=True))) == (
        sent,
        {"not_needed"},
    )


def test_nothing_is_pressed_for_once_all_have_answered(as_agency, late, asked_officer):
    answer_request(late, text="Đã cấp", by=asked_officer, at=PRESSED_AT)

    page = as_agency.get(f"/ke-hoach/{late.plan_id}{ADDRESS}", follow=True)

    assert said(page) == ["Không còn đơn vị nào phải đôn đốc về việc ấy."]


def test_request_answered_since_is_not_counted_as_told_of_in_a_message_of_another(
    asked, culture, asked_officer, duty, standing_agency
):
    other = Obstacle.objects.create(duty=duty, text="Mất điện", opened_at=TUESDAY, raised_at=TUESDAY)
    given(other, culture, standing_agency)
    create_request_reminders(at=TUESDAY)

    answer_request(asked, text="Đã cấp", by=asked_officer, at=TUESDAY)
    deliver_all(at=TUESDAY)

    assert set(ReminderItem.objects.values_list("request", "was_filed")) == {
        (asked.pk, True),
        (other.requests.get().pk, False),
    }


def test_pressing_is_for_the_agency_of_the_plan_alone(client, late, officer, asked_officer, outsider):
    statuses = []
    for person in (officer, asked_officer, outsider):
        client.force_login(person)
        statuses.append(press(client, late.unit, **{"xac-nhan": "1"}).status_code)

    assert (statuses, HandReminder.objects.count()) == ([403] * 3, 0)


def test_result_of_pressing_is_not_there_for_the_agency_of_another_plan(client, as_agency, late):
    press(as_agency, late.unit, **{"xac-nhan": "1"})
    second = DutyFactory()
    stranger = UserFactory(role="standing_agency", unit=agency_of(second.initiative.plan))
    client.force_login(stranger)

    assert client.get(f"/don-doc/{HandReminder.objects.get().pk}/").status_code == 404


@same_queries(20)
def test_choosing_whom_to_press_takes_the_same_queries_for_any_number_of_requests(
    client, duty, plan, standing_agency, rows, counted, time_machine
):
    for n in range(rows):
        one = Obstacle.objects.create(duty=duty, text=f"Vướng {n}", opened_at=TUESDAY, raised_at=TUESDAY)
        unit = UnitFactory()
        UserFactory(unit=unit)
        given(one, unit, standing_agency)
    tick(at=TUESDAY)
    time_machine.move_to(PRESSED_AT, tick=False)
    client.force_login(standing_agency)

    with counted:
        page = client.get(f"/ke-hoach/{plan.pk}{ADDRESS}")
    assert len(page.context["rows"]) == rows
