"""Made-up rows for the tests; each stands on its own unless told otherwise."""

from datetime import date, datetime

import factory
from django.contrib.auth.hashers import make_password
from factory.django import DjangoModelFactory

from assignments.models import (
    Assignment,
    AssignmentRole,
    CollectiveMember,
    Duty,
    DutyTerm,
    StandingAgency,
    Unit,
    UnitMembership,
    User,
)
from assignments.roles import Role
from models_registry.models import Initiative, InitiativeGroup, Plan
from reports.domain.calendar import VIETNAM
from reports.domain.reminder_defaults import DEFAULT_RULES
from reports.models import Notification, ReminderRule

PLAN_START = date(2024, 2, 1)
# Of a person who can sign in; none that a test types.
PASSWORD = make_password("mật khẩu không ai gõ")


def vn(text: str) -> datetime:
    """A moment in Vietnam, written "2024-03-05 08:00"."""
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


class PlanFactory(DjangoModelFactory):
    class Meta:
        model = Plan

    number = factory.Sequence(lambda n: f"{5_001 + n}/KH-UBND")  # none that a test writes down
    title = "Triển khai các mô hình"
    short_name = "Kế hoạch thử"
    starts_on = PLAN_START
    ends_on = date(2025, 12, 31)


class InitiativeGroupFactory(DjangoModelFactory):
    class Meta:
        model = InitiativeGroup

    plan = factory.SubFactory(PlanFactory)
    numeral = factory.Sequence(lambda n: f"I{n}")
    name = "Nhóm tiện ích"


class InitiativeFactory(DjangoModelFactory):
    class Meta:
        model = Initiative

    plan = factory.SubFactory(PlanFactory)
    code = factory.Sequence(lambda n: str(n + 1001))  # out of the way of the small numbers that tests write themselves
    name = factory.LazyAttribute(lambda initiative: f"Triển khai việc {initiative.code}")
    position = factory.Sequence(lambda n: n)


class UnitFactory(DjangoModelFactory):
    class Meta:
        model = Unit

    name = factory.Sequence(lambda n: f"Phòng số {n}")
    kind = Unit.Kind.DEPARTMENT
    level = Unit.Level.DISTRICT
    files_reports = True


class CollectiveFactory(UnitFactory):
    class Meta:
        model = Unit
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"Các phòng, ban {n}")
    kind = Unit.Kind.COLLECTIVE
    files_reports = False

    @factory.post_generation
    def members(self, create, units, **kwargs):
        for unit in units or ():
            CollectiveMember.objects.create(collective=self, unit=unit)


class AssignmentFactory(DjangoModelFactory):
    class Meta:
        model = Assignment

    initiative = factory.SubFactory(InitiativeFactory)
    unit = factory.SubFactory(UnitFactory)
    role = AssignmentRole.LEAD
    text = factory.LazyAttribute(lambda assignment: assignment.unit.name if assignment.unit else "Đơn vị lạ")
    position = factory.Sequence(lambda n: n)


def agency_of(plan, unit=None):
    """The unit that is the standing agency of ``plan``; where there is none, ``unit`` becomes it, or a new one."""
    known = plan.standing_agencies.first()
    return (known or StandingAgency.objects.create(plan=plan, unit=unit or UnitFactory())).unit


TERM = {
    "role": AssignmentRole.LEAD,
    "is_principal": False,
    "via": None,
    "valid_from": PLAN_START,
    "valid_to": None,
}


class DutyFactory(DjangoModelFactory):
    """A duty in one role, with the assignment it follows from, so that refreshing the duties keeps it.

    What is returned knows its role, as a duty read for a day does.
    """

    class Meta:
        model = Duty
        django_get_or_create = ("unit", "initiative")

    unit = factory.SubFactory(UnitFactory)
    initiative = factory.SubFactory(InitiativeFactory)

    @classmethod
    def _generate(cls, strategy, params):
        term = {name: params.pop(name, default) for name, default in TERM.items()}
        duty = super()._generate(strategy, params)
        DutyTerm.objects.create(duty=duty, **term)
        AssignmentFactory(
            initiative=duty.initiative,
            unit=term["via"] or duty.unit,
            **{name: term[name] for name in ("role", "is_principal", "valid_to")},
        )
        duty.role, duty.is_principal, duty.via_id = term["role"], term["is_principal"], getattr(term["via"], "pk", None)
        return duty


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"can-bo-{n}")
    full_name = factory.Sequence(lambda n: f"Cán bộ {n}")
    role = Role.OFFICER
    must_change_password = False
    last_login = vn("2024-02-01 08:00")  # the bell reaches who has been here
    password = PASSWORD

    @factory.post_generation
    def unit(self, create, unit, **kwargs):
        if unit:
            UnitMembership.objects.create(user=self, unit=unit)


class NotificationFactory(DjangoModelFactory):
    class Meta:
        model = Notification

    text = "Tin"


def default_rules() -> list[ReminderRule]:
    """The rules a new portal begins with, also after a test that emptied every table."""
    if not ReminderRule.objects.exists():
        ReminderRule.objects.bulk_create(ReminderRule(**rule) for rule in DEFAULT_RULES)
    return list(ReminderRule.objects.all())
