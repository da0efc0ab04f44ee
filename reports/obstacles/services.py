"""Difficulties from the moment an entry raises them to the answer that ends them (KH III.2)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from rapidfuzz import fuzz
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from assignments.models import StandingAgency, Unit, User
from models_registry.text import fold
from reports.domain.calendar import local_day
from reports.domain.states import ObstacleState
from reports.lifecycle.errors import ReviewError
from reports.lifecycle.required_text import required_text
from reports.models import (
    ConsolidatedLine,
    ConsolidatedReport,
    Obstacle,
    ObstacleAnswer,
    ObstacleMention,
    ObstacleNotice,
    ProgressEntry,
    UnitReport,
    UnitRequest,
)
from reports.notifications.services import delete_notifications, notify_agency, notify_units
from reports.requests.services import ask_unit, move_due_day, settle_requests, withdraw_requests

from .holders import holders_of

# How alike two texts of one duty must be to speak of the same difficulty (100: one contains the words of the other).
SAME_OBSTACLE = 85
_TEXT_FIELDS = ("text", "proposal", "solving_level")
_SOLVED = "Đã xong, không còn vướng."
_STATE_FIELDS = ("state", "settled_at")
_OPENING_FIELDS = (*_STATE_FIELDS, "raised_at", "owner_id", "joined_into_id")


def record_obstacles(report: UnitReport, entries: Sequence[ProgressEntry], *, by: User, at: datetime) -> None:
    """Record what a report just filed says of difficulties: a new obstacle is raised, a known one takes the new words.

    One that was settled and is reported again is new again, unless the entry was kept as before: keeping says nothing
    of an answer, and raises none anew that was closed. What an earlier version of this report raised and nobody
    answered is deleted. For ``submit_report``, in its transaction.
    """
    hindered = [entry for entry in entries if entry.difficulty.strip()]
    if report.returned_at:  # filed before, and not taken back in between
        forget_obstacles(report, but=hindered, by=by, at=at)
    if not hindered:
        return
    known = _known(hindered)
    still = _still_hindering(known.values(), report)
    found = {entry: _same_as(entry, known.get(entry.duty_id, ()), still) for entry in hindered}
    raised = _raise([entry for entry, obstacle in found.items() if obstacle is None], report, by=by, at=at)
    going_on = {entry: obstacle for entry, obstacle in found.items() if obstacle}
    told_anew = {entry: one for entry, one in going_on.items() if not (entry.is_kept and one.is_settled)}
    _go_on(told_anew, by=by, at=at)
    obstacle_of = going_on | raised
    ObstacleMention.objects.filter(entry__in=hindered).delete()
    ObstacleMention.objects.bulk_create(ObstacleMention(entry=e, obstacle=o) for e, o in obstacle_of.items())


def forget_obstacles(report: UnitReport, *, but: Iterable[ProgressEntry] = (), by: User, at: datetime) -> None:
    """Delete the mentions of the report, except those of the entries ``but``, and obstacles left without any trace;
    those it alone had opened again are settled as before.

    What a report upward tells of stays: that report is not changed.
    """
    dropped = ObstacleMention.objects.filter(entry__report=report).exclude(entry__in=[entry.pk for entry in but])
    obstacles = list(dropped.values_list("obstacle", flat=True))
    if obstacles:
        dropped.delete()
        _settle_again(obstacles, by=by, at=at)
        finals = ConsolidatedReport.objects.final()
        told_of = ConsolidatedLine.objects.filter(obstacles=OuterRef("pk"), section__report__in=finals)
        Obstacle.objects.filter(
            ~Exists(told_of),
            pk__in=obstacles, state=ObstacleState.NEW, raised_at=F("opened_at"),
            mentions=None, answers=None, joined=None, joined_into=None,
        ).delete()  # fmt: skip


@transaction.atomic
def answer_obstacle(obstacle: Obstacle, *, text: str, by: User, at: datetime) -> ObstacleAnswer:
    """Say what is being done; the units concerned are told. Raises ReviewError without a text or for a settled one."""
    obstacle = _take(obstacle)
    _refuse_settled(obstacle)
    answer = _answer(obstacle, text, by=by, at=at)
    if obstacle.state == ObstacleState.NEW:
        _set_state(_family(obstacle), ObstacleState.IN_PROGRESS, by=by, at=at)
    return answer


@transaction.atomic
def settle_obstacle(obstacle: Obstacle, *, text: str, by: User, at: datetime) -> ObstacleAnswer:
    """End a difficulty with the answer that ends it, and with it those joined into it; the units are told.

    Raises ReviewError without a text or for one already settled.
    """
    obstacle = _take(obstacle)
    _refuse_settled(obstacle)
    answer = _answer(obstacle, text, by=by, at=at, settles=True)
    _set_state(_family(obstacle), ObstacleState.SETTLED, by=by, at=at)
    settle_requests(obstacle.requests.unfinished(), by=by, at=at)
    return answer


@transaction.atomic
def close_obstacle(obstacle: Obstacle, *, text: str, by: User, at: datetime) -> ObstacleAnswer:
    """Put a difficulty away for good, saying why: solved for long, or not to be solved. A later one like it is new.

    Raises ReviewError without a text or for one already closed.
    """
    obstacle = _take(obstacle)
    if obstacle.state == ObstacleState.CLOSED:
        raise ReviewError("Khó khăn này đã đóng.")
    answer = _answer(obstacle, text, by=by, at=at, settles=True)
    _set_state(_family(obstacle), ObstacleState.CLOSED, by=by, at=at)
    settle_requests(obstacle.requests.unfinished(), by=by, at=at)
    return answer


@transaction.atomic
def reopen_obstacle(obstacle: Obstacle, *, text: str, by: User, at: datetime) -> ObstacleAnswer:
    """Take up a settled difficulty again, saying why. Raises ReviewError without a text or for one still open."""
    obstacle = _take(obstacle)
    if not obstacle.is_settled:
        raise ReviewError("Khó khăn này đang được xử lý, không cần mở lại.")
    answer = _answer(obstacle, text, by=by, at=at)
    _open_family_again(obstacle, ObstacleState.IN_PROGRESS, by=by, at=at)
    return answer


@transaction.atomic
def join_obstacles(into: Obstacle, others: Iterable[Obstacle], *, by: User, at: datetime) -> Obstacle:
    """Let ``into`` answer for the same difficulty of other units too; what was joined into those comes along.

    Who was asked to solve one of those is asked no more: ``into`` is what is dealt with.

    Raises ReviewError where one of them is settled or belongs to another plan.
    """
    held = Obstacle.objects.select_for_update(of=("self",)).select_related("duty__initiative").order_by("pk")
    wanted = {obstacle.pk for obstacle in others}
    # All held in one order: two people who join a pair from both ends do not wait for each other.
    found = list(held.filter(pk__in=wanted | {into.pk}))
    into = _take(into)
    joining = [obstacle for obstacle in found if obstacle.pk in wanted - {into.pk}]
    family = [*joining, *Obstacle.objects.filter(joined_into__in=joining).exclude(pk=into.pk)]
    if any(obstacle.is_settled for obstacle in (into, *joining)):
        raise ReviewError("Chỉ gộp được những khó khăn còn đang xử lý.")
    if any(obstacle.duty.initiative.plan_id != into.duty.initiative.plan_id for obstacle in joining):
        raise ReviewError("Chỉ gộp được những khó khăn của cùng một kế hoạch.")
    for obstacle in family:
        obstacle.joined_into = into
        obstacle.state = into.state
    bulk_update_with_history(family, Obstacle, ["joined_into", "state"], default_user=by, default_date=at)
    withdraw_requests(UnitRequest.objects.awaiting().filter(obstacle__in=family), by=by, at=at)
    return into


@transaction.atomic
def separate_obstacle(obstacle: Obstacle, *, by: User, at: datetime) -> Obstacle:
    """Take one out again that was joined by mistake; it stands for itself, in the state it shared."""
    found = Obstacle.objects.select_for_update(of=("self",)).get(pk=obstacle.pk)
    found.joined_into = None
    bulk_update_with_history([found], Obstacle, ["joined_into"], default_user=by, default_date=at)
    return found


@transaction.atomic
def assign_obstacle(obstacle: Obstacle, *, owner: Unit, solving_level: str, by: User, at: datetime) -> Obstacle:
    """Say which unit deals with it and which level can solve it. Raises ReviewError for a settled one."""
    obstacle = _take(obstacle)
    _refuse_settled(obstacle)
    obstacle.owner, obstacle.solving_level = owner, solving_level
    bulk_update_with_history([obstacle], Obstacle, ["owner", "solving_level"], default_user=by, default_date=at)
    return obstacle


@transaction.atomic
def confirm_solved(obstacle: Obstacle, *, by: User, at: datetime) -> ObstacleAnswer:
    """The unit says that its difficulty is there no more; settling it is for the standing agency, which reads this."""
    return ObstacleAnswer.objects.create(obstacle=obstacle, text=_SOLVED, by=by, at=at)


def mark_seen(notices: Iterable[ObstacleNotice], *, at: datetime) -> int:
    """The unit has read these answers; returns how many it had not read before."""
    unread = ObstacleNotice.objects.unseen().filter(pk__in=[notice.pk for notice in notices])
    return unread.update(seen_at=at)


# --- The same difficulty or another ---


def _known(entries: Iterable[ProgressEntry]) -> dict[int, list[Obstacle]]:
    """The obstacles of these duties that a report may speak of again, the latest first.

    Locked, so that an answer that ends one at this moment is not written over.
    """
    found: dict[int, list[Obstacle]] = {}
    duty_ids = {entry.duty_id for entry in entries}
    raised_there = Q(duty__in=duty_ids) | Q(raised_under__in=duty_ids)
    held = Obstacle.objects.select_for_update(of=("self",)).select_related("duty__unit", "duty__initiative__plan")
    for obstacle in held.filter(raised_there).order_by("-raised_at", "-pk"):
        for duty_id in duty_ids & {obstacle.duty_id, obstacle.raised_under_id}:
            found.setdefault(duty_id, []).append(obstacle)
    return found


def _still_hindering(known: Iterable[list[Obstacle]], report: UnitReport) -> set[int]:
    """The keys of those of which the unit has said since it last reported, as its last word, that they still hinder
    it.
    """
    waiting = {one.pk for of_duty in known for one in of_duty if not one.is_settled}
    if not waiting:
        return set()
    elsewhere = ObstacleMention.objects.exclude(entry__report=report).filter(obstacle=OuterRef("obstacle"))
    reported = Exists(elsewhere.filter(entry__report__submitted_at__gte=OuterRef("at")))
    said = ObstacleAnswer.objects.filter(~reported, obstacle__in=waiting, notices=None).order_by("at", "pk")
    last = dict(said.values_list("obstacle", "text"))
    return {pk for pk, text in last.items() if text != _SOLVED}


def _same_as(entry: ProgressEntry, known: Sequence[Obstacle], still: Collection[int]) -> Obstacle | None:
    """What was closed is spoken of by a kept entry alone; told anew it is another one. Other words are of the one
    difficulty in ``still``, where there is no more than one.
    """
    words = fold(entry.difficulty)
    asked = [one for one in known if entry.is_kept or one.state != ObstacleState.CLOSED]
    alike = [(fuzz.token_set_ratio(words, fold(obstacle.text)), obstacle) for obstacle in asked]
    best = max(alike, key=lambda pair: pair[0], default=(0, None))
    if best[0] >= SAME_OBSTACLE:
        return best[1]
    still_told = [one for one in known if one.pk in still]
    return still_told[0] if len(still_told) == 1 else None


def _raise(
    entries: list[ProgressEntry], report: UnitReport, *, by: User, at: datetime
) -> dict[ProgressEntry, Obstacle]:
    if not entries:
        return {}
    owner_id = _agency_of(report.period.plan_id, at)
    holders = holders_of(report.period.plan_id, {entry.duty_id for entry in entries}, at)
    raised = {
        entry: Obstacle(
            duty_id=holders.get(entry.duty_id, entry.duty_id),
            raised_under_id=entry.duty_id if entry.duty_id in holders else None,
            owner_id=owner_id,
            opened_at=at,
            raised_at=at,
            **_words(entry),
        )
        for entry in entries
    }
    bulk_create_with_history(list(raised.values()), Obstacle, default_user=by, default_date=at)
    return raised


def _agency_of(plan: int, at: datetime) -> int | None:
    """The key of the unit that has what nobody was given: the standing agency; None where there is none."""
    return StandingAgency.objects.on(local_day(at)).filter(plan=plan).values_list("unit", flat=True).first()


def _go_on(obstacle_of: dict[ProgressEntry, Obstacle], *, by: User, at: datetime) -> None:
    changed, raised_again = [], []
    for entry, obstacle in obstacle_of.items():
        words = {name: value or getattr(obstacle, name) for name, value in _words(entry).items()}
        said = {name: getattr(obstacle, name) for name in _TEXT_FIELDS}
        if words == said and not obstacle.is_settled:
            continue
        for name, value in words.items():
            setattr(obstacle, name, value)
        if obstacle.is_settled:
            obstacle.joined_into = None
            raised_again.append(obstacle)
        changed.append(obstacle)
    if raised_again:
        _open_again(raised_again, ObstacleState.NEW, at)
    if changed:
        fields = [*_TEXT_FIELDS, *_OPENING_FIELDS]
        bulk_update_with_history(changed, Obstacle, fields, default_user=by, default_date=at)
    if raised_again:
        _let_go(raised_again, by=by, at=at)
        _tell_agency({obstacle: obstacle.text for obstacle in raised_again}, by=by, at=at)


def _open_again(obstacles: list[Obstacle], state: ObstacleState, at: datetime) -> None:
    """What was settled, all under one plan, waits from now on; whoever was given it before has it no more."""
    agency = _agency_of(obstacles[0].duty.initiative.plan_id, at)
    for obstacle in obstacles:
        obstacle.state, obstacle.settled_at, obstacle.raised_at, obstacle.owner_id = state, None, at, agency


def _open_family_again(root: Obstacle, state: ObstacleState, *, by: User, at: datetime) -> None:
    family = _family(root)
    _open_again(family, state, at)
    bulk_update_with_history(family, Obstacle, _OPENING_FIELDS, default_user=by, default_date=at)


def _tell_agency(said: Mapping[Obstacle, str], *, by: User, at: datetime) -> None:
    """Tell the standing agency of what it took for settled, all under one plan; ``said``: in which words."""
    told = [
        (f"{one.duty.unit} nêu lại khó khăn ở {one.duty.initiative.label}: {words}", _page_of(one.root))
        for one, words in said.items()
    ]
    plan = next(iter(said)).duty.initiative.plan
    notify_agency(plan, told, by=by, at=at)


def _page_of(obstacle: Obstacle) -> str:
    return reverse("obstacle", args=[obstacle.pk])


def _let_go(raised_again: list[Obstacle], *, by: User, at: datetime) -> None:
    """Separate those joined into ``raised_again``: one unit is hindered again, for the others it stays settled."""
    joined = list(Obstacle.objects.filter(joined_into__in=raised_again))
    for obstacle in joined:
        obstacle.joined_into = None
    bulk_update_with_history(joined, Obstacle, ["joined_into"], default_user=by, default_date=at)


def _settle_again(keys: Iterable[int], *, by: User, at: datetime) -> None:
    """Let those stand as they did before that a filing opened again and of which nothing was said or done since."""
    since = {"obstacle": OuterRef("pk"), "entry__report__submitted_at__gte": OuterRef("raised_at")}
    told = ObstacleMention.objects.filter(**since)
    answered = ObstacleAnswer.objects.filter(obstacle=OuterRef("pk"), at__gte=OuterRef("raised_at"))
    open_again = Obstacle.objects.filter(pk__in=keys, settled_at=None).exclude(raised_at=F("opened_at"))
    untouched = open_again.filter(~Exists(told), ~Exists(answered)).select_for_update(of=("self",))
    raised = {obstacle: obstacle.raised_at for obstacle in untouched.order_by("pk")}
    settled = [obstacle for obstacle in raised if _take_reopening_back(obstacle)]
    fields = [*_TEXT_FIELDS, *_OPENING_FIELDS]
    bulk_update_with_history(settled, Obstacle, fields, default_user=by, default_date=at)
    told_at = {raised[obstacle] for obstacle in settled}
    delete_notifications([_page_of(obstacle) for obstacle in settled], told_at=told_at)


def _take_reopening_back(obstacle: Obstacle) -> bool:
    """Give it what it said before it was last raised, if that was the last that happened to it; returns whether so."""
    last, *earlier = obstacle.history.order_by("-history_id")[:2]
    if last.history_date != obstacle.raised_at or not earlier or earlier[0].settled_at is None:
        return False
    for name in (*_TEXT_FIELDS, *_OPENING_FIELDS):
        setattr(obstacle, name, getattr(earlier[0], name))
    return True


def _words(entry: ProgressEntry) -> dict[str, str]:
    return {
        "text": entry.difficulty.strip(),
        "proposal": entry.proposal.strip(),
        "solving_level": entry.solving_level,
    }


# --- Asking the unit that deals with it ---


def _ask_owner(obstacle: Obstacle, *, due_on: date, by: User, at: datetime) -> None:
    """One unit is asked at a time: another one's request is withdrawn, its own only gets the new day."""
    plan, owner = obstacle.duty.initiative.plan, obstacle.owner
    withdraw_requests(obstacle.requests.awaiting().exclude(unit=owner), by=by, at=at)
    asked = obstacle.requests.awaiting().first()
    if asked:
        move_due_day(asked, due_on=due_on, by=by, at=at)
    elif owner and not StandingAgency.objects.on(local_day(at)).filter(plan=plan, unit=owner).exists():
        text = f"Giải quyết khó khăn, vướng mắc ở {obstacle.duty.initiative.label}"
        ask_unit(owner, plan=plan, about={"obstacle": obstacle}, text=text, due_on=due_on, by=by, at=at)


# --- Answering ---


def _take(obstacle: Obstacle) -> Obstacle:
    """Lock the one that answers for this one, for this transaction."""
    held = Obstacle.objects.select_for_update(of=("self",)).select_related("duty__initiative")
    found = held.get(pk=obstacle.pk)
    return held.get(pk=found.joined_into_id) if found.joined_into_id else found


def _family(obstacle: Obstacle) -> list[Obstacle]:
    return [obstacle, *obstacle.joined.select_related("duty")]


def _refuse_settled(obstacle: Obstacle) -> None:
    if obstacle.is_settled:
        raise ReviewError("Khó khăn này đã giải quyết xong. Hãy mở lại nếu cần xử lý thêm.")


def _answer(obstacle: Obstacle, text: str, *, by: User, at: datetime, settles: bool = False) -> ObstacleAnswer:
    """Write the answer, and tell every unit whose difficulty it is."""
    text = required_text(text, "Hãy ghi nội dung trả lời để đơn vị biết.")
    answer = ObstacleAnswer.objects.create(obstacle=obstacle, text=text, by=by, at=at, settles=settles)
    family = _family(obstacle)
    ObstacleNotice.objects.bulk_create(
        ObstacleNotice(answer=answer, obstacle=one, unit_id=one.duty.unit_id) for one in family
    )
    words = f"Khó khăn ở {obstacle.duty.initiative.label} có trả lời: {text}"
    told = {one.duty.unit_id: (words, _page_of(one)) for one in family}
    notify_units(told, plan=obstacle.duty.initiative.plan_id, by=by, at=at)
    return answer


def _set_state(obstacles: list[Obstacle], state: ObstacleState, *, by: User, at: datetime) -> None:
    for obstacle in obstacles:
        obstacle.state = state
        obstacle.settled_at = at if obstacle.is_settled else None
    bulk_update_with_history(obstacles, Obstacle, _STATE_FIELDS, default_user=by, default_date=at)


@transaction.atomic
def start_handling(
    obstacle: Obstacle, *, owner: Unit, solving_level: str, due_on: date, by: User, at: datetime
) -> Obstacle:
    """Assign it, as ``assign_obstacle``; a new one, with those joined into it, is in progress then.

    A unit other than the standing agency is asked to answer by the end of ``due_on``. Raises ReviewError for a settled
    one, or for a day that has passed.
    """
    taken = assign_obstacle(obstacle, owner=owner, solving_level=solving_level, by=by, at=at)
    _ask_owner(taken, due_on=due_on, by=by, at=at)
    if taken.state == ObstacleState.NEW:
        _set_state(_family(taken), ObstacleState.IN_PROGRESS, by=by, at=at)
    return taken


@transaction.atomic
def reply_obstacle(obstacle: Obstacle, *, text: str, by: User, at: datetime) -> ObstacleAnswer:
    """Say that ``obstacle`` still hinders its unit; one that was settled, with those joined to it, is new again.

    The reply is written on the unit's own difficulty and no unit is given notice of it, so that units joined with it
    never read it: only who may read all units does, and the standing agency is told of what it had settled.
    Raises ReviewError without a text or for a closed one.
    """
    root_id = Obstacle.objects.filter(pk=obstacle.pk).values_list("joined_into", flat=True).get() or obstacle.pk
    root = Obstacle.objects.select_for_update(of=("self",)).select_related("duty__initiative").get(pk=root_id)
    text = required_text(text, "Hãy ghi còn vướng ở đâu để cơ quan thường trực xử lý tiếp.")
    if root.state == ObstacleState.CLOSED:
        raise ReviewError("Khó khăn này đã đóng. Nếu vẫn còn, hãy nêu lại trong báo cáo kỳ này.")
    if root.state == ObstacleState.SETTLED:
        _open_family_again(root, ObstacleState.NEW, by=by, at=at)
        _tell_agency({obstacle: text}, by=by, at=at)
    return ObstacleAnswer.objects.create(obstacle=obstacle, text=text, by=by, at=at)
