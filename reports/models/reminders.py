"""Reminders, each to one person over one channel, from the writing of the row to its outcome."""

import uuid
from collections.abc import Collection
from datetime import date, datetime
from textwrap import shorten
from typing import Self

from django.db import models
from django.db.models import Count, Exists, OuterRef, Q
from django.db.models.functions import Coalesce

from assignments.models import FocalPoint, Unit, User
from assignments.permissions import Permission
from models_registry.models import Plan
from reports.domain.states import OWED, ReminderState, RequestState

from .notifications import Notification
from .periods import RHYTHM_LABELS, ReportingPeriod
from .reminder_rules import Channel, Purpose, ReminderKind, ReminderRule
from .reports import UnitReport
from .requests import UnitRequest

PENDING = (ReminderState.OWED, ReminderState.RETRY)
FAILED = (ReminderState.UNDELIVERABLE, ReminderState.UNKNOWN)


class HandReminderQuerySet(models.QuerySet):
    def visible_to(self, user: User, day: date) -> Self:
        """Those by which the standing agency ``user`` serves pressed for reports or requests."""
        plans = user.reach(Permission.REVIEW_REPORTS, day)
        pressed_for = plans.rows("period__plan") | plans.rows("request__plan")
        return self.filter(Exists(ReminderItem.objects.filter(pressed_for, reminder__hand=OuterRef("pk"))))


class HandReminder(models.Model):
    """The standing agency's own words to units that have not filed or answered ("Đôn đốc"); counts as a chaser."""

    text = models.TextField("nội dung", blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="người đôn đốc")
    at = models.DateTimeField("đôn đốc lúc")

    objects = HandReminderQuerySet.as_manager()

    class Meta:
        verbose_name = "lần đôn đốc"
        verbose_name_plural = "lần đôn đốc"
        ordering = ("-at", "-pk")

    def __str__(self) -> str:
        return self.text or "Đôn đốc nộp báo cáo"


class ReminderQuerySet(models.QuerySet):
    def of_plans(self, plans: Collection[Plan | int]) -> Self:
        """What speaks of one of ``plans`` (or their keys)."""
        of_plans = Q(period__plan__in=plans) | Q(request__plan__in=plans)
        return self.filter(Exists(ReminderItem.objects.filter(of_plans, reminder=OuterRef("pk"))))

    def of_plan(self, plan: Plan) -> Self:
        return self.of_plans([plan])

    def counted_by_plan(self, plans: Collection[Plan]) -> dict[int, int]:
        """How many speak of each of ``plans``, by its key; one that speaks of several counts in each. One query."""
        of_plans = Q(period__plan__in=plans) | Q(request__plan__in=plans)
        items = ReminderItem.objects.filter(of_plans, reminder__in=self.order_by().values("pk")).order_by()
        of_plan = items.annotate(plan=Coalesce("period__plan", "request__plan")).values("plan")
        return dict(of_plan.annotate(count=Count("reminder", distinct=True)).values_list("plan", "count"))

    def to_send(self, at: datetime) -> Self:
        """What may leave at ``at``, the longest waiting first."""
        return self.filter(state__in=PENDING, send_after__lte=at).order_by("send_after", "pk")

    def in_hand(self, at: datetime) -> Self:
        """What should have left by ``at`` and has not, claimed ones included."""
        return self.filter(state__in=(*PENDING, ReminderState.CLAIMED), send_after__lte=at)

    def abandoned(self, before: datetime) -> Self:
        """Claims older than ``before``, whose worker must have died."""
        return self.filter(state=ReminderState.CLAIMED, claimed_at__lt=before)

    def undeliverable(self) -> Self:
        """What may be tried again by hand."""
        return self.filter(state=ReminderState.UNDELIVERABLE)

    def failed(self) -> Self:
        """What somebody should look at: it did not arrive, or nobody can tell."""
        return self.filter(state__in=FAILED)

    def of_use(self, at: datetime) -> Self:
        """What still speaks of something to be done; the rest is past mending, whatever became of the message."""
        asked = Q(report__state__in=OWED) | Q(report=None, period__locks_at__gte=at)
        asked |= Q(request__state=RequestState.OPEN)
        return self.filter(Exists(ReminderItem.objects.filter(asked, reminder=OuterRef("pk"))))

    def with_subjects(self) -> Self:
        """With whom they are for and what they speak of; a few queries more, however many."""
        related = self.select_related("user", "focal_point", "asked_again_by")
        return related.prefetch_related("items__report__unit", "items__period", "items__rule", "items__request__unit")


class Reminder(models.Model):
    """One message of one purpose to one person over one channel, for one moment. The row is the claim.

    It is written before anything leaves. ``recipient`` is the person's key ("user:12", see notifications.recipients);
    ``slot_at`` the moment by the rules, ``send_after`` when it may be tried (next). ``claim`` is a worker's while it
    sends; ``sending_at`` is set just before anything leaves, so that of a worker that died it is known which message
    may have gone. Such a one is repeated once under the same ``key``, which is its Message-ID, and ``is_repeated``.
    """

    State = ReminderState

    key = models.UUIDField("mã", default=uuid.uuid4, unique=True, editable=False)
    purpose = models.CharField("mục đích", max_length=10, choices=Purpose)
    recipient = models.CharField("khóa người nhận", max_length=40)
    user = models.ForeignKey(
        User, models.CASCADE, null=True, blank=True, related_name="reminders", verbose_name="người nhận"
    )
    focal_point = models.ForeignKey(
        FocalPoint, models.CASCADE, null=True, blank=True, related_name="reminders", verbose_name="đầu mối"
    )
    channel = models.CharField("kênh", max_length=10, choices=Channel)
    slot_at = models.DateTimeField("giờ theo quy tắc")
    hand = models.ForeignKey(
        HandReminder, models.CASCADE, null=True, blank=True, related_name="reminders", verbose_name="lần đôn đốc"
    )
    state = models.CharField("trạng thái", max_length=15, choices=ReminderState, default=ReminderState.OWED)
    created_at = models.DateTimeField("ghi lúc")
    send_after = models.DateTimeField("gửi từ")
    attempts = models.PositiveSmallIntegerField("số lần thử", default=0)
    claim = models.UUIDField("người đang gửi", null=True, blank=True)
    claimed_at = models.DateTimeField("nhận gửi lúc", null=True, blank=True)
    sending_at = models.DateTimeField("bắt đầu gửi lúc", null=True, blank=True)
    sent_at = models.DateTimeField("gửi lúc", null=True, blank=True)
    is_repeated = models.BooleanField("gửi lặp vì không rõ lần trước", default=False)
    error = models.TextField("lý do chưa gửi được", blank=True)
    asked_again_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="người yêu cầu gửi lại"
    )
    asked_again_at = models.DateTimeField("yêu cầu gửi lại lúc", null=True, blank=True)
    notification = models.OneToOneField(
        Notification, models.SET_NULL, null=True, blank=True, related_name="reminder", verbose_name="thông báo"
    )

    objects = ReminderQuerySet.as_manager()

    class Meta:
        verbose_name = "tin nhắc"
        verbose_name_plural = "tin nhắc"
        ordering = ("-slot_at", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("slot_at", "purpose", "recipient", "channel"), name="one_message_per_person_moment_channel"
            ),
            models.CheckConstraint(
                name="sent_reminder_says_when",
                condition=Q(state="sent", sent_at__isnull=False) | (~Q(state="sent") & Q(sent_at=None)),
            ),
            models.CheckConstraint(
                name="claimed_reminder_says_by_whom_and_when",
                condition=Q(state="claimed", claim__isnull=False, claimed_at__isnull=False)
                | (~Q(state="claimed") & Q(claim=None, claimed_at=None, sending_at=None)),
            ),
            models.CheckConstraint(
                name="undelivered_reminder_says_why", condition=~Q(state__in=("undeliverable", "retry")) | ~Q(error="")
            ),
            models.CheckConstraint(
                name="bell_rings_for_users_alone", condition=~Q(channel="portal") | Q(user__isnull=False)
            ),
            models.CheckConstraint(
                name="reminder_is_for_one_person",
                condition=Q(user__isnull=False, focal_point=None) | Q(user=None, focal_point__isnull=False),
            ),
            models.CheckConstraint(
                name="hand_reminder_has_its_words",
                condition=Q(purpose="by_hand", hand__isnull=False) | (~Q(purpose="by_hand") & Q(hand=None)),
            ),
        )
        indexes = (
            models.Index(
                fields=("send_after",), condition=Q(state__in=("owed", "retry", "claimed")), name="reminders_in_hand"
            ),
            models.Index(fields=("state", "slot_at")),
            models.Index(fields=("recipient", "purpose", "channel", "slot_at")),
        )

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} – {self.recipient} – {self.get_channel_display()}"

    @property
    def email(self) -> str:
        """Where a letter goes now, whatever the address was when the row was written."""
        person = self.user or self.focal_point
        return person.email if person else ""

    @property
    def contact(self) -> dict[str, str]:
        """Who a gateway is to reach: name, and user name or telephone."""
        if self.user:
            return {"name": str(self.user), "username": self.user.username, "phone": ""}
        focal = self.focal_point
        return {"name": focal.full_name if focal else "", "username": "", "phone": focal.phone if focal else ""}

    @property
    def is_under_way(self) -> bool:
        return self.state in (*PENDING, ReminderState.CLAIMED)

    @property
    def is_undeliverable(self) -> bool:
        """It may be tried again by hand."""
        return self.state == ReminderState.UNDELIVERABLE

    @property
    def has_failed(self) -> bool:
        """It did not arrive, or nobody can tell."""
        return self.state in FAILED


class ReminderItemQuerySet(models.QuerySet):
    def delivered(self) -> Self:
        """What people have been told of: in a message that left, and not filed by then."""
        return self.filter(reminder__state=ReminderState.SENT, was_filed=False)


class ReminderItem(models.Model):
    """What one reminder is about: a report or a request for a unit, a period for the standing agency and the leaders.

    ``rule`` is empty for what was asked by hand; ``was_filed`` marks what was filed before the message left, and so was
    not spoken of.
    """

    reminder = models.ForeignKey(Reminder, models.CASCADE, related_name="items", verbose_name="tin nhắc")
    rule = models.ForeignKey(
        ReminderRule, models.PROTECT, null=True, blank=True, related_name="items", verbose_name="quy tắc"
    )
    kind = models.CharField("loại", max_length=12, choices=ReminderKind)
    period = models.ForeignKey(
        ReportingPeriod, models.CASCADE, null=True, blank=True, related_name="+", verbose_name="kỳ báo cáo"
    )
    report = models.ForeignKey(
        UnitReport, models.CASCADE, null=True, blank=True, related_name="reminder_items", verbose_name="báo cáo"
    )
    request = models.ForeignKey(
        UnitRequest, models.CASCADE, null=True, blank=True, related_name="reminder_items", verbose_name="yêu cầu"
    )
    was_filed = models.BooleanField("đã nộp trước khi tin đi", default=False)

    objects = ReminderItemQuerySet.as_manager()

    class Meta:
        verbose_name = "việc trong tin nhắc"
        verbose_name_plural = "việc trong tin nhắc"
        ordering = ("reminder", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("reminder", "report", "rule"),
                condition=Q(report__isnull=False, rule__isnull=False),
                name="report_once_per_message_and_rule",
            ),
            models.CheckConstraint(
                name="reminder_item_is_of_a_period_or_a_request",
                condition=Q(period__isnull=False, request=None) | Q(period=None, report=None, request__isnull=False),
            ),
            models.UniqueConstraint(fields=("reminder", "request"), name="request_once_per_message"),
            models.UniqueConstraint(
                fields=("reminder", "report"), condition=Q(rule=None), name="report_once_per_hand_reminder"
            ),
            models.UniqueConstraint(
                fields=("reminder", "period", "rule"), condition=Q(report=None), name="period_once_per_message_and_rule"
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.report or self.period or self.request}"

    @property
    def asked(self) -> UnitReport | UnitRequest | None:
        """What a unit is told to answer; None where the agency or the leaders are told of a period."""
        return self.report or self.request

    @property
    def occasion(self) -> str:
        """The rule that asked; its kind alone where it spoke of a request, or of what another rhythm had left over.

        "Đôn đốc" by hand, "" for a request just made.
        """
        if self.rule is None:
            return "Đôn đốc" if self.kind == ReminderKind.CHASER else ""
        is_of_rhythm = self.period is not None and self.period.rhythm == self.rule.rhythm
        return self.rule.name if is_of_rhythm else self.get_kind_display()


class AlarmQuerySet(models.QuerySet):
    def unresolved(self) -> Self:
        return self.filter(resolved_at=None)


class Alarm(models.Model):
    """Something the standing agency must settle by telephone: nobody to remind, nobody who answers or corrects.

    ``rhythm`` is that of the reports nobody answers for, of a request that in which it is chased. ``period`` is empty
    where it was a request that nobody answers, or nobody could be told of. The leaders' list is the alarms of the last
    two kinds; one for a returned report is raised once, and leaders are told of it once.
    """

    class Kind(models.TextChoices):
        NOBODY = "nobody", "Không có ai nhận nhắc"
        UNANSWERED = "unanswered", "Đôn đốc nhiều lần không trả lời"
        UNCORRECTED = "uncorrected", "Trả lại đã lâu không sửa"

    kind = models.CharField("loại", max_length=12, choices=Kind)
    plan = models.ForeignKey(Plan, models.CASCADE, related_name="alarms", verbose_name="kế hoạch")
    unit = models.ForeignKey(Unit, models.CASCADE, related_name="alarms", verbose_name="đơn vị")
    rhythm = models.CharField("loại báo cáo", max_length=10, choices=RHYTHM_LABELS, blank=True)
    period = models.ForeignKey(
        ReportingPeriod, models.CASCADE, null=True, blank=True, related_name="+", verbose_name="kỳ báo cáo"
    )
    request = models.ForeignKey(
        UnitRequest, models.CASCADE, null=True, blank=True, related_name="alarms", verbose_name="yêu cầu"
    )
    chasers = models.PositiveSmallIntegerField("số lần đôn đốc", null=True, blank=True)
    raised_at = models.DateTimeField("báo lúc")
    resolved_at = models.DateTimeField("hết lúc", null=True, blank=True)

    objects = AlarmQuerySet.as_manager()

    class Meta:
        verbose_name = "cảnh báo"
        verbose_name_plural = "cảnh báo"
        ordering = ("-raised_at", "unit__sort_key")
        constraints = (
            models.UniqueConstraint(
                fields=("kind", "plan", "unit", "rhythm"),
                condition=Q(resolved_at=None, request=None) & ~Q(kind="uncorrected"),
                name="one_standing_alarm_per_unit",
            ),
            models.UniqueConstraint(
                fields=("request",), condition=Q(resolved_at=None), name="one_standing_alarm_per_request"
            ),
            models.UniqueConstraint(
                fields=("period", "unit"), condition=Q(kind="uncorrected"), name="one_alarm_per_uncorrected_report"
            ),
            models.CheckConstraint(
                name="unanswered_alarm_says_how_often",
                condition=Q(kind="unanswered", chasers__isnull=False) & ~Q(rhythm="")
                | Q(kind="nobody", chasers=None, rhythm="")
                | (Q(kind="uncorrected", chasers=None) & ~Q(rhythm="")),
            ),
            models.CheckConstraint(
                name="alarm_is_of_a_period_or_a_request",
                condition=Q(kind="nobody", request=None)
                | Q(kind="unanswered", period=None, request__isnull=False)
                | Q(period__isnull=False, request=None),
            ),
        )

    def __str__(self) -> str:
        return f"{self.unit}: {self.get_kind_display()}"

    @property
    def about(self) -> str:
        """What was not answered: "báo cáo tuần", "yêu cầu “Báo số máy cần cấp”"."""
        if self.request:
            return f"yêu cầu “{shorten(self.request.text, 150, placeholder=' …')}”"
        return f"báo cáo {self.get_rhythm_display()}"
