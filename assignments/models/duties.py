"""Assignments as the plan words them, and duties as they stand on a date."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from models_registry.models import Initiative, Plan

from .dated import Dated, DatedQuerySet
from .people import OfUnitQuerySet
from .units import Unit


class AssignmentRole(models.TextChoices):
    """Roles from the strongest to the weakest; the order is the rule "strongest wins"."""

    LEAD = "lead", "Chủ trì"
    COORDINATING = "coordinating", "Phối hợp"
    SUPPORT = "support", "Hỗ trợ"


def role_in_words(role: str, *, is_principal: bool) -> str:
    """ "Chủ trì", "Phối hợp (chính)"."""
    return f"{AssignmentRole(role).label}{' (chính)' if is_principal else ''}"


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

    @property
    def role_words(self) -> str:
        return role_in_words(self.role, is_principal=self.is_principal)
