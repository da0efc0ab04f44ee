"""Rows that hold between two days."""

from datetime import date
from typing import ClassVar, Protocol, Self

from django.db import models
from django.db.models import F, Q


class DatedQuerySet(models.QuerySet):
    """Rows that hold from a day up to and including another, either of them open."""

    def on(self, day: date) -> Self:
        return self.filter(
            Q(valid_from=None) | Q(valid_from__lte=day),
            Q(valid_to=None) | Q(valid_to__gte=day),
        )


class Dated(models.Model):
    valid_from = models.DateField("từ ngày", null=True, blank=True)
    valid_to = models.DateField("đến hết ngày", null=True, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints: ClassVar[list[models.BaseConstraint] | tuple[models.BaseConstraint, ...]] = (
            models.CheckConstraint(
                name="%(class)s_ends_after_start",
                condition=Q(valid_from=None) | Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                violation_error_message="Ngày kết thúc phải sau ngày bắt đầu.",
            ),
        )

    def has_ended(self, day: date) -> bool:
        """Whether it held until some day before ``day``."""
        return self.valid_to is not None and self.valid_to < day

    def is_valid_on(self, day: date) -> bool:
        return holds(self, day)


class HeldFrom(Protocol):
    """What holds from a day up to and including another, either of them open: a row, or its columns."""

    @property
    def valid_from(self) -> date | None: ...

    @property
    def valid_to(self) -> date | None: ...


def holds(row: HeldFrom, day: date) -> bool:
    return (row.valid_from is None or row.valid_from <= day) and (row.valid_to is None or row.valid_to >= day)
