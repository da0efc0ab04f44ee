"""People: who may sign in, whom they serve, and whom to ask at a unit."""

import functools
from datetime import date
from typing import Any, ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.hashers import is_password_usable
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from simple_history.models import HistoricalRecords

from assignments.permissions import Permission
from assignments.reach import EVERYWHERE, NOWHERE, Reach
from assignments.roles import PERMISSIONS, Role, held_everywhere
from models_registry.models import Plan
from models_registry.text import one_line

from .dated import Dated, DatedQuerySet
from .units import StandingAgency, Unit


def can_sign_in(is_active: bool, password: str) -> bool:
    """Whether who has these is not switched off and was given a password; ``password`` as it is kept."""
    return is_active and is_password_usable(password)


class UserManager(BaseUserManager["User"]):
    def create_user(self, username: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(username=self.model.normalize_username(username), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, username: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(username, password, role=Role.ADMIN, must_change_password=False, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        return super().get_by_natural_key(self.model.normalize_username(username or ""))


class User(AbstractBaseUser):
    """A person. What the person may do follows from the role (assignments/roles.py), and for the standing agency from
    the plans whose agency the person serves.

    The user name is one whatever the case it is typed in, and kept in small letters.
    """

    username = models.CharField(
        "tên đăng nhập",
        max_length=150,
        unique=True,
        validators=[UnicodeUsernameValidator()],
        error_messages={"unique": "Tên đăng nhập này đã có người dùng."},
    )
    full_name = models.CharField("họ và tên", max_length=150)
    email = models.EmailField("thư điện tử", blank=True)
    role = models.CharField("vai trò", max_length=20, choices=Role, default=Role.OFFICER)
    is_active = models.BooleanField("đang hoạt động", default=True, help_text="Bỏ chọn để khóa, không xóa tài khoản.")
    must_change_password = models.BooleanField("phải đổi mật khẩu khi đăng nhập", default=True)
    chosen_plan = models.ForeignKey(
        Plan, models.SET_NULL, null=True, blank=True, editable=False, related_name="+", verbose_name="kế hoạch đang xem"
    )
    is_demo = models.BooleanField("tài khoản minh họa", default=False, editable=False)
    created_at = models.DateTimeField("ngày tạo", default=timezone.now, editable=False)

    objects = UserManager()
    history = HistoricalRecords(excluded_fields=["password", "last_login", "chosen_plan"])

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name"]

    class Meta:
        verbose_name = "người dùng"
        verbose_name_plural = "người dùng"
        ordering = ("username",)
        constraints = (
            models.UniqueConstraint(
                Lower("username"),
                name="username_once_whatever_the_case",
                violation_error_message="Tên đăng nhập này đã có người dùng.",
            ),
        )

    def __str__(self) -> str:
        return self.full_name or self.username

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.username = self.normalize_username(self.username)
        super().save(*args, **kwargs)

    @classmethod
    def normalize_username(cls, username: str) -> str:
        return super().normalize_username(username).lower()

    def get_full_name(self) -> str:
        return self.full_name

    def get_short_name(self) -> str:
        return self.full_name

    def reach(self, permission: Permission, day: date) -> Reach:
        """In which plans the person holds ``permission`` on ``day``.

        All that a person may see or do is narrowed by it, and nowhere else.
        """
        if not self.is_active or permission not in PERMISSIONS[self.role]:
            return NOWHERE
        return EVERYWHERE if permission in held_everywhere(self.role) else Reach(self._plans_served_on(day))

    def may(self, permission: Permission, plan: Plan | None = None, day: date | None = None) -> bool:
        """Whether the person may do so in ``plan``, or where none is named in any; on ``day``, or today."""
        reach = self.reach(permission, day or timezone.localdate())
        return plan in reach if plan else bool(reach)

    def units_on(self, day: date) -> models.QuerySet[Unit]:
        """Units the person serves on ``day``, in Vietnamese order."""
        serving = UnitMembership.objects.on(day).filter(user=self)
        return Unit.objects.filter(pk__in=serving.values("unit"))

    def serves(self, unit: Unit, day: date) -> bool:
        return self.units_on(day).filter(pk=unit.pk).exists()

    def _plans_served_on(self, day: date) -> frozenset[int]:
        """Plans whose standing agency is a unit the person serves on ``day``; read once, however often it is asked."""
        if day not in self._plans_served:
            agencies = StandingAgency.objects.on(day).filter(unit__in=self.units_on(day))
            self._plans_served[day] = frozenset(agencies.values_list("plan", flat=True))
        return self._plans_served[day]

    @functools.cached_property
    def _plans_served(self) -> dict[date, frozenset[int]]:
        return {}

    @property
    def can_sign_in(self) -> bool:
        """Not switched off, and with a password; somebody brought in by a file has none until it is given."""
        return can_sign_in(self.is_active, self.password)

    # What Django's admin asks of a user; the admin is the registry, so one permission answers all.
    @property
    def is_staff(self) -> bool:
        return self.may(Permission.MANAGE_REGISTRY)

    def has_perm(self, perm: str, obj: object = None) -> bool:
        return self.is_staff

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_staff


class UnitMembership(Dated):
    """A person serves a unit between two days; one person may serve two."""

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships", verbose_name="người dùng")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="memberships", verbose_name="đơn vị")

    class Meta(Dated.Meta):
        verbose_name = "đơn vị công tác"
        verbose_name_plural = "đơn vị công tác"
        constraints = (
            *Dated.Meta.constraints,
            models.UniqueConstraint(fields=("user", "unit", "valid_from"), name="membership_once_per_unit"),
        )

    def __str__(self) -> str:
        return f"{self.user} – {self.unit}"


class OfUnitQuerySet(models.QuerySet):
    """Rows that belong to a unit, reached by the lookup ``unit_path``, under a plan, reached by ``plan_path``."""

    unit_path = "unit"
    plan_path: str
    seeing_all = Permission.VIEW_ALL_REPORTS

    def visible_to(self, user: User, day: date) -> Self:
        """Rows ``user`` may read: in plans of the permission all, in others those of the units served on ``day``."""
        return self.filter(self.under(user.reach(self.seeing_all, day)) | self.of_units_of(user, day))

    def under(self, plans: Reach) -> Q:
        """A condition: the plan is one of ``plans``."""
        return plans.rows(self.plan_path)

    def of_units_of(self, user: User, day: date) -> Q:
        """A condition: the unit is one ``user`` serves on ``day``."""
        return Q(**{f"{self.unit_path}__in": user.units_on(day)})


class FocalPointQuerySet(OfUnitQuerySet, DatedQuerySet):  # type: ignore[override]  # two bases, each with its as_manager
    """Names and telephone numbers are personal data: the unit itself and those who have to call it."""

    seeing_all = Permission.VIEW_FOCAL_POINTS

    def under(self, plans: Reach) -> Q:
        """A condition: the unit owes something under one of ``plans``, or is named in it."""
        named = plans.rows("duties__initiative__plan") | plans.rows("assignments__initiative__plan")
        return Q(unit__in=Unit.objects.filter(named).order_by().values("pk"))


class FocalPoint(Dated):
    """Whom to call at a unit; the person needs no account."""

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="focal_points", verbose_name="đơn vị")
    full_name = models.CharField("họ và tên", max_length=150)
    position = models.CharField("chức vụ", max_length=150, blank=True)
    phone = models.CharField("điện thoại", max_length=60, blank=True)
    email = models.EmailField("thư điện tử", blank=True)

    objects = FocalPointQuerySet.as_manager()  # type: ignore[assignment, misc]  # a wider one than the base's
    history = HistoricalRecords()

    class Meta(Dated.Meta):
        verbose_name = "đầu mối"
        verbose_name_plural = "đầu mối"
        ordering = ("unit__sort_key", "pk")
        constraints = (
            *Dated.Meta.constraints,
            models.UniqueConstraint(
                fields=("unit", "full_name"),
                condition=Q(valid_to=None),
                name="focal_point_once_per_unit",
                violation_error_message="Đơn vị đã có đầu mối mang tên này.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.full_name} – {self.unit}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.full_name, self.position, self.phone = map(one_line, (self.full_name, self.position, self.phone))
        super().save(*args, **kwargs)
