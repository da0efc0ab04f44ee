"""What one unit owes in one period, the versions it filed, and why it was returned."""

from datetime import date, datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThanOrEqual, LessThan
from django.urls import reverse
from simple_history.models import HistoricalRecords

from assignments.models import OfUnitQuerySet, Unit, User
from assignments.permissions import Permission
from reports.domain.calendar import end_of_day, local_day
from reports.domain.states import FILED, IN_EFFECT, OWED, ReportState, ReportStatus, is_fileable, report_status

from .periods import ReportingPeriod

# When a report is due, in a query.
DUE_AT = Coalesce("own_due_at", "period__due_at")
# From when on one that is open can no longer be filed, in a query.
LOCKS_AT = Coalesce("reopened_until", "own_locks_at", "period__locks_at")
# A report is work of today from so many days before its due day on; until then it can wait.
NEAR = timedelta(days=6)


def past_due(at: datetime) -> Q:
    """Which reports are past their due time, not filed and still to be filed; a reopened one has a time of its own."""
    return Q(LessThan(DUE_AT, at), GreaterThanOrEqual(LOCKS_AT, at), state=ReportState.OPEN, reopened_until=None)


def near_until(at: datetime) -> datetime:
    """What is due by then is work of today."""
    return end_of_day(local_day(at) + NEAR)


def given_up_before(at: datetime) -> datetime:
    """What was returned before then, and not corrected, is asked for no more."""
    return at - timedelta(weeks=settings.RETURNED_WEEKS)


class UnitReportQuerySet(OfUnitQuerySet):
    plan_path = "period__plan"

    def fileable_by(self, user: User, day: date) -> Self:
        """Reports ``user`` may fill in: those of the units served on ``day``."""
        return self.filter(self.under(user.reach(Permission.FILE_REPORT, day)), self.of_units_of(user, day))

    def reviewable_by(self, user: User, day: date) -> Self:
        """Reports ``user`` may accept, return, reopen, or file on behalf of their unit."""
        return self.filter(self.under(user.reach(Permission.REVIEW_REPORTS, day)))

    def expected(self) -> Self:
        """Reports that count among what is to be filed, whatever became of them; all but those excused."""
        return self.exclude(state=ReportState.EXCUSED)

    def awaiting(self) -> Self:
        """Reports that are owed and not filed, before or after the due time."""
        return self.filter(state=ReportState.OPEN)

    def owed(self) -> Self:
        """Reports their unit still has to answer for: not filed yet, or returned to be corrected."""
        return self.filter(state__in=OWED)

    def locked(self, at: datetime) -> Self:
        """Reports that can no longer be filed at ``at`` and never were."""
        return self.awaiting().annotate(lock=LOCKS_AT).filter(lock__lt=at)

    def fileable(self, at: datetime) -> Self:
        """The rule of ``is_fileable``."""
        still_open = Q(state=ReportState.OPEN, lock__gte=at)
        return self.annotate(lock=LOCKS_AT).filter(Q(state=ReportState.RETURNED) | still_open)

    def overdue(self, at: datetime) -> Self:
        """Those of ``past_due``: to press for."""
        return self.annotate(due=DUE_AT).filter(past_due(at))

    def near(self, at: datetime) -> Self:
        """What is to be filed now: due within a week or past it, or returned and still asked for."""
        due = Q(state=ReportState.OPEN, due__lte=near_until(at))
        given_up = UnitReport.objects.given_up(at).order_by().values("pk")
        still_asked_for = Q(state=ReportState.RETURNED) & ~Q(pk__in=given_up)
        return self.fileable(at).annotate(due=DUE_AT).filter(due | still_asked_for)

    def filed(self) -> Self:
        """Reports that were filed, whatever the review made of them."""
        return self.filter(state__in=FILED)

    def in_effect(self) -> Self:
        """Reports that count: filed, and not returned for correction."""
        return self.filter(state__in=IN_EFFECT)

    def on_time(self) -> Self:
        return self.filed().filter(first_submitted_at__lte=DUE_AT)

    def given_up(self, at: datetime) -> Self:
        """Those returned that are chased no more: ``UnitReport.is_given_up``."""
        before = given_up_before(at)
        return self.returned().filter(period__due_at__lt=before, returned_at__lt=before)

    def to_review(self) -> Self:
        """Reports that wait for the standing agency, the longest waiting first."""
        return self.filter(state=ReportState.SUBMITTED).order_by("submitted_at", "pk")

    def returned(self) -> Self:
        """Reports that wait for their unit's correction, the longest waiting first."""
        return self.filter(state=ReportState.RETURNED).order_by("returned_at", "pk")


class UnitReport(models.Model):
    """What one unit owes in one period; it exists before it is filed.

    ``first_submitted_at`` is the filing that timeliness is judged by: a return leaves it, a withdrawal takes it back.
    ``own_due_at`` and ``own_locks_at``: where its unit came to owe it only when the period was due already.
    ``missed_at`` once set stays: a reopened report counts by what becomes of it, and its page tells that it was missed.
    ``excused_by`` is empty where the portal itself found that nothing is owed, for the unit had ended.
    """

    State = ReportState

    period = models.ForeignKey(ReportingPeriod, models.CASCADE, related_name="reports", verbose_name="kỳ báo cáo")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="reports", verbose_name="đơn vị")
    state = models.CharField("trạng thái", max_length=10, choices=ReportState, default=ReportState.OPEN)
    nothing_to_report = models.BooleanField("không phát sinh", default=False)
    saved_at = models.DateTimeField("lưu nháp lúc", null=True, blank=True)
    first_submitted_at = models.DateTimeField("nộp lần đầu lúc", null=True, blank=True)
    submitted_at = models.DateTimeField("nộp lúc", null=True, blank=True)
    submitted_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="submitted_reports", verbose_name="người nộp"
    )
    filed_on_behalf = models.BooleanField("cơ quan thường trực nộp thay", default=False)
    accepted_at = models.DateTimeField("tiếp nhận lúc", null=True, blank=True)
    accepted_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="người tiếp nhận"
    )
    returned_at = models.DateTimeField("trả lại lúc", null=True, blank=True)
    returned_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="người trả lại"
    )
    return_reason = models.TextField("lý do trả lại", blank=True)
    own_due_at = models.DateTimeField("hạn nộp riêng", null=True, blank=True)
    own_locks_at = models.DateTimeField("khóa riêng lúc", null=True, blank=True)
    missed_at = models.DateTimeField("ghi không nộp lúc", null=True, blank=True)
    reopened_until = models.DateTimeField("mở lại đến", null=True, blank=True)
    reopen_reason = models.TextField("lý do mở lại", blank=True)
    excused_at = models.DateTimeField("ghi không phải nộp lúc", null=True, blank=True)
    excused_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="người ghi không phải nộp"
    )
    excused_reason = models.TextField("lý do không phải nộp", blank=True)
    closed_at = models.DateTimeField("đóng lúc", null=True, blank=True)
    closed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="người đóng"
    )
    closed_reason = models.TextField("lý do đóng", blank=True)

    objects = UnitReportQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = "báo cáo đơn vị"
        verbose_name_plural = "báo cáo đơn vị"
        ordering = ("-period__ends_on", "unit__sort_key")
        constraints = (
            models.UniqueConstraint(fields=("period", "unit"), name="one_report_per_unit_and_period"),
            models.CheckConstraint(
                name="filed_report_says_when_and_by_whom",
                condition=Q(
                    state__in=FILED,
                    first_submitted_at__isnull=False,
                    submitted_at__isnull=False,
                    submitted_by__isnull=False,
                )
                | (~Q(state__in=FILED) & Q(first_submitted_at=None, submitted_at=None, submitted_by=None)),
            ),
            models.CheckConstraint(
                name="accepted_report_says_when_and_by_whom",
                condition=Q(state="accepted", accepted_at__isnull=False, accepted_by__isnull=False)
                | (~Q(state="accepted") & Q(accepted_at=None, accepted_by=None)),
            ),
            models.CheckConstraint(
                name="returned_report_says_why",
                condition=~Q(state="returned")
                | (Q(returned_at__isnull=False, returned_by__isnull=False) & ~Q(return_reason="")),
            ),
            models.CheckConstraint(
                name="missed_report_says_when", condition=~Q(state="missed") | Q(missed_at__isnull=False)
            ),
            models.CheckConstraint(
                name="report_due_on_its_own_locks_after_it",
                condition=Q(own_due_at=None, own_locks_at=None) | Q(own_locks_at__gt=F("own_due_at")),
            ),
            models.CheckConstraint(
                name="only_missed_report_is_reopened_with_a_reason",
                condition=Q(reopened_until=None, reopen_reason="")
                | (Q(reopened_until__isnull=False, missed_at__isnull=False) & ~Q(reopen_reason="")),
            ),
            models.CheckConstraint(
                name="nothing_to_report_stands", condition=Q(nothing_to_report=False) | Q(state__in=IN_EFFECT)
            ),
            models.CheckConstraint(
                name="filed_on_behalf_is_filed", condition=Q(filed_on_behalf=False) | Q(state__in=FILED)
            ),
            models.CheckConstraint(
                name="excused_report_says_when_and_why",
                condition=Q(state="excused", excused_at__isnull=False) & ~Q(excused_reason="")
                | (~Q(state="excused") & Q(excused_at=None, excused_by=None, excused_reason="")),
            ),
            models.CheckConstraint(
                name="closed_report_says_when_by_whom_and_why",
                condition=(
                    Q(state="concluded", closed_at__isnull=False, closed_by__isnull=False) & ~Q(closed_reason="")
                )
                | (~Q(state="concluded") & Q(closed_at=None, closed_by=None, closed_reason="")),
            ),
        )
        indexes = (models.Index(fields=("state", "period")),)

    def __str__(self) -> str:
        return f"{self.period} – {self.unit}"

    def get_absolute_url(self) -> str:
        return reverse("report", args=[self.pk])

    @property
    def is_filed(self) -> bool:
        return self.state in FILED

    @property
    def is_in_effect(self) -> bool:
        return self.state in IN_EFFECT

    @property
    def is_late(self) -> bool:
        return self.first_submitted_at is not None and self.first_submitted_at > self.due_at

    @property
    def is_self_accepted(self) -> bool:
        """Received by somebody of its own unit, as the standing agency's own report is; one query."""
        if self.accepted_by is None or self.accepted_at is None:
            return False
        return self.accepted_by.serves(self.unit, local_day(self.accepted_at))

    @property
    def was_missed(self) -> bool:
        """An excused one was not: nothing was owed."""
        return self.missed_at is not None and self.state != ReportState.EXCUSED

    @property
    def due_at(self) -> datetime:
        return self.own_due_at or self.period.due_at

    @property
    def locks_at(self) -> datetime:
        """The moment after which an open report can no longer be filed: the period's, or the one it was reopened to."""
        return self.reopened_until or self.own_locks_at or self.period.locks_at

    def is_fileable(self, at: datetime) -> bool:
        return is_fileable(self.state, at, self.locks_at)

    def is_given_up(self, at: datetime) -> bool:
        """Returned, and not corrected for so long after the period and the return that it is chased no more."""
        since = max(self.period.due_at, self.returned_at or self.period.due_at)
        return self.state == ReportState.RETURNED and since < given_up_before(at)

    def is_withdrawable(self, at: datetime) -> bool:
        """Until it is received, and while it could still be filed again."""
        return self.state == ReportState.SUBMITTED and at <= self.locks_at

    def status(self, at: datetime) -> ReportStatus:
        return report_status(
            self.state,
            at,
            starts_on=self.period.starts_on,
            due_at=self.due_at,
            first_submitted_at=self.first_submitted_at,
            nothing_to_report=self.nothing_to_report,
        )

    def days_to_due(self, at: datetime) -> int:
        """Whole calendar days from ``at`` to the due day, negative when it has passed."""
        return (local_day(self.due_at) - local_day(at)).days

    def days_waiting(self, at: datetime) -> int | None:
        """For how many days it has been waiting: filed for a review, returned for a correction; else None."""
        since = {ReportState.SUBMITTED: self.submitted_at, ReportState.RETURNED: self.returned_at}.get(
            ReportState(self.state)
        )
        return (local_day(at) - local_day(since)).days if since else None


class ReportVersion(models.Model):
    """What was filed each time, word for word; ``content`` is a list of entries as ``versions.snapshot`` makes it."""

    report = models.ForeignKey(UnitReport, models.CASCADE, related_name="versions", verbose_name="báo cáo")
    number = models.PositiveSmallIntegerField("lần")
    at = models.DateTimeField("nộp lúc")
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="người nộp")
    on_behalf = models.BooleanField("nộp thay", default=False)
    nothing_to_report = models.BooleanField("không phát sinh", default=False)
    content = models.JSONField("nội dung")

    class Meta:
        verbose_name = "lần nộp"
        verbose_name_plural = "lần nộp"
        ordering = ("report", "number")
        constraints = (
            models.UniqueConstraint(fields=("report", "number"), name="version_number_once_per_report"),
            models.CheckConstraint(name="version_counts_from_one", condition=Q(number__gte=1)),
        )

    def __str__(self) -> str:
        return f"{self.report}, lần {self.number}"
