""" "Đôn đốc": reminders the standing agency sends by hand to units that have not filed or answered; they count as
chasers.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import transaction
from django.db.models import Q

from assignments.models import Unit, User
from models_registry.models import Plan
from models_registry.text import clean
from reports.models import HandReminder, Purpose, ReminderItem, ReminderKind, ReportingPeriod, UnitReport, UnitRequest

from .outstanding import requests_to_chase
from .services import Reason, lock_schedule, notices_for_units, write_reminders

# A second press, or a second person a moment later, reminds nobody again.
NOT_AGAIN_WITHIN = timedelta(minutes=10)
DEFAULT_TEXT = "Đề nghị đơn vị khẩn trương nộp báo cáo."
DEFAULT_TEXT_OF_REQUESTS = "Đề nghị đơn vị khẩn trương trả lời yêu cầu."


class Reminded(NamedTuple):
    """``told``: units to whom a message was written; ``filed``: nothing to ask any more; ``just_told``: asked moments
    ago; ``nobody``: units with nobody to remind; ``hand`` is None where nobody was told.
    """

    told: list[Unit]
    filed: list[Unit]
    just_told: list[Unit]
    nobody: list[Unit]
    hand: HandReminder | None


@transaction.atomic
def remind_by_hand(
    periods: Iterable[ReportingPeriod], units: Iterable[Unit], *, text: str, by: User, at: datetime
) -> Reminded:
    """Write reminders to all who serve the units that still owe one of ``periods``; they are delivered within a minute.

    A person gets one message of all that is asked.

    Like all reminders it mentions only what is not filed when it leaves.
    """
    lock_schedule(at)
    chosen = list(units)
    owed = UnitReport.objects.owed().filter(period__in=list(periods), unit__in=chosen).select_related("unit", "period")
    reports = [report for report in owed.order_by("period__due_at", "pk") if report.is_fileable(at)]
    return _press(reports, chosen, text=clean(text).strip() or DEFAULT_TEXT, by=by, at=at)


@transaction.atomic
def remind_of_requests(plan: Plan, units: Iterable[Unit], *, text: str, by: User, at: datetime) -> Reminded:
    """As ``remind_by_hand``, for the requests of ``plan`` that ``units`` have not answered."""
    lock_schedule(at)
    chosen = list(units)
    requests = [request for request in requests_to_chase(plan, at) if request.unit in chosen]
    return _press(requests, chosen, text=clean(text).strip() or DEFAULT_TEXT_OF_REQUESTS, by=by, at=at)


def _press(
    asked: Sequence[UnitReport | UnitRequest], units: Sequence[Unit], *, text: str, by: User, at: datetime
) -> Reminded:
    recent = _pressed_for(asked, since=at - NOT_AGAIN_WITHIN)
    to_tell = [one for one in asked if one not in recent]
    notices, _ = notices_for_units([_reason(one) for one in to_tell], at)
    reached = {reason.asked.unit_id for notice in notices for reason in notice.reasons if reason.asked}
    hand = None
    if notices:
        hand = HandReminder.objects.create(text=text, by=by, at=at)
        write_reminders(Purpose.BY_HAND, notices, slot_at=at, at=at, hand=hand)
    return Reminded(
        told=[unit for unit in units if unit.pk in reached],
        filed=[unit for unit in units if unit.pk not in {one.unit_id for one in asked}],
        just_told=[unit for unit in units if unit.pk in {one.unit_id for one in recent}],
        nobody=[unit for unit in units if unit.pk in {one.unit_id for one in to_tell} - reached],
        hand=hand,
    )


def _reason(asked: UnitReport | UnitRequest) -> Reason:
    if isinstance(asked, UnitRequest):
        return Reason(None, ReminderKind.CHASER, None, request=asked)
    return Reason(None, ReminderKind.CHASER, asked.period, asked)


def _pressed_for(asked: Sequence[UnitReport | UnitRequest], *, since: datetime) -> "set[UnitReport | UnitRequest]":
    """Those of ``asked`` that somebody pressed for by hand after ``since``."""
    reports = Q(report__in=[one for one in asked if isinstance(one, UnitReport)])
    requests = Q(request__in=[one for one in asked if isinstance(one, UnitRequest)])
    items = ReminderItem.objects.filter(reports | requests, reminder__hand__at__gt=since)
    return {item.asked for item in items.select_related("report", "request") if item.asked}
