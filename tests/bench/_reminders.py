"""The part of ``./portal bench reminders`` that works on the database the environment names."""

import multiprocessing
import os
import statistics
import tempfile
import time
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from django.core.mail import get_connection
from django.core.management import call_command
from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from reports.models import Reminder, ReminderRule
from reports.reminders.channels.mail import letter_of
from reports.reminders.message_builder import MessageBuilder
from reports.reminders.messages import Message
from reports.reminders.services import create_due_reminders
from reports.reminders.tick import tick
from tests.couriers import Couriers, rule_at, still_to_go, unfiled_period
from tests.processes import free_port, wait_until

MESSAGES = 3_321
WORKERS = 2
ALLOWED_RATIO = 5
PATIENCE = 600


class CountingSink:
    """An SMTP server in a process of its own, so that it takes no time from whoever sends."""

    def __init__(self) -> None:
        self.port = free_port()
        self._count = multiprocessing.Value("i", 0)
        self._process = multiprocessing.Process(target=self._serve, daemon=True)

    def __enter__(self) -> "CountingSink":
        self._process.start()
        time.sleep(1)
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.join()

    @property
    def count(self) -> int:
        return self._count.value

    def _serve(self) -> None:
        Controller(self, hostname="127.0.0.1", port=self.port).start()
        while True:
            time.sleep(60)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self._count.value += 1
        return "250 OK"


def measure() -> None:
    connection.ensure_connection()
    print(f"PostgreSQL, {os.cpu_count()} nhân, tải lúc đo {os.getloadavg()[0]:.1f}")
    with CountingSink() as sink, tempfile.TemporaryDirectory() as folder:
        call_command("migrate", verbosity=0)
        ReminderRule.objects.all().delete()
        now = timezone.now()
        rule_at(now - timedelta(minutes=1), unfiled_period(now, MESSAGES))
        with override_settings(EMAIL_HOST="127.0.0.1", EMAIL_PORT=sink.port):
            by_workers = _deliver(sink, Path(folder), now)
            bare = _bare_loop(sink, now)
        print(f"vòng lặp trần, một kết nối: {bare:.1f} s")
        print(f"tỉ lệ {by_workers / bare:.1f} (cho phép {ALLOWED_RATIO})")
        _idle_tick()


def _deliver(sink: CountingSink, folder: Path, now: datetime) -> float:
    """Write what is owed, hand it to the workers; returns the seconds until all of it has gone."""
    couriers = Couriers(os.environ["CELERY_BROKER_URL"], folder, sink.port)
    with ExitStack() as stack:
        for number in range(WORKERS):
            stack.enter_context(couriers.at_work(f"worker-{number}", has_beat=False))
        wait_until(lambda: couriers.answering() == WORKERS, "the workers", PATIENCE)
        begun = time.monotonic()
        owed = create_due_reminders(at=now).reminders
        written = time.monotonic() - begun
        for _ in range(WORKERS * 20):  # as the minutes would ask; one run of the task lasts 45 seconds at most
            couriers.ask()
        wait_until(lambda: still_to_go() == 0, "all messages", PATIENCE)
        taken = time.monotonic() - begun
    sent = Reminder.objects.filter(channel="email", state="sent").count()
    print(f"{len(owed)} tin ({MESSAGES} thư, còn lại là chuông) ghi trong {written:.1f} s")
    print(f"gửi hết sau {taken:.1f} s với {WORKERS} tiến trình; máy chủ thư nhận {sink.count}, đã gửi {sent}")
    return taken


def _bare_loop(sink: CountingSink, now: datetime) -> float:
    """The same letter to as many people, with nothing kept in mind."""
    message, before = _a_message(now), sink.count
    connection_to_sink = get_connection("django.core.mail.backends.smtp.EmailBackend")
    begun = time.monotonic()
    connection_to_sink.open()
    for number in range(MESSAGES):
        letter = letter_of(message, to=f"xa-{number}@example.vn", key=str(number))
        letter.connection = connection_to_sink
        letter.send()
    connection_to_sink.close()
    taken = time.monotonic() - begun
    assert sink.count - before == MESSAGES
    return taken


def _a_message(now: datetime) -> Message:
    reminder = Reminder.objects.prefetch_related("items__period__plan").filter(channel="email")[0]
    message = MessageBuilder([reminder], now).message_of(reminder)
    assert message is not None
    return message


def _idle_tick() -> None:
    """What beat costs every few minutes while nothing is due."""
    at = timezone.now()
    tick(at=at)
    with CaptureQueriesContext(connection) as queries:
        tick(at=at)
    taken = []
    for _ in range(20):
        begun = time.monotonic()
        tick(at=at)
        taken.append(time.monotonic() - begun)
    sent = [query for query in queries if "SAVEPOINT" not in query["sql"]]
    print(f"nhịp không có việc: {len(sent)} truy vấn, {statistics.median(taken) * 1000:.0f} ms")
