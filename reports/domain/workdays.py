"""Working days of an office, and the due moments that follow from them; arithmetic on dates alone.

Monday to Friday, less the days off, and the Saturdays worked to make up for one (BLLĐ 2019, Điều 111 and 112). Which
days these are is announced every year, so it is data: a ``WorkCalendar`` is made from the table ``Holiday``.
"""

import enum
from datetime import date, datetime, timedelta
from typing import NamedTuple

from .calendar import Span, end_of_day

# A table in which a whole quarter is off is a slip of the hand; a day is then left where it is.
_LONGEST_BREAK = 60


class DayOffRule(enum.StrEnum):
    """What becomes of a day that is a day off."""

    KEEP = "keep"
    EARLIER = "earlier"
    LATER = "later"


class WorkCalendar(NamedTuple):
    days_off: frozenset[date] = frozenset()
    make_up_days: frozenset[date] = frozenset()

    def is_working(self, day: date) -> bool:
        if day in self.make_up_days:
            return True
        return day.isoweekday() <= 5 and day not in self.days_off

    def on_or_before(self, day: date) -> date:
        """The last working day up to ``day``."""
        return self._nearest(day, -1)

    def on_or_after(self, day: date) -> date:
        """The first working day from ``day`` on."""
        return self._nearest(day, 1)

    def after(self, day: date, count: int) -> date:
        """The last of ``count`` working days after ``day``."""
        for _ in range(count):
            day = self.on_or_after(day + timedelta(days=1))
        return day

    def move(self, day: date, rule: DayOffRule) -> date:
        """``day`` itself when it is a working day, otherwise where ``rule`` puts it."""
        if rule is DayOffRule.KEEP:
            return day
        return self.on_or_before(day) if rule is DayOffRule.EARLIER else self.on_or_after(day)

    def _nearest(self, day: date, step: int) -> date:
        nearest = day
        while not self.is_working(nearest):
            nearest += timedelta(days=step)
            if abs((nearest - day).days) > _LONGEST_BREAK:
                return day
        return nearest


def due_moment(span: Span, rule: DayOffRule, calendar: WorkCalendar) -> datetime:
    """The last moment at which a report of ``span`` is on time; never before the span begins."""
    return end_of_day(max(calendar.move(span.ends_on, rule), span.starts_on))


def lock_moment(span: Span, rule: DayOffRule, calendar: WorkCalendar) -> datetime:
    """The moment after which it can no longer be filed: the next due moment of its rhythm.

    A long break may move two due days to one; then it is the one after.
    """
    due_at, following = due_moment(span, rule, calendar), span.next
    while due_moment(following, rule, calendar) <= due_at:
        following = following.next
    return due_moment(following, rule, calendar)
