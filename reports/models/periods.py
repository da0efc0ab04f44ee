"""Weeks and months of a plan, and reports asked for on an occasion."""

from datetime import date, datetime
from typing import Self

from django.db import models
from django.db.models import F, Q
from simple_history.models import HistoricalRecords

from assignments.models import User
from assignments.permissions import Permission
from models_registry.models import Plan
from reports.domain.calendar import Rhythm, Span, local_day
from reports.domain.wording import period_title, period_words

RHYTHM_LABELS = {Rhythm.WEEKLY.value: "tuần", Rhythm.MONTHLY.value: "tháng", Rhythm.SPECIAL.value: "đột xuất"}


class ReportingPeriodQuerySet(models.QuerySet):
    def reviewable_by(self, user: User, day: date) -> Self:
        """Periods whose reports ``user`` may ask for, review and press for."""
        return self.filter(user.reach(Permission.REVIEW_REPORTS, day).rows("plan"))

    def choices_on(self, day: date) -> list[tuple[str, str]]:
        """The code of each, and how the screens call it on ``day``, the latest first: to choose one from."""
        columns = self.order_by("-ends_on", "rhythm").values_list("code", "rhythm", "starts_on", "ends_on", "name")
        return [(code, period_words(rhythm, first, last, name, day)) for code, rhythm, first, last, name in columns]


class ReportingPeriod(models.Model):
    """A week or a month of a plan, or one special report. Due and lock moments are stored when it opens and kept.

    ``summed_at``: its ``PeriodState`` rows are written, which happens once it has ended.
    A special one ("báo cáo đột xuất") has a ``name`` and who asked for it; its days go from the asking to the due day.
    """

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="periods", verbose_name="kế hoạch")
    rhythm = models.CharField("loại báo cáo", max_length=10, choices=RHYTHM_LABELS)
    code = models.CharField("mã kỳ", max_length=10)
    name = models.CharField("nội dung yêu cầu", max_length=300, blank=True)
    starts_on = models.DateField("từ ngày")
    ends_on = models.DateField("đến ngày")
    due_at = models.DateTimeField("hạn nộp")
    locks_at = models.DateTimeField("khóa lúc")
    opened_at = models.DateTimeField("mở lúc")
    summed_at = models.DateTimeField("cộng lúc", null=True, blank=True, editable=False)
    asked_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="người yêu cầu"
    )

    objects = ReportingPeriodQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["summed_at"])  # what the portal works out itself is nobody's act

    class Meta:
        verbose_name = "kỳ báo cáo"
        verbose_name_plural = "kỳ báo cáo"
        ordering = ("-ends_on", "rhythm")
        constraints = (
            models.UniqueConstraint(fields=("plan", "rhythm", "code"), name="period_once_per_plan"),
            models.CheckConstraint(name="period_ends_after_start", condition=Q(ends_on__gte=F("starts_on"))),
            models.CheckConstraint(name="period_locks_after_due", condition=Q(locks_at__gt=F("due_at"))),
            models.CheckConstraint(
                name="special_period_says_what_and_who_asks",
                condition=(Q(rhythm="special", asked_by__isnull=False) & ~Q(name=""))
                | (~Q(rhythm="special") & Q(name="", asked_by=None)),
            ),
        )

    def __str__(self) -> str:
        return f"Báo cáo {self.title}"

    @property
    def span(self) -> Span:
        return Span(Rhythm(self.rhythm), self.starts_on, self.ends_on)

    @property
    def is_special(self) -> bool:
        return self.rhythm == Rhythm.SPECIAL

    def title_on(self, day: date) -> str:
        """ "tuần 28/02 – 05/03", as the screens call it on ``day``; documents and letters say ``title``."""
        return period_words(self.rhythm, self.starts_on, self.ends_on, self.name, day)

    def title_at(self, at: datetime) -> str:
        return self.title_on(local_day(at))

    @property
    def title(self) -> str:
        return period_title(self.rhythm, self.ends_on, self.name)
