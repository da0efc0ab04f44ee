"""Difficulties: their list, one of them with its timeline, what the standing agency and the unit do with it."""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from assignments.models import Assignment, Duty, Unit
from assignments.permissions import Permission, requires
from assignments.requests import PortalRequest
from models_registry.models import Plan
from models_registry.text import fold
from reports.domain.calendar import local_day
from reports.domain.states import ObstacleState, look_of
from reports.domain.wording import age
from reports.lifecycle.errors import ReviewError
from reports.models import Holiday, Obstacle, ObstacleAnswer, ObstacleNotice, UnitRequest
from reports.notifications.recipients import people_of_units, reached_units
from reports.notifications.services import mark_read_there
from reports.requests.services import usual_due_day
from reports.web.decorators import needs_plan, plan_of
from reports.web.posted_keys import chosen_keys

from .filters import ObstacleFilter
from .forms import AssignForm
from .queries import obstacles_of_plan, similar_to, timeline_of, with_marks
from .services import (
    answer_obstacle,
    close_obstacle,
    join_obstacles,
    mark_seen,
    reopen_obstacle,
    reply_obstacle,
    separate_obstacle,
    settle_obstacle,
    start_handling,
)

in_its_plan = plan_of(Obstacle, "duty__initiative__plan")

OBSTACLES_ON_PAGE = 20
FOUND = 20
RECENT = 8


class AnswerAction(NamedTuple):
    """One way to answer: the service that does it, and what is said when it is done."""

    service: Callable[..., ObstacleAnswer]
    done: str


_ANSWER_ACTIONS = {
    "tra-loi": AnswerAction(answer_obstacle, "Đã trả lời; đơn vị được báo."),
    "giai-quyet": AnswerAction(settle_obstacle, "Đã ghi là giải quyết xong; đơn vị được báo."),
    "dong": AnswerAction(close_obstacle, "Đã đóng; câu trả lời được giữ và đơn vị được báo."),
    "mo-lai": AnswerAction(reopen_obstacle, "Đã mở lại; đơn vị được báo."),
}


@requires(Permission.VIEW_PLAN)
@require_safe
@needs_plan
def obstacles(request: PortalRequest, plan: Plan) -> HttpResponse:
    """The difficulties one may read, unsettled ones first, the oldest first."""
    at = timezone.now()
    day = local_day(at)
    listed, units = obstacles_of_plan(plan).listed_to(request.user, day), _raising(request, plan, at)
    found = ObstacleFilter(request.GET, queryset=listed, plan=plan, units=units, at=at)
    marked = with_marks(found.qs, request.user.units_on(day))
    if request.GET.get("chua_doc") == "1":
        marked = marked.filter(is_unread=True)  # type: ignore[misc]  # see with_marks
    page = Paginator(marked, OBSTACLES_ON_PAGE).get_page(request.GET.get("trang"))
    context = {
        "filter": found,
        "page": page,
        "day": day,
        "at": at,
        "is_everybodys": request.user.may(Permission.VIEW_ALL_REPORTS, plan),
    }
    return render(request, "obstacles/obstacles.html", context)


@requires(Permission.VIEW_PLAN)
@require_safe
@in_its_plan
def obstacle(request: PortalRequest, plan: Plan, pk: int) -> HttpResponse:
    """One difficulty: who raised it, who deals with it, what was answered."""
    at = timezone.now()
    return _page(request, plan, _readable(request, plan, pk, at), at)


@requires(Permission.MANAGE_OBSTACLES)
@require_POST
@in_its_plan
def obstacle_answer(request: PortalRequest, plan: Plan, pk: int, act: str) -> HttpResponse:
    """Answer, settle, close or reopen, with words that the units concerned are told."""
    if act not in _ANSWER_ACTIONS:
        raise Http404
    at = timezone.now()
    found = _managed(request, plan, pk, at)
    text = request.POST.get("noi-dung", "")
    try:
        _ANSWER_ACTIONS[act].service(found, text=text, by=request.user, at=at)
    except ReviewError as error:
        messages.error(request, str(error))
        return _page(request, plan, found, at, said=text, status=422)
    messages.success(request, _ANSWER_ACTIONS[act].done)
    return redirect("obstacle", pk)


@requires(Permission.MANAGE_OBSTACLES)
@require_POST
@in_its_plan
def obstacle_assign(request: PortalRequest, plan: Plan, pk: int) -> HttpResponse:
    """Take it in hand: say which unit deals with it and which level can solve it."""
    at = timezone.now()
    found = _managed(request, plan, pk, at)
    form = _assign_form(plan, found, at, request.POST)
    if not form.is_valid():
        overtaken = form.errors.get("asked", ["Chưa lưu được: hãy chọn đơn vị xử lý, cấp giải quyết và hạn trả lời."])
        messages.error(request, str(overtaken[0]))
        return _page(request, plan, found, at, assigning=form, status=422)
    if form.given and not form.has_changed():
        messages.info(request, f"Đã giao {form.given}; không có gì thay đổi.")
        return redirect("obstacle", pk)
    try:
        start_handling(found, by=request.user, at=at, **form.cleaned_data)
    except ReviewError as error:
        messages.error(request, str(error))
        return _page(request, plan, found, at, assigning=form, status=422)
    owner = form.cleaned_data["owner"]
    messages.success(request, f"Đã giao {owner} xử lý.")
    day = local_day(at)
    if owner.pk not in reached_units(people_of_units([owner.pk], day)):
        messages.warning(request, f"{owner} chưa có ai nhận tin qua cổng; hãy báo cho đơn vị bằng điện thoại, văn bản.")
    return redirect("obstacle", pk)


@requires(Permission.MANAGE_OBSTACLES)
@require_POST
@in_its_plan
def obstacle_join(request: PortalRequest, plan: Plan, pk: int) -> HttpResponse:
    """Let this one answer for the chosen ones too."""
    at = timezone.now()
    found = _managed(request, plan, pk, at)
    others = list(obstacles_of_plan(plan).filter(pk__in=chosen_keys(request, "gop")))
    if not others:
        messages.warning(request, "Chưa chọn khó khăn nào để gộp. Hãy đánh dấu ít nhất một khó khăn rồi bấm lại.")
        return redirect("obstacle", pk)
    try:
        into = join_obstacles(found, others, by=request.user, at=at)
    except ReviewError as error:
        messages.error(request, str(error))
        return redirect("obstacle", pk)
    messages.success(request, f"Đã gộp {len(others)} khó khăn; từ nay trả lời một lần cho tất cả.")
    return redirect("obstacle", into.pk)


@requires(Permission.MANAGE_OBSTACLES)
@require_POST
@in_its_plan
def obstacle_separate(request: PortalRequest, plan: Plan, pk: int) -> HttpResponse:
    """Take one out again that was joined by mistake."""
    at = timezone.now()
    found = _managed(request, plan, pk, at)
    separate_obstacle(found, by=request.user, at=at)
    messages.success(request, f"Đã tách khó khăn của {found.duty.unit} ra riêng.")
    return redirect("obstacle", found.joined_into_id or pk)


@requires(Permission.FILE_REPORT)
@require_POST
@in_its_plan
def obstacle_seen(request: PortalRequest, plan: Plan, pk: int) -> HttpResponse:
    """Somebody of the unit has read the answers."""
    at = timezone.now()
    found = _own(request, plan, pk, at)
    mark_seen(ObstacleNotice.objects.filter(obstacle=found), at=at)
    mark_read_there(request.user, reverse("obstacle", args=[pk]), at=at)
    messages.success(request, "Đã ghi nhận là đơn vị đã đọc trả lời.")
    return redirect("obstacle", pk)


@requires(Permission.FILE_REPORT)
@require_POST
@in_its_plan
def obstacle_reply(request: PortalRequest, plan: Plan, pk: int) -> HttpResponse:
    """The unit says that it is still hindered, whatever was answered."""
    at = timezone.now()
    found = _own(request, plan, pk, at)
    text = request.POST.get("noi-dung", "")
    try:
        reply_obstacle(found, text=text, by=request.user, at=at)
    except ReviewError as error:
        messages.error(request, str(error))
        return _page(request, plan, found, at, replied=text, status=422)
    mark_seen(ObstacleNotice.objects.filter(obstacle=found), at=at)
    mark_read_there(request.user, reverse("obstacle", args=[pk]), at=at)
    messages.success(request, "Đã gửi cơ quan thường trực: khó khăn này vẫn còn.")
    return redirect("obstacle", pk)


def _readable(request: PortalRequest, plan: Plan, pk: int, at: datetime) -> Obstacle:
    return get_object_or_404(obstacles_of_plan(plan).readable_by(request.user, local_day(at)), pk=pk)


def _managed(request: PortalRequest, plan: Plan, pk: int, at: datetime) -> Obstacle:
    return get_object_or_404(obstacles_of_plan(plan).manageable_by(request.user, local_day(at)), pk=pk)


def _own(request: PortalRequest, plan: Plan, pk: int, at: datetime) -> Obstacle:
    return get_object_or_404(obstacles_of_plan(plan).replyable_by(request.user, local_day(at)), pk=pk)


def _raising(request: PortalRequest, plan: Plan, at: datetime) -> QuerySet[Unit]:
    """Units whose difficulties the reader may see."""
    readable = obstacles_of_plan(plan).visible_to(request.user, local_day(at)).order_by()
    return Unit.objects.filter(pk__in=readable.values("duty__unit"))


def _owners(plan: Plan, found: Obstacle, at: datetime) -> QuerySet[Unit]:
    """Units the plan names or reaches, which may be asked to deal with a difficulty."""
    named = Assignment.objects.on(local_day(at)).filter(initiative__plan=plan, unit__isnull=False).values("unit")
    owing = Duty.objects.filter(initiative__plan=plan).values("unit")
    agencies = plan.standing_agencies.values("unit")
    known = Q(pk__in=named) | Q(pk__in=owing) | Q(pk__in=agencies) | Q(pk=found.root.owner_id)
    return Unit.objects.on(local_day(at)).filter(known).exclude(kind=Unit.Kind.COLLECTIVE)


def _assign_form(plan: Plan, found: Obstacle, at: datetime, data: QueryDict | None = None) -> AssignForm:
    """The day to answer by is the one that was given, else the usual one."""
    asked = found.root.requests.awaiting().select_related("unit").first()
    due_on = local_day(asked.due_at) if asked else usual_due_day(at, Holiday.objects.calendar())
    units = _owners(plan, found, at)
    return AssignForm(data, obstacle=found.root, units=units, due_on=due_on, open_request=asked)


def _page(
    request: PortalRequest,
    plan: Plan,
    found: Obstacle,
    at: datetime,
    *,
    said: str = "",
    replied: str = "",
    assigning: AssignForm | None = None,
    status: int = 200,
) -> HttpResponse:
    sees_all = request.user.may(Permission.VIEW_ALL_REPORTS, plan)
    manages = request.user.may(Permission.MANAGE_OBSTACLES, plan) and found.joined_into is None
    joined = list(found.joined.select_related("duty__unit", "duty__initiative")) if sees_all else []
    own_units = set(request.user.units_on(local_day(at)).values_list("pk", flat=True))
    is_own = found.duty.unit_id in own_units
    timeline = timeline_of(found, joined)[::-1]
    context: dict[str, object] = {
        "obstacle": found,
        "root": found.root if sees_all else None,
        "look": look_of(found.state),
        "age": age(found.age(local_day(at))),
        "level": found.level_words,
        "owner": found.root.owner,
        "asked": _requests_of(request, found, at),
        "own_units": own_units,
        "at": at,
        "joined": joined,
        "recent": timeline[:RECENT],
        "earlier": timeline[RECENT:],
        "manages": manages,
        "is_own": is_own,
        "is_unread": is_own and found.notices.unseen().exists(),
        "can_reply": is_own and not manages and found.root.state != ObstacleState.CLOSED,
        "said": said,
        "replied": replied,
    }
    if manages and not found.is_settled:
        context["assigning"] = assigning or _assign_form(plan, found, at)
        context |= _joinable(request, plan, found)
    return render(request, "obstacles/obstacle.html", context, status=status)


def _requests_of(request: PortalRequest, found: Obstacle, at: datetime) -> list[UnitRequest]:
    """Who was asked to solve it, the latest last: for those who read all, and for the unit asked."""
    readable = found.requests.readable().visible_to(request.user, local_day(at))
    return list(readable.select_related("unit").order_by("asked_at", "pk"))


def _joinable(request: PortalRequest, plan: Plan, found: Obstacle) -> dict[str, object]:
    """Those that may speak of the same: the most alike, or those with the words one looks for (``?tim=``)."""
    phrase = request.GET.get("tim", "")[:200]
    others = obstacles_of_plan(plan).own().unsettled().exclude(pk=found.pk)
    if not fold(phrase):
        return {"similar": similar_to(found, others), "phrase": ""}
    words = ObstacleFilter({"q": phrase}, queryset=others, plan=plan, units=Unit.objects.none(), at=found.raised_at)
    return {"similar": [(other, None) for other in words.qs[:FOUND]], "phrase": phrase}
