"""Two imports of one plan at the same moment, each on a connection of its own: they wait for each other."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.files.base import ContentFile
from django.db import connection

from assignments.annex.importer import import_annex
from assignments.imports.services import confirm_import, upload_annex
from assignments.imports.steps import write_import
from assignments.models import AnnexImport
from models_registry.models import Initiative, InitiativeGroup, Platform
from tests.factories import PlanFactory, UnitFactory, vn

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.engine, pytest.mark.slow]

AT = vn("2024-03-01 08:00")
TODAY = AT.date()
ROWS = [
    ("I", "Nhóm"),
    *((str(n), f"Mô hình {n}: Việc số {n}", "Công an huyện", *[""] * 3, "VNeID") for n in range(1, 6)),
]


@pytest.fixture
def plan():
    UnitFactory(name="Công an huyện")
    return PlanFactory()


def at_once(*works):
    """What each of ``works`` returned, begun together in threads of their own."""
    together = Barrier(len(works))

    def begin(work):
        try:
            together.wait(timeout=10)
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return [future.result(timeout=60) for future in [pool.submit(begin, work) for work in works]]


def test_same_file_imported_twice_at_once_is_written_once(plan, annex):
    path = annex(*ROWS)

    outcomes = at_once(*[lambda: import_annex(path, plan, at=AT, today=TODAY)] * 2)

    assert sorted(len(outcome.changes.created) for outcome in outcomes) == [0, 5]
    assert (Initiative.objects.count(), InitiativeGroup.objects.count(), Platform.objects.count()) == (5, 1, 1)


def test_two_previews_confirmed_at_once_are_written_one_after_the_other(plan, annex):
    content = annex(*ROWS).read_bytes()
    made = [upload_annex(plan, ContentFile(content, name="phu-luc.xlsx"), by=None, at=AT) for _ in range(2)]
    AnnexImport.objects.update(state="writing", started_at=None, decided_at=AT)

    at_once(*[lambda pk=annex_import.pk: write_import(pk, at=AT, today=TODAY) for annex_import in made])

    states = sorted(AnnexImport.objects.values_list("state", flat=True))
    assert (states, Initiative.objects.count()) == (["done", "ready"], 5)


def test_two_workers_with_one_import_write_it_once(plan, annex):
    made = upload_annex(plan, ContentFile(annex(*ROWS).read_bytes(), name="phu-luc.xlsx"), by=None, at=AT)
    AnnexImport.objects.update(state="writing", decided_at=AT, started_at=None)

    at_once(*[lambda: write_import(made.pk, at=AT, today=TODAY)] * 2)

    assert (AnnexImport.objects.get().state, Initiative.objects.count()) == ("done", 5)
    assert Initiative.history.count() == 5


def test_upload_is_read_and_confirmed_through_the_tasks(plan, annex):
    made = upload_annex(plan, ContentFile(annex(*ROWS).read_bytes(), name="phu-luc.xlsx"), by=None, at=AT)

    confirm_import(made, by=None, at=AT)

    assert (AnnexImport.objects.get().state, Initiative.objects.count()) == ("done", 5)
