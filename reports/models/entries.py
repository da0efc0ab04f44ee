"""One duty inside one report, the remarks on its return, and current progress kept on write."""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.functional import cached_property
from simple_history.models import HistoricalRecords

from assignments.models import AssignmentRole, Duty, OfUnitQuerySet, Unit, User, role_in_words
from models_registry.models import Indicator
from reports.domain.calendar import end_of_day
from reports.domain.entry_fields import FIELD_LABELS, FILLED_FIELDS, TEXT_FIELDS
from reports.domain.numbers import Figure, write_figure
from reports.domain.sources import Source
from reports.domain.states import IN_EFFECT, ReportState, SolvingLevel, WorkState

from .periods import ReportingPeriod
from .reports import UnitReport

# What ``ProgressEntry.indicators`` looks at: the unit that is named to count, and who goes on for it.
WITH_COUNTING = "duty__initiative__indicators__counting_unit__successor__successor"


class Progress(models.Model):
    """How a duty stands, in the words of whoever reported it."""

    work_state = models.CharField("trạng thái công việc", max_length=20, choices=WorkState, blank=True)
    percent = models.PositiveSmallIntegerField("tiến độ (%)", null=True, blank=True)
    explanation = models.TextField("giải thích", blank=True)
    result = models.TextField("kết quả trong kỳ", blank=True)
    difficulty = models.TextField("khó khăn, vướng mắc", blank=True)
    proposal = models.TextField("đề xuất, kiến nghị", blank=True)
    solving_level = models.CharField("cấp giải quyết", max_length=10, choices=SolvingLevel, blank=True)
    next_steps = models.TextField("nhiệm vụ kỳ tới", blank=True)

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
    plan_path = "report__period__plan"

    def counted(self) -> Self:
        """Entries that count and say how the work is: filed, not returned, not left out of the roll-up.

        "Không phát sinh" says nothing of it, and so leaves current progress as it was.
        """
        return self.filter(report__state__in=IN_EFFECT, excluded_at=None).exclude(work_state="")

    def said_by(self, day: date) -> Self:
        """Entries that count as of the end of ``day``: said by then, or for a period that ended no later."""
        return self.filter(Q(report__period__ends_on__lte=day) | Q(report__submitted_at__lte=end_of_day(day)))

    def said_after(self, day: date) -> Self:
        """The entries that ``said_by`` leaves out."""
        return self.filter(report__period__ends_on__gt=day, report__submitted_at__gt=end_of_day(day))

    def with_indicators(self) -> Self:
        """Read with what ``indicators`` of an entry looks at."""
        return self.select_related("duty__unit", "duty__initiative").prefetch_related(WITH_COUNTING)

    def reported(self) -> Self:
        """Entries that were filed, also as "không phát sinh", or in which somebody has entered anything."""
        empty = {field: "" for field in FILLED_FIELDS if field != "percent"}
        written = Q(percent__isnull=False) | ~Q(**empty) | Q(figures__value__isnull=False) | Q(evidence__isnull=False)
        return self.filter(written | Q(report__versions__isnull=False))

    def reported_duties(self, duties: models.QuerySet[Duty], since: datetime | None = None) -> set[int]:
        """Ids of those duties under which somebody filed or wrote something, after ``since`` where it is given."""
        reported = self.filter(duty__in=duties).reported()
        if since:
            reported = reported.filter(Q(report__submitted_at__gt=since) | Q(report__saved_at__gt=since))
        return set(reported.values_list("duty", flat=True))

    def delete_unreported(self, duties: models.QuerySet[Duty]) -> None:
        """Take away what was neither filed nor written under ``duties``.

        A report left without entries was not owed and goes too, unless it was missed, or excused with a reason.
        """
        owed = self.filter(duty__in=duties)
        # Two short lists instead of one question with "not in": PostgreSQL would ask it anew for every row.
        reported = set(owed.reported().values_list("pk", flat=True))
        unreported = {pk: report for pk, report in owed.values_list("pk", "report") if pk not in reported}
        self.filter(pk__in=unreported).delete()
        reports = set(unreported.values())
        undecided = UnitReport.objects.filter(pk__in=reports, missed_at=None, excused_at=None)
        undecided.filter(entries=None, versions=None).delete()


class ProgressEntry(Progress):
    """One duty inside one report.

    ``role`` is the one the duty is owed in on the last day of the period, and stays as it was when it is filed.
    ``is_kept`` is the explicit answer "giữ như kỳ trước"; ``version`` counts the changes, so that two officers typing
    at once do not overwrite each other; ``excluded_*``: the standing agency leaves it out of the roll-up.
    """

    report = models.ForeignKey(UnitReport, models.CASCADE, related_name="entries", verbose_name="báo cáo")
    duty = models.ForeignKey(Duty, models.PROTECT, related_name="entries", verbose_name="nhiệm vụ")
    role = models.CharField("vai trò", max_length=20, choices=AssignmentRole)
    is_principal = models.BooleanField("(chính)", default=False)
    is_kept = models.BooleanField("giữ như kỳ trước", default=False)
    version = models.PositiveIntegerField("lần sửa", default=0)
    excluded_at = models.DateTimeField("không tổng hợp từ", null=True, blank=True)
    excluded_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="người quyết định"
    )
    excluded_reason = models.TextField("lý do không tổng hợp", blank=True)

    objects = ProgressEntryQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta(Progress.Meta):
        verbose_name = "dòng tiến độ"
        verbose_name_plural = "dòng tiến độ"
        ordering = ("duty__initiative__position", "pk")
        constraints = (
            *Progress.Meta.constraints,
            models.UniqueConstraint(fields=("report", "duty"), name="one_entry_per_duty_and_report"),
            models.CheckConstraint(name="kept_entry_has_a_state", condition=Q(is_kept=False) | ~Q(work_state="")),
            models.CheckConstraint(
                name="excluded_entry_says_who_and_why",
                condition=Q(excluded_at=None, excluded_by=None, excluded_reason="")
                | (Q(excluded_at__isnull=False, excluded_by__isnull=False) & ~Q(excluded_reason="")),
            ),
        )

    def __str__(self) -> str:
        return f"{self.duty.initiative} – {self.report}"

    @property
    def role_words(self) -> str:
        return role_in_words(self.role, is_principal=self.is_principal)

    @property
    def indicators(self) -> list[Indicator]:
        """What its unit counts for the initiative; see ``with_indicators`` where there are many."""
        duty, by = self.duty, Indicator.CountedBy
        counts = {
            by.UNITS: lambda one: True,
            by.LEADS: lambda one: self.role == AssignmentRole.LEAD,
            by.COMMUNES: lambda one: duty.unit.kind == Unit.Kind.COMMUNE,
            by.UNIT: lambda one: duty.unit_id == one.counting_unit_id or duty.unit in one.counting_unit.successors,
        }
        return [one for one in duty.initiative.indicators.all() if counts[by(one.counted_by)](one)]

    @property
    def is_blank(self) -> bool:
        """Whether nothing stands in any field; figures and files are asked apart."""
        return not any(getattr(self, name) not in ("", None) for name in FILLED_FIELDS)

    @property
    def has_words(self) -> bool:
        """Whether the officer wrote something of this period; what was only kept is not of this period."""
        return not self.is_kept and any(getattr(self, name).strip() for name in TEXT_FIELDS)

    @property
    def has_own_result(self) -> bool:
        """Whether it reports a result of its own; what was only kept was reported before."""
        return bool(self.result) and not self.is_kept

    @property
    def is_answered(self) -> bool:
        return bool(self.work_state)

    @property
    def missing(self) -> str:
        """What filing still asks of this entry, in words for the officer; empty when it is ready.

        Asks for the evidence of finished work without a result: have ``evidence`` prefetched where there are many.
        """
        if not self.is_answered:
            return "chọn trạng thái công việc"
        if self.is_kept:
            return ""
        if self.work_state == WorkState.BLOCKED and not self.difficulty.strip():
            return "ghi rõ khó khăn, vướng mắc"
        if self.work_state == WorkState.DONE and not self.result.strip() and not self.evidence.all():
            return "ghi kết quả hoặc đính kèm minh chứng"
        return ""

    @property
    def missing_field(self) -> str:
        """The field ``missing`` speaks of, to lead the officer to it; empty when the entry is ready."""
        if not self.missing:
            return ""
        return {WorkState.BLOCKED.value: "difficulty", WorkState.DONE.value: "result"}.get(
            self.work_state, "work_state"
        )


class ReviewRemarkQuerySet(models.QuerySet["ReviewRemark"]):
    def unanswered(self) -> Self:
        """Those that ask for something still."""
        return self.filter(answered_at=None, withdrawn_at=None)

    def by_report(self, reports: Iterable[UnitReport]) -> dict[int, list["ReviewRemark"]]:
        """What those of ``reports`` that were returned wait for, by the report's key; one query, none without any."""
        returned = [report.pk for report in reports if report.state == ReportState.RETURNED]
        found: dict[int, list[ReviewRemark]] = {}
        asked = self.unanswered().filter(entry__report__in=returned).select_related("entry__duty__initiative")
        for remark in asked if returned else ():
            found.setdefault(remark.entry.report_id, []).append(remark)
        return found


class ReviewRemark(models.Model):
    """What the standing agency says of one entry, or of one field of it, when it returns a report.

    ``withdrawn_at``: since when it asks for nothing more, for the return was taken back.
    """

    entry = models.ForeignKey(ProgressEntry, models.CASCADE, related_name="remarks", verbose_name="dòng tiến độ")
    field = models.CharField("mục", max_length=20, choices=FIELD_LABELS, blank=True)
    text = models.TextField("ý kiến")
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="người ghi")
    at = models.DateTimeField("ghi lúc")
    answered_at = models.DateTimeField("nộp lại lúc", null=True, blank=True)
    withdrawn_at = models.DateTimeField("rút ý kiến lúc", null=True, blank=True)

    objects = ReviewRemarkQuerySet.as_manager()

    class Meta:
        verbose_name = "ý kiến trả lại"
        verbose_name_plural = "ý kiến trả lại"
        ordering = ("at", "pk")
        constraints = (models.CheckConstraint(name="remark_says_something", condition=~Q(text="")),)

    def __str__(self) -> str:
        return self.text

    @property
    def is_unanswered(self) -> bool:
        return self.answered_at is None and self.withdrawn_at is None

    @property
    def words(self) -> str:
        """ "MH 6 (kết quả): Ghi rõ số lượng": of which line, what is asked."""
        field = f" ({self.get_field_display()})" if self.field else ""
        return f"MH {self.entry.duty.initiative.code}{field}: {self.text}"


class IndicatorFigureQuerySet(models.QuerySet):
    def that_count(self, indicators: Collection[Indicator]) -> Self:
        """Those for ``indicators`` of units that count them (``Indicator.CountedBy``); the others are kept, not added.

        Where one unit is named, its successors go on for it; one query where one is.
        """
        by = Indicator.CountedBy
        return self.filter(
            Q(indicator__counted_by=by.UNITS)
            | Q(indicator__counted_by=by.LEADS, entry__role=AssignmentRole.LEAD)
            | Q(indicator__counted_by=by.COMMUNES, entry__duty__unit__kind=Unit.Kind.COMMUNE)
            | Q(indicator__counted_by=by.UNIT, indicator__counting_unit=F("entry__duty__unit"))
            | _of_successors({one.counting_unit_id for one in indicators if one.counting_unit_id}),
            indicator__in=indicators,
        )


def _of_successors(unit_ids: Collection[int]) -> Q:
    """Figures of units that go on for one of those named to count, in any number of steps."""
    found = Q(pk__in=[])
    named = Unit.objects.filter(successor__isnull=False, pk__in=unit_ids) if unit_ids else Unit.objects.none()
    for unit in named.select_related("successor__successor"):
        found |= Q(indicator__counting_unit=unit, entry__duty__unit__in=list(unit.successors))
    return found


class IndicatorFigure(models.Model):
    """What a unit counted for one indicator in one report. ``value`` empty is "not counted", never 0.

    ``total`` is the whole a percentage is of: 3 of 15 establishments. ``version`` is the entry's when it was written.
    """

    entry = models.ForeignKey(ProgressEntry, models.CASCADE, related_name="figures", verbose_name="dòng tiến độ")
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="figures", verbose_name="chỉ tiêu")
    value = models.DecimalField("số liệu", max_digits=15, decimal_places=2, null=True, blank=True)
    total = models.DecimalField("trên tổng số", max_digits=15, decimal_places=2, null=True, blank=True)
    version = models.PositiveIntegerField("lần sửa", default=0)

    objects = IndicatorFigureQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = "số liệu chỉ tiêu"
        verbose_name_plural = "số liệu chỉ tiêu"
        ordering = ("entry", "indicator__position")
        constraints = (
            models.UniqueConstraint(fields=("entry", "indicator"), name="one_figure_per_entry_and_indicator"),
            models.CheckConstraint(name="figure_is_not_negative", condition=Q(value=None) | Q(value__gte=0)),
            models.CheckConstraint(name="total_is_not_negative", condition=Q(total=None) | Q(total__gte=0)),
        )

    def __str__(self) -> str:
        return f"{self.indicator}: {self.value}"

    @property
    def words(self) -> str:
        """ "1.234,5" or, of a whole, "19/28"; empty when not counted."""
        return write_figure(Figure(self.value, self.total))


class CurrentProgress(Progress):
    """The current progress of a duty, kept on write so that no page has to read history.

    ``result_entry`` is the latest entry with a result of its own; ``entry`` may have added none. Where nothing was
    said under the duty itself, ``entry`` is of the duty it took over from.
    """

    duty = models.OneToOneField(Duty, models.CASCADE, related_name="current", verbose_name="nhiệm vụ")
    entry = models.ForeignKey(ProgressEntry, models.CASCADE, related_name="+", verbose_name="dòng tiến độ")
    result_entry = models.ForeignKey(
        ProgressEntry, models.CASCADE, null=True, related_name="+", verbose_name="kết quả gần nhất"
    )
    period = models.ForeignKey(ReportingPeriod, models.CASCADE, related_name="+", verbose_name="kỳ báo cáo")
    reported_at = models.DateTimeField("báo cáo lúc")

    class Meta(Progress.Meta):
        verbose_name = "tình hình hiện tại"
        verbose_name_plural = "tình hình hiện tại"

    def __str__(self) -> str:
        return f"{self.duty}: {self.get_work_state_display()}"

    @property
    def inherited_from(self) -> Unit | None:
        """Whose word it is, where nothing was said under the duty itself."""
        return None if self.entry.duty_id == self.duty_id else self.entry.duty.unit

    @cached_property
    def source(self) -> Source:
        """Three queries, none where it was read by ``entries_with_last_word``."""
        of = self.period
        return Source(of.rhythm, of.name, of.starts_on, of.ends_on, str(self.inherited_from or ""))
