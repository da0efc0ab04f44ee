"""Whom to call at a unit: personal data, so the unit itself and those who have to call it, nobody else."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from assignments.models import FocalPoint
from assignments.roles import Role
from tests.factories import DutyFactory, UserFactory, agency_of

pytestmark = [pytest.mark.django_db, pytest.mark.engine]

DAY = date(2024, 3, 4)


@pytest.fixture
def points(duty):
    """Of two units the plan reaches, and of one it does not."""
    other = DutyFactory(initiative=duty.initiative)
    return [
        FocalPoint.objects.create(unit=duty.unit, full_name="Đầu mối một"),
        FocalPoint.objects.create(unit=other.unit, full_name="Đầu mối hai"),
        FocalPoint.objects.create(unit=DutyFactory().unit, full_name="Đầu mối của kế hoạch khác"),
    ]


def seen_by(user):
    return [point.full_name for point in FocalPoint.objects.visible_to(user, DAY).order_by("pk")]


def test_officer_sees_those_of_the_own_unit(points, officer):
    assert seen_by(officer) == ["Đầu mối một"]


def test_outsider_sees_none(points, outsider):
    assert seen_by(outsider) == []


def test_leader_sees_none_of_other_units(points):
    assert seen_by(UserFactory(role=Role.LEADER)) == []


def test_standing_agency_sees_those_it_has_to_call(points, standing_agency):
    assert seen_by(standing_agency) == ["Đầu mối một", "Đầu mối hai"]


def test_admin_sees_all(points):
    assert seen_by(UserFactory(role=Role.ADMIN)) == ["Đầu mối một", "Đầu mối hai", "Đầu mối của kế hoạch khác"]


def test_account_switched_off_sees_none(points, plan):
    assert seen_by(UserFactory(role=Role.STANDING_AGENCY, unit=agency_of(plan), is_active=False)) == []


def test_focal_point_holds_between_its_days(unit):
    FocalPoint.objects.create(unit=unit, full_name="Người trước", valid_to=date(2024, 3, 3))
    FocalPoint.objects.create(unit=unit, full_name="Người sau", valid_from=DAY)

    assert [point.full_name for point in FocalPoint.objects.on(DAY)] == ["Người sau"]


def test_text_is_kept_in_one_line_and_one_form(unit):
    point = FocalPoint.objects.create(unit=unit, full_name="Nguye\u0302\u0303n  Văn\nA", phone=" 0912\u00a0000 000 ")

    assert (point.full_name, point.phone) == ("Nguyễn Văn A", "0912 000 000")


def test_same_person_is_not_entered_twice(unit):
    FocalPoint.objects.create(unit=unit, full_name="Đầu mối một")

    with pytest.raises(IntegrityError), transaction.atomic():
        FocalPoint.objects.create(unit=unit, full_name="Đầu mối một")
