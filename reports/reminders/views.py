"""What was sent to whom and what became of it; what must be settled by telephone."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from assignments.models import Unit
from assignments.permissions import Permission, requires
from assignments.requests import PortalRequest
from models_registry.models import Plan
from reports.domain.calendar import local_day
from reports.models import Alarm, Reminder, UnitRequest
from reports.notifications.recipients import unreached_units
from reports.review.views import chosen_keys
from reports.web.decorators import needs_plan

from .delivery import send_again
from .filters import ReminderFilter
from .outstanding import people_to_call

REMINDERS_ON_PAGE = 40
RESOLVED_SHOWN = 20
ALL = "tat-ca"


class ReminderSummary(NamedTuple):
    """What the home page shows to those who follow reminders.

    ``nobody``: each unit that nobody can be reminded for, with its alarm, None where no reminder was due yet.
    """

    nobody: list[tuple[Unit, Alarm | None]]
    unanswered: list[Alarm]
    uncorrected: list[Alarm]
    failed: int
    overdue_requests: int

    @property
    def silent_units(self) -> dict[Unit, list[Alarm]]:
        """Units that answer no chaser, of which one may leave both rhythms unanswered."""
        found: dict[Unit, list[Alarm]] = {}
        for alarm in self.unanswered:
            found.setdefault(alarm.unit, []).append(alarm)
        return found

    @property
    def alarms(self) -> int:
        return len(self.nobody) + len(self.unanswered) + len(self.uncorrected)

    @property
    def is_clear(self) -> bool:
        return not (self.alarms or self.failed or self.overdue_requests)


@requires(Permission.FOLLOW_REMINDERS)
@require_safe
@needs_plan
def reminders(request: PortalRequest, plan: Plan) -> HttpResponse:
    """Messages, the latest first, by period, unit, person, rule, channel and what became of them."""
    at = timezone.now()
    found = ReminderFilter(request.GET, queryset=Reminder.objects.of_plan(plan), plan=plan, at=at)
    page = Paginator(found.qs.with_subjects(), REMINDERS_ON_PAGE).get_page(request.GET.get("trang"))
    context = {
        "at": at,
        "filter": found,
        "page": page,
        "summary": reminder_summary(plan, at),
        "undeliverable": Reminder.objects.of_plan(plan).undeliverable().of_use(at).count(),
        "may_remind": request.user.may(Permission.REVIEW_REPORTS, plan),
        "address": request.GET.urlencode(),
    }
    return render(request, "reminders/reminders.html", context)


@requires(Permission.FOLLOW_REMINDERS)
@require_POST
@needs_plan
def reminders_again(request: PortalRequest, plan: Plan) -> HttpResponse:
    """Try one (``tin``) or all of the undeliverable ones once more."""
    keys = None if ALL in request.POST else chosen_keys(request, "tin")
    count = send_again(plan, keys, by=request.user, at=timezone.now())
    if count:
        messages.success(request, f"Đã xếp {count} tin để gửi lại; tin đi trong vòng một phút.")
    else:
        messages.warning(request, "Không còn tin nào để gửi lại: tin đã được gửi, hoặc đang chờ gửi.")
    address = request.GET.urlencode()
    return redirect(reverse("reminders", args=[plan.pk]) + (f"?{address}" if address else ""))


@requires(Permission.VIEW_ALARMS)
@require_safe
@needs_plan
def alarms(request: PortalRequest, plan: Plan) -> HttpResponse:
    """Units nobody can be reminded for, and units that answer no chaser; below them those that are no more."""
    at = timezone.now()
    ended = Alarm.objects.filter(plan=plan, resolved_at__isnull=False).select_related("unit").order_by("-resolved_at")
    summary = reminder_summary(plan, at)
    alarms = (*summary.unanswered, *summary.uncorrected)
    units = {unit.pk for unit, _ in summary.nobody} | {alarm.unit_id for alarm in alarms}
    calls = people_to_call(units, request.user, local_day(at))
    context = {
        "at": at,
        "nobody": [(unit, alarm, calls.get(unit.pk, [])) for unit, alarm in summary.nobody],
        "unanswered": [(unit, own, calls.get(unit.pk, [])) for unit, own in summary.silent_units.items()],
        "uncorrected": [(alarm, calls.get(alarm.unit_id, [])) for alarm in summary.uncorrected],
        "ended": ended[:RESOLVED_SHOWN],
        "may_remind": request.user.may(Permission.REVIEW_REPORTS, plan),
        "may_follow": request.user.may(Permission.FOLLOW_REMINDERS, plan),
        "may_call": request.user.may(Permission.VIEW_FOCAL_POINTS, plan),
    }
    return render(request, "reminders/alarms.html", context)


def reminder_summary(plan: Plan, at: datetime) -> ReminderSummary:
    return reminder_summaries([plan], at)[plan]


def reminder_summaries(plans: Collection[Plan], at: datetime) -> dict[Plan, ReminderSummary]:
    """What must be settled in each of ``plans``; six queries."""
    day = local_day(at)
    unresolved: dict[tuple[int, str], list[Alarm]] = {}
    alarms = Alarm.objects.unresolved().filter(plan__in=plans).select_related("unit", "period", "request")
    for alarm in alarms.order_by("unit__sort_key", "pk"):
        unresolved.setdefault((alarm.plan_id, alarm.kind), []).append(alarm)
    running = [plan for plan in plans if plan.is_running(day)]
    unreached = unreached_units(running, day)
    failed = Reminder.objects.failed().of_use(at).counted_by_plan(plans)
    by_plan = UnitRequest.objects.overdue(at).filter(plan__in=running).order_by().values_list("plan")
    overdue = dict(by_plan.annotate(count=Count("pk")))
    return {
        plan: ReminderSummary(
            nobody=_nobody(unresolved.get((plan.pk, Alarm.Kind.NOBODY), []), unreached.get(plan.pk, [])),
            unanswered=unresolved.get((plan.pk, Alarm.Kind.UNANSWERED), []),
            uncorrected=unresolved.get((plan.pk, Alarm.Kind.UNCORRECTED), []),
            failed=failed.get(plan.pk, 0),
            overdue_requests=overdue.get(plan.pk, 0),
        )
        for plan in plans
    }


def _nobody(raised: list[Alarm], unreached: list[Unit]) -> list[tuple[Unit, Alarm | None]]:
    """Those with an alarm, and those that will have one when the first reminder is due."""
    found: dict[Unit, Alarm | None] = dict.fromkeys(unreached)
    found |= {alarm.unit: alarm for alarm in raised}
    return sorted(found.items(), key=lambda item: item[0].sort_key)
