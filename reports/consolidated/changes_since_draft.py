"""What changed since a consolidated report was drafted: filed, returned, left out or taken back in."""

from dataclasses import dataclass
from typing import Any

from reports.models import ConsolidatedReport, ProgressEntry, ReportingPeriod, UnitReport

from .drafting.facts import reports_within


@dataclass(frozen=True)
class DraftChanges:
    """``filed``: reports filed, or filed anew, since; ``withdrawn``: those no longer in effect; ``excluded`` and
    ``included``: entries left out of the roll-up since, or taken back into it.
    """

    filed: list[UnitReport]
    withdrawn: list[UnitReport]
    excluded: list[ProgressEntry]
    included: list[ProgressEntry]

    def __bool__(self) -> bool:
        return bool(self.filed or self.withdrawn or self.excluded or self.included)


def taken_from(period: ReportingPeriod) -> dict[str, Any]:
    """What a draft made now is made from, as ``ConsolidatedReport.taken`` keeps it."""
    filed = reports_within(period).values_list("pk", "submitted_at")
    return {
        "reports": {str(pk): at.isoformat() for pk, at in filed if at},
        "excluded": sorted(_excluded(period).values_list("pk", flat=True)),
    }


def changes_since_draft(report: ConsolidatedReport) -> DraftChanges:
    """What was filed, withdrawn or left out after ``report`` was drafted; four queries at most."""
    known, now = report.taken, taken_from(report.period)
    filed = {pk for pk, at in now["reports"].items() if known.get("reports", {}).get(pk) != at}
    withdrawn = known.get("reports", {}).keys() - now["reports"].keys()
    left_out, back = set(now["excluded"]) ^ set(known.get("excluded", [])), set(known.get("excluded", []))
    found = UnitReport.objects.filter(pk__in=filed | withdrawn).select_related("unit", "period", "submitted_by")
    reports = list(found.order_by("submitted_at", "pk")) if filed | withdrawn else []
    changed = _entries(left_out) if left_out else []
    return DraftChanges(
        filed=[one for one in reports if str(one.pk) in filed],
        withdrawn=[one for one in reports if str(one.pk) in withdrawn],
        excluded=[one for one in changed if one.pk not in back],
        included=[one for one in changed if one.pk in back],
    )


def _excluded(period: ReportingPeriod) -> Any:
    return ProgressEntry.objects.filter(report__in=reports_within(period), excluded_at__isnull=False)


def _entries(keys: set[int]) -> list[ProgressEntry]:
    found = ProgressEntry.objects.filter(pk__in=keys).select_related(
        "duty__initiative", "report__unit", "report__period"
    )
    return list(found.order_by("pk"))
