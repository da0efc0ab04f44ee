"""What /healthz tells the machine that watches the portal (CHECKS 36, 40)."""

import importlib.util
import json
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.conf import settings
from django.db import DatabaseError

from reports.models import Reminder, ScheduleTick
from reports.periods.services import run_schedule
from reports.reminders.delivery import deliver_all
from reports.reminders.services import create_due_reminders
from reports.tasks import heartbeat
from tests.factories import vn

NOON = vn("2024-03-04 12:00")


@pytest.fixture(autouse=True)
def noon(time_machine):
    time_machine.move_to(NOON, tick=False)


def health(client):
    answer = client.get("/healthz")
    return answer.status_code, answer.json()


@pytest.mark.django_db
def test_portal_at_work_is_well(client):
    heartbeat()

    assert health(client) == (
        200,
        {
            "status": "ok",
            "version": settings.PORTAL_VERSION,
            "web": "ok",
            "database": "ok",
            "worker": "ok",
            "last_tick": "2024-03-04T05:00:00+00:00",
            "queue_age": 0,
        },
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("seconds", "status", "worker"),
    [
        (0, 200, "ok"),
        (120, 200, "ok"),
        (121, 503, "stale"),
        (-121, 503, "stale"),  # a mark from the future: the clock was put back, and nothing has ticked since
    ],
)
def test_worker_that_stopped_is_seen_within_two_minutes(client, seconds, status, worker):
    ScheduleTick.objects.create(name="heartbeat", at=NOON - timedelta(seconds=seconds))

    code, told = health(client)

    assert (code, told["status"], told["worker"]) == (status, "ok" if status == 200 else "unhealthy", worker)


@pytest.mark.django_db
def test_portal_whose_worker_never_ran_is_not_well(client):
    code, told = health(client)

    assert (code, told["worker"], told["last_tick"]) == (503, "stale", None)


@pytest.mark.django_db
def test_queue_is_as_old_as_its_oldest_message_that_should_have_left(client, duty, officer, reminder_rules):
    run_schedule(at=NOON - timedelta(hours=5))
    create_due_reminders(at=NOON - timedelta(hours=4))
    waiting = health(client)[1]["queue_age"]
    Reminder.objects.update(send_after=NOON + timedelta(minutes=1))
    put_off = health(client)[1]["queue_age"]
    deliver_all(at=NOON + timedelta(minutes=1))

    assert (waiting, put_off, health(client)[1]["queue_age"]) == (4 * 3600, 0, 0)


@pytest.mark.django_db
def test_message_in_the_hands_of_a_dead_worker_ages_too(client, duty, officer, reminder_rules):
    run_schedule(at=NOON - timedelta(hours=5))
    create_due_reminders(at=NOON - timedelta(hours=4))
    Reminder.objects.update(state="claimed", claim="0" * 32, claimed_at=NOON)

    assert health(client)[1]["queue_age"] == 4 * 3600


def test_database_that_does_not_answer_is_told(client, monkeypatch):
    def gone(*_, **__):
        raise DatabaseError

    monkeypatch.setattr(ScheduleTick.objects, "filter", gone)

    code, told = health(client)

    assert (code, told["status"], told["database"], told["worker"]) == (503, "unhealthy", "down", "unknown")


# --- The check of the container ---


@pytest.mark.parametrize(
    ("status", "body", "result"),
    [
        (200, {"database": "ok", "worker": "ok"}, 0),
        (503, {"database": "ok", "worker": "stale"}, 0),  # no reason to take the web server out of service
        (503, {"database": "down", "worker": "unknown"}, 1),
        (400, None, 1),
    ],
)
def test_container_of_the_web_server_is_judged_by_what_it_does_itself(status, body, result):
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(body).encode() if body else b"<h1>Bad Request</h1>")

        def log_message(self, *args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.handle_request)
    thread.start()
    spec = importlib.util.spec_from_file_location("healthcheck", settings.BASE_DIR / "config" / "healthcheck.py")
    healthcheck = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(healthcheck)

    assert healthcheck.main(str(server.server_port)) == result
    thread.join()
    server.server_close()
