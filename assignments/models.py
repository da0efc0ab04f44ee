"""Who does it: units and their names, people, assignments as the plan words them, duties as they stand on a date."""

from datetime import date
from typing import Any, ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from simple_history.models import HistoricalRecords

from assignments.permissions import Permission
from assignments.roles import PERMISSIONS, Role
from models_registry.models import FoldedName, FoldedQuerySet, Initiative, Plan, begins_a_word
from models_registry.text import fold, one_line


class DatedQuerySet(models.QuerySet):
    """Rows that hold from a day up to and including another, either of them open."""

    def on(self, day: date) -> Self:
        return self.filter(
            Q(valid_from=None) | Q(valid_from__lte=day),
            Q(valid_to=None) | Q(valid_to__gte=day),
        )


class Dated(models.Model):
    valid_from = models.DateField("từ ngày", null=True, blank=True)
    valid_to = models.DateField("đến hết ngày", null=True, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints: ClassVar[list[models.BaseConstraint] | tuple[models.BaseConstraint, ...]] = (
            models.CheckConstraint(
                name="%(class)s_ends_after_start",
                condition=Q(valid_from=None) | Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                violation_error_message="Ngày kết thúc phải sau ngày bắt đầu.",
            ),
        )

    def is_valid_on(self, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or self.valid_to >= day)


class UnitQuerySet(FoldedQuerySet, DatedQuerySet):  # type: ignore[override]  # two bases, each with its as_manager
    def has_word(self, word: str) -> Q:
        """A unit is found by its name or by any other way of writing it."""
        return super().has_word(word) | Q(pk__in=UnitAlias.objects.filter(begins_a_word("key", word)).values("unit"))


class Unit(FoldedName, Dated):
    """A unit or a collective of units. Units end and have successors; neither name nor code alone identifies one."""

    class Kind(models.TextChoices):
        DEPARTMENT = "department", "Phòng, ban chuyên môn"
        COMMUNE = "commune", "UBND cấp xã"
        POLICE = "police", "Công an"
        PUBLIC_SERVICE = "public_service", "Đơn vị sự nghiệp"
        VERTICAL = "vertical", "Cơ quan ngành dọc"
        BANK = "bank", "Ngân hàng"
        ASSOCIATION = "association", "Mặt trận, hội, đoàn thể"
        WORKING_GROUP = "working_group", "Tổ công tác"
        AUTHORITY = "authority", "Bộ, sở, cục"
        PARTNER = "partner", "Doanh nghiệp, cơ sở, chuyên gia"
        COLLECTIVE = "collective", "Đơn vị tập hợp"

    class Level(models.TextChoices):
        CENTRAL = "central", "Trung ương"
        PROVINCE = "province", "Cấp tỉnh"
        DISTRICT = "district", "Cấp huyện"
        COMMUNE = "commune", "Cấp xã"
        OTHER = "other", "Ngoài hệ thống"

    short_name = models.CharField("tên ngắn", max_length=60, blank=True)
    code = models.CharField("mã đơn vị hành chính", max_length=20, blank=True)
    kind = models.CharField("loại", max_length=20, choices=Kind)
    level = models.CharField("cấp", max_length=20, choices=Level)
    files_reports = models.BooleanField("nộp báo cáo", default=False)
    successor = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="predecessors", verbose_name="đơn vị kế thừa"
    )

    objects = UnitQuerySet.as_manager()  # type: ignore[assignment, misc]  # a wider one than the base's
    history = HistoricalRecords()

    class Meta(Dated.Meta):
        verbose_name = "đơn vị"
        verbose_name_plural = "đơn vị"
        ordering = ("sort_key",)
        constraints = (
            *Dated.Meta.constraints,
            models.UniqueConstraint(
                fields=("search_key",),
                condition=Q(valid_to=None),
                name="unit_name_once_among_standing",
                violation_error_message="Đã có đơn vị đang hoạt động mang tên này.",
            ),
            models.UniqueConstraint(
                fields=("code",),
                condition=Q(valid_to=None) & ~Q(code=""),
                name="unit_code_once_among_standing",
                violation_error_message="Đã có đơn vị đang hoạt động mang mã này.",
            ),
            models.CheckConstraint(
                name="unit_collective_files_nothing",
                condition=~Q(kind="collective") | Q(files_reports=False),
                violation_error_message="Đơn vị tập hợp không tự nộp báo cáo; các thành viên nộp.",
            ),
        )

    def get_absolute_url(self) -> str:
        return reverse("unit", args=[self.pk])

    @property
    def label(self) -> str:
        """The short name for narrow places, the whole name where there is none."""
        return self.short_name or self.name

    @property
    def is_collective(self) -> bool:
        return self.kind == self.Kind.COLLECTIVE


class UnitAlias(models.Model):
    """Another way the unit is written; recognised for ever once entered."""

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="aliases", verbose_name="đơn vị")
    text = models.CharField("cách viết", max_length=1000)
    key = models.CharField(max_length=1000, unique=True, editable=False)

    class Meta:
        verbose_name = "cách viết khác"
        verbose_name_plural = "cách viết khác"
        ordering = ("unit", "text")

    def __str__(self) -> str:
        return self.text

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.text = one_line(self.text)
        self.key = fold(self.text)
        super().save(*args, **kwargs)


class CollectiveMember(Dated):
    """``unit`` belongs to ``collective`` between two days ("UBND cấp xã" = 15 units)."""

    collective = models.ForeignKey(
        Unit,
        models.CASCADE,
        related_name="members",
        limit_choices_to={"kind": Unit.Kind.COLLECTIVE},
        verbose_name="đơn vị tập hợp",
    )
    unit = models.ForeignKey(Unit, models.CASCADE, related_name="collectives", verbose_name="thành viên")

    class Meta(Dated.Meta):
        verbose_name = "thành viên đơn vị tập hợp"
        verbose_name_plural = "thành viên đơn vị tập hợp"
        ordering = ("collective", "unit__sort_key")
        constraints = (
            *Dated.Meta.constraints,
            models.UniqueConstraint(fields=("collective", "unit", "valid_from"), name="member_once_per_collective"),
            models.CheckConstraint(
                name="member_is_not_its_collective",
                condition=~Q(collective=F("unit")),
                violation_error_message="Đơn vị tập hợp không thể là thành viên của chính nó.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.unit} – {self.collective}"


class StandingAgency(Dated):
    """The unit that reminds, reads and aggregates for a plan, between two days (KH III.3, III.6)."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="standing_agencies", verbose_name="kế hoạch")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="standing_for", verbose_name="đơn vị")

    class Meta(Dated.Meta):
        verbose_name = "cơ quan thường trực"
        verbose_name_plural = "cơ quan thường trực"
        constraints = (
            *Dated.Meta.constraints,
            models.UniqueConstraint(
                fields=("plan",),
                condition=Q(valid_to=None),
                name="one_standing_agency_per_plan",
                violation_error_message="Kế hoạch đã có cơ quan thường trực.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.unit} – {self.plan}"


class UserManager(BaseUserManager["User"]):
    def create_user(self, username: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(username=self.model.normalize_username(username), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, username: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(username, password, role=Role.ADMIN, must_change_password=False, **fields)


class User(AbstractBaseUser):
    """A person. What the person may do follows from the role alone (assignments/roles.py)."""

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
    is_demo = models.BooleanField("tài khoản minh hoạ", default=False, editable=False)
    created_at = models.DateTimeField("ngày tạo", default=timezone.now, editable=False)

    objects = UserManager()
    history = HistoricalRecords(excluded_fields=["password", "last_login"])

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name"]

    class Meta:
        verbose_name = "người dùng"
        verbose_name_plural = "người dùng"
        ordering = ("username",)

    def __str__(self) -> str:
        return self.full_name or self.username

    def get_full_name(self) -> str:
        return self.full_name

    def get_short_name(self) -> str:
        return self.full_name

    def may(self, permission: Permission) -> bool:
        return self.is_active and permission in PERMISSIONS[self.role]

    def units_on(self, day: date) -> models.QuerySet[Unit]:
        """Units the person serves on ``day``, in Vietnamese order."""
        serving = UnitMembership.objects.on(day).filter(user=self)
        return Unit.objects.filter(pk__in=serving.values("unit"))

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


class AssignmentRole(models.TextChoices):
    """Roles from the strongest to the weakest; the order is the rule "strongest wins"."""

    LEAD = "lead", "Chủ trì"
    COORDINATING = "coordinating", "Phối hợp"
    SUPPORT = "support", "Hỗ trợ"


class Assignment(models.Model):
    """One mention of a unit in the plan's table, as printed; ``unit`` is empty while nobody has recognised it."""

    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="assignments", verbose_name="mô hình")
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="assignments", verbose_name="đơn vị"
    )
    role = models.CharField("vai trò", max_length=20, choices=AssignmentRole)
    is_principal = models.BooleanField("(chính)", default=False)
    text = models.CharField("nguyên văn", max_length=1000)
    position = models.PositiveSmallIntegerField("thứ tự", default=0)

    history = HistoricalRecords()

    class Meta:
        verbose_name = "phân công"
        verbose_name_plural = "phân công"
        ordering = ("initiative", "pk")
        constraints = (
            models.UniqueConstraint(fields=("initiative", "role", "position"), name="assignment_place_once"),
        )

    def __str__(self) -> str:
        return self.text


class OfUnitQuerySet(models.QuerySet):
    """Rows that belong to a unit, reached by the lookup ``unit_path``."""

    unit_path = "unit"

    def visible_to(self, user: User, day: date) -> Self:
        """Rows ``user`` may read: all with the permission, otherwise those of the units served on ``day``."""
        if user.may(Permission.VIEW_ALL_REPORTS):
            return self
        return self.filter(**{f"{self.unit_path}__in": user.units_on(day)})


class DutyQuerySet(OfUnitQuerySet, DatedQuerySet):  # type: ignore[override]  # two bases, each with its as_manager
    def owed(self, plan: Plan, day: date) -> Self:
        """Duties under the open initiatives of ``plan`` on ``day``."""
        return self.on(day).filter(initiative__in=plan.initiatives.open_on(day))


class Duty(Dated):
    """A real unit owes reports on an initiative between two days, after collectives are expanded."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="duties", verbose_name="đơn vị")
    initiative = models.ForeignKey(Initiative, models.PROTECT, related_name="duties", verbose_name="mô hình")
    role = models.CharField("vai trò", max_length=20, choices=AssignmentRole)
    is_principal = models.BooleanField("(chính)", default=False)
    via = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="qua đơn vị tập hợp"
    )

    objects = DutyQuerySet.as_manager()  # type: ignore[assignment, misc]  # a wider one than the base's

    class Meta(Dated.Meta):
        verbose_name = "nhiệm vụ báo cáo"
        verbose_name_plural = "nhiệm vụ báo cáo"
        ordering = ("initiative__position", "unit__sort_key")
        constraints = (
            *Dated.Meta.constraints,
            models.UniqueConstraint(
                fields=("unit", "initiative"), condition=Q(valid_to=None), name="one_standing_duty_per_unit_initiative"
            ),
            models.CheckConstraint(
                name="duty_is_not_support", condition=Q(role__in=[AssignmentRole.LEAD, AssignmentRole.COORDINATING])
            ),
        )

    def __str__(self) -> str:
        return f"{self.unit} – {self.initiative}"
