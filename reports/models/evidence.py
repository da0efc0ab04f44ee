"""Files that show what an entry says. They lie outside the web root and are served only to who may see the report."""

import uuid
from datetime import date
from typing import Self

from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from assignments.models import OfUnitQuerySet, User
from assignments.permissions import Permission
from reports.domain.states import IN_EFFECT

from .entries import ProgressEntry


def evidence_storage() -> Storage:
    return storages["evidence"]


def evidence_path(evidence: "Evidence", name: str) -> str:
    """A name of our own: what the officer called the file is kept in ``Evidence.name`` and never touches the disk."""
    return f"{evidence.uploaded_at:%Y/%m}/{uuid.uuid4().hex}"


class EvidenceQuerySet(OfUnitQuerySet):
    unit_path = "entry__report__unit"
    plan_path = "entry__report__period__plan"

    def visible_to(self, user: User, day: date) -> Self:
        """Files of one's own units; with the permission those of every report in effect, a draft's (also of one
        that is being corrected) only to who reviews.
        """
        reviewed = self.under(user.reach(Permission.REVIEW_REPORTS, day))
        in_effect = self.under(user.reach(self.seeing_all, day)) & Q(entry__report__state__in=IN_EFFECT)
        return self.filter(self.of_units_of(user, day) | reviewed | in_effect)


class Evidence(models.Model):
    """One file of one entry. ``name`` is the officer's own, in NFC; ``kind`` the media type found in its content."""

    entry = models.ForeignKey(ProgressEntry, models.CASCADE, related_name="evidence", verbose_name="dòng tiến độ")
    file = models.FileField("tệp", storage=evidence_storage, upload_to=evidence_path)
    name = models.CharField("tên tệp", max_length=255)
    size = models.PositiveBigIntegerField("cỡ (byte)")
    sha256 = models.CharField("mã kiểm tra", max_length=64)
    kind = models.CharField("loại", max_length=100)
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="người tải lên")
    uploaded_at = models.DateTimeField("tải lên lúc")

    objects = EvidenceQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = "minh chứng"
        verbose_name_plural = "minh chứng"
        ordering = ("uploaded_at", "pk")
        constraints = (
            models.UniqueConstraint(fields=("entry", "sha256"), name="same_file_once_per_entry"),
            models.CheckConstraint(name="evidence_is_not_empty", condition=Q(size__gt=0)),
            models.CheckConstraint(name="evidence_has_a_name", condition=~Q(name="")),
        )

    def __str__(self) -> str:
        return self.name
