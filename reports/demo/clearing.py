"""Made-up people and reports go in one command, and nothing real with them."""

from functools import partial

from django.db import transaction

from assignments.models import User
from reports.evidence import storage
from reports.models import (
    ConsolidatedLine,
    ConsolidatedReport,
    CurrentProgress,
    DemoData,
    Evidence,
    HandReminder,
    IndicatorFigure,
    Letterhead,
    Notification,
    Obstacle,
    OutlineSection,
    PeriodState,
    ProgressEntry,
    Reminder,
    ReportingPeriod,
    UnitReport,
)

from .accounts import SIGNER, DemoRefused
from .bulk import BULK_CANNOT_BE_CLEARED, has_bulk_data


@transaction.atomic
def clear_demo(*, force: bool = False) -> bool:
    """Take away the made-up people and every report; returns whether there were any.

    Raises DemoRefused where real people have filed in between, unless ``force``, and for plans made up in bulk.
    """
    if not DemoData.objects.exists():
        return False
    if has_bulk_data():
        raise DemoRefused(BULK_CANNOT_BE_CLEARED)
    real = UnitReport.objects.filter(submitted_by__is_demo=False).count()
    if real and not force:
        raise DemoRefused(f"Có {real} báo cáo do người thật nộp sẽ mất theo. Nếu chắc chắn, thêm --force.")
    for name in Evidence.objects.values_list("file", flat=True):
        transaction.on_commit(partial(storage.delete, name))
    _clear_consolidated()
    Letterhead.objects.filter(signer=SIGNER).delete()  # one that somebody has made real stays
    Letterhead.history.filter(signer=SIGNER).delete()
    # Messages speak of the reports and name the people.
    messages = (Notification, Reminder, HandReminder)
    told = (PeriodState, CurrentProgress, Obstacle, Evidence, IndicatorFigure, ProgressEntry)
    for model in (*messages, *told, UnitReport, ReportingPeriod):
        model.objects.all().delete()
    for model in (Obstacle, Evidence, IndicatorFigure, ProgressEntry, UnitReport, ReportingPeriod):
        model.history.all().delete()
    people = User.objects.filter(is_demo=True)
    made_up = list(people.values_list("pk", flat=True))
    people.delete()
    User.history.filter(id__in=made_up).delete()  # after the people: their deletion leaves a row of its own
    DemoData.objects.all().delete()
    return True


def _clear_consolidated() -> None:
    """The reports upward and what is kept of them, the latest version first; the triggers let made-up ones go."""
    for report in ConsolidatedReport.objects.order_by("-version"):
        report.delete()
    for model in (ConsolidatedReport, ConsolidatedLine, OutlineSection):
        model.history.all().delete()
    OutlineSection.objects.all().delete()
