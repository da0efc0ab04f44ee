"""The parts of the measurement of imports."""

import resource
import time
from collections.abc import Callable
from datetime import date
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.models import Count
from django.utils import timezone
from openpyxl import Workbook, load_workbook

from assignments.annex.importer import compare, import_annex, open_annex, unit_directory
from assignments.annex.parsed import read_annex
from assignments.loading import load_plan
from models_registry.models import Plan

FIXTURES = settings.BASE_DIR / "fixtures"
TODAY = date(2024, 3, 1)
REPEATS = 3
MEGABYTE = 1024  # of what getrusage counts in, kilobytes

_numbers = count(1)


def write() -> None:
    """How long an annex takes as a whole, and how much of that is writing it."""
    load_units()
    for rows in (21, 1260):
        say(written(annex_of(rows), rows))


def written(path: Path, rows: int) -> str:
    plans = [new_plan() for _ in range(REPEATS)]
    reading = min(seconds_of(partial(imported, path, plan, dry_run=True)) for plan in plans)
    whole = min(seconds_of(partial(imported, path, plan)) for plan in plans)
    again = min(seconds_of(partial(imported, path, plan)) for plan in plans)
    return (
        f"{rows:5} dòng: nhập {whole:.2f} s, trong đó ghi {whole - reading:.2f} s ({records_of(plans[0])} bản ghi); "
        f"nhập lại cùng tệp {again:.2f} s"
    )


def read() -> None:
    """Reading and understanding 10,000 rows against openpyxl walking over the same cells."""
    load_units()
    path, directory = annex_of(10_000), unit_directory(TODAY)
    bare = min(seconds_of(lambda: walk(path)) for _ in range(REPEATS))
    ours = min(seconds_of(lambda: read_annex(path, directory)) for _ in range(REPEATS))
    say(f"10000 dòng: đọc {ours:.2f} s, openpyxl trần {bare:.2f} s, gấp {ours / bare:.2f} lần")


def memory() -> None:
    """What reading 10,000 rows and comparing them takes on top of the idle process."""
    load_units()
    path, plan, idle = annex_of(10_000), new_plan(), peak()
    compare(plan, open_annex(path, TODAY))
    say(f"10000 dòng: bộ nhớ cao nhất {peak() - idle:.0f} MB trên mức nghỉ ({idle:.0f} MB)")


def load_units() -> None:
    """An empty database with the plan of fixtures/ and its units."""
    call_command("migrate", verbosity=0)
    load_plan(FIXTURES, at=timezone.now(), today=TODAY)


def new_plan() -> Plan:
    number = f"{next(_numbers)}/KH-UBND"
    return Plan.objects.create(
        number=number, title="Đo", short_name="Đo", starts_on=date(2024, 2, 1), ends_on=date(2025, 12, 31)
    )


def imported(path: Path, plan: Plan, **options: Any) -> None:
    import_annex(path, plan, at=timezone.now(), today=TODAY, **options)


def records_of(plan: Plan) -> int:
    """How many rows its import wrote: what the annex says, the history of it, and the duties that follow."""
    counted = {
        name: plan.initiatives.aggregate(rows=Count(name))["rows"]
        for name in ("pk", "assignments", "deadlines", "texts", "platform_mentions", "duties")
    }
    with_history = counted["pk"] + counted["assignments"] + counted["deadlines"]
    return sum(counted.values()) + with_history


def annex_of(rows: int) -> Path:
    """The rows of the real annex over and over, each time under numbers of its own."""
    printed = list(load_workbook(FIXTURES / "phu-luc.xlsx").active.iter_rows(min_row=5, max_col=7, values_only=True))
    header, tasks = printed[:2], [row for row in printed if str(row[0] or "").isdigit()]
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in header:
        sheet.append(row)
    for number in range(rows):
        block, at = divmod(number, len(tasks))
        if at == 0:
            # The same three numerals over and over: there may be more groups than anybody would number.
            sheet.append(["I" * (block % 3 + 1), f"Nhóm tiện ích {block}", *[None] * 5])
        _, name, *others = tasks[at]
        sheet.append([number + 1, f"Mô hình {number + 1}: {name.partition(': ')[2]}", *others])
    path = settings.DATA_DIR / f"phu-luc-{rows}.xlsx"
    book.save(path)
    return path


def walk(path: Path) -> None:
    """What reading the file costs whoever does nothing with it."""
    for sheet in load_workbook(path, read_only=True).worksheets:
        for _ in sheet.iter_rows(values_only=True):
            pass


def seconds_of(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MEGABYTE


def say(line: str) -> None:
    print(f"{connection.vendor:11}{line}", flush=True)
