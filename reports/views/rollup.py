"""The roll-up: what needs attention, who has filed, how every initiative stands."""

from datetime import date, datetime
from typing import NamedTuple

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from assignments.permissions import Permission, requires
from assignments.requests import PortalRequest
from models_registry.models import Plan
from reports.models import ReportingPeriod
from reports.presenters import InitiativeRow, initiative_row, report_row
from reports.rollup import Filing, filings_of, latest_periods, matrix_of, neighbours
from reports.standing import duties_with_progress, standings
from reports.states import WorkState, look_of
from reports.views.decorators import needs_plan


class Attention(NamedTuple):
    """What cannot wait: initiatives past their deadline, and those where some unit is stuck."""

    late: list[InitiativeRow]
    blocked: list[InitiativeRow]


@requires(Permission.VIEW_ROLLUP)
@require_safe
@needs_plan
def rollup(request: PortalRequest, plan: Plan) -> HttpResponse:
    """The roll-up of one period, the latest week unless the address names another (``?ky=2024-W10``)."""
    at = timezone.now()
    latest = latest_periods(plan)
    period = _asked_period(request, plan, latest)
    if period is None and request.GET.get("ky"):
        messages.error(request, f"Không có kỳ “{request.GET['ky'][:20]}”. Đang xem kỳ mới nhất.")
        return redirect("rollup")
    today = timezone.localdate(at)
    context = {"period": period, "latest": latest, **_how_it_stands(request, plan, today)}
    if period:
        before, after = neighbours(period)
        # Only while something can still be filed is there anybody to press.
        may_remind = request.user.may(Permission.REVIEW_REPORTS) and period.locks_at >= at
        context.update(before=before, after=after, may_remind=may_remind, **_who_filed(filings_of([period])[0], at))
    return render(request, "reports/rollup.html", context)


def _asked_period(request: PortalRequest, plan: Plan, latest: list[ReportingPeriod]) -> ReportingPeriod | None:
    code = request.GET.get("ky")
    if not code:
        return latest[0] if latest else None
    return ReportingPeriod.objects.filter(plan=plan, code=code[:10]).first()


def _how_it_stands(request: PortalRequest, plan: Plan, today: date) -> dict[str, object]:
    """The present state of everything; closed periods change who has filed, not this."""
    initiatives = list(plan.initiatives.open_on(today).select_related("group").prefetch_related("deadlines"))
    duties = duties_with_progress(plan, request.user, today)
    how = standings(initiatives, duties, today)
    rows = [initiative_row(initiative, how[initiative.pk], today) for initiative in initiatives]
    stuck = {initiative.code for initiative in initiatives if WorkState.BLOCKED in how[initiative.pk].spread}
    return {
        "rows": rows,
        "attention": Attention([row for row in rows if row.is_late], [row for row in rows if row.code in stuck]),
        "matrix": matrix_of(initiatives, duties, today),
        "legend": [look_of(state) for state in (*WorkState.values, "")],
    }


def _who_filed(filing: Filing, at: datetime) -> dict[str, object]:
    return {
        "filing": filing,
        "is_past_due": filing.is_past_due(at),
        "missing": [report_row(report, at) for report in filing.missing],
        "filed": [report_row(report, at) for report in (*filing.late, *filing.on_time)],
    }
