"""Initiatives an annex no longer lists: a person closes or keeps them, nothing is deleted."""

from datetime import date

import pytest

from assignments.annex.importer import import_annex
from assignments.imports.closing import close_initiative, keep_initiative
from assignments.imports.errors import ImportRefused
from assignments.models import Duty
from models_registry.models import Initiative
from tests.factories import UnitFactory, UserFactory, vn

pytestmark = pytest.mark.django_db

AT = vn("2024-03-20 08:00")
TODAY = AT.date()
FIRST = ("1", "Mô hình 6: Khám chữa bệnh", "Công an huyện")
SECOND = ("2", "Mô hình 9: Quản lý lưu trú", "Công an huyện")


@pytest.fixture
def gone(plan, annex):
    """The initiative that the second file no longer lists."""
    UnitFactory(name="Công an huyện")
    import_annex(annex(FIRST, SECOND), plan, at=AT, today=date(2024, 3, 1))
    return proposed(plan, annex)[0]


def proposed(plan, annex):
    return import_annex(annex(FIRST), plan, at=AT, today=TODAY).changes.gone


def test_closed_initiative_owes_no_report_from_that_day(gone):
    administrator = UserFactory(role="admin")

    close_initiative(gone, on=TODAY, by=administrator, at=AT)

    closed = Initiative.objects.get(code="9")
    assert (closed.closed_on, closed.history.first().history_user) == (TODAY, administrator)
    assert list(Duty.objects.filter(initiative=closed).values_list("terms__valid_to", flat=True)) == [date(2024, 3, 19)]
    assert Duty.objects.on(TODAY).count() == 1


def test_closed_initiative_is_not_proposed_again(gone, plan, annex):
    close_initiative(gone, on=TODAY, by=None, at=AT)

    assert proposed(plan, annex) == []


def test_kept_initiative_stays_and_is_not_proposed_again(gone, plan, annex):
    keep_initiative(gone, on=TODAY, by=None, at=AT)

    assert (proposed(plan, annex), Duty.objects.on(TODAY).count()) == ([], 2)


@pytest.mark.parametrize("decide", [close_initiative, keep_initiative])
def test_initiative_closed_already_is_refused_in_words(gone, decide):
    close_initiative(gone, on=TODAY, by=None, at=AT)

    with pytest.raises(ImportRefused, match="Mô hình 9 đã kết thúc theo dõi từ ngày 20/03/2024"):
        decide(gone, on=TODAY, by=None, at=AT)


def test_kept_initiative_may_be_closed_later(gone):
    keep_initiative(gone, on=TODAY, by=None, at=AT)

    close_initiative(gone, on=TODAY, by=None, at=AT)

    assert list(Initiative.objects.filter(code="9").values_list("closed_on", "kept_on")) == [(TODAY, None)]
