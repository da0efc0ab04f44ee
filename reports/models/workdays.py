"""Days off and make-up days as they were announced, and what a day off does to a due day."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import models
from simple_history.models import HistoricalRecords

from models_registry.models import Plan
from reports.domain.calendar import REGULAR
from reports.domain.wording import vn_weekday
from reports.domain.workdays import DayOffRule, WorkCalendar

from .periods import RHYTHM_LABELS

DAY_OFF_LABELS = {
    DayOffRule.KEEP.value: "giữ nguyên ngày",
    DayOffRule.EARLIER.value: "chuyển lên ngày làm việc liền trước",
    DayOffRule.LATER.value: "chuyển sang ngày làm việc kế tiếp",
}


class HolidayQuerySet(models.QuerySet):
    def calendar(self) -> WorkCalendar:
        """What is known of working days, in one query."""
        days: dict[str, set[date]] = {Holiday.Kind.OFF: set(), Holiday.Kind.MAKE_UP: set()}
        for day, kind in self.values_list("date", "kind"):
            days[kind].add(day)
        return WorkCalendar(frozenset(days[Holiday.Kind.OFF]), frozenset(days[Holiday.Kind.MAKE_UP]))


class Holiday(models.Model):
    """A day off, or a Saturday worked to make up for one. Weekends are no rows; ``source``: where it is known from."""

    class Kind(models.TextChoices):
        OFF = "off", "ngày nghỉ"
        MAKE_UP = "make_up", "làm bù"

    date = models.DateField("ngày", unique=True, error_messages={"unique": "Ngày này đã có trong lịch nghỉ."})
    kind = models.CharField("loại", max_length=10, choices=Kind, default=Kind.OFF)
    name = models.CharField("tên", max_length=200)
    source = models.CharField("nguồn", max_length=100, blank=True, editable=False)

    objects = HolidayQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = "ngày nghỉ, ngày làm bù"
        verbose_name_plural = "ngày nghỉ, ngày làm bù"
        ordering = ("-date",)

    def __str__(self) -> str:
        return f"{self.date:%d/%m/%Y} {self.name}"

    def clean(self) -> None:
        """A day made up for is a weekend's; on a weekday it would be a slip of the hand."""
        if self.kind == self.Kind.MAKE_UP and self.date and self.date.isoweekday() <= 5:
            words = f"{vn_weekday(self.date)} vốn là ngày làm việc; ngày làm bù phải là thứ Bảy hoặc Chủ nhật."
            raise ValidationError({"date": f"{words[0].upper()}{words[1:]}"})


class DueDayRuleQuerySet(models.QuerySet):
    def of_plan(self, plan: Plan) -> dict[str, DayOffRule]:
        """The rule of each rhythm of ``plan``; a due day stays where nothing else was said."""
        rules = dict.fromkeys(REGULAR, DayOffRule.KEEP)
        said = self.filter(plan=plan).values_list("rhythm", "rule")
        return {**rules, **{rhythm: DayOffRule(rule) for rhythm, rule in said}}


class DueDayRule(models.Model):
    """Where the due day of a rhythm goes when it is a day off. It decides for periods opened from now on."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="due_day_rules", verbose_name="kế hoạch")
    rhythm = models.CharField(
        "loại báo cáo", max_length=10, choices={rhythm: RHYTHM_LABELS[rhythm] for rhythm in REGULAR}
    )
    rule = models.CharField("khi hạn rơi vào ngày nghỉ", max_length=10, choices=DAY_OFF_LABELS, default=DayOffRule.KEEP)

    objects = DueDayRuleQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = "quy tắc hạn nộp gặp ngày nghỉ"
        verbose_name_plural = "quy tắc hạn nộp gặp ngày nghỉ"
        ordering = ("plan", "rhythm")
        constraints = (
            models.UniqueConstraint(
                fields=("plan", "rhythm"),
                name="one_due_day_rule_per_rhythm",
                violation_error_message="Kế hoạch đã có quy tắc cho loại báo cáo này.",
            ),
        )

    def __str__(self) -> str:
        return f"Báo cáo {self.get_rhythm_display()}: {self.get_rule_display()}"
