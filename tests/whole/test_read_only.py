"""While the portal can only be read, pages answer and every change is refused in words (CHECK 34)."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings as portal_settings
from django.db import connection

from models_registry.models import Plan
from reports.models import ScheduleTick
from tests.config.test_settings import COMPLETE, copy, setting  # noqa: F401  # a fixture
from tests.factories import vn
from tests.whole.test_permissions import PATHS

ROOT = Path(__file__).resolve().parents[2]
ADD_A_TICK = """
from django.db import transaction
from django.utils import timezone
from models_registry.models import Plan
from reports.models import ScheduleTick
with transaction.atomic():
    print(Plan.objects.count())
    ScheduleTick.objects.create(name="test", at=timezone.now())
"""


def manage(*command, **environment):
    """Run a command of the portal on the database of the tests."""
    name = connection.settings_dict["NAME"]
    url = f"sqlite:///{name}"
    if connection.vendor == "postgresql":
        url = os.environ["DATABASE_URL"].rpartition("/")[0] + f"/{name}"
    return subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": url, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def read_only(settings):
    settings.READ_ONLY = True


@pytest.mark.django_db
def test_every_change_is_refused_in_words_and_nothing_is_written(client, officer, read_only):
    client.force_login(officer)

    answers = {name: client.post(path) for name, path in PATHS.items()}

    assert {name: answer.status_code for name, answer in answers.items()} == dict.fromkeys(PATHS, 503)
    assert {answer["Retry-After"] for answer in answers.values()} == {"600"}
    assert "Cổng đang tạm ngừng nhận thay đổi" in answers["login"].content.decode()


@pytest.mark.django_db
def test_pages_answer_and_say_that_nothing_can_be_sent(client, officer, read_only):
    client.force_login(officer)

    answer = client.get("/")

    assert answer.status_code == 200
    assert "xem được mọi trang, chưa gửi được gì" in answer.content.decode()


@pytest.mark.django_db
def test_watchers_are_told_that_the_worker_pauses(client, read_only, time_machine):
    time_machine.move_to(vn("2024-03-04 12:00"), tick=False)

    answer = client.get("/healthz")

    assert (answer.status_code, answer.json()["worker"]) == (200, "paused")


@pytest.mark.slow
@pytest.mark.engine
@pytest.mark.django_db(transaction=True)
def test_database_refuses_whatever_the_way_and_a_start_finds_nothing_to_do():
    started = manage("migrate", "--noinput", PORTAL_READ_ONLY="true")
    tried = manage("shell", "-v0", "-c", ADD_A_TICK, PORTAL_READ_ONLY="true")
    written = manage("shell", "-v0", "-c", ADD_A_TICK)

    assert started.returncode == 0, started.stderr
    assert (tried.returncode, tried.stdout.strip()) == (1, str(Plan.objects.count()))
    assert "read-only" in tried.stderr.replace("readonly", "read-only")
    assert (written.returncode, ScheduleTick.objects.filter(name="test").count()) == (0, 1)


def test_beat_asks_for_nothing(copy):  # noqa: F811
    assert setting(copy, "CELERY_BEAT_SCHEDULE", PORTAL_READ_ONLY="true", **COMPLETE) == "{}"
    assert portal_settings.CELERY_BEAT_SCHEDULE
