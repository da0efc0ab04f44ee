""" "Đôn đốc": reminders the standing agency sends by hand to units that have not filed; they count as chasers."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import transaction

from assignments.models import Unit, User
from models_registry.text import clean
from reports.models import HandReminder, Purpose, ReminderItem, ReminderKind, ReportingPeriod, UnitReport

from .services import Reason, lock_schedule, notices_for_units, write_reminders

# A second press, or a second person a moment later, reminds nobody again.
NOT_AGAIN_WITHIN = timedelta(minutes=10)
DEFAULT_TEXT = "Đề nghị đơn vị khẩn trương nộp báo cáo."


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
    asked = ReminderItem.objects.filter(report__in=reports, reminder__hand__at__gt=at - NOT_AGAIN_WITHIN)
    recent = set(asked.values_list("report", flat=True))
    to_tell = [report for report in reports if report.pk not in recent]
    reasons = [Reason(None, ReminderKind.CHASER, report.period, report) for report in to_tell]
    notices, _ = notices_for_units(reasons, at)
    reached = {reason.report.unit_id for notice in notices for reason in notice.reasons if reason.report}
    hand = None
    if notices:
        hand = HandReminder.objects.create(text=clean(text).strip() or DEFAULT_TEXT, by=by, at=at)
        write_reminders(Purpose.BY_HAND, notices, slot_at=at, at=at, hand=hand)
    return Reminded(
        told=[unit for unit in chosen if unit.pk in reached],
        filed=[unit for unit in chosen if unit.pk not in {report.unit_id for report in reports}],
        just_told=[unit for unit in chosen if unit.pk in {report.unit_id for report in reports if report.pk in recent}],
        nobody=[unit for unit in chosen if unit.pk in {report.unit_id for report in to_tell} - reached],
        hand=hand,
    )
