"""``manage.py serve``: web server and worker start together, end together and leave nothing behind."""

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest

from tests.migrated import copy_to_sqlite
from tests.processes import free_port, run_in_background, wait_until

pytestmark = [pytest.mark.once, pytest.mark.programs]

ROOT = Path(__file__).resolve().parents[2]
Start = Callable[..., tuple[subprocess.Popen[bytes], int]]


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A local portal of its own with an empty, migrated database."""
    data = tmp_path_factory.mktemp("serve")
    copy_to_sqlite(str(data / "portal.sqlite3"))
    return {"PATH": os.environ["PATH"], "PORTAL_ENV": "local", "DATA_DIR": str(data), "PORTAL_TICK_SECONDS": "2"}


@pytest.fixture
def serve(environment: dict[str, str]) -> Iterator[Start]:
    """Start ``serve`` and wait until web server and worker both work, which the tick in /healthz says."""
    with ExitStack() as stack:

        def start() -> tuple[subprocess.Popen[bytes], int]:
            port = free_port()
            command = [sys.executable, "manage.py", "serve", "--bind", f"127.0.0.1:{port}"]
            started_at = datetime.now(UTC)
            process = stack.enter_context(run_in_background(command, environment, ROOT))
            wait_until(lambda: last_tick(port) > started_at, "a tick of this start")
            return process, port

        yield start


def last_tick(port: int) -> datetime:
    """When beat and worker last left their mark, as the web server tells it; long ago while it does not answer."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as response:
            tick = json.load(response)["last_tick"]
    except OSError:
        tick = None
    return datetime.fromisoformat(tick) if tick else datetime.min.replace(tzinfo=UTC)


def family(process: subprocess.Popen[bytes]) -> list[psutil.Process]:
    return psutil.Process(process.pid).children(recursive=True)


def child(process: subprocess.Popen[bytes], word: str) -> psutil.Process:
    return next(one for one in psutil.Process(process.pid).children() if word in " ".join(one.cmdline()))


def are_gone(processes: list[psutil.Process]) -> bool:
    return not [one for one in processes if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_serve_ends_everything_when_asked_to_stop(number: signal.Signals, serve: Start) -> None:
    process, _ = serve()
    started = family(process)

    process.send_signal(number)

    assert process.wait(timeout=15) == 0
    assert len(started) >= 4  # gunicorn and its workers, the Celery worker and its beat
    wait_until(lambda: are_gone(started), "the children to be gone", seconds=5)


def test_links_in_messages_lead_to_the_port_the_portal_answers_on(serve: Start) -> None:
    process, port = serve()

    assert {child(process, word).environ()["PORT"] for word in ("gunicorn", "celery")} == {str(port)}


@pytest.mark.parametrize("word", ["gunicorn", "celery"])
def test_serve_ends_everything_when_one_part_dies(word: str, serve: Start) -> None:
    process, _ = serve()
    started = family(process)

    child(process, word).kill()

    assert process.wait(timeout=15) == 1
    wait_until(lambda: are_gone(started), "the children to be gone", seconds=5)


def test_serve_killed_outright_takes_its_children_along(serve: Start) -> None:
    process, _ = serve()
    started = family(process)

    process.kill()

    wait_until(lambda: are_gone(started), "the children to be gone", seconds=15)


def test_serve_says_plainly_that_its_address_is_taken(environment: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        command = [sys.executable, "manage.py", "serve", "--bind", f"127.0.0.1:{taken.getsockname()[1]}"]

        result = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)

    assert result.returncode == 1
    assert "Không mở được" in result.stderr
    assert "Traceback" not in result.stderr
