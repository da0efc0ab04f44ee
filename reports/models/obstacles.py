"""Difficulties: raised in an entry, and from then on rows of their own until somebody settles them."""

from datetime import date, datetime
from typing import Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from simple_history.models import HistoricalRecords

from assignments.models import Duty, OfUnitQuerySet, Unit, User
from assignments.permissions import Permission
from models_registry.models import Initiative
from reports.domain.calendar import local_day
from reports.domain.states import ObstacleState, RequestState, SolvingLevel

from .entries import ProgressEntry

# As many units as one line names.
_NAMED_UNITS = 3
UNSETTLED = (ObstacleState.NEW, ObstacleState.IN_PROGRESS)


class ObstacleQuerySet(OfUnitQuerySet):
    unit_path = "duty__unit"
    plan_path = "duty__initiative__plan"

    def readable_by(self, user: User, day: date) -> Self:
        """Those ``user`` may open: also what a unit served is asked to solve."""
        asked = Q(requests__unit__in=user.units_on(day)) & ~Q(requests__state=RequestState.WITHDRAWN)
        readable = self.under(user.reach(self.seeing_all, day)) | self.of_units_of(user, day)
        return self.filter(readable | asked).distinct()

    def listed_to(self, user: User, day: date) -> Self:
        """Those ``user`` may read, each of the own units; of plans read as a whole those that answer for the others."""
        whole = self.under(user.reach(self.seeing_all, day))
        return self.visible_to(user, day).exclude(whole & Q(joined_into__isnull=False))

    def manageable_by(self, user: User, day: date) -> Self:
        """Those ``user`` may assign, answer, settle, join."""
        return self.filter(self.under(user.reach(Permission.MANAGE_OBSTACLES, day)))

    def replyable_by(self, user: User, day: date) -> Self:
        """Those ``user`` may speak of for the unit that raised them."""
        return self.filter(self.under(user.reach(Permission.FILE_REPORT, day)), self.of_units_of(user, day))

    def unsettled(self) -> Self:
        return self.filter(state__in=UNSETTLED)

    def own(self) -> Self:
        """Those not joined into another one."""
        return self.filter(joined_into=None)

    def as_of(self, at: datetime, *wanted: Q) -> "list[Obstacle]":
        """Those raised by ``at``, each as its history has it at that moment, the longest waiting first; one query.

        ``wanted``: what must have been so then. They are to be read, not saved. One that was taken back since is not
        among them.
        """
        rows = self.kept_as_of(at, *wanted).select_related("duty__initiative", "duty__unit")
        return [_as_kept(row) for row in rows]

    def kept_as_of(self, at: datetime, *wanted: Q) -> models.QuerySet:
        """The rows of the history that ``as_of`` makes its obstacles of, to read columns from."""
        kept = Obstacle.history.filter(history_date__lte=at)
        at_once = Q(history_date=OuterRef("history_date"), history_id__gt=OuterRef("history_id"))
        later = kept.filter(Q(history_date__gt=OuterRef("history_date")) | at_once, id=OuterRef("id"))
        last = kept.filter(~Exists(later), *wanted, id__in=self.order_by().values("pk"))
        found: models.QuerySet = last.order_by("raised_at", "id")
        return found


class Obstacle(models.Model):
    """One difficulty of one unit with one initiative, in the unit's latest wording.

    ``duty`` is whose it is now; ``raised_under`` whose it was when it was raised, where that is another's.
    The same difficulty of several units is joined into one of them, which then answers for all. A settled one keeps
    its answer; taken up again it waits from then on: ``raised_at``, while ``opened_at`` stays when it first was raised.
    """

    duty = models.ForeignKey(Duty, models.PROTECT, related_name="obstacles", verbose_name="nhiệm vụ")
    raised_under = models.ForeignKey(
        Duty, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="nêu khi còn nhiệm vụ"
    )
    text = models.TextField("khó khăn, vướng mắc")
    proposal = models.TextField("đề xuất, kiến nghị", blank=True)
    solving_level = models.CharField("cấp giải quyết", max_length=10, choices=SolvingLevel, blank=True)
    state = models.CharField("trạng thái", max_length=10, choices=ObstacleState, default=ObstacleState.NEW)
    owner = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="đơn vị xử lý"
    )
    opened_at = models.DateTimeField("nêu lần đầu lúc")
    raised_at = models.DateTimeField("nêu lúc")
    settled_at = models.DateTimeField("giải quyết lúc", null=True, blank=True)
    joined_into = models.ForeignKey(
        "self", models.RESTRICT, null=True, blank=True, related_name="joined", verbose_name="gộp vào"
    )

    objects = ObstacleQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = "khó khăn, vướng mắc"
        verbose_name_plural = "khó khăn, vướng mắc"
        ordering = ("raised_at", "pk")
        constraints = (
            models.CheckConstraint(name="obstacle_says_what", condition=~Q(text="")),
            models.CheckConstraint(
                name="settled_obstacle_says_when",
                condition=Q(state__in=UNSETTLED, settled_at=None)
                | (~Q(state__in=UNSETTLED) & Q(settled_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="obstacle_is_not_joined_into_itself", condition=Q(joined_into=None) | ~Q(joined_into=F("pk"))
            ),
        )
        indexes = (models.Index(fields=("state", "raised_at")),)

    def __str__(self) -> str:
        return self.text

    @property
    def is_settled(self) -> bool:
        return self.state not in UNSETTLED

    @property
    def raised_by(self) -> Unit:
        """Who raised it, maybe a unit that ended since."""
        return (self.raised_under or self.duty).unit

    @property
    def root(self) -> "Obstacle":
        """The obstacle this one was joined into, or itself."""
        return self.joined_into or self

    @property
    def family(self) -> "list[Obstacle]":
        """Itself and those joined into it; each is of its own unit and initiative."""
        return [self, *self.joined.all()]

    @property
    def family_units(self) -> list[Unit]:
        return list(dict.fromkeys(one.duty.unit for one in self.family))

    @property
    def family_in_words(self) -> str:
        """ "An; Bình"; of many the first: "An; Bình; Cường và 6 đơn vị khác"."""
        names = [unit.name for unit in self.family_units]
        others = len(names) - _NAMED_UNITS
        return "; ".join(names[:_NAMED_UNITS]) + (f" và {others} đơn vị khác" if others > 0 else "")

    @property
    def family_initiatives(self) -> list[Initiative]:
        """Those hindered by it, in the plan's order."""
        return sorted({one.duty.initiative for one in self.family}, key=lambda one: (one.position, one.pk))

    @property
    def level_words(self) -> str:
        """Which level can solve it, as whoever answers for it says; "" where nobody said."""
        level = self.root.solving_level or self.solving_level
        return str(SolvingLevel(level).label) if level else ""

    def age(self, day: date) -> int:
        """Days from when it was last raised to when it was settled, or to ``day``."""
        last = local_day(self.settled_at) if self.settled_at else day
        return (last - local_day(self.raised_at)).days


def _as_kept(row: models.Model) -> Obstacle:
    """The obstacle a row of its history tells of, with the duty that was read beside it."""
    obstacle = Obstacle(**{field.attname: getattr(row, field.attname) for field in Obstacle._meta.concrete_fields})
    obstacle.duty = row.duty  # type: ignore[attr-defined]
    return obstacle


class ObstacleMention(models.Model):
    """An entry of a report in effect that speaks of the obstacle."""

    obstacle = models.ForeignKey(Obstacle, models.CASCADE, related_name="mentions", verbose_name="khó khăn")
    entry = models.OneToOneField(ProgressEntry, models.CASCADE, related_name="mention", verbose_name="dòng tiến độ")

    class Meta:
        verbose_name = "lần nêu khó khăn"
        verbose_name_plural = "lần nêu khó khăn"
        ordering = ("entry__report__period__ends_on", "pk")

    def __str__(self) -> str:
        return f"{self.obstacle} – {self.entry}"


class ObstacleAnswer(models.Model):
    """What was answered to a difficulty; ``settles`` marks the answer that ended it."""

    obstacle = models.ForeignKey(Obstacle, models.CASCADE, related_name="answers", verbose_name="khó khăn")
    text = models.TextField("trả lời")
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="người trả lời")
    at = models.DateTimeField("trả lời lúc")
    settles = models.BooleanField("đã giải quyết", default=False)

    class Meta:
        verbose_name = "trả lời khó khăn"
        verbose_name_plural = "trả lời khó khăn"
        ordering = ("at", "pk")
        constraints = (models.CheckConstraint(name="answer_says_something", condition=~Q(text="")),)

    def __str__(self) -> str:
        return self.text


class ObstacleNoticeQuerySet(OfUnitQuerySet):
    def unseen(self) -> Self:
        return self.filter(seen_at=None)


class ObstacleNotice(models.Model):
    """A unit is told of an answer; unread until somebody of the unit has seen it."""

    answer = models.ForeignKey(ObstacleAnswer, models.CASCADE, related_name="notices", verbose_name="trả lời")
    obstacle = models.ForeignKey(Obstacle, models.CASCADE, related_name="notices", verbose_name="khó khăn của đơn vị")
    unit = models.ForeignKey(Unit, models.CASCADE, related_name="obstacle_notices", verbose_name="đơn vị")
    seen_at = models.DateTimeField("đã xem lúc", null=True, blank=True)

    objects = ObstacleNoticeQuerySet.as_manager()

    class Meta:
        verbose_name = "tin trả lời"
        verbose_name_plural = "tin trả lời"
        ordering = ("-answer__at", "pk")
        constraints = (
            models.UniqueConstraint(fields=("answer", "obstacle"), name="one_notice_per_answer_and_obstacle"),
        )

    def __str__(self) -> str:
        return f"{self.unit}: {self.answer}"
