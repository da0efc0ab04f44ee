"""The real worker with its beat, on the database of the tests and a queue of its own: started, killed, started anew."""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from subprocess import Popen

import redis
from celery import Celery
from django.conf import settings
from django.db import connection
from django.db.models import F

from assignments.models import Unit, User
from reports.domain.calendar import VIETNAM, Rhythm, end_of_day, local_day
from reports.models import Reminder, ReminderKind, ReminderRule, ReminderState, ReportingPeriod, UnitReport
from reports.reminders.delivery import CLAIM_LASTS
from tests.factories import PlanFactory, UnitFactory, UserFactory
from tests.processes import run_in_background

ROOT = settings.BASE_DIR


class Couriers:
    """Workers with beat that send to the SMTP server at ``port``; ``queue`` is theirs alone."""

    def __init__(self, broker: str, folder: Path, port: int) -> None:
        self._broker = broker
        self.queue = redis.Redis.from_url(broker)
        self.queue.flushdb()
        self._celery = Celery(broker=broker, set_as_current=False)  # the tests' own tasks stay with the portal's app
        database = os.environ["DATABASE_URL"].rsplit("/", 1)[0]
        self.environment = {
            "PATH": os.environ["PATH"],
            "PORTAL_ENV": "local",
            "DATABASE_URL": f"{database}/{connection.settings_dict['NAME']}",
            "CELERY_BROKER_URL": broker,
            "EMAIL_URL": f"smtp://127.0.0.1:{port}",
            "DATA_DIR": str(folder),
        }

    @contextmanager
    def at_work(self, name: str = "one", *, has_beat: bool = True) -> Iterator[Popen[bytes]]:
        """Beat sends every entry of its schedule when it starts, and so this begins with a look at what is owed."""
        beat = ["-B", "-s", f"{self.environment['DATA_DIR']}/beat-{name}"] if has_beat else []
        worker = ["-q", "-A", "config", "worker", *beat, "-P", "solo", "-n", f"{name}@%h", "-l", "error"]
        with run_in_background([sys.executable, "-m", "celery", *worker], self.environment, ROOT) as process:
            yield process

    def answering(self) -> int:
        """How many workers there are."""
        return len(self._celery.control.ping(timeout=1))

    def ask(self, task: str = "reports.tasks.deliver") -> None:
        """What beat asks for every minute, or at another time."""
        with self._celery.connection(self._broker) as link:  # not that of the environment, which Celery prefers
            self._celery.send_task(task, connection=link)


def kill(process: Popen[bytes]) -> None:
    """Outright, with beat: nothing is put down in order."""
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def pass_time() -> None:
    """As if the claims of the dead had grown old and every wait were over."""
    Reminder.objects.filter(state=ReminderState.CLAIMED).update(
        claimed_at=F("claimed_at") - CLAIM_LASTS - timedelta(seconds=1)
    )
    Reminder.objects.filter(state=ReminderState.RETRY).update(send_after=F("created_at"))


def still_to_go() -> int:
    return Reminder.objects.filter(state__in=("owed", "retry", "claimed")).count()


def unfiled_period(now: datetime, people: int) -> ReportingPeriod:
    """A period due tomorrow that ``people`` units have not filed, each served by one person with an address."""
    today, a_while_ago = local_day(now), now - timedelta(days=3)
    due_at = end_of_day(today + timedelta(days=1))
    period = ReportingPeriod.objects.create(
        plan=PlanFactory(ends_on=today + timedelta(days=400)),
        rhythm=Rhythm.SPECIAL,
        code="DX-1",
        name="Rà soát thiết bị",
        starts_on=local_day(a_while_ago),
        ends_on=local_day(due_at),
        due_at=due_at,
        locks_at=due_at + timedelta(days=5),
        opened_at=a_while_ago,
        asked_by=UserFactory(),
    )
    for n in range(people):
        unit = UnitFactory(name=f"Xã {n}")
        UserFactory(unit=unit, email=f"xa-{n}@example.vn")
        UnitReport.objects.create(period=period, unit=unit)
    return period


def rule_at(moment: datetime, period: ReportingPeriod, name: str = "Nhắc") -> ReminderRule:
    """A rule that speaks in ``period`` at ``moment``."""
    local = moment.astimezone(VIETNAM)
    days = (local.date() - local_day(period.due_at)).days
    return ReminderRule.objects.create(
        rhythm=period.rhythm, kind=ReminderKind.BEFORE, days=days, at_time=local.time(), name=name
    )


def person_of(unit: Unit) -> User:
    return User.objects.get(memberships__unit=unit)
