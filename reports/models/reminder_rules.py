"""When people are reminded, as data; and how a person wants to be reached."""

from typing import Self

from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from assignments.models import User
from reports.domain.workdays import DayOffRule

from .periods import RHYTHM_LABELS, ReportingPeriod
from .workdays import DAY_OFF_LABELS


class Channel(models.TextChoices):
    PORTAL = "portal", "Trong cổng"
    EMAIL = "email", "Thư điện tử"
    WEBHOOK = "webhook", "Zalo, SMS"


class Purpose(models.TextChoices):
    """What a message is for; a person gets one of each purpose at a moment, not more."""

    REPORTS = "reports", "Nhắc nộp báo cáo"
    REQUESTS = "requests", "Nhắc trả lời yêu cầu"
    BY_HAND = "by_hand", "Đôn đốc của cơ quan thường trực"
    DIGEST = "digest", "Tình hình nộp báo cáo"
    LEADERS = "leaders", "Đơn vị không trả lời đôn đốc"


class ReminderKind(models.TextChoices):
    BEFORE = "before", "Nhắc trước hạn"
    ON_DAY = "on_day", "Nhắc trong ngày đến hạn"
    CHASER = "chaser", "Đôn đốc sau hạn"
    ESCALATION = "escalation", "Báo lãnh đạo khi đôn đốc không được trả lời"
    DIGEST = "digest", "Tổng hợp gửi cơ quan thường trực"


# Kinds that speak of what is still on time, and so never come after the due day.
UP_TO_DUE = (ReminderKind.BEFORE, ReminderKind.ON_DAY)
_AFTER_DUE = (ReminderKind.CHASER, ReminderKind.ESCALATION)
_PURPOSES = {ReminderKind.ESCALATION.value: Purpose.LEADERS, ReminderKind.DIGEST.value: Purpose.DIGEST}


class ReminderRuleQuerySet(models.QuerySet):
    def active(self) -> Self:
        return self.filter(is_active=True)


class ReminderRule(models.Model):
    """One reminder of every period of a rhythm: ``days`` from its due day, at ``at_time``.

    Switched off, never deleted: what was sent refers to it. ``after_chasers`` is for an escalation alone.
    """

    rhythm = models.CharField("loại báo cáo", max_length=10, choices=RHYTHM_LABELS)
    name = models.CharField("tên", max_length=120)
    kind = models.CharField("loại", max_length=12, choices=ReminderKind)
    days = models.SmallIntegerField("cách ngày đến hạn (ngày)", help_text="Số âm là trước hạn, 0 là ngày đến hạn.")
    at_time = models.TimeField("giờ gửi")
    day_off = models.CharField("khi rơi vào ngày nghỉ", max_length=10, choices=DAY_OFF_LABELS, default=DayOffRule.KEEP)
    after_chasers = models.PositiveSmallIntegerField("sau số lần đôn đốc", null=True, blank=True)
    by_email = models.BooleanField("gửi thư điện tử", default=True)
    by_webhook = models.BooleanField("gửi qua Zalo, SMS", default=True)
    is_active = models.BooleanField("đang dùng", default=True)

    objects = ReminderRuleQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = "quy tắc nhắc"
        verbose_name_plural = "quy tắc nhắc"
        ordering = ("rhythm", "days", "at_time", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("rhythm", "kind", "days", "at_time"),
                name="reminder_rule_once",
                violation_error_message="Đã có quy tắc cùng loại vào đúng ngày giờ này.",
            ),
            models.CheckConstraint(
                name="reminder_rule_keeps_its_side_of_the_due_day",
                condition=Q(kind="before", days__lt=0)
                | Q(kind="on_day", days=0)
                | Q(kind__in=_AFTER_DUE, days__gt=0)
                | Q(kind="digest"),
                violation_error_message=(
                    "Nhắc trước hạn phải có số ngày âm, nhắc trong ngày đến hạn là 0, "
                    "đôn đốc và báo lãnh đạo là số dương."
                ),
            ),
            models.CheckConstraint(
                name="reminder_rule_is_not_moved_over_the_due_day",
                condition=~Q(kind__in=UP_TO_DUE, day_off="later") & ~Q(kind__in=_AFTER_DUE, day_off="earlier"),
                violation_error_message="Nhắc trước hạn không chuyển ra sau; đôn đốc sau hạn không chuyển lên trước.",
            ),
            models.CheckConstraint(
                name="only_escalation_counts_chasers",
                condition=Q(kind="escalation", after_chasers__isnull=False, after_chasers__gte=1)
                | (~Q(kind="escalation") & Q(after_chasers=None)),
                violation_error_message="Chỉ quy tắc báo lãnh đạo mới ghi số lần đôn đốc, từ 1 trở lên.",
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def purpose(self) -> Purpose:
        return _PURPOSES.get(self.kind, Purpose.REPORTS)

    @property
    def channels(self) -> tuple[Channel, ...]:
        """Those the rule asks for; the portal's own bell always rings."""
        asked = {Channel.EMAIL: self.by_email, Channel.WEBHOOK: self.by_webhook}
        return (Channel.PORTAL, *(channel for channel, is_asked in asked.items() if is_asked))


class ReminderSlot(models.Model):
    """The moment of a rule in a period, once it has come: ``is_superseded`` when a later one spoke instead.

    The row makes a rule speak once for a period, however often the schedule runs.
    """

    rule = models.ForeignKey(ReminderRule, models.PROTECT, related_name="slots", verbose_name="quy tắc")
    period = models.ForeignKey(ReportingPeriod, models.CASCADE, related_name="slots", verbose_name="kỳ báo cáo")
    planned_at = models.DateTimeField("giờ theo quy tắc")
    settled_at = models.DateTimeField("thực hiện lúc")
    is_superseded = models.BooleanField("đã có lần nhắc sau thay", default=False)

    class Meta:
        verbose_name = "lần nhắc theo quy tắc"
        verbose_name_plural = "lần nhắc theo quy tắc"
        ordering = ("planned_at", "pk")
        constraints = (models.UniqueConstraint(fields=("rule", "period"), name="rule_speaks_once_for_a_period"),)

    def __str__(self) -> str:
        return f"{self.rule} – {self.period}"


class ContactPreference(models.Model):
    """What a person chose: the hour of the morning's messages and the channels, of which the bell always stays."""

    MORNING_HOURS = [(hour, f"{hour} giờ") for hour in range(8, 12)]

    user = models.OneToOneField(User, models.CASCADE, related_name="contact_preference", verbose_name="người dùng")
    morning_hour = models.PositiveSmallIntegerField(
        "giờ nhận tin buổi sáng",
        choices=MORNING_HOURS,
        null=True,
        blank=True,
        help_text="Tin buổi sáng đợi đến giờ này. Để trống là theo quy tắc nhắc.",
    )
    by_email = models.BooleanField("nhận thư điện tử", default=True)
    by_webhook = models.BooleanField("nhận qua Zalo, SMS", default=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = "cách nhận tin"
        verbose_name_plural = "cách nhận tin"
        constraints = (
            models.CheckConstraint(
                name="morning_hour_is_in_the_morning", condition=Q(morning_hour=None) | Q(morning_hour__range=(8, 11))
            ),
        )

    def __str__(self) -> str:
        return f"Cách nhận tin của {self.user}"

    @property
    def channels(self) -> tuple[Channel, ...]:
        chosen = {Channel.EMAIL: self.by_email, Channel.WEBHOOK: self.by_webhook}
        return (Channel.PORTAL, *(channel for channel, is_chosen in chosen.items() if is_chosen))
