"""The reports one may read under any plan: those of one's own units, or of all units one period at a time."""

from datetime import datetime
from typing import NamedTuple, Self

from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from assignments.permissions import Permission, requires
from assignments.requests import PortalRequest
from models_registry.models import Plan
from models_registry.text import sort_key
from reports.filing.filters import ListedPeriod, PeriodwiseFilter
from reports.models import ReportingPeriod, UnitReport
from reports.web.decorators import needs_plan
from reports.web.posted_keys import key_from

from .report_lines import report_lines

REPORTS_ON_PAGE = 40
_LATEST_FIRST = ("-period__due_at", "period__plan", "unit__sort_key")


class PeriodChoice(NamedTuple):
    """The period shown, and those it is chosen from, the latest first."""

    periods: list[ListedPeriod]
    chosen: ListedPeriod

    @classmethod
    def of(cls, periods: list[ListedPeriod], wanted: str, at: datetime) -> Self | None:
        """The one asked for in the address, else the last that is due, else the first; None where there is none."""
        asked = [period for period in periods if period.pk == key_from(wanted)]
        due = [period for period in periods if period.due_at <= at]
        return next((cls(periods, one) for one in (*asked, *due, *periods)), None)

    @property
    def earlier(self) -> ListedPeriod | None:
        return next(iter(self.periods[self._place + 1 :]), None)

    @property
    def later(self) -> ListedPeriod | None:
        return self.periods[self._place - 1] if self._place else None

    @property
    def _place(self) -> int:
        return self.periods.index(self.chosen)


@requires(Permission.VIEW_PLAN)
@require_safe
@needs_plan
def reports(request: PortalRequest, plan: Plan) -> HttpResponse:
    """Who reads those of all units reads them a period at a time; one's own stand together, the latest due first."""
    at = timezone.now()
    today = timezone.localdate(at)
    visible = UnitReport.objects.visible_to(request.user, today)
    plans = Plan.objects.filter(Exists(visible.filter(period__plan=OuterRef("pk"))))
    in_reading_order = sorted(plans, key=lambda one: sort_key(str(one)))
    ordered = visible.order_by(*_LATEST_FIRST)
    is_everybodys = request.user.may(Permission.VIEW_ALL_REPORTS)
    periods = _periods_of(visible) if is_everybodys else []
    found = PeriodwiseFilter(request.GET, queryset=ordered, plans=in_reading_order, periods=periods, day=today)
    choice = PeriodChoice.of(found.chosen_from(periods), request.GET.get("ky", ""), at)
    listed = found.qs.filter(period=choice.chosen.pk) if choice else found.qs
    page = Paginator(listed, REPORTS_ON_PAGE).get_page(request.GET.get("trang"))
    lines = report_lines(page.object_list, at)
    context = {
        "filter": found,
        "page": page,
        "reports": lines,
        "plans": {plan.pk: plan for plan in plans},
        "at": at,
        "says_plan": len(in_reading_order) > 1,
        "is_everybodys": is_everybodys,
        "choice": choice,
        "hides_unit": not is_everybodys and len({line.unit_id for line in lines}) == 1,
    }
    return render(request, "pages/reports.html", context)


def _periods_of(reports: QuerySet[UnitReport]) -> list[ListedPeriod]:
    known = ReportingPeriod.objects.filter(Exists(reports.filter(period=OuterRef("pk"))))
    return [ListedPeriod(*row) for row in known.order_by("-due_at", "plan", "pk").values_list(*ListedPeriod._fields)]
