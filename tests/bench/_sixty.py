"""Units with the reports they owe now, and what of them is in the database afterwards. Read when Django is set up."""

import statistics
import time
from datetime import timedelta
from typing import NamedTuple

from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from assignments.models import Unit
from reports.filing.drafts import EntryEdit, save_entries
from reports.filing.services import submit_report
from reports.models import CurrentProgress, ProgressEntry, ReportVersion, UnitReport
from reports.periods.services import run_schedule
from reports.special.services import request_special_report
from tests.factories import DutyFactory, InitiativeFactory, PlanFactory, UnitFactory, UserFactory

ROUNDS = 30


class Officer(NamedTuple):
    """Signed in, with the addresses of three reports to file."""

    cookie: str
    week: str
    month: str
    special: str


def prepare(units: int, duties: int) -> list[Officer]:
    """A plan in which every unit owes ``duties`` lines, its periods open now, and an officer for each."""
    call_command("migrate", verbosity=0)
    at = timezone.now()
    plan = PlanFactory(starts_on=at.date() - timedelta(days=40), ends_on=at.date() + timedelta(days=400))
    initiatives = [InitiativeFactory(plan=plan) for _ in range(duties)]
    owing = [UnitFactory() for _ in range(units)]
    for unit in owing:
        for initiative in initiatives:
            DutyFactory(unit=unit, initiative=initiative, valid_from=plan.starts_on)
    asking = UserFactory()
    run_schedule(at=at)
    for title in ("Rà soát", "Đo"):  # one to file through the server, one to time the services with
        ask = {"title": title, "units": owing, "initiatives": initiatives, "due_at": at + timedelta(days=2)}
        request_special_report(plan, **ask, by=asking, at=at)
    return [_officer(unit) for unit in owing]


def _officer(unit: Unit) -> Officer:
    client = Client()
    client.force_login(UserFactory(unit=unit), backend="django.contrib.auth.backends.ModelBackend")
    owed = unit.reports.all()
    return Officer(
        cookie=f"sessionid={client.cookies['sessionid'].value}",
        week=owed.get(period__rhythm="weekly").get_absolute_url(),
        month=owed.get(period__rhythm="monthly").get_absolute_url(),
        special=owed.get(period__code__endswith="DX01").get_absolute_url(),
    )


def lost_and_sent() -> tuple[int, int]:
    """Lines not filed as they were sent, in the entry, in the version or as the last word; and how many were sent."""
    sent = ProgressEntry.objects.exclude(report__period__code__endswith="DX02").select_related("report")
    of_version = {line["entry"]: line["result"] for version in ReportVersion.objects.all() for line in version.content}
    words = set(CurrentProgress.objects.values_list("duty", flat=True))
    lost = [
        entry
        for entry in sent
        if not entry.report.is_in_effect
        or entry.result != f"Kết quả của mh-{entry.pk}-"
        or of_version.get(entry.pk) != entry.result
        or entry.duty_id not in words
    ]
    return len(lost), len(sent)


def time_services() -> float:
    """Milliseconds to save and file one report in this process, at the median."""
    took = []
    for report in UnitReport.objects.filter(period__code__endswith="DX02").select_related("unit")[:ROUNDS]:
        by = report.unit.memberships.get().user
        said = {"work_state": "in_progress", "percent": 60, "result": "Kết quả", "next_steps": "Tiếp tục"}
        edits = [EntryEdit(entry.pk, said) for entry in report.entries.all()]
        began = time.perf_counter()
        save_entries(report, edits, by=by, at=timezone.now())
        submit_report(report, by=by, at=timezone.now())
        took.append(1000 * (time.perf_counter() - began))
    return statistics.median(took)


def time_bare_insert() -> float:
    """Milliseconds to insert a report with its entries, and nothing else, in one transaction, at the median."""
    tables = (UnitReport._meta.db_table, ProgressEntry._meta.db_table)
    columns = [", ".join(_columns(model)) for model in (UnitReport, ProgressEntry)]
    rows = [list(model.objects.values_list(*_columns(model))[:count]) for model, count in _ONE_REPORT]
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"CREATE TABLE bare_{table} (LIKE {table})")
    took = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        with transaction.atomic(), connection.cursor() as cursor:
            for table, names, values in zip(tables, columns, rows, strict=True):
                places = ", ".join(["%s"] * len(values[0]))
                cursor.executemany(f"INSERT INTO bare_{table} ({names}) VALUES ({places})", values)
        took.append(1000 * (time.perf_counter() - began))
    return statistics.median(took)


_ONE_REPORT = ((UnitReport, 1), (ProgressEntry, 14))


def _columns(model: type) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]
