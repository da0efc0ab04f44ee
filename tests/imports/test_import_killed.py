"""A worker killed outright in the middle of an import: nothing half written, and the sweep takes it up again.

With the real programs: a local portal of its own on SQLite, its worker and beat, and ``kill -9``.
"""

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from config.management.commands.serve import worker_command
from tests.annex.conftest import HEADER
from tests.migrated import copy_to_sqlite
from tests.processes import run_in_background, wait_until

pytestmark = [pytest.mark.once, pytest.mark.programs]

ROOT = Path(__file__).resolve().parents[2]
ROWS = 1_260
HAND_IN = """
from pathlib import Path
from django.core.management import call_command
from django.core.files import File
from django.utils import timezone
from assignments.imports.services import upload_annex
from models_registry.models import Plan
call_command("load_plan")
with Path({path!r}).open("rb") as file:
    upload_annex(Plan.objects.get(), File(file, name="phu-luc.xlsx"), by=None, at=timezone.now())
"""
CONFIRM = """
from django.utils import timezone
from assignments.models import AnnexImport
from assignments.imports.services import confirm_import
confirm_import(AnnexImport.objects.get(state="ready"), by=None, at=timezone.now())
"""


class Portal:
    """A portal in ``data`` that is looked at from outside, while its worker is at work."""

    def __init__(self, data: Path) -> None:
        self.database = data / "portal.sqlite3"
        copy_to_sqlite(str(self.database))
        self.environment = {
            "PATH": os.environ["PATH"],
            "PORTAL_ENV": "local",
            "DATA_DIR": str(data),
            "PORTAL_TICK_SECONDS": "3",
        }

    def run(self, code: str) -> None:
        command = [sys.executable, "manage.py", "shell", "-c", code]
        subprocess.run(command, cwd=ROOT, env=self.environment, check=True, capture_output=True)

    def query(self, sql: str) -> tuple[Any, ...]:
        with closing(sqlite3.connect(self.database, timeout=20)) as database, database:
            return database.execute(sql).fetchone() or ()

    @property
    def step(self) -> tuple[str, int, int]:
        """(state, progress, attempts) of the latest import."""
        sql = "SELECT state, progress, attempts FROM assignments_anneximport ORDER BY id DESC LIMIT 1"
        state, progress, attempts = self.query(sql)
        return state, progress, attempts

    @property
    def rows(self) -> dict[str, int]:
        """How many rows the tables have that an import writes to."""
        tables = ("models_registry_initiative", "models_registry_historicalinitiative", "assignments_assignment",
                  "models_registry_deadline", "assignments_duty")  # fmt: skip
        return {table: self.query(f"SELECT count(*) FROM {table}")[0] for table in tables}

    def let_time_pass(self) -> None:
        """As if the worker had been silent for longer than anybody waits for one."""
        self.query("UPDATE assignments_anneximport SET started_at = '2020-01-01 00:00:00' WHERE state != 'done'")

    @contextmanager
    def worker(self) -> Iterator[subprocess.Popen[bytes]]:
        with run_in_background(worker_command(), self.environment, ROOT) as process:
            yield process

    def kill(self, worker: subprocess.Popen[bytes], state: str, progress: int) -> None:
        """Kill the worker and its beat once the import is that far."""
        wait_until(lambda: self.step[:2] == (state, progress), f"{state} at {progress} %", pause=0.01)
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()


@pytest.fixture
def annex(tmp_path: Path) -> Path:
    book = Workbook()
    book.active.append(HEADER)
    for number in range(1, ROWS + 1):
        book.active.append(
            [number, f"Mô hình {number}: Việc số {number}", "Công an huyện", "UBND cấp xã", "", "Quý I/2024", "VNeID"]
        )
    book.save(tmp_path / "phu-luc.xlsx")
    return tmp_path / "phu-luc.xlsx"


def test_worker_killed_while_reading_and_while_writing_leaves_all_or_nothing(tmp_path: Path, annex: Path) -> None:
    portal = Portal(tmp_path)
    portal.run(HAND_IN.format(path=str(annex)))
    before = portal.rows

    with portal.worker() as worker:
        portal.kill(worker, "reading", 20)
    assert (portal.step, portal.rows) == (("reading", 20, 0), before)

    portal.let_time_pass()
    with portal.worker() as worker:
        wait_until(lambda: portal.step == ("ready", 100, 1), "the reading to be taken up again", seconds=90)
        portal.run(CONFIRM)
        portal.kill(worker, "writing", 60)
    assert (portal.step, portal.rows) == (("writing", 60, 0), before)

    portal.let_time_pass()
    with portal.worker():
        wait_until(lambda: portal.step == ("done", 100, 1), "the writing to be taken up again", seconds=90)
    assert portal.query("SELECT count(*) FROM models_registry_initiative") == (ROWS,)
    assert portal.query("SELECT count(DISTINCT initiative_id) FROM models_registry_deadline") == (ROWS,)
