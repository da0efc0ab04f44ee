"""What is asked of a unit with a day to answer by: asked, told, chased, answered, settled or withdrawn."""

from datetime import date, datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from simple_history.models import HistoricalRecords

from assignments.models import OfUnitQuerySet, Unit, User
from assignments.permissions import Permission
from models_registry.models import Plan
from reports.domain.calendar import local_day
from reports.domain.states import RequestState

from .obstacles import Obstacle

# What a request may be about, a column each; one of them is filled.
SUBJECTS = ("obstacle",)


def _has_one_subject() -> Q:
    """A condition that exactly one of the columns is filled."""
    condition = Q()
    for subject in SUBJECTS:
        condition |= Q(**{f"{one}__isnull": one != subject for one in SUBJECTS})
    return condition


class UnitRequestQuerySet(OfUnitQuerySet):
    plan_path = "plan"

    def answerable_by(self, user: User, day: date) -> Self:
        """Those that ask a unit ``user`` may answer for."""
        return self.readable().filter(self.under(user.reach(Permission.FILE_REPORT, day)), self.of_units_of(user, day))

    def awaiting(self) -> Self:
        """Those not answered yet, before or after their day, the first due first."""
        return self.filter(state=RequestState.OPEN).order_by("due_at", "pk")

    def answered(self) -> Self:
        """Those the unit has answered, whatever became of them since."""
        return self.filter(answered_at__isnull=False).order_by("answered_at", "pk")

    def overdue(self, at: datetime) -> Self:
        return self.awaiting().filter(due_at__lt=at)

    def unfinished(self) -> Self:
        """Those in which something is still to happen: an answer, or the settling of what was answered."""
        return self.filter(state__in=(RequestState.OPEN, RequestState.ANSWERED))

    def readable(self) -> Self:
        """Those by which the unit may read the subject: all but those withdrawn."""
        return self.exclude(state=RequestState.WITHDRAWN)


class UnitRequest(models.Model):
    """Something asked of one unit. ``reminded_for`` is the moment of the rules it was last reminded for."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="requests", verbose_name="kế hoạch")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="requests", verbose_name="đơn vị được yêu cầu")
    obstacle = models.ForeignKey(
        Obstacle, models.CASCADE, null=True, blank=True, related_name="requests", verbose_name="khó khăn"
    )
    text = models.TextField("nội dung yêu cầu")
    state = models.CharField("trạng thái", max_length=10, choices=RequestState, default=RequestState.OPEN)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="người yêu cầu")
    asked_at = models.DateTimeField("yêu cầu lúc")
    due_at = models.DateTimeField("hạn trả lời")
    answer = models.TextField("trả lời", blank=True)
    answered_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="người trả lời"
    )
    answered_at = models.DateTimeField("trả lời lúc", null=True, blank=True)
    reminded_for = models.DateTimeField("đã nhắc cho lúc", null=True, blank=True)

    objects = UnitRequestQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["reminded_for"])

    class Meta:
        verbose_name = "yêu cầu"
        verbose_name_plural = "yêu cầu"
        ordering = ("due_at", "pk")
        constraints = (
            models.CheckConstraint(name="request_is_about_one_thing", condition=_has_one_subject()),
            models.CheckConstraint(name="request_says_what", condition=~Q(text="")),
            models.CheckConstraint(
                name="answered_request_says_what_and_by_whom",
                condition=Q(answered_at=None, answered_by=None, answer="")
                | (Q(answered_at__isnull=False, answered_by__isnull=False) & ~Q(answer="")),
            ),
            models.CheckConstraint(
                name="request_in_state_answered_has_an_answer",
                condition=~Q(state="answered") | Q(answered_at__isnull=False),
            ),
            models.CheckConstraint(name="open_request_has_no_answer", condition=~Q(state="open") | Q(answered_at=None)),
            models.UniqueConstraint(
                fields=("obstacle",), condition=Q(state="open"), name="one_open_request_for_an_obstacle"
            ),
        )
        indexes = (models.Index(fields=("state", "due_at")),)

    def __str__(self) -> str:
        return self.text

    def get_absolute_url(self) -> str:
        return reverse("request", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.state == RequestState.OPEN

    @property
    def starts_on(self) -> date:
        """The day it was asked on: no rule speaks of it earlier."""
        return local_day(self.asked_at)

    @property
    def raised_by(self) -> dict[int, str]:
        """The units that raised what it is about, each with the address of its own: they wait for the answer too."""
        if not self.obstacle:
            return {}
        raised = {one.duty.unit_id: reverse("obstacle", args=[one.pk]) for one in self.obstacle.family}
        return {unit: url for unit, url in raised.items() if unit != self.unit_id}

    def is_overdue(self, at: datetime) -> bool:
        return self.is_open and self.due_at < at

    def is_given_up(self, at: datetime) -> bool:
        """Not answered for so long after its day that it is chased no more, as a returned report."""
        return self.is_open and self.due_at < at - timedelta(weeks=settings.RETURNED_WEEKS)

    def days_to_due(self, at: datetime) -> int:
        return (local_day(self.due_at) - local_day(at)).days
