"""Writing back what a report said when it was last filed."""

from collections.abc import Iterable
from datetime import datetime

from simple_history.utils import bulk_update_with_history

from assignments.models import User
from reports.domain.entry_fields import FILLED_FIELDS, empty_value
from reports.lifecycle.transitions import write_entries
from reports.models import IndicatorFigure, ProgressEntry, UnitReport

_SAID = ("is_kept", *FILLED_FIELDS)


def restore_filed(report: UnitReport, *, by: User, at: datetime) -> bool:
    """Write back texts and figures of the last filing, and tell whether anything had been typed over them since.

    That stays in the history of the entries. Evidence stays as it is: a file removed since is gone for good. A report
    filed before versions were kept is left as it stands.
    """
    last = report.versions.order_by("-number").first()
    if last is None:
        return False
    said = {entry["entry"]: entry for entry in last.content}
    entries = list(report.entries.filter(pk__in=said).prefetch_related("figures"))
    figures = _restored_figures(entries, report)
    with_figures = {figure.entry_id for figure in figures}
    typed_over = [entry for entry in entries if _restored(entry, said[entry.pk]) or entry.pk in with_figures]
    if typed_over:
        write_entries(typed_over, by=by, at=at)
    version_of = {entry.pk: entry.version for entry in typed_over}
    for figure in figures:
        figure.version = version_of[figure.entry_id]
    bulk_update_with_history(figures, IndicatorFigure, ["value", "total", "version"], default_user=by, default_date=at)
    report.nothing_to_report = last.nothing_to_report
    return bool(typed_over)


def _restored(entry: ProgressEntry, said: dict) -> bool:
    """Give the entry what it said then; whether that is something else than now."""
    was = {name: getattr(entry, name) for name in _SAID}
    then = {name: said.get(name, empty_value(name)) for name in FILLED_FIELDS} | {"is_kept": said["is_kept"]}
    for name in _SAID:
        setattr(entry, name, then[name])
    return was != then


def _restored_figures(entries: Iterable[ProgressEntry], report: UnitReport) -> list[IndicatorFigure]:
    """The figures that say something else than when the report was filed, as they were then."""
    figures = [figure for entry in entries for figure in entry.figures.all()]
    known = IndicatorFigure.history.filter(entry__report=report, history_date__lte=report.submitted_at)
    then = {row.id: (row.value, row.total) for row in known.order_by("history_id")}
    changed = []
    for figure in figures:
        was = then.get(figure.pk, (None, None))
        if was != (figure.value, figure.total):
            figure.value, figure.total = was
            changed.append(figure)
    return changed
