"""What changed since an aggregate report was drafted: filed, returned, left out or taken back in."""

from dataclasses import dataclass
from typing import Any

from reports.models import ConsolidatedReport, ProgressEntry, ReportingPeriod, UnitReport

from .drafting.facts import reports_within


@dataclass(frozen=True)
class News:
    """``came``: reports filed, or filed anew, since; ``gone``: those that no longer stand; ``excluded`` and
    ``included``: entries left out of the aggregate since, or taken back into it.
    """

    came: list[UnitReport]
    gone: list[UnitReport]
    excluded: list[ProgressEntry]
    included: list[ProgressEntry]

    def __bool__(self) -> bool:
        return bool(self.came or self.gone or self.excluded or self.included)


def taken_from(period: ReportingPeriod) -> dict[str, Any]:
    """What a draft made now is made from, as ``ConsolidatedReport.taken`` keeps it."""
    filed = reports_within(period).values_list("pk", "submitted_at")
    return {
        "reports": {str(pk): at.isoformat() for pk, at in filed if at},
        "excluded": sorted(_excluded(period).values_list("pk", flat=True)),
    }


def news_since(report: ConsolidatedReport) -> News:
    """What came in after ``report`` was drafted; four queries at most."""
    known, now = report.taken, taken_from(report.period)
    came = {pk for pk, at in now["reports"].items() if known.get("reports", {}).get(pk) != at}
    gone = known.get("reports", {}).keys() - now["reports"].keys()
    left_out, back = set(now["excluded"]) ^ set(known.get("excluded", [])), set(known.get("excluded", []))
    found = UnitReport.objects.filter(pk__in=came | gone).select_related("unit", "period", "submitted_by")
    reports = list(found.order_by("submitted_at", "pk")) if came | gone else []
    changed = _entries(left_out) if left_out else []
    return News(
        came=[one for one in reports if str(one.pk) in came],
        gone=[one for one in reports if str(one.pk) in gone],
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
