"""A message owed arrives once, or it is known why not: real SMTP and web servers, workers that die (CHECKS 26–28)."""

import hashlib
import hmac
import json
import threading
import uuid
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.test import override_settings
from django.utils import timezone

from reports.domain.calendar import local_day
from reports.models import Notification, Reminder, ReminderState, UnitReport
from reports.notifications.services import mark_read
from reports.pages.context_processors import frame_of
from reports.periods.services import run_schedule
from reports.reminders import delivery
from reports.reminders.delivery import CLAIM_LASTS, RETRY_AFTER, deliver, deliver_all, sweep
from reports.reminders.services import create_due_reminders
from reports.tasks import remind
from tests.acts import filed
from tests.factories import DutyFactory, UnitFactory, UserFactory, vn
from tests.processes import free_port
from tests.queries import same_queries

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reminder_rules"), pytest.mark.engine]

SECRET = "a-secret-both-sides-keep"
EIGHT = vn("2024-03-04 08:00")


@pytest.fixture
def people(duty):
    """Three officers of three units that owe the week, with an address each."""
    people = []
    for n in range(3):
        unit = UnitFactory(name=f"Phòng {n}")
        DutyFactory(unit=unit, initiative=duty.initiative)
        people.append(UserFactory(unit=unit, email=f"phong-{n}@example.vn"))
    return people


@pytest.fixture
def owed(people):
    """Their letters and bells, written for Monday 08:00 and not sent yet."""
    run_schedule(at=vn("2024-03-04 07:00"))
    create_due_reminders(at=EIGHT)
    return Reminder.objects.filter(channel="email")


def states(reminders):
    return list(reminders.order_by("user_id").values_list("state", flat=True))


# --- Letters ---


def test_letter_arrives_in_plain_text_and_html_under_the_key_of_its_row(owed, people, smtp):
    deliver_all(at=EIGHT)

    letter = smtp.letters_to("phong-0@example.vn")[0]
    reminder = owed.get(user=people[0])
    parts = [part.get_content_type() for part in letter.walk()]
    assert parts == ["multipart/alternative", "text/plain", "text/html"]
    assert (letter["Message-ID"], letter["List-Id"]) == (
        f"<{reminder.key}@localhost>",
        "Nhac bao cao <nhac-bao-cao.localhost>",
    )
    assert letter["Subject"].strip() == "Nhắc nộp báo cáo tuần 10/2024, hạn thứ Ba 05/03"
    html = letter.get_body(("html",)).get_content()
    assert "width=device-width" in html
    assert 'href="http://localhost:8000/bao-cao/' in html
    assert (reminder.state, reminder.sent_at, reminder.attempts) == (ReminderState.SENT, EIGHT, 1)


def test_each_letter_goes_once_however_often_the_courier_runs(owed, smtp):
    for _ in range(3):
        deliver_all(at=EIGHT)

    assert len(smtp.letters) == len(set(smtp.message_ids)) == 3


def test_hostile_text_changes_neither_header_nor_html(owed, people, smtp):
    unit = people[0].units_on(local_day(EIGHT)).get()
    unit.name = "Phòng <script>alert(1)</script>\r\nBcc: x@example.vn"
    unit.save()

    deliver_all(at=EIGHT)

    letter = smtp.letters_to("phong-0@example.vn")[0]
    assert (letter["Bcc"], "<script>" in letter.get_body(("html",)).get_content()) == (None, False)


def test_address_refused_for_good_is_shown_and_the_rest_goes(owed, smtp):
    smtp.answers["phong-1@example.vn"] = "550 5.1.1 No such user"

    deliver_all(at=EIGHT)
    deliver_all(at=EIGHT + CLAIM_LASTS)

    assert states(owed) == ["sent", "undeliverable", "sent"]
    assert "550" in Reminder.objects.failed().get().error


def test_address_refused_for_now_is_tried_again_with_a_growing_wait(owed, people, smtp):
    smtp.answers["phong-1@example.vn"] = "451 4.7.1 Greylisted"
    reminder, at, waits = owed.get(user=people[1]), EIGHT, []
    for _ in range(4):
        deliver_all(at=at)
        reminder.refresh_from_db()
        waits.append(reminder.send_after - at)
        at = reminder.send_after
    del smtp.answers["phong-1@example.vn"]

    deliver_all(at=at)

    assert waits == list(RETRY_AFTER[:4])
    assert waits == sorted(set(waits))
    assert (states(owed), len(smtp.letters)) == (["sent", "sent", "sent"], 3)


def test_server_that_refuses_the_letter_itself_is_tried_again(owed, smtp):
    smtp.data_answer = "554 5.7.1 Not today"
    deliver_all(at=EIGHT)
    between = states(owed)
    smtp.data_answer = ""

    deliver_all(at=EIGHT + RETRY_AFTER[0])

    assert (between, states(owed)) == (["retry"] * 3, ["sent"] * 3)


def test_server_away_for_an_hour_loses_nothing(owed, smtp):
    smtp.stop()
    at = EIGHT
    while at < vn("2024-03-04 09:00"):
        deliver_all(at=at)
        at += RETRY_AFTER[0]
    during = states(owed)
    smtp.start()

    for minute in range(60, 180):
        deliver_all(at=EIGHT + RETRY_AFTER[0] * minute)

    assert (during, states(owed), len(smtp.letters)) == (["retry"] * 3, ["sent"] * 3, 3)


def test_server_away_for_good_ends_as_undeliverable_and_says_so(owed, smtp):
    smtp.stop()
    at = EIGHT
    for wait in (*RETRY_AFTER, RETRY_AFTER[-1]):
        deliver_all(at=at)
        at += wait

    assert states(owed) == ["undeliverable"] * 3
    assert "Không kết nối được máy chủ thư" in owed.first().error


def test_server_that_is_away_is_not_asked_again_for_every_letter(owed, smtp, monkeypatch):
    smtp.stop()
    tried = []
    monkeypatch.setattr("smtplib.SMTP.connect", lambda *_: tried.append(1) or (_ for _ in ()).throw(OSError()))

    deliver(at=EIGHT)

    assert len(tried) == 1


def test_letter_of_an_earlier_moment_gives_way_to_a_later_one(owed, smtp):
    smtp.stop()
    deliver_all(at=EIGHT)
    smtp.start()
    create_due_reminders(at=vn("2024-03-05 08:00"))

    deliver_all(at=vn("2024-03-05 08:00"))

    assert sorted(owed.values_list("slot_at__day", "state")) == [(4, "not_needed")] * 3 + [(5, "sent")] * 3


def test_person_without_address_any_more_is_undeliverable(owed, people, smtp):
    people[0].email = ""
    people[0].save()

    deliver_all(at=EIGHT)

    assert states(owed) == ["undeliverable", "sent", "sent"]


def test_person_switched_off_meanwhile_gets_nothing(owed, people, smtp):
    people[0].is_active = False
    people[0].save()

    deliver_all(at=EIGHT)

    assert states(owed) == ["not_needed", "sent", "sent"]


# --- What cannot be known ---


def test_line_cut_after_the_letter_repeats_it_once_under_the_same_id(owed, people, smtp):
    smtp.hang_up_on.add("phong-1@example.vn")
    deliver_all(at=EIGHT)
    between = owed.get(user=people[1])
    smtp.hang_up_on.clear()

    deliver_all(at=between.send_after)

    first, second = smtp.letters_to("phong-1@example.vn")
    after = owed.get(user=people[1])
    assert (between.state, between.is_repeated) == ("retry", True)
    assert first["Message-ID"] == second["Message-ID"] == f"<{after.key}@localhost>"
    assert (states(owed), after.is_repeated, len(smtp.letters)) == (["sent"] * 3, True, 4)


def test_line_cut_both_times_is_left_as_unknown(owed, people, smtp):
    smtp.hang_up_on.add("phong-1@example.vn")
    for minute in range(30):
        deliver_all(at=EIGHT + RETRY_AFTER[0] * minute)

    assert states(owed) == ["sent", "unknown", "sent"]
    assert len(smtp.letters_to("phong-1@example.vn")) == 2


def killed(monkeypatch, name):
    """A worker that dies when it comes to ``name``."""

    def die(*args, **kwargs):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(delivery, name, die)
        with pytest.raises(KeyboardInterrupt):
            deliver(at=EIGHT)


def test_worker_killed_before_anything_left_loses_and_repeats_nothing(owed, smtp, monkeypatch):
    killed(monkeypatch, "_deliver_one")
    assert set(states(owed)) == {"claimed"}

    assert deliver(at=EIGHT) == []  # while the claim lasts nobody else takes it up
    sweep(at=EIGHT + CLAIM_LASTS * 2)
    deliver_all(at=EIGHT + CLAIM_LASTS * 2)

    assert (states(owed), len(smtp.letters)) == (["sent"] * 3, 3)
    assert not owed.filter(is_repeated=True).exists()


def test_worker_killed_after_the_letter_left_repeats_that_one_only(owed, smtp, monkeypatch):
    Reminder.objects.filter(channel="portal").delete()
    killed(monkeypatch, "_settle")  # the letter has left, nobody has noted it

    later = EIGHT + CLAIM_LASTS * 2
    sweep(at=later)
    deliver_all(at=later)

    assert (states(owed), len(smtp.letters), len(set(smtp.message_ids))) == (["sent"] * 3, 4, 3)
    assert owed.filter(is_repeated=True).count() == 1


def test_claim_swept_away_from_a_slow_worker_is_not_sent_by_it(owed, smtp):
    claimed = delivery._claim(EIGHT, 50)
    sweep(at=EIGHT + CLAIM_LASTS * 2)
    deliver_all(at=EIGHT + CLAIM_LASTS * 2)

    builder = delivery.MessageBuilder(claimed, EIGHT)
    with delivery.MailConnection() as mail:
        told = [delivery._deliver_one(one, builder.message_of(one), mail, EIGHT) for one in claimed]

    assert (told, len(smtp.letters), Notification.objects.count()) == ([False] * 6, 3, 3)


def test_report_filed_while_the_batch_is_under_way_is_not_spoken_of(owed, people, smtp, monkeypatch):
    """A unit files after the batch was read, and before its letter leaves."""
    unit = people[0].units_on(local_day(EIGHT)).get()
    reader = delivery.MessageBuilder

    def file_after_reading(reminders, at):
        builder = reader(reminders, at)
        report = UnitReport.objects.get(unit=unit, period__code="2024-W10")
        if report.state == "open":
            filed(report, by=people[0], at=at)
        return builder

    monkeypatch.setattr(delivery, "MessageBuilder", file_after_reading)
    deliver_all(at=EIGHT)

    assert states(owed) == ["not_needed", "sent", "sent"]
    assert (smtp.letters_to("phong-0@example.vn"), Notification.objects.filter(user=people[0]).count()) == ([], 0)


def test_two_workers_never_hold_the_same_message(owed):
    first, second = delivery._claim(EIGHT, 4), delivery._claim(EIGHT, 50)

    assert (len(first), len(second), {one.pk for one in first} & {one.pk for one in second}) == (4, 2, set())


def test_sweep_with_nothing_to_take_back_is_one_query(db, django_assert_num_queries):
    with django_assert_num_queries(3):  # the transaction of the test counts two
        sweep(at=EIGHT)


# --- Notifications ---


def test_bell_rings_once_and_leads_to_the_report(owed, people, mailoutbox):
    deliver_all(at=EIGHT)
    deliver_all(at=EIGHT)

    notification = Notification.objects.get(user=people[0])
    assert notification.text == "Nhắc nộp báo cáo tuần 28/02 – 05/03, hạn thứ Ba 05/03"
    assert notification.url.startswith("/bao-cao/")

    def unread():
        return frame_of(people[0], None, EIGHT).unread

    assert (unread(), mark_read(people[0], at=EIGHT), unread()) == (1, 1, 0)


def test_worker_killed_while_the_bells_ring_rings_none_and_later_each_once(owed, people, mailoutbox, monkeypatch):
    killed(monkeypatch, "_mark_filed")  # the notifications are written, their rows not yet marked
    during = Notification.objects.count()

    sweep(at=EIGHT + CLAIM_LASTS * 2)
    deliver_all(at=EIGHT + CLAIM_LASTS * 2)

    notified = Notification.objects.order_by("user_id").values_list("user", flat=True)
    assert (during, list(notified)) == (0, [person.pk for person in people])


def test_bells_of_a_lost_claim_do_not_ring(owed):
    claimed = delivery._claim(EIGHT, 50)
    sweep(at=EIGHT + CLAIM_LASTS * 2)

    notified = delivery._notify_in_bulk(claimed, delivery.MessageBuilder(claimed, EIGHT), EIGHT)

    assert (notified, Notification.objects.count()) == (set(), 0)


@same_queries(10)
def test_bells_take_the_same_queries_for_any_number(owed, rows, counted):
    chosen = Reminder.objects.filter(channel="portal")[:rows].values_list("pk", flat=True)
    Reminder.objects.exclude(pk__in=list(chosen)).delete()
    claimed = delivery._claim(EIGHT, 50)
    builder = delivery.MessageBuilder(claimed, EIGHT)

    with counted:  # two of them are the savepoint
        notified = delivery._notify_in_bulk(claimed, builder, EIGHT)

    assert len(notified) == Notification.objects.count() == rows


# --- The webhook ---


class Gateway:
    """A web server that keeps what it was sent, and answers ``status``."""

    def __init__(self):
        self.received, self.status, self.headers = [], 200, {}
        gateway = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                gateway.received.append((dict(self.headers), body))
                if gateway.status is None:
                    self.connection.close()
                    return
                self.send_response(gateway.status)
                for name, value in gateway.headers.items():
                    self.send_header(name, value)
                self.end_headers()

            def log_message(self, *args):
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/tin"


@pytest.fixture
def gateway():
    gateway = Gateway()
    thread = threading.Thread(target=gateway.server.serve_forever, daemon=True)
    thread.start()
    with override_settings(PORTAL_WEBHOOK_URL=gateway.url, PORTAL_WEBHOOK_SECRET=SECRET):
        yield gateway
    gateway.server.shutdown()
    gateway.server.server_close()
    thread.join()


@pytest.fixture
def posted(gateway, owed):
    return Reminder.objects.filter(channel="webhook")


def test_gateway_can_check_whose_message_it_is(posted, people, gateway):
    deliver_all(at=EIGHT)

    headers, body = gateway.received[0]
    expected = hmac.new(SECRET.encode(), f"{headers['X-Portal-Timestamp']}.".encode() + body, hashlib.sha256)
    content = json.loads(body)
    reminder = posted.get(user=people[0])
    assert headers["X-Portal-Signature"] == f"sha256={expected.hexdigest()}"
    assert headers["X-Portal-Timestamp"] == str(int(EIGHT.timestamp()))
    assert (content["id"], content["to"]) == (
        str(reminder.key),
        {"name": people[0].full_name, "username": people[0].username, "phone": ""},
    )
    assert [line["report"] for line in content["reports"]] == ["Báo cáo tuần 10/2024"]
    assert states(posted) == ["sent"] * 3


@pytest.mark.parametrize(
    ("status", "state"),
    [(500, "retry"), (429, "retry"), (302, "retry"), (403, "undeliverable"), (None, "retry")],
)
def test_answer_of_the_gateway_decides(posted, gateway, status, state):
    gateway.status = status
    gateway.headers = {"Location": "http://127.0.0.1:1/elsewhere"} if status == 302 else {}

    deliver_all(at=EIGHT)

    assert states(posted) == [state] * 3
    assert set(posted.values_list("is_repeated", flat=True)) == {status is None}


def test_gateway_that_is_not_there_is_tried_again(posted, gateway, mailoutbox):
    with override_settings(PORTAL_WEBHOOK_URL=f"http://127.0.0.1:{free_port()}/"):
        deliver_all(at=EIGHT)

    assert (states(posted), set(posted.values_list("is_repeated", flat=True))) == (["retry"] * 3, {False})
    assert len(mailoutbox) == 3  # one channel's trouble is not another's


def test_without_a_gateway_nothing_is_owed_to_it(owed):
    assert set(Reminder.objects.values_list("channel", flat=True)) == {"portal", "email"}


@override_settings(PORTAL_MAIL_IS_ON=False)
def test_without_a_mail_server_no_letters_are_owed(people):
    run_schedule(at=vn("2024-03-04 07:00"))
    create_due_reminders(at=EIGHT)

    assert set(Reminder.objects.values_list("channel", flat=True)) == {"portal"}


# --- The edge ---


def test_task_writes_and_delivers_by_the_clock(duty, officer, time_machine, mailoutbox):
    run_schedule(at=vn("2024-03-04 07:00"))
    officer.email = "noi-vu@example.vn"
    officer.save()
    time_machine.move_to(EIGHT)

    remind.delay()

    assert ([letter.to for letter in mailoutbox], timezone.now() >= EIGHT) == ([["noi-vu@example.vn"]], True)


def test_key_of_a_message_is_its_own(owed):
    keys = set(Reminder.objects.values_list("key", flat=True))

    assert (len(keys), {type(key) for key in keys}) == (6, {uuid.UUID})
