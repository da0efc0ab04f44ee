"""The pages of reminding: the bell, how one is reached, pressing by hand, what was sent, alarms, the preview."""

import re
from datetime import date, timedelta

import pytest
from django.test import override_settings
from lxml import html

from assignments.models import FocalPoint, UnitMembership
from assignments.roles import Role
from models_registry.models import Plan
from reports.models import (
    Alarm,
    ContactPreference,
    HandReminder,
    Holiday,
    Notification,
    Reminder,
    ReminderItem,
    ReminderRule,
    ReminderState,
    UnitReport,
)
from reports.periods.holidays import working_calendar
from reports.periods.services import run_schedule
from reports.reminders.delivery import deliver_all
from reports.reminders.tick import tick
from reports.review.services import return_report
from tests.acts import filed
from tests.factories import DutyFactory, InitiativeFactory, NotificationFactory, UnitFactory, UserFactory, vn
from tests.html import texts
from tests.queries import same_queries

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reminder_rules")]

WEDNESDAY = vn("2024-03-06 09:00")
EIGHT = vn("2024-03-04 08:00")


def text_of(page):
    """What one reads, without the marks and the spaces between them."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


def said(page):
    return [str(message) for message in page.context["messages"]]


@pytest.fixture
def as_agency(client, standing_agency):
    client.force_login(standing_agency)
    return client


@pytest.fixture
def as_officer(client, officer):
    client.force_login(officer)
    return client


@pytest.fixture
def administrator():
    return UserFactory(role=Role.ADMIN)


@pytest.fixture
def units(plan):
    """Units named in order that owe the weekly report of week 10, each with one person; made for a given count."""

    def make(count):
        initiative = InitiativeFactory(plan=plan)
        made = [UnitFactory(name=f"Xã {n}") for n in range(count)]
        for unit in made:
            DutyFactory(unit=unit, initiative=initiative)
            UserFactory(unit=unit, email=f"{unit.pk}@example.vn", full_name=f"Người {unit.name}")
        run_schedule(at=vn("2024-03-04 07:00"))
        return made

    return make


def person_of(unit):
    return UnitMembership.objects.get(unit=unit).user


def report_of(unit):
    return UnitReport.objects.get(unit=unit, period__code="2024-W10")


# --- Notifications ---


@pytest.fixture
def told(officer, outsider):
    return [
        *(
            NotificationFactory(user=officer, text=f"Tin {n}", url="/bao-cao/", created_at=EIGHT + timedelta(minutes=n))
            for n in range(3)
        ),
        NotificationFactory(user=outsider, text="Tin của người khác", created_at=EIGHT),
    ]


def test_bell_counts_what_one_has_not_read(as_officer, told):
    page = as_officer.get("/tro-giup/")

    assert texts(page, "//a[@aria-label='Thông báo, 3 chưa đọc']") == ["3"]


def test_bell_of_who_has_read_all_shows_no_number(as_officer):
    assert texts(as_officer.get("/tro-giup/"), "//a[@aria-label='Thông báo, đã đọc hết']") == [""]


def test_list_shows_ones_own_messages_latest_first(as_officer, told):
    page = as_officer.get("/thong-bao/")

    assert [notification.text for notification in page.context["page"]] == ["Tin 2", "Tin 1", "Tin 0"]


def test_opening_a_message_marks_it_read_and_leads_to_where_it_is_answered(as_officer, told):
    answer = as_officer.post(f"/thong-bao/{told[0].pk}/mo/")

    assert (answer.status_code, answer["Location"]) == (302, "/bao-cao/")
    assert list(Notification.objects.unread().values_list("text", flat=True)) == [
        "Tin 2",
        "Tin 1",
        "Tin của người khác",
    ]


def test_looking_at_the_list_reads_nothing(as_officer, told):
    as_officer.get("/thong-bao/")

    assert (as_officer.get(f"/thong-bao/{told[0].pk}/mo/").status_code, Notification.objects.unread().count()) == (
        405,
        4,
    )


@pytest.mark.parametrize("url", ["https://example.com/", "//example.com/", "javascript:alert(1)", ""])
def test_message_that_leads_out_of_the_portal_leads_to_the_list(as_officer, officer, url):
    notification = NotificationFactory(user=officer, url=url, created_at=EIGHT)

    assert as_officer.post(f"/thong-bao/{notification.pk}/mo/")["Location"] == "/thong-bao/"


@pytest.mark.parametrize("person", ["outsider", "standing_agency"])
def test_message_of_another_person_is_not_there(client, request, told, person):
    client.force_login(request.getfixturevalue(person))

    answer = client.post(f"/thong-bao/{told[0].pk}/mo/")

    told[0].refresh_from_db()
    assert (answer.status_code, told[0].read_at) == (404, None)


def test_all_are_marked_read_at_once_and_only_ones_own(as_officer, told):
    page = as_officer.post("/thong-bao/da-doc/", follow=True)

    assert said(page) == ["Đã đánh dấu 3 thông báo là đã đọc."]
    assert [notification.text for notification in Notification.objects.unread()] == ["Tin của người khác"]


def test_unread_alone_can_be_looked_at(as_officer, told):
    as_officer.post(f"/thong-bao/{told[2].pk}/mo/")

    page = as_officer.get("/thong-bao/?muc=chua-doc")

    assert [notification.text for notification in page.context["page"]] == ["Tin 1", "Tin 0"]


def test_list_without_messages_says_what_will_appear(as_officer):
    assert "Chưa có thông báo nào" in text_of(as_officer.get("/thong-bao/"))


@same_queries(10)
def test_list_of_messages_takes_the_same_queries_for_any_number(as_officer, officer, rows, counted):
    for _ in range(rows):
        NotificationFactory(user=officer, created_at=EIGHT)

    with counted:
        as_officer.get("/thong-bao/")


def test_hostile_text_in_a_message_stays_text(as_officer, officer):
    NotificationFactory(user=officer, text="<script>alert(1)</script>", created_at=EIGHT)

    assert "<script>alert" not in as_officer.get("/thong-bao/").content.decode()


def test_bell_is_silent_once_what_it_asked_for_is_filed(units):
    first, second = units(2)
    tick(at=EIGHT)
    tick(at=vn("2024-03-05 08:00"))
    before = Notification.objects.of(person_of(first)).unread().count()

    filed(report_of(first), by=person_of(first), at=vn("2024-03-05 09:00"))

    left = [Notification.objects.of(person_of(unit)).unread().count() for unit in (first, second)]
    assert (before, left) == (2, [0, 2])


def test_bell_that_asks_for_another_report_too_goes_on(units):
    first, second = units(2)
    UnitMembership.objects.create(unit=second, user=person_of(first))
    tick(at=EIGHT)
    officer = Reminder.objects.filter(channel="portal").order_by("pk").first().user

    filed(report_of(first), by=officer, at=vn("2024-03-04 09:00"))
    during = Notification.objects.of(officer).unread().count()
    filed(report_of(second), by=officer, at=vn("2024-03-04 09:05"))

    assert (during, Notification.objects.of(officer).unread().count()) == (1, 0)


def test_bell_tells_of_a_returned_report_until_it_is_filed_again(units, standing_agency):
    unit = units(1)[0]
    report = filed(report_of(unit), by=person_of(unit), at=EIGHT)
    return_report(report, reason="Ghi rõ kết quả", by=standing_agency, at=WEDNESDAY)
    told = Notification.objects.of(person_of(unit)).unread().get()

    filed(report_of(unit), by=person_of(unit), at=WEDNESDAY + timedelta(hours=1))

    assert (told.text, told.url) == (
        f"Báo cáo tuần 28/02 – 05/03 của {unit} bị trả lại: Ghi rõ kết quả",
        report.get_absolute_url(),
    )
    assert Notification.objects.unread().count() == 0


# --- How one is reached ---


def test_person_chooses_hour_and_channels(as_officer, officer):
    page = as_officer.post("/tai-khoan/nhan-tin/", {"morning_hour": "10"}, follow=True)

    chosen = ContactPreference.objects.get(user=officer)
    assert (chosen.morning_hour, chosen.by_email, said(page)) == (
        10,
        False,
        ["Đã lưu cách nhận tin. Tin nhắc từ nay theo lựa chọn này."],
    )
    assert chosen.history.get().history_user == officer


@override_settings(PORTAL_WEBHOOK_URL="https://tin.example.vn/")
def test_choosing_nothing_still_leaves_the_bell(as_officer, officer):
    as_officer.post("/tai-khoan/nhan-tin/", {})

    assert ContactPreference.objects.get(user=officer).channels == ("portal",)


def test_hour_that_is_not_offered_is_refused(as_officer):
    page = as_officer.post("/tai-khoan/nhan-tin/", {"morning_hour": "23"})

    assert (page.status_code, ContactPreference.objects.count()) == (422, 0)


def test_choosing_for_somebody_else_is_not_possible(as_officer, officer, outsider):
    as_officer.post("/tai-khoan/nhan-tin/", {"morning_hour": "9", "user": outsider.pk})

    assert [preference.user for preference in ContactPreference.objects.all()] == [officer]


def test_channel_the_portal_does_not_have_is_not_offered(as_officer):
    without = list(as_officer.get("/tai-khoan/").context["contact"].fields)
    with override_settings(PORTAL_WEBHOOK_URL="https://tin.example.vn/", PORTAL_MAIL_IS_ON=False):
        other = list(as_officer.get("/tai-khoan/").context["contact"].fields)

    assert (without, other) == (["morning_hour", "by_email"], ["morning_hour", "by_webhook"])


@override_settings(PORTAL_MAIL_IS_ON=False)
def test_choice_not_offered_keeps_what_was_chosen_before(as_officer, officer):
    ContactPreference.objects.create(user=officer, by_email=True)

    as_officer.post("/tai-khoan/nhan-tin/", {"morning_hour": "9"})

    assert ContactPreference.objects.get(user=officer).by_email is True


# --- Pressing by hand ---


def test_units_that_have_not_filed_are_shown_with_what_they_were_told(as_agency, units, time_machine):
    first, second, third = units(3)
    tick(at=EIGHT)
    tick(at=vn("2024-03-06 08:00"))
    filed(report_of(second), by=person_of(second), at=vn("2024-03-06 08:30"))
    UnitMembership.objects.filter(unit=third).delete()
    time_machine.move_to(WEDNESDAY, tick=False)

    page = as_agency.get("/don-doc/?ky=2024-W10")

    label = "//label[input[@name='units']]/span"
    told = [texts(page, f"{label}/{part}") for part in ("b", "span[1]", "span[2]")]
    assert list(zip(*told, strict=True)) == [
        (first.name, "Quá hạn 1 ngày", "đã đôn đốc 1 lần, tin cuối 08:00 ngày 06/03/2024"),
        (third.name, "Quá hạn 1 ngày", "đã đôn đốc 1 lần, tin cuối 08:00 ngày 06/03/2024"),
    ]
    assert texts(page, f"{label}/span[3]") == ["nhận tin: Người Xã 0", "không có ai nhận tin, hãy gọi điện"]
    assert chosen_on(page) == [str(first.pk)]
    assert "2 đơn vị còn phải nộp báo cáo tuần 28/02 – 05/03 · hạn 23:59 05/03/2024" in text_of(page)


def test_period_longest_due_comes_first_and_others_can_be_chosen(as_agency, units, time_machine):
    units(1)
    time_machine.move_to(WEDNESDAY, tick=False)
    run_schedule(at=WEDNESDAY)

    page = as_agency.get("/don-doc/")

    assert [period.code for period in page.context["chase"].periods] == ["2024-W10"]
    assert [(period.code, period.outstanding) for period in page.context["periods"]] == [
        ("2024-W10", 1),
        ("2024-W11", 1),
        ("2024-03", 1),
    ]


def test_all_periods_past_their_time_are_pressed_for_where_none_is_named(as_agency, units, time_machine):
    units(1)
    for at in (EIGHT, vn("2024-03-11 08:00")):
        run_schedule(at=at)
    time_machine.move_to(vn("2024-03-15 08:00"), tick=False)

    page = as_agency.get("/don-doc/")

    assert [period.code for period in page.context["chase"].periods] == ["2024-W11", "2024-03"]
    assert len(chosen_on(page)) == 1


def test_nobody_is_chosen_before_the_due_moment(as_agency, units, time_machine):
    units(2)
    time_machine.move_to(EIGHT, tick=False)

    page = as_agency.get("/don-doc/?ky=2024-W10")

    assert (len(texts(page, "//input[@name='units']")), chosen_on(page)) == (2, [])


def chosen_on(page):
    """The units that are ticked."""
    return html.fromstring(page.content.decode()).xpath("//input[@name='units'][@checked]/@value")


def press(client, chosen, **more):
    data = {"units": [unit.pk for unit in chosen], "text": "Đề nghị nộp ngay trong sáng nay.", **more}
    return client.post("/don-doc/?ky=2024-W10", data, follow=True)


def test_message_is_shown_before_it_is_sent(as_agency, units, time_machine):
    chosen = units(2)
    time_machine.move_to(WEDNESDAY, tick=False)

    page = press(as_agency, chosen)

    assert (Reminder.objects.count(), page.context["people"], len(page.context["reached"])) == (0, 2, 2)
    assert "Đề nghị nộp ngay trong sáng nay." in page.context["message"].text
    assert page.context["message"].subject == "Đôn đốc nộp báo cáo tuần 10/2024, quá hạn 1 ngày"


def test_sent_message_is_followed_for_each_person_and_channel(as_agency, units, standing_agency, time_machine, smtp):
    first, second = units(2)
    smtp.answers[f"{second.pk}@example.vn"] = "550 5.1.1 No such user"
    time_machine.move_to(WEDNESDAY, tick=False)

    page = press(as_agency, [first, second], **{"xac-nhan": "1"})
    waiting = page.context["is_watched"]
    deliver_all(at=WEDNESDAY)
    page = as_agency.get(page.redirect_chain[-1][0])

    hand = HandReminder.objects.get()
    assert (hand.by, hand.text, waiting) == (standing_agency, "Đề nghị nộp ngay trong sáng nay.", True)
    told = "//div[@id='ket-qua']/section[h2='{}']//li"
    assert [text.split("ngày")[0] for text in texts(page, told.format("Xã 0"))] == [
        "Người Xã 0 · Thư điện tử: Đã gửi Lúc 09:00 ",
        "Người Xã 0 · Trong cổng: Đã gửi Lúc 09:00 ",
    ]
    failed, sent = texts(page, told.format("Xã 1"))
    assert failed.startswith("Người Xã 1 · Thư điện tử: Không gửi được Máy chủ thư không nhận địa chỉ này (mã 550)")
    assert "Sửa địa chỉ thư" in failed
    assert sent == "Người Xã 1 · Trong cổng: Đã gửi Lúc 09:00 ngày 06/03/2024."
    assert set(ReminderItem.objects.values_list("kind", flat=True)) == {"chaser"}


def test_bell_says_the_words_of_the_standing_agency(as_agency, units, time_machine):
    unit = units(1)[0]
    time_machine.move_to(WEDNESDAY, tick=False)

    press(as_agency, [unit], **{"xac-nhan": "1"})
    deliver_all(at=WEDNESDAY)

    told = Notification.objects.get(user=person_of(unit))
    assert told.text == "Đôn đốc nộp báo cáo tuần 28/02 – 05/03, quá hạn 1 ngày. Đề nghị nộp ngay trong sáng nay."


def test_result_asks_anew_only_while_messages_are_under_way(as_agency, units, time_machine, mailoutbox):
    chosen = units(1)
    time_machine.move_to(WEDNESDAY, tick=False)
    path = press(as_agency, chosen, **{"xac-nhan": "1"}).redirect_chain[-1][0]

    during = as_agency.get(path)
    deliver_all(at=WEDNESDAY)
    after = as_agency.get(path)

    assert (f'hx-get="{path}"' in during.content.decode(), "Còn 2 tin chưa đi" in text_of(during)) == (True, True)
    assert ("hx-get" in after.content.decode(), "Không còn tin nào chờ gửi." in text_of(after)) == (False, True)


def test_result_is_not_watched_for_as_long_as_a_mail_server_is_away(as_agency, units, time_machine, mailoutbox):
    chosen = units(1)
    time_machine.move_to(WEDNESDAY, tick=False)
    path = press(as_agency, chosen, **{"xac-nhan": "1"}).redirect_chain[-1][0]
    time_machine.shift(timedelta(minutes=5))

    page = as_agency.get(path)

    assert "hx-get" not in page.content.decode()
    assert "Còn 2 tin chưa đi, cổng tự gửi lại." in text_of(page)
    assert f'<a href="{path}">xem lại kết quả</a>' in page.content.decode()


def test_unit_with_nobody_to_tell_is_named_and_is_an_alarm(as_agency, units, time_machine):
    unit = units(1)[0]
    UnitMembership.objects.filter(unit=unit).delete()
    time_machine.move_to(WEDNESDAY, tick=False)

    preview = press(as_agency, [unit])
    page = press(as_agency, [unit], **{"xac-nhan": "1"})

    assert "Gửi đôn đốc" not in text_of(preview)
    assert said(page) == ["Xã 0: không có ai nhận tin; hãy gọi điện."]
    assert (Reminder.objects.count(), Alarm.objects.get().unit) == (0, unit)


def test_unit_pressed_a_moment_ago_is_not_pressed_again(as_agency, units, time_machine):
    chosen = units(1)
    time_machine.move_to(WEDNESDAY, tick=False)

    press(as_agency, chosen, **{"xac-nhan": "1"})
    page = press(as_agency, chosen, **{"xac-nhan": "1"})

    hand = HandReminder.objects.get()
    assert said(page)[-1] == "Xã 0: vừa được đôn đốc ít phút trước nên không gửi nữa."
    assert (page.redirect_chain[-1][0], Reminder.objects.count()) == (f"/don-doc/{hand.pk}/", 2)


def test_unit_that_filed_meanwhile_cannot_be_pressed(as_agency, units, time_machine):
    chosen = units(2)
    filed(report_of(chosen[0]), by=person_of(chosen[0]), at=EIGHT)
    time_machine.move_to(WEDNESDAY, tick=False)

    page = press(as_agency, chosen, **{"xac-nhan": "1"})

    assert (page.status_code, Reminder.objects.count()) == (422, 0)
    assert "Có đơn vị vừa nộp" in text_of(page)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"units": []}, "Hãy chọn ít nhất một đơn vị."),
        ({"units": ["9" * 25]}, "Có đơn vị vừa nộp"),
        ({"text": " "}, "Hãy ghi lời đôn đốc."),
    ],
)
def test_press_without_units_or_words_is_refused_in_words(as_agency, units, time_machine, data, words):
    chosen = units(1)
    time_machine.move_to(WEDNESDAY, tick=False)

    page = press(as_agency, chosen, **{"xac-nhan": "1", **data})

    assert (page.status_code, words in text_of(page), Reminder.objects.count()) == (422, True, 0)


def test_text_and_choice_survive_going_back(as_agency, units, time_machine):
    chosen = units(2)
    time_machine.move_to(EIGHT, tick=False)

    page = press(as_agency, chosen[:1], sua="1")

    assert (len(texts(page, "//input[@name='units']")), chosen_on(page)) == (2, [str(chosen[0].pk)])
    assert "Đề nghị nộp ngay trong sáng nay." in text_of(page)


def test_several_periods_are_pressed_for_on_one_page(as_agency, units, time_machine):
    unit = units(1)[0]
    time_machine.move_to(WEDNESDAY, tick=False)
    run_schedule(at=WEDNESDAY)
    address = "/don-doc/?ky=2024-W10&ky=2024-03"

    page = as_agency.get(address)
    preview = as_agency.post(address, {"units": [unit.pk], "text": "Nộp đi"})
    sent = as_agency.post(address, {"units": [unit.pk], "text": "Nộp đi", "xac-nhan": "1"}, follow=True)

    assert "1 đơn vị còn phải nộp báo cáo tuần 28/02 – 05/03, tháng 3" in text_of(page)
    assert [[row.asked.period.code for row in own] for own, _ in page.context["rows"]] == [["2024-W10", "2024-03"]]
    assert "Đôn đốc nộp 2 báo cáo" in preview.context["message"].subject
    assert "Kết quả đôn đốc tuần 28/02 – 05/03, tháng 3" in text_of(sent)


def test_period_all_have_filed_has_nobody_to_press(as_agency, units, time_machine):
    unit = units(1)[0]
    filed(report_of(unit), by=person_of(unit), at=EIGHT)
    time_machine.move_to(EIGHT, tick=False)

    page = as_agency.get(f"/ke-hoach/{Plan.objects.get().pk}/don-doc/?ky=2024-W10", follow=True)

    assert said(page) == ["Không còn đơn vị nào phải đôn đốc về việc ấy."]
    assert [period.code for period in page.context["chase"].periods] == ["2024-03"]


def test_nothing_open_says_so(as_agency, plan):
    assert "Không còn báo cáo nào phải đôn đốc" in text_of(as_agency.get("/don-doc/"))


def test_roll_up_leads_to_pressing_while_something_can_be_filed(as_agency, units, time_machine):
    units(1)
    time_machine.move_to(WEDNESDAY, tick=False)
    during = as_agency.get("/tong-hop/nop/?ky=2024-W10").content.decode()
    time_machine.move_to(vn("2024-03-13 00:00"), tick=False)

    after = as_agency.get("/tong-hop/nop/?ky=2024-W10").content.decode()

    assert ("/don-doc/?ky=2024-W10" in during, "/don-doc/?ky=2024-W10" in after) == (True, False)


def test_press_of_another_plan_is_not_there(as_agency, units, time_machine):
    chosen = units(1)
    time_machine.move_to(WEDNESDAY, tick=False)
    press(as_agency, chosen, **{"xac-nhan": "1"})
    hand = HandReminder.objects.get()
    ReminderItem.objects.update(period=other_period())

    assert as_agency.get(f"/don-doc/{hand.pk}/").status_code == 404


def other_period():
    """A period of another plan that has ended, so that the first one stays the plan one looks at."""
    duty = DutyFactory()
    run_schedule(at=EIGHT)
    plan = duty.initiative.plan
    period = plan.periods.first()
    plan.closed_on = vn("2024-03-05 00:00").date()
    plan.save()
    return period


@same_queries(12)
def test_choosing_whom_to_press_takes_the_same_queries_for_any_number(as_agency, units, rows, time_machine, counted):
    units(rows)
    tick(at=EIGHT)
    time_machine.move_to(WEDNESDAY, tick=False)
    plan = Plan.objects.get()

    with counted:
        as_agency.get(f"/ke-hoach/{plan.pk}/don-doc/?ky=2024-W10")


# --- What was sent ---


MESSAGE = "//form//ul[contains(@class, 'lines')]/li"


def rows_of(client, query=""):
    """Person, channel and state of each message on the page."""
    page = client.get(f"/nhac-viec/{query}")
    states = texts(page, f"{MESSAGE}/div[1]/span[2]")
    persons, channels = texts(page, f"{MESSAGE}/div[1]/b"), texts(page, f"{MESSAGE}/div[1]/span[1]")
    return list(zip(persons, channels, states, strict=True))


def told_of(client):
    """The lines below what each message speaks of, by its state."""
    page = html.fromstring(client.get("/nhac-viec/").content.decode())
    return {
        message.xpath("./div[1]/span[2]")[0].text_content().strip(): [
            " ".join(line.text_content().split()) for line in message.xpath("./div[position() > 2]")
        ]
        for message in page.xpath(MESSAGE)
    }


def test_each_message_says_in_words_what_became_of_it(as_agency, units, smtp):
    answering, refused, _ = units(3)
    smtp.answers[f"{refused.pk}@example.vn"] = "550 5.1.1 No such user"
    filed(report_of(answering), by=person_of(answering), at=vn("2024-03-04 07:59"))
    tick(at=EIGHT)

    assert sorted(rows_of(as_agency)) == [
        ("Người Xã 1", "Thư điện tử", "Không gửi được"),
        ("Người Xã 1", "Trong cổng", "Đã gửi"),
        ("Người Xã 2", "Thư điện tử", "Đã gửi"),
        ("Người Xã 2", "Trong cổng", "Đã gửi"),
    ]
    page = text_of(as_agency.get("/nhac-viec/?trang_thai=hong"))
    words = ("Máy chủ thư không nhận địa chỉ này (mã 550)", "Sửa địa chỉ thư", "Gửi lại", "Báo cáo tuần: sáng thứ Hai")
    assert [word for word in words if word not in page] == []


@pytest.fixture
def states(units):
    """One letter in each state."""
    units(len(ReminderState))
    tick(at=EIGHT)
    Reminder.objects.filter(channel="portal").delete()
    more = {
        "sent": {"sent_at": EIGHT},
        "claimed": {"claim": "6a6d4b4e-2c4b-4a5e-9d0d-1f2e3d4c5b6a", "claimed_at": EIGHT, "sent_at": None},
        "retry": {"error": "Máy chủ thư chưa nhận thư (mã 451).", "sent_at": None},
        "undeliverable": {"error": "Máy chủ thư không nhận địa chỉ này (mã 550).", "sent_at": None},
    }
    for reminder, state in zip(Reminder.objects.order_by("pk"), ReminderState.values, strict=True):
        Reminder.objects.filter(pk=reminder.pk).update(state=state, **more.get(state, {"sent_at": None}))
    return {reminder.state: reminder for reminder in Reminder.objects.all()}


def test_every_state_has_its_word_and_what_to_do_about_it(as_agency, states):
    assert {word: [line[:32] for line in lines] for word, lines in told_of(as_agency).items()} == {
        "Chờ gửi": ["Gửi từ 08:00 ngày 04/03/2024."],
        "Đang gửi": [],
        "Đã gửi": ["Lúc 08:00 ngày 04/03/2024."],
        "Chưa gửi được, sẽ gửi lại": ["Máy chủ thư chưa nhận thư (mã 45"],
        "Không gửi được": ["Máy chủ thư không nhận địa chỉ n", "Sửa địa chỉ thư của người nhận h"],
        "Không cần nữa": ["Đã có tin sau nói thay, hoặc khô"],
        "Không rõ đã đến chưa": ["Cổng không gửi thêm để khỏi làm "],
    }


def test_message_not_needed_because_the_unit_filed_says_so(as_agency, units):
    unit = units(1)[0]
    tick(at=EIGHT)
    Reminder.objects.update(state="not_needed", sent_at=None)
    filed(report_of(unit), by=person_of(unit), at=EIGHT)

    assert told_of(as_agency) == {"Không cần nữa": ["Đơn vị đã nộp trước khi tin đi."]}


def test_only_what_could_not_be_delivered_can_be_sent_again(as_agency, states):
    page = html.fromstring(as_agency.get("/nhac-viec/").content.decode())

    assert page.xpath("//button[@name='tin']/@value") == [str(states["undeliverable"].pk)]


def test_message_sent_again_goes_once_and_says_who_asked(as_agency, standing_agency, states, time_machine, mailoutbox):
    mailoutbox.clear()
    time_machine.move_to(EIGHT + timedelta(minutes=5), tick=False)

    page = as_agency.post("/nhac-viec/gui-lai/", {"tin": states["undeliverable"].pk}, follow=True)
    as_agency.post("/nhac-viec/gui-lai/", {"tin": states["undeliverable"].pk})
    Reminder.objects.exclude(pk=states["undeliverable"].pk).delete()
    deliver_all(at=EIGHT + timedelta(minutes=6))

    reminder = Reminder.objects.get()
    assert said(page) == ["Đã xếp 1 tin để gửi lại; tin đi trong vòng một phút."]
    assert (reminder.state, reminder.asked_again_by, len(mailoutbox)) == ("sent", standing_agency, 1)
    assert "yêu cầu gửi lại lúc 08:05 ngày 04/03/2024" in text_of(as_agency.get("/nhac-viec/"))


@pytest.mark.parametrize("state", ["sent", "unknown", "not_needed", "claimed", "retry", "owed"])
def test_message_that_may_have_arrived_or_is_under_way_is_not_sent_again(as_agency, states, state):
    page = as_agency.post("/nhac-viec/gui-lai/", {"tin": states[state].pk}, follow=True)

    assert "Không còn tin nào để gửi lại" in said(page)[0]
    assert Reminder.objects.get(pk=states[state].pk).state == state


@pytest.mark.engine
def test_all_undeliverable_messages_are_sent_again_at_once(as_agency, states):
    as_agency.post("/nhac-viec/gui-lai/?trang_thai=hong", {"tat-ca": "1"})

    assert Reminder.objects.filter(state="undeliverable").count() == 0
    assert Reminder.objects.filter(asked_again_at__isnull=False).count() == 1


def test_failure_is_past_mending_once_the_report_is_filed(as_agency, units, smtp):
    first, second = units(2)
    smtp.answers |= dict.fromkeys((f"{first.pk}@example.vn", f"{second.pk}@example.vn"), "550 5.1.1 No such user")
    tick(at=EIGHT)
    before = as_agency.get("/nhac-viec/").context["summary"].failed
    filed(report_of(first), by=person_of(first), at=WEDNESDAY)

    page = as_agency.get("/nhac-viec/")

    assert (before, page.context["summary"].failed, page.context["undeliverable"]) == (2, 1, 1)
    assert rows_of(as_agency, "?trang_thai=can-xu-ly") == [("Người Xã 1", "Thư điện tử", "Không gửi được")]
    assert len(rows_of(as_agency, "?trang_thai=hong")) == 2


def test_failure_matters_again_once_the_report_is_returned(as_agency, units, standing_agency, smtp):
    unit = units(1)[0]
    smtp.answers[f"{unit.pk}@example.vn"] = "550 5.1.1 No such user"
    tick(at=EIGHT)
    report = filed(report_of(unit), by=person_of(unit), at=EIGHT)
    return_report(report, reason="Ghi rõ kết quả", by=standing_agency, at=WEDNESDAY)

    page = as_agency.get("/nhac-viec/")

    assert (page.context["summary"].failed, page.context["undeliverable"]) == (1, 1)


def test_what_is_past_mending_is_not_sent_again_with_the_others(as_agency, units, smtp):
    first, second = units(2)
    smtp.answers |= dict.fromkeys((f"{first.pk}@example.vn", f"{second.pk}@example.vn"), "550 5.1.1 No such user")
    tick(at=EIGHT)
    filed(report_of(first), by=person_of(first), at=WEDNESDAY)

    page = as_agency.post("/nhac-viec/gui-lai/", {"tat-ca": "1"}, follow=True)

    assert said(page) == ["Đã xếp 1 tin để gửi lại; tin đi trong vòng một phút."]


@pytest.mark.engine
def test_person_without_an_account_is_found_by_name(as_agency, units):
    unit = units(1)[0]
    FocalPoint.objects.create(unit=unit, full_name="Lò Thị Ánh", email="anh@example.vn")
    tick(at=EIGHT)

    assert rows_of(as_agency, "?q=lo+thi+anh") == [("Lò Thị Ánh", "Thư điện tử", "Đã gửi")]


def test_hand_retry_that_fails_is_shown_at_once(as_agency, units, smtp, time_machine):
    unit = units(1)[0]
    smtp.answers[f"{unit.pk}@example.vn"] = "550 5.1.1 No such user"
    tick(at=EIGHT)
    time_machine.move_to(WEDNESDAY, tick=False)

    as_agency.post("/nhac-viec/gui-lai/", {"tat-ca": "1"})
    deliver_all(at=WEDNESDAY)

    assert rows_of(as_agency, "?kenh=email") == [("Người Xã 0", "Thư điện tử", "Không gửi được")]


def test_message_of_another_plan_is_neither_shown_nor_sent_again(as_agency, states):
    ReminderItem.objects.update(period=other_period())

    as_agency.post("/nhac-viec/gui-lai/", {"tin": states["undeliverable"].pk, "tat-ca": "1"})

    assert (rows_of(as_agency), Reminder.objects.filter(state="undeliverable").count()) == ([], 1)


@pytest.mark.engine
def test_list_is_narrowed_by_each_filter(as_agency, units, time_machine):
    first, _ = units(2)
    tick(at=EIGHT)
    tick(at=vn("2024-03-05 08:00"))
    rule = ReminderRule.objects.get(name="Báo cáo tuần: sáng thứ Hai")
    time_machine.move_to(vn("2024-03-05 09:00"), tick=False)
    press(as_agency, [first], **{"xac-nhan": "1"})

    counts = {
        query: len(rows_of(as_agency, f"?{query}"))
        for query in (
            "", "ky=2024-W10", "ky=2024-03", f"don_vi={first.pk}", f"quy_tac={rule.pk}", "quy_tac=don-doc",
            "kenh=email", "trang_thai=da-gui", "trang_thai=cho", "trang_thai=hong", "q=nguoi+xa+1", "q=khong+ai",
            "quy_tac=%27", "ky=khong-co",
        )
    }  # fmt: skip

    assert list(counts.values()) == [10, 10, 0, 6, 4, 2, 5, 8, 2, 0, 4, 0, 10, 10]


def test_list_without_messages_says_what_will_appear_here(as_agency, plan):
    assert "Chưa có tin nhắc nào" in text_of(as_agency.get("/nhac-viec/"))


def test_administrator_follows_and_retries_but_does_not_press(client, administrator, states):
    client.force_login(administrator)

    page = client.get("/nhac-viec/")
    client.post("/nhac-viec/gui-lai/", {"tat-ca": "1"})

    assert ('href="/don-doc/"' in page.content.decode(), client.get("/don-doc/").status_code) == (False, 403)
    assert Reminder.objects.filter(state="undeliverable").count() == 0


@same_queries(22)
def test_list_of_what_was_sent_takes_the_same_queries_for_any_number(as_agency, units, rows, counted):
    units(rows)
    tick(at=EIGHT)
    plan = Plan.objects.get()

    with counted:
        as_agency.get(f"/ke-hoach/{plan.pk}/nhac-viec/")


@pytest.mark.parametrize(("person", "seen"), [("standing_agency", True), ("administrator", True), ("officer", False)])
def test_help_tells_of_pressing_and_alarms_to_whom_they_concern(client, request, person, seen):
    client.force_login(request.getfixturevalue(person))

    page = text_of(client.get("/tro-giup/"))

    assert ("Chọn giờ nhận tin buổi sáng" in page, "kèm điện thoại đầu mối để gọi" in page) == (True, seen)


# --- Alarms ---


@pytest.fixture
def alarming(units, time_machine):
    """A unit nobody serves, and one that leaves three chasers unanswered."""
    lonely, deaf = units(2)
    UnitMembership.objects.filter(unit=lonely).delete()
    for day in ("2024-03-06", "2024-03-07", "2024-03-13", "2024-03-14", "2024-03-20", "2024-03-21"):
        tick(at=vn(f"{day} 08:00"))
    time_machine.move_to(vn("2024-03-21 09:00"), tick=False)
    return lonely, deaf


@pytest.mark.parametrize("person", ["standing_agency", "administrator"])
def test_home_of_who_must_act_shows_the_alarms(client, request, alarming, person):
    client.force_login(request.getfixturevalue(person))

    page = client.get("/")

    assert texts(page, "//section[contains(div/h2, 'Cần gọi điện')]//li") == [
        "1 đơn vị không có ai nhận nhắc Xã 0",
        "1 đơn vị không trả lời đôn đốc",
    ]


def test_home_of_an_officer_shows_no_alarm_of_others(client, alarming):
    client.force_login(person_of(alarming[1]))

    assert "không có ai nhận nhắc" not in text_of(client.get("/"))


def test_home_without_alarms_says_nothing_of_them(as_agency, units):
    units(1)

    assert "Cần gọi điện" not in text_of(as_agency.get("/"))


def test_page_of_alarms_tells_both_kinds_and_what_has_ended(as_agency, alarming):
    lonely, deaf = alarming
    page = as_agency.get("/canh-bao/")
    before = [unit for unit, _, _ in page.context["nobody"]]
    UserFactory(unit=lonely)
    tick(at=vn("2024-03-21 09:05"))

    after = as_agency.get("/canh-bao/")

    assert (before, [unit for unit, _, _ in page.context["unanswered"]]) == ([lonely], [deaf])
    assert [alarm.unit for alarm in after.context["ended"]] == [lonely]
    assert "báo cáo tuần: 3 lần đôn đốc" in text_of(after)


def test_leader_reads_the_alarms_without_numbers_to_call(client, alarming):
    client.force_login(UserFactory(role=Role.LEADER))

    page = client.get("/canh-bao/")

    assert [unit for unit, _, _ in page.context["unanswered"]] == [alarming[1]]
    assert ("đầu mối" in text_of(page), 'href="/nhac-viec/"' in page.content.decode()) == (False, False)


def test_unit_without_people_is_told_before_a_reminder_is_due(as_agency, units, time_machine):
    lonely, _ = units(2)
    UnitMembership.objects.filter(unit=lonely).delete()
    time_machine.move_to(vn("2024-03-01 09:00"), tick=False)

    page, home = as_agency.get("/canh-bao/"), as_agency.get("/")

    assert page.context["nobody"] == [(lonely, None, [])]
    assert "1 đơn vị không có ai nhận nhắc Xã 0" in text_of(home)


def test_alarm_says_whom_to_call(as_agency, alarming):
    lonely, _ = alarming
    FocalPoint.objects.create(unit=lonely, full_name="Lò Thị Ánh", position="Phó Chủ tịch", phone="0912 000 000")

    page = as_agency.get("/canh-bao/")

    assert [[str(person) for person in calls] for _, _, calls in page.context["nobody"]] == [["Lò Thị Ánh – Xã 0"]]
    assert 'href="tel:0912000000"' in page.content.decode()
    assert "Cổng chưa ghi đầu mối nào của đơn vị" in text_of(page)


def test_pressing_says_whom_to_call_where_nobody_is_told(as_agency, units, time_machine):
    staffed, lonely = units(2)
    UnitMembership.objects.filter(unit=lonely).delete()
    for unit in (staffed, lonely):
        FocalPoint.objects.create(unit=unit, full_name=f"Đầu mối {unit}", phone="0912 000 000")
    time_machine.move_to(WEDNESDAY, tick=False)

    page = as_agency.get("/don-doc/?ky=2024-W10")

    assert texts(page, "//div[@class='call']") == ["Đầu mối Xã 1 · 0912 000 000"]
    assert texts(page, "//li[label/input[@name='units']][div]//b") == [lonely.name]


def test_pressing_says_whom_to_call_where_nobody_told_was_ever_here(as_agency, units, time_machine):
    unit = units(1)[0]
    type(person_of(unit)).objects.filter(pk=person_of(unit).pk).update(last_login=None, email="")
    FocalPoint.objects.create(unit=unit, full_name="Lò Thị Ánh", phone="0912 000 000")
    time_machine.move_to(WEDNESDAY, tick=False)

    page = as_agency.get("/don-doc/?ky=2024-W10")

    assert "nhận tin: Người Xã 0 chưa đăng nhập lần nào và không có địa chỉ thư, hãy gọi điện" in text_of(page)
    assert 'href="tel:0912000000"' in page.content.decode()


@pytest.mark.parametrize(("person", "seen"), [("standing_agency", True), ("officer", True), ("outsider", False)])
def test_page_of_a_unit_shows_whom_to_call_to_those_who_may_know(client, request, duty, unit, person, seen):
    FocalPoint.objects.create(unit=unit, full_name="Lò Thị Ánh", phone="0912 000 000")
    client.force_login(request.getfixturevalue(person))

    page = client.get(unit.get_absolute_url()).content.decode()

    assert ("Lò Thị Ánh" in page, "0912" in page, "Đầu mối" in page) == (seen, seen, seen)


@pytest.mark.parametrize("path", ["/nhac-viec/", "/don-doc/", "/canh-bao/"])
def test_navigation_shows_that_one_is_among_the_reminders(as_agency, plan, path):
    groups = as_agency.get(path).context["rooms"].groups

    assert [link.label for group in groups for link in group.links if link.is_current] == ["Đôn đốc"]


@same_queries(13)
def test_page_of_alarms_takes_the_same_queries_for_any_number(as_agency, units, rows, counted):
    units(rows)
    UnitMembership.objects.filter(unit__name__startswith="Xã").delete()
    tick(at=EIGHT)
    plan = Plan.objects.get()

    with counted:
        as_agency.get(f"/ke-hoach/{plan.pk}/canh-bao/")


# --- The administrator ---


def test_preview_tells_the_administrator_who_will_get_what_and_when(client, administrator, units, time_machine):
    _, second = units(2)
    UnitMembership.objects.filter(unit=second).delete()
    time_machine.move_to(vn("2024-03-04 07:30"), tick=False)
    client.force_login(administrator)

    page = text_of(client.get("/quan-tri/reports/reminderrule/sap-toi/"))

    row = (
        "08:00 thứ Hai 04/03 Báo cáo tuần: sáng thứ Hai tuần 28/02 – 05/03, hạn 05/03/2024 "
        "1 người Xã 0: Người Xã 0 (chuông, thư điện tử) Xã 1: không có ai 1 đơn vị không có ai nhận"
    )
    assert (row in page, "1 đơn vị không có ai nhận tin: Xã 1." in page) == (True, True)


def test_preview_tells_the_hour_and_the_channels_a_person_chose(client, administrator, units, time_machine):
    unit = units(1)[0]
    ContactPreference.objects.create(user=person_of(unit), morning_hour=10, by_email=False)
    time_machine.move_to(vn("2024-03-04 07:30"), tick=False)
    client.force_login(administrator)

    page = text_of(client.get("/quan-tri/reports/reminderrule/sap-toi/"))

    told = re.findall(
        r"(\d\d:\d\d) thứ (?:Hai|Ba) 0[45]/03 Báo cáo tuần: \w+ thứ \w+ tuần 28/02.*? Xã 0: ([^)]*\))", page
    )
    assert told == [
        ("08:00", "Người Xã 0 (chuông lúc 10:00)"),
        ("08:00", "Người Xã 0 (chuông lúc 10:00)"),
        ("15:00", "Người Xã 0 (chuông)"),
    ]


def test_rules_are_listed_in_words_and_found_without_diacritics(client, administrator):
    client.force_login(administrator)

    page = text_of(client.get("/quan-tri/reports/reminderrule/?q=sang+thu+hai"))

    row = "Báo cáo tuần: sáng thứ Hai tuần: 08:00, trước hạn 1 ngày chuyển lên ngày làm việc liền trước chuông, thư"
    assert (row in page, "chiều thứ Ba" in page) == (True, False)


@pytest.mark.engine
def test_holidays_say_their_weekday_and_are_found_without_diacritics(client, administrator):
    Holiday.objects.all().delete()
    Holiday.objects.create(date=date(2025, 4, 26), kind="make_up", name="Làm bù cho ngày 02/05/2025")
    Holiday.objects.create(date=date(2025, 9, 2), name="Quốc khánh")
    client.force_login(administrator)

    page = text_of(client.get("/quan-tri/reports/holiday/?q=lam+bu"))

    assert ("thứ Bảy 26/04/2025 làm bù" in page, "Quốc khánh" in page) == (True, False)


def add_holiday(client, day, kind):
    Holiday.objects.all().delete()
    return client.post("/quan-tri/reports/holiday/add/", {"date": day, "kind": kind, "name": "Ngày thử"}, follow=True)


@pytest.mark.parametrize(("day", "kept"), [("26/04/2025", 1), ("22/04/2025", 0)])
def test_day_made_up_for_is_a_weekend_s(client, administrator, day, kept):
    client.force_login(administrator)

    page = add_holiday(client, day, "make_up")

    assert Holiday.objects.count() == kept
    assert ("Thứ Ba 22/04 vốn là ngày làm việc" in text_of(page)) == (not kept)


@pytest.mark.parametrize("written", ["04/05/2024", "4/5/2024", "04-05-2024", "2024-05-04"])
def test_day_is_read_as_it_is_written_in_vietnam(client, administrator, written):
    client.force_login(administrator)

    add_holiday(client, written, "make_up")

    holiday = Holiday.objects.get()
    page = client.get(f"/quan-tri/reports/holiday/{holiday.pk}/change/").content.decode()
    assert (holiday.date, 'value="04/05/2024"' in page) == (date(2024, 5, 4), True)


def test_preview_follows_the_rules_as_they_are_now(client, administrator, units, time_machine):
    units(1)
    time_machine.move_to(vn("2024-03-04 07:30"), tick=False)
    client.force_login(administrator)
    rule = ReminderRule.objects.get(name="Báo cáo tuần: sáng thứ Hai")
    client.post(
        f"/quan-tri/reports/reminderrule/{rule.pk}/change/",
        {"rhythm": "weekly", "name": rule.name, "kind": "before", "days": "-1", "at_time": "09:15",
         "day_off": "earlier", "by_email": "on", "is_active": "on"},
    )  # fmt: skip

    page = text_of(client.get("/quan-tri/reports/reminderrule/sap-toi/"))

    assert "09:15 thứ Hai 04/03 Báo cáo tuần: sáng thứ Hai" in page
    assert "/quan-tri/reports/reminderrule/sap-toi/" in client.get("/quan-tri/reports/reminderrule/").content.decode()


def test_preview_without_a_running_plan_says_so(client, administrator):
    client.force_login(administrator)

    assert "Không có kế hoạch nào đang chạy" in text_of(client.get("/quan-tri/reports/reminderrule/sap-toi/"))


@same_queries(20)
def test_preview_takes_the_same_queries_for_any_number_of_units(
    client, administrator, units, rows, time_machine, counted
):
    units(rows)
    working_calendar(EIGHT)  # filled in when somebody first asks
    time_machine.move_to(vn("2024-03-04 07:30"), tick=False)
    client.force_login(administrator)

    with counted:
        client.get("/quan-tri/reports/reminderrule/sap-toi/")
