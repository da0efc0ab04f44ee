"""Who may see which evidence, and what the database refuses of it."""

import pytest
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction

from assignments.roles import Role
from reports.filing.services import withdraw_report
from reports.models import Evidence
from reports.review.services import return_report
from tests.acts import MONDAY, filed
from tests.factories import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.engine]


@pytest.fixture
def data_folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    return tmp_path


@pytest.fixture
def evidence(entry, officer, data_folder):
    return Evidence.objects.create(
        entry=entry,
        file=ContentFile("ảnh".encode(), name="../../kết quả tuần 3.pdf"),
        name="kết quả tuần 3.pdf",
        size=5,
        sha256="a" * 64,
        kind="application/pdf",
        uploaded_by=officer,
        uploaded_at=MONDAY,
    )


def test_file_lies_in_the_private_folder_under_a_name_of_our_own(evidence, data_folder):
    (stored,) = [path for path in (data_folder / "evidence").rglob("*") if path.is_file()]

    assert (stored.read_bytes(), evidence.name) == ("ảnh".encode(), "kết quả tuần 3.pdf")
    assert len(stored.name) == 32


def test_evidence_of_a_draft_is_seen_by_its_unit_and_who_reviews(evidence, officer, outsider, standing_agency):
    leader = UserFactory(role=Role.LEADER)

    seen = [
        Evidence.objects.visible_to(user, MONDAY.date()).count()
        for user in (officer, standing_agency, leader, outsider)
    ]

    assert seen == [1, 1, 0, 0]


def test_evidence_of_a_filed_report_is_seen_by_all_but_other_units(evidence, officer, outsider):
    leader = UserFactory(role=Role.LEADER)
    filed(evidence.entry.report, officer, MONDAY)

    seen = [Evidence.objects.visible_to(user, MONDAY.date()).count() for user in (officer, leader, outsider)]

    assert seen == [1, 1, 0]
    withdraw_report(evidence.entry.report, by=officer, at=MONDAY)
    assert Evidence.objects.visible_to(leader, MONDAY.date()).count() == 0


def test_evidence_of_a_report_being_corrected_is_a_draft_again(evidence, officer, standing_agency):
    leader = UserFactory(role=Role.LEADER)
    filed(evidence.entry.report, officer, MONDAY)
    return_report(evidence.entry.report, reason="Thiếu", by=standing_agency, at=MONDAY)

    seen = [Evidence.objects.visible_to(user, MONDAY.date()).count() for user in (officer, standing_agency, leader)]

    assert seen == [1, 1, 0]


@pytest.mark.parametrize("columns", [{"size": 0}, {"name": ""}])
def test_database_refuses_an_empty_file_or_name(evidence, columns):
    with pytest.raises(IntegrityError), transaction.atomic():
        Evidence.objects.update(**columns)


def test_same_file_is_kept_once_per_entry(evidence, officer):
    evidence.pk = None

    with pytest.raises(IntegrityError), transaction.atomic():
        evidence.save(force_insert=True)
