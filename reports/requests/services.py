"""Asking a unit, its answer, and the end of it. The reminders of it are for ``reports.reminders``."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django.db import models, transaction
from simple_history.utils import bulk_update_with_history

from assignments.models import Unit, User
from models_registry.history import set_history_author
from models_registry.models import Plan
from reports.domain.calendar import end_of_day, local_day
from reports.domain.states import RequestState
from reports.domain.workdays import WorkCalendar
from reports.lifecycle.errors import ReviewError
from reports.lifecycle.required_text import required_text
from reports.models import Alarm, UnitRequest
from reports.notifications.services import mark_request_ended, notify_units, notify_user

# Working days a unit has for an answer where nobody says otherwise.
DAYS_TO_ANSWER = 7


def usual_due_day(at: datetime, calendar: WorkCalendar) -> date:
    """The last of ``DAYS_TO_ANSWER`` working days after ``at``."""
    return calendar.after(local_day(at), DAYS_TO_ANSWER)


@transaction.atomic
def ask_unit(
    unit: Unit, *, plan: Plan, about: Mapping[str, models.Model], text: str, due_on: date, by: User, at: datetime
) -> UnitRequest:
    """Ask ``unit`` to answer by the end of ``due_on``; ``about`` holds the subject by the name of its column.

    Raises ReviewError without a text or for a day that has passed.
    """
    _refuse_passed(due_on, at)
    text = required_text(text, "Hãy ghi nội dung yêu cầu.")
    request = UnitRequest(unit=unit, plan=plan, text=text, asked_by=by, asked_at=at, due_at=end_of_day(due_on), **about)
    _save(request, by=by, at=at)
    return request


@transaction.atomic
def answer_request(request: UnitRequest, *, text: str, by: User, at: datetime) -> UnitRequest:
    """The unit answers; who asked and the units that raised it are told.

    Raises ReviewError without a text or where nothing is asked any more.
    """
    held = UnitRequest.objects.select_for_update(of=("self",)).select_related("unit", "asked_by").get(pk=request.pk)
    if not held.is_open:
        raise ReviewError("Yêu cầu này đã được trả lời hoặc không còn cần trả lời.")
    held.answer = required_text(text, "Hãy ghi nội dung trả lời để cơ quan yêu cầu biết.")
    held.state, held.answered_by, held.answered_at = RequestState.ANSWERED, by, at
    _save(held, by=by, at=at)
    _ask_no_more(held, held.unit_id, at)
    said = f"{held.unit} đã trả lời: {held.answer}"
    notify_user(held.asked_by, said, held.get_absolute_url(), plan=held.plan_id, at=at)
    _tell_raising_units(held, by=by, at=at)
    return held


def _tell_raising_units(request: UnitRequest, *, by: User, at: datetime) -> None:
    if request.obstacle:
        where = request.obstacle.duty.initiative.label
        words = f"Khó khăn ở {where} có trả lời của {request.unit}: {request.answer}"
        told = {unit: (words, url) for unit, url in request.raised_by.items()}
        notify_units(told, plan=request.plan_id, by=by, at=at)


@transaction.atomic
def move_due_day(request: UnitRequest, *, due_on: date, by: User, at: datetime) -> None:
    """Give another day to answer by, where it is not that day already. Raises ReviewError for one that has passed."""
    if local_day(request.due_at) == due_on:
        return
    _refuse_passed(due_on, at)
    request.due_at = end_of_day(due_on)
    _save(request, by=by, at=at)


def settle_requests(requests: Iterable[UnitRequest], *, by: User, at: datetime) -> None:
    """What was asked for is done, whether or not the unit answered."""
    _end(requests, RequestState.SETTLED, by=by, at=at)


def withdraw_requests(requests: Iterable[UnitRequest], *, by: User, at: datetime) -> None:
    """Ask no more; the unit is reminded no more and no longer reads what it was asked about."""
    _end(requests, RequestState.WITHDRAWN, by=by, at=at)


@transaction.atomic
def pass_on(requests: Iterable[UnitRequest], successor: Unit, *, by: User | None, at: datetime) -> None:
    """Ask ``successor`` instead of a unit that ended: the days to answer by stay, and the new unit is told anew."""
    moved = {request: request.unit_id for request in requests if request.unit_id != successor.pk}
    for request in moved:
        request.unit, request.reminded_for = successor, None
    fields = ["unit", "reminded_for"]
    bulk_update_with_history(list(moved), UnitRequest, fields, default_user=by, default_date=at)
    for request, unit in moved.items():
        _ask_no_more(request, unit, at)


def _end(requests: Iterable[UnitRequest], state: RequestState, *, by: User, at: datetime) -> None:
    ended = list(requests)
    for request in ended:
        request.state = state
    bulk_update_with_history(ended, UnitRequest, ["state"], default_user=by, default_date=at)
    for request in ended:
        _ask_no_more(request, request.unit_id, at)


def _ask_no_more(request: UnitRequest, unit: int, at: datetime) -> None:
    """``unit`` (its key) is not waited for: the bell is silent, the alarm ends."""
    mark_request_ended(request, unit, at=at)
    Alarm.objects.unresolved().filter(request=request).update(resolved_at=at)


def _refuse_passed(due_on: date, at: datetime) -> None:
    if due_on < local_day(at):
        raise ReviewError("Hạn trả lời đã qua. Hãy chọn từ hôm nay trở đi.")


def _save(request: UnitRequest, *, by: User, at: datetime) -> None:
    set_history_author(request, by=by, at=at)
    request.save()
