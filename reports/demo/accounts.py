"""Made-up people: one of each role, and an officer for each unit that reports."""

from collections.abc import Sequence
from datetime import datetime

from django.contrib.auth.hashers import make_password

from assignments.models import StandingAgency, Unit, UnitMembership, User
from assignments.roles import Role
from models_registry.models import Plan
from models_registry.text import fold
from reports.domain.calendar import local_day
from reports.letterheads.head import default_letterheads

DEMO_PASSWORD = "xem-thu-cong-06"  # noqa: S105 - shown to everybody who tries the portal, and no secret

SHARED_ACCOUNTS = (
    ("quan-tri", "Cán bộ quản trị", Role.ADMIN),
    ("thuong-truc", "Cán bộ thường trực", Role.STANDING_AGENCY),
    ("lanh-dao", "Lãnh đạo", Role.LEADER),
)
SIGNER = "Nguyễn Văn Minh Họa"


class DemoRefused(Exception):
    """The portal holds what must not be mixed with made-up data; the message says what and what to do."""


def username_of(unit: Unit) -> str:
    """ "UBND xã Phú Lệ" -> "xa-phu-le"."""
    return "-".join(fold(unit.name).removeprefix("ubnd ").split())


def make_accounts(plans: Sequence[Plan], at: datetime, password: str) -> list[User]:
    """The shared accounts and one for each unit that reports under ``plans``; raises DemoRefused over a real one."""
    day = local_day(at)
    reporting = Unit.objects.on(day).filter(files_reports=True, duties__initiative__plan__in=plans).distinct()
    units = sorted(reporting, key=lambda unit: unit.kind != Unit.Kind.COMMUNE)  # communes first: they owe the most
    officers = [(username_of(unit), f"Cán bộ {unit.label}", Role.OFFICER, [unit]) for unit in units]
    agencies = list(Unit.objects.filter(pk__in=StandingAgency.objects.on(day).filter(plan__in=plans).values("unit")))
    shared = [(*account, agencies if account[2] is Role.STANDING_AGENCY else []) for account in SHARED_ACCOUNTS]
    taken = User.objects.filter(username__in=[account[0] for account in (*shared, *officers)]).first()
    if taken:
        raise DemoRefused(f"Đã có tài khoản “{taken.username}”, không ghi đè bằng tài khoản minh họa.")
    hashed = make_password(password)  # once for all: hashing is slow on purpose
    return [_make_account(*account, hashed=hashed, at=at) for account in (*shared, *officers)]


def _make_account(
    username: str, full_name: str, role: Role, units: Sequence[Unit], *, hashed: str, at: datetime
) -> User:
    """An account that has signed in before, so that notifications count as reaching it."""
    user = User.objects.create(
        username=username,
        full_name=full_name,
        role=role,
        password=hashed,
        is_demo=True,
        must_change_password=False,
        last_login=at,
    )
    UnitMembership.objects.bulk_create(UnitMembership(user=user, unit=unit) for unit in units)
    return user


def sign_letterheads() -> None:
    """The letterheads units begin with, under a made-up name."""
    for letterhead in default_letterheads():
        letterhead.signer = SIGNER
        letterhead.save()
