"""How it goes: periods, the report each unit owes in a period, its entries, and the state they add up to."""

from datetime import date, datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from simple_history.models import HistoricalRecords

from assignments import reported
from assignments.models import Duty, OfUnitQuerySet, Unit, User
from assignments.permissions import Permission
from models_registry.models import Plan
from reports.calendar import Rhythm, Span, local_day
from reports.states import ReportStatus, WorkState

RHYTHM_LABELS = {Rhythm.WEEKLY.value: "tuần", Rhythm.MONTHLY.value: "tháng"}


class ReportingPeriod(models.Model):
    """A week or a month of a plan. Its due and lock moments are stored when it opens and never recomputed."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="periods", verbose_name="kế hoạch")
    rhythm = models.CharField("nhịp", max_length=10, choices=RHYTHM_LABELS)
    code = models.CharField("mã kỳ", max_length=10)
    starts_on = models.DateField("từ ngày")
    ends_on = models.DateField("đến ngày")
    due_at = models.DateTimeField("hạn nộp")
    locks_at = models.DateTimeField("khóa lúc")
    opened_at = models.DateTimeField("mở lúc")

    class Meta:
        verbose_name = "kỳ báo cáo"
        verbose_name_plural = "kỳ báo cáo"
        ordering = ("-ends_on", "rhythm")
        constraints = (
            models.UniqueConstraint(fields=("plan", "rhythm", "code"), name="period_once_per_plan"),
            models.CheckConstraint(name="period_ends_after_start", condition=Q(ends_on__gte=F("starts_on"))),
            models.CheckConstraint(name="period_locks_after_due", condition=Q(locks_at__gt=F("due_at"))),
        )

    def __str__(self) -> str:
        return f"Báo cáo {self.title}"

    @property
    def span(self) -> Span:
        return Span(Rhythm(self.rhythm), self.starts_on, self.ends_on)

    @property
    def title(self) -> str:
        """ "tuần 10/2024" or "tháng 3/2024"."""
        if self.rhythm == Rhythm.WEEKLY:
            year, week, _ = self.ends_on.isocalendar()
            return f"tuần {week}/{year}"
        return f"tháng {self.ends_on.month}/{self.ends_on.year}"


class UnitReportQuerySet(OfUnitQuerySet):
    def fileable_by(self, user: User, day: date) -> Self:
        """Reports ``user`` may fill in: those of the units served on ``day``."""
        if not user.may(Permission.FILE_REPORT):
            return self.none()
        return self.filter(unit__in=user.units_on(day))

    def awaiting(self) -> Self:
        """Reports that are owed and not filed, before or after the due time."""
        return self.filter(state=UnitReport.State.OPEN)

    def overdue(self, at: datetime) -> Self:
        return self.awaiting().filter(period__due_at__lt=at)

    def filed(self) -> Self:
        return self.filter(state=UnitReport.State.SUBMITTED)

    def on_time(self) -> Self:
        return self.filed().filter(submitted_at__lte=F("period__due_at"))


class UnitReport(models.Model):
    """What one unit owes in one period; it exists before it is filed."""

    class State(models.TextChoices):
        OPEN = "open", "Đang mở"
        SUBMITTED = "submitted", "Đã nộp"
        MISSED = "missed", "Không nộp"

    period = models.ForeignKey(ReportingPeriod, models.CASCADE, related_name="reports", verbose_name="kỳ báo cáo")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="reports", verbose_name="đơn vị")
    state = models.CharField("trạng thái", max_length=10, choices=State, default=State.OPEN)
    nothing_to_report = models.BooleanField("không phát sinh", default=False)
    saved_at = models.DateTimeField("lưu nháp lúc", null=True, blank=True)
    submitted_at = models.DateTimeField("nộp lúc", null=True, blank=True)
    submitted_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="submitted_reports", verbose_name="người nộp"
    )

    objects = UnitReportQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = "báo cáo đơn vị"
        verbose_name_plural = "báo cáo đơn vị"
        ordering = ("-period__ends_on", "unit__sort_key")
        constraints = (
            models.UniqueConstraint(fields=("period", "unit"), name="one_report_per_unit_and_period"),
            models.CheckConstraint(
                name="submitted_report_says_when_and_by_whom",
                condition=Q(state="submitted", submitted_at__isnull=False, submitted_by__isnull=False)
                | (~Q(state="submitted") & Q(submitted_at=None, submitted_by=None)),
            ),
            models.CheckConstraint(
                name="nothing_to_report_is_submitted", condition=Q(nothing_to_report=False) | Q(state="submitted")
            ),
        )
        indexes = (models.Index(fields=("state", "period")),)

    def __str__(self) -> str:
        return f"{self.period} – {self.unit}"

    def get_absolute_url(self) -> str:
        return reverse("report", args=[self.pk])

    @property
    def is_late(self) -> bool:
        return self.submitted_at is not None and self.submitted_at > self.period.due_at

    def is_fileable(self, at: datetime) -> bool:
        """A report can be filed, if need be late, until the lock."""
        return self.state == self.State.OPEN and at <= self.period.locks_at

    def status(self, at: datetime) -> ReportStatus:
        if self.state == self.State.OPEN:
            return ReportStatus.OVERDUE if at > self.period.due_at else ReportStatus.OPEN
        if self.state == self.State.MISSED:
            return ReportStatus.MISSED
        if self.is_late:
            return ReportStatus.LATE
        return ReportStatus.NOTHING_TO_REPORT if self.nothing_to_report else ReportStatus.SUBMITTED

    def days_to_due(self, at: datetime) -> int:
        """Whole calendar days from ``at`` to the due day, negative when it has passed."""
        return (local_day(self.period.due_at) - local_day(at)).days


class Progress(models.Model):
    """How a duty stands, in the words of whoever reported it."""

    work_state = models.CharField("trạng thái công việc", max_length=20, choices=WorkState, blank=True)
    percent = models.PositiveSmallIntegerField("tiến độ (%)", null=True, blank=True)
    result = models.TextField("kết quả trong kỳ", blank=True)
    difficulty = models.TextField("khó khăn, vướng mắc", blank=True)

    class Meta:
        abstract = True
        constraints: ClassVar[list[models.BaseConstraint] | tuple[models.BaseConstraint, ...]] = (
            models.CheckConstraint(
                name="%(class)s_percent_up_to_100",
                condition=Q(percent=None) | Q(percent__lte=100),
                violation_error_message="Tiến độ là số từ 0 đến 100.",
            ),
        )


class ProgressEntryQuerySet(OfUnitQuerySet):
    unit_path = "report__unit"

    def with_news(self) -> Self:
        """Filed entries that say how the work stands; "không phát sinh" leaves the last word as it was."""
        return self.filter(report__state=UnitReport.State.SUBMITTED).exclude(work_state="")

    def spoken(self) -> Self:
        """Entries that were filed, also as "không phát sinh", or in which somebody has written anything."""
        written = Q(percent__isnull=False) | ~Q(work_state="", result="", difficulty="")
        return self.filter(written | Q(report__submitted_at__isnull=False))

    def spoken_under(self, duties: models.QuerySet[Duty], since: datetime | None = None) -> set[int]:
        """See assignments.reported."""
        spoken = self.filter(duty__in=duties).spoken()
        if since:
            spoken = spoken.filter(Q(report__submitted_at__gt=since) | Q(report__saved_at__gt=since))
        return set(spoken.values_list("duty", flat=True))

    def forget_silent(self, duties: models.QuerySet[Duty]) -> None:
        """See assignments.reported. A report left without entries was not owed and goes too."""
        silent = self.filter(duty__in=duties).exclude(pk__in=self.spoken())
        reports = list(silent.values_list("report", flat=True))
        silent.delete()
        UnitReport.objects.filter(pk__in=reports, entries=None, submitted_at=None).delete()


class ProgressEntry(Progress):
    """One duty inside one report."""

    report = models.ForeignKey(UnitReport, models.CASCADE, related_name="entries", verbose_name="báo cáo")
    duty = models.ForeignKey(Duty, models.PROTECT, related_name="entries", verbose_name="nhiệm vụ")

    objects = ProgressEntryQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta(Progress.Meta):
        verbose_name = "dòng tiến độ"
        verbose_name_plural = "dòng tiến độ"
        ordering = ("duty__initiative__position", "pk")
        constraints = (
            *Progress.Meta.constraints,
            models.UniqueConstraint(fields=("report", "duty"), name="one_entry_per_duty_and_report"),
        )

    def __str__(self) -> str:
        return f"{self.duty.initiative} – {self.report}"

    @property
    def has_words(self) -> bool:
        return bool(self.result.strip() or self.difficulty.strip())

    @property
    def missing(self) -> str:
        """What filing still asks of this entry, in words for the officer; empty when it is ready."""
        if not self.work_state:
            return "chọn trạng thái công việc"
        if self.work_state == WorkState.BLOCKED and not self.difficulty.strip():
            return "ghi rõ khó khăn, vướng mắc"
        return ""


reported.register(ProgressEntry.objects)


class CurrentProgress(Progress):
    """The last word on a duty, kept on write so that no page has to read history."""

    duty = models.OneToOneField(Duty, models.CASCADE, related_name="current", verbose_name="nhiệm vụ")
    entry = models.OneToOneField(ProgressEntry, models.CASCADE, related_name="+", verbose_name="dòng tiến độ")
    period = models.ForeignKey(ReportingPeriod, models.CASCADE, related_name="+", verbose_name="kỳ báo cáo")
    reported_at = models.DateTimeField("báo cáo lúc")

    class Meta(Progress.Meta):
        verbose_name = "tình hình hiện tại"
        verbose_name_plural = "tình hình hiện tại"

    def __str__(self) -> str:
        return f"{self.duty}: {self.get_work_state_display()}"


class ScheduleTick(models.Model):
    """When a named entry of the schedule last did its work; the health page reads it."""

    name = models.CharField("tên", max_length=50, primary_key=True)
    at = models.DateTimeField("lần chạy gần nhất")

    class Meta:
        verbose_name = "nhịp chạy"
        verbose_name_plural = "nhịp chạy"

    def __str__(self) -> str:
        return self.name


class DemoData(models.Model):
    """Present while the database holds made-up people and reports; every page says so while it is there."""

    made_at = models.DateTimeField("tạo lúc")
    weeks = models.PositiveSmallIntegerField("số tuần")

    class Meta:
        verbose_name = "dữ liệu minh hoạ"
        verbose_name_plural = "dữ liệu minh hoạ"

    def __str__(self) -> str:
        return f"Dữ liệu minh hoạ {self.weeks} tuần"
