"""Assignments as the plan words them, and the duties that follow from them, with the roles they were owed in."""

from collections.abc import Collection
from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, FilteredRelation, Q
from simple_history.models import HistoricalRecords

from models_registry.models import Initiative, Plan

from .dated import Dated
from .people import OfUnitQuerySet
from .units import Unit


class AssignmentRole(models.TextChoices):
    """Roles from the strongest to the weakest; the order is the rule "strongest wins"."""

    LEAD = "lead", "Chủ trì"
    COORDINATING = "coordinating", "Phối hợp"
    SUPPORT = "support", "Hỗ trợ"


def role_in_words(role: str, *, is_principal: bool) -> str:
    """ "Chủ trì", "Phối hợp (chính)"; "" where there is no role."""
    return f"{AssignmentRole(role).label}{' (chính)' if is_principal else ''}" if role else ""


class Assignment(Dated):
    """One mention of a unit in the plan's table, as printed; ``unit`` is empty while nobody has recognised it.

    It holds between two days: a table changed later does not change who was named before. ``is_corrected``: its unit
    was chosen by a person, and stays while the words do.
    """

    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="assignments", verbose_name="mô hình")
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="assignments", verbose_name="đơn vị"
    )
    role = models.CharField("vai trò", max_length=20, choices=AssignmentRole)
    is_principal = models.BooleanField("(chính)", default=False)
    text = models.CharField("nguyên văn", max_length=1000)
    position = models.PositiveSmallIntegerField("thứ tự", default=0)
    is_corrected = models.BooleanField("đã sửa tay", default=False, editable=False)

    history = HistoricalRecords()

    class Meta(Dated.Meta):
        verbose_name = "phân công"
        verbose_name_plural = "phân công"
        ordering = ("initiative", "pk")
        constraints = (
            *Dated.Meta.constraints,
            models.UniqueConstraint(
                fields=("initiative", "role", "position"),
                condition=Q(valid_to=None),
                name="standing_assignment_place_once",
            ),
        )

    def __str__(self) -> str:
        return self.text


class DutyQuerySet(OfUnitQuerySet):
    plan_path = "initiative__plan"

    def with_role(self, day: date) -> Self:
        """Each with ``role``, ``is_principal`` and ``via_id`` of ``day``, None where it is not owed then."""
        in_force = Q(terms__valid_from__lte=day) & (Q(terms__valid_to=None) | Q(terms__valid_to__gte=day))
        return self.annotate(term=FilteredRelation("terms", condition=in_force)).annotate(
            role=F("term__role"), is_principal=F("term__is_principal"), via_id=F("term__via")
        )

    def on(self, day: date) -> Self:
        """Those owed on ``day``, with their role on it."""
        return self.with_role(day).filter(term__isnull=False)

    def owed(self, plan: Plan, day: date) -> Self:
        """Duties under the open initiatives of ``plan`` on ``day``."""
        return self.owed_under([plan], day)

    def owed_under(self, plans: Collection[Plan], day: date) -> Self:
        return self.on(day).filter(initiative__in=Initiative.objects.open_on(day).filter(plan__in=plans))


class Duty(models.Model):
    """What a real unit owes on an initiative, after collectives are expanded: one thread, whatever its roles in time.

    Its role, "(chính)" and way change from day to day (``DutyTerm``); what was said under it goes on.
    """

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="duties", verbose_name="đơn vị")
    initiative = models.ForeignKey(Initiative, models.PROTECT, related_name="duties", verbose_name="mô hình")

    # Of the day it was asked for, see DutyQuerySet.with_role.
    role: str
    is_principal: bool
    via_id: int | None

    objects = DutyQuerySet.as_manager()

    class Meta:
        verbose_name = "nhiệm vụ báo cáo"
        verbose_name_plural = "nhiệm vụ báo cáo"
        ordering = ("initiative__position", "unit__sort_key")
        constraints = (models.UniqueConstraint(fields=("unit", "initiative"), name="one_duty_per_unit_initiative"),)

    def __str__(self) -> str:
        return f"{self.unit} – {self.initiative}"

    @property
    def role_words(self) -> str:
        return role_in_words(self.role, is_principal=self.is_principal)


class DutyTerm(Dated):
    """The role in which a duty is owed between two days, and the collective it was reached through."""

    duty = models.ForeignKey(Duty, models.CASCADE, related_name="terms", verbose_name="nhiệm vụ")
    role = models.CharField("vai trò", max_length=20, choices=AssignmentRole)
    is_principal = models.BooleanField("(chính)", default=False)
    via = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="qua đơn vị tập hợp"
    )

    class Meta(Dated.Meta):
        verbose_name = "vai trò theo thời gian"
        verbose_name_plural = "vai trò theo thời gian"
        ordering = ("duty", "valid_from")
        constraints = (
            *Dated.Meta.constraints,
            models.UniqueConstraint(fields=("duty", "valid_from"), name="one_term_of_a_duty_begins_a_day"),
            models.CheckConstraint(name="term_says_from_when", condition=Q(valid_from__isnull=False)),
            models.CheckConstraint(
                name="duty_is_not_support", condition=Q(role__in=[AssignmentRole.LEAD, AssignmentRole.COORDINATING])
            ),
        )

    def __str__(self) -> str:
        return f"{self.duty}: {role_in_words(self.role, is_principal=self.is_principal)}"


class DutyHandover(models.Model):
    """``duty`` goes on from ``on`` with what was said under ``predecessor``: its unit succeeded, or leads in its stead.

    ``is_succession`` tells the two apart: a lead that was replaced is still there and may count for itself.
    ``recorded_at``: when the portal came to know of it; what was said in between stays with whoever said it.
    ``carried_at``: when what was said was carried over, None while the day has not come.
    """

    duty = models.ForeignKey(Duty, models.CASCADE, related_name="taken_over", verbose_name="nhiệm vụ tiếp nhận")
    predecessor = models.ForeignKey(Duty, models.CASCADE, related_name="handed_over", verbose_name="nhiệm vụ bàn giao")
    on = models.DateField("từ ngày")
    is_succession = models.BooleanField("đơn vị kế thừa")
    recorded_at = models.DateTimeField("ghi nhận lúc")
    carried_at = models.DateTimeField("chuyển lúc", null=True)

    class Meta:
        verbose_name = "bàn giao nhiệm vụ"
        verbose_name_plural = "bàn giao nhiệm vụ"
        ordering = ("on", "pk")
        constraints = (
            models.UniqueConstraint(fields=("duty", "predecessor"), name="duty_taken_over_once"),
            models.CheckConstraint(name="duty_is_not_its_predecessor", condition=~Q(duty=F("predecessor"))),
        )

    def __str__(self) -> str:
        return f"{self.predecessor} → {self.duty}"
