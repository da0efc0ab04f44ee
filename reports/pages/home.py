"""What to do next, for each according to what they may do, over all plans."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby
from typing import NamedTuple

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from assignments.ended_units import mark_ended
from assignments.middleware import plans_of
from assignments.models import Unit, User
from assignments.permissions import Anyone, Permission, open_to
from assignments.requests import PortalRequest
from models_registry.models import Plan
from reports.domain.calendar import local_day
from reports.domain.states import ReportState
from reports.domain.wording import greeting
from reports.filing.duty_lines import lines_of
from reports.models import DUE_AT, ProgressEntry, ReviewRemark, UnitReport, UnitRequest
from reports.requests.views import open_requests
from reports.web.decorators import needs_plan

from .plan_overviews import overviews_of

SHOWN = 24
# Looking into a report costs a dozen queries; who owes more than these sees the others without the counts.
LOOKED_INTO = 4


class OpenReport(NamedTuple):
    """A report to be filed; the counts are None for those not looked into.

    Of the duties ``ready`` are answered, ``quiet`` can be kept as last time, ``to_look`` should be looked at.
    ``may_be_nothing``: each was reported on before.
    """

    report: UnitReport
    duties: int | None = None
    ready: int = 0
    quiet: int = 0
    to_look: int = 0
    may_be_nothing: bool = False


class OwnWork(NamedTuple):
    """What the units a person serves have to do.

    ``returned`` with what was asked of their lines, ``waiting`` the first due first, ``running`` the others of periods
    that are not over, ``earlier`` what was owed in those that are, by plan, ``requests`` what they are to answer;
    ``ended`` are those of the units that are no more.
    """

    units: list[Unit]
    returned: list[tuple[UnitReport, list[ReviewRemark]]]
    waiting: list[OpenReport]
    running: list[UnitReport]
    earlier: list[tuple[Plan, list[UnitReport]]]
    requests: list[UnitRequest]
    ended: list[Unit]

    @property
    def plans(self) -> set[Plan]:
        to_file = [*(report for report, _ in self.returned), *(one.report for one in self.waiting)]
        reports = [*to_file, *self.running]
        of_reports = {report.period.plan for report in reports}
        return of_reports | {plan for plan, _ in self.earlier} | {asked.plan for asked in self.requests}


@open_to(Anyone.SIGNED_IN)
@require_safe
@needs_plan
def home(request: PortalRequest, plan: Plan) -> HttpResponse:
    """The reports one's units owe, how the units are filing, what the registry lacks: each to whom it concerns.

    Of plans that run; where none does, of the one looked at; of others only what is left to be done.
    """
    at = timezone.now()
    plans = plans_of(request)
    shown = [one for one in plans if one.is_running(local_day(at))] or [plan]
    overviews = overviews_of(request.user, plans, shown, at)
    concerned = {overview.plan for overview in overviews}
    context: dict[str, object] = {"greeting": greeting(at), "at": at, "overviews": overviews}
    if request.user.may(Permission.FILE_REPORT):
        own = _own_work(request.user, shown, at)
        concerned |= own.plans
        context |= own._asdict()
    return render(request, "pages/home.html", {**context, "says_plan": len(concerned) > 1})


def _own_work(user: User, shown: Sequence[Plan], at: datetime) -> OwnWork:
    day = local_day(at)
    units = list(user.units_on(day))
    own = UnitReport.objects.filter(unit__in=units).select_related(
        "period__plan", "unit", "submitted_by", "returned_by"
    )
    owed = own.owed().order_by(DUE_AT, "period__plan", "unit__sort_key")
    # One that was reopened or returned long after its time is to be filed all the same.
    fileable = [report for report in owed if report.is_fileable(at)]
    others = own.filter(period__plan__in=shown).exclude(pk__in=[report.pk for report in fileable])
    known = others.exclude(state=ReportState.EXCUSED, period__ends_on__lt=day).order_by("-period__due_at")[:SHOWN]
    returned = [report for report in fileable if report.state == ReportState.RETURNED]
    waiting = [report for report in fileable if report.state != ReportState.RETURNED]
    near, far = waiting[:LOOKED_INTO], waiting[LOOKED_INTO:]
    remarks = ReviewRemark.objects.by_report(returned)
    return OwnWork(
        units,
        [(report, remarks.get(report.pk, [])) for report in returned],
        [_looked_into(report, at) for report in near] + _not_looked_into(far),
        [report for report in known if report.period.ends_on >= day],
        _by_plan([report for report in known if report.period.ends_on < day], shown),
        open_requests(user, at),
        mark_ended(units, day),
    )


def _by_plan(reports: Iterable[UnitReport], plans: Sequence[Plan]) -> list[tuple[Plan, list[UnitReport]]]:
    """Those of each plan that has any, the latest last."""
    in_order = sorted(reports, key=lambda report: (plans.index(report.period.plan), report.due_at))
    return [(plan, list(found)) for plan, found in groupby(in_order, key=lambda report: report.period.plan)]


def _not_looked_into(reports: Sequence[UnitReport]) -> list[OpenReport]:
    """One query for all."""
    unheard = ProgressEntry.objects.filter(report__in=reports, duty__current=None)
    never_heard = set(unheard.values_list("report", flat=True))
    return [OpenReport(report, may_be_nothing=report.pk not in never_heard) for report in reports]


def _looked_into(report: UnitReport, at: datetime) -> OpenReport:
    lines = lines_of(report, at)
    waiting = [line for line in lines if line.check.missing]
    quiet = [line for line in waiting if line.can_be_kept and not line.attention]
    return OpenReport(
        report,
        duties=len(lines),
        ready=len(lines) - len(waiting),
        quiet=len(quiet),
        to_look=len(waiting) - len(quiet),
        may_be_nothing=all(line.last for line in lines),
    )
