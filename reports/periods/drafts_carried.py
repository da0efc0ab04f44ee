"""What was typed into an entry and not filed goes over to the entry of whoever has to file it now."""

from collections.abc import Mapping
from datetime import datetime

from reports.domain.entry_fields import FILLED_FIELDS
from reports.lifecycle.transitions import write_entries
from reports.models import Evidence, IndicatorFigure, ProgressEntry


def carry_drafts(heir_of: Mapping[int, int], *, at: datetime) -> None:
    """``heir_of``: the duty each entry's text goes to, by the entry; only into a line of its period still blank.

    Of several that hand over to one the first that wrote something is taken, the texts of the others stay with them.
    """
    sources = list(ProgressEntry.objects.filter(pk__in=heir_of).reported().distinct().order_by("pk"))
    if not sources:
        return
    heirs = {heir_of[source.pk] for source in sources}
    found = ProgressEntry.objects.filter(duty__in=heirs, report__period__reports__entries__in=sources).distinct()
    lines = {(line.duty_id, line.report.period_id): line for line in found.select_related("report")}
    written: dict[int, ProgressEntry] = {}
    for source in sources:
        target = lines.get((heir_of[source.pk], source.report.period_id))
        if target is None or target.pk in written or not target.is_blank:
            continue
        for name in FILLED_FIELDS:
            setattr(target, name, getattr(source, name))
        target.is_kept = source.is_kept
        written[target.pk] = target
        IndicatorFigure.objects.filter(entry=source).update(entry=target)
        Evidence.objects.filter(entry=source).update(entry=target)
    if written:
        write_entries(list(written.values()), by=None, at=at)
