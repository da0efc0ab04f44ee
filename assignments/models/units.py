"""Units and their names, collectives, the standing agency of a plan."""

from collections.abc import Iterator
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from simple_history.models import HistoricalRecords

from models_registry.models import FoldedName, FoldedQuerySet, Plan, begins_a_word
from models_registry.text import fold, one_line

from .dated import Dated, DatedQuerySet


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

    # Of the day it was asked for, see assignments/ended_units.py.
    is_ended = False
    goes_on: "Unit | None" = None
    members_standing = 0

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
        """The unit as it is in the plan that fits, or in the one that will be asked for."""
        return reverse("any_plan:unit", args=[self.pk])

    @property
    def label(self) -> str:
        """The short name for narrow places, the whole name where there is none."""
        return self.short_name or self.name

    @property
    def is_collective(self) -> bool:
        return self.kind == self.Kind.COLLECTIVE

    @property
    def successors(self) -> Iterator["Unit"]:
        """Those that take over one from the other, the next one first; a query each where they were not read along.

        For many units see ``UnitsInTime``.
        """
        seen, heir = {self.pk}, self.successor
        while heir and heir.pk not in seen:
            seen.add(heir.pk)
            yield heir
            heir = heir.successor


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
