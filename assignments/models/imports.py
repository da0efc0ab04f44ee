"""Every import of an annex: the file, what it would change, who decided, what came of it."""

import uuid
from datetime import datetime, timedelta
from pathlib import Path, PurePath
from typing import Any, Self

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import Q

from models_registry.models import Plan
from models_registry.text import one_line

STALE_AFTER = timedelta(minutes=5)
_SUFFIXES = (".xlsx", ".docx")


def uploads() -> Storage:
    """Where files of people lie: outside everything that is served."""
    return storages["uploads"]


def stored_name(annex_import: "AnnexImport", file_name: str) -> str:
    """A name nobody can guess, and of which nothing comes from outside but a known ending."""
    suffix = PurePath(file_name).suffix.lower()
    return f"phu-luc/{uuid.uuid4().hex}{suffix if suffix in _SUFFIXES else ''}"


class AnnexImportQuerySet(models.QuerySet):
    def without_contents(self) -> Self:
        """For lists: the preview and the snapshot may be megabytes."""
        return self.defer("preview", "snapshot")

    def under_way(self) -> Self:
        return self.filter(state__in=AnnexImport.UNDER_WAY)

    def stuck(self, at: datetime) -> Self:
        """Steps nobody has begun, or that somebody began and never ended: a worker was killed, a message lost."""
        limit = at - STALE_AFTER
        return self.under_way().filter(Q(started_at__lt=limit) | Q(started_at=None, queued_at__lt=limit))

    def written(self) -> Self:
        """Those that stand in the plan, the latest first."""
        return self.filter(state=AnnexImport.State.DONE).order_by("-finished_at", "-pk")


class AnnexImport(models.Model):
    """One file brought in as the annex of a plan.

    waiting -> reading -> ready -> writing -> done -> undone; refused where the file cannot be read, cancelled where
    nobody wants it. ``writing`` also covers the time until a worker begins: ``started_at`` is empty until then.
    ``preview`` has the shape of ``assignments.imports.preview.Preview``.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Chờ đọc"
        READING = "reading", "Đang đọc"
        READY = "ready", "Chờ quyết định"
        WRITING = "writing", "Đang ghi"
        DONE = "done", "Đã nhập"
        REFUSED = "refused", "Không đọc được"
        CANCELLED = "cancelled", "Đã hủy"
        UNDONE = "undone", "Đã hoàn tác"

    UNDER_WAY = (State.WAITING, State.READING, State.WRITING)

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="annex_imports", verbose_name="kế hoạch")
    file = models.FileField("tệp", storage=uploads, upload_to=stored_name, max_length=120)
    file_name = models.CharField("tên tệp", max_length=255)
    size = models.PositiveBigIntegerField("dung lượng (byte)")
    sha256 = models.CharField("mã băm", max_length=64)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="người tải lên"
    )
    uploaded_at = models.DateTimeField("tải lên lúc")

    state = models.CharField("trạng thái", max_length=10, choices=State, default=State.WAITING)
    progress = models.PositiveSmallIntegerField("tiến độ (%)", default=0)
    stage = models.CharField("đang làm", max_length=100, blank=True)
    message = models.TextField("lời nhắn", blank=True)
    queued_at = models.DateTimeField("chờ từ lúc")
    started_at = models.DateTimeField("bắt đầu lúc", null=True, blank=True)
    finished_at = models.DateTimeField("xong lúc", null=True, blank=True)
    attempts = models.PositiveSmallIntegerField("số lần thử lại", default=0)

    preview = models.JSONField("bản xem trước", null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="người quyết"
    )
    decided_at = models.DateTimeField("quyết lúc", null=True, blank=True)
    holds_from = models.DateField("thay đổi phân công có hiệu lực từ", null=True, blank=True)
    snapshot = models.JSONField("nội dung trước khi nhập", null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="người hoàn tác"
    )
    undone_at = models.DateTimeField("hoàn tác lúc", null=True, blank=True)

    objects = AnnexImportQuerySet.as_manager()

    class Meta:
        verbose_name = "lần nhập phụ lục"
        verbose_name_plural = "lần nhập phụ lục"
        ordering = ("-uploaded_at", "-pk")
        indexes = (models.Index(fields=("state", "queued_at")),)
        constraints = (
            models.CheckConstraint(name="annex_import_progress_up_to_100", condition=Q(progress__lte=100)),
            models.CheckConstraint(
                name="annex_import_waits_or_has_begun",
                condition=Q(state="waiting", started_at=None)
                | Q(state="reading", started_at__isnull=False)
                | ~Q(state__in=["waiting", "reading"]),
            ),
            models.CheckConstraint(
                name="annex_import_says_who_decided_and_when",
                condition=Q(state__in=["writing", "done", "cancelled", "undone"], decided_at__isnull=False)
                | Q(state__in=["waiting", "reading", "ready", "refused"], decided_at=None, decided_by=None),
            ),
            models.CheckConstraint(
                name="annex_import_shows_what_is_decided",
                condition=Q(preview__isnull=False) | ~Q(state__in=["ready", "writing", "done", "undone"]),
            ),
            models.CheckConstraint(
                name="annex_import_done_can_be_undone",
                condition=Q(snapshot__isnull=False, finished_at__isnull=False) | ~Q(state__in=["done", "undone"]),
            ),
            models.CheckConstraint(
                name="annex_import_says_when_undone",
                condition=Q(state="undone", undone_at__isnull=False)
                | (~Q(state="undone") & Q(undone_at=None, undone_by=None)),
            ),
            models.CheckConstraint(
                name="annex_import_refused_says_why", condition=~Q(state="refused") | ~Q(message="")
            ),
        )

    def __str__(self) -> str:
        return f"{self.file_name} ({self.get_state_display().lower()})"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.file_name = shown_name(self.file_name)
        super().save(*args, **kwargs)

    @property
    def is_under_way(self) -> bool:
        """Whether a worker is on it or about to be; the page asks again in a moment."""
        return self.state in self.UNDER_WAY

    @property
    def has_errors(self) -> bool:
        """Whether what was read cannot be written as it is."""
        return bool(self.preview and self.preview["counts"]["errors"])

    @property
    def path(self) -> Path:
        return Path(self.file.path)


def shown_name(file_name: str) -> str:
    """The name as its owner knows it, in NFC and without any folder: shown, never used to find the file."""
    return one_line(PurePath(file_name.replace("\\", "/")).name)[-255:] or "phụ lục"
