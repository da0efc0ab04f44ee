"""The frame's navigation: which rooms of the portal one sees, in which groups, and which of them a phone shows."""

import functools
import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from django.urls import reverse

from assignments.models import User
from assignments.permissions import Permission
from models_registry.models import Plan
from reports.web.addresses import plan_page


class Room(NamedTuple):
    """A page of the navigation; ``permission`` None means whoever is signed in; ``phone``: its word in the phone's bar,
    where it may stand there; ``also`` are views inside it whose address does not say so; ``counts``: which count of the
    frame tells what waits there. Views of ``any_plan`` lead into the plan one is looking at.
    """

    view: str
    label: str
    icon: str
    permission: Permission | None = None
    phone: str = ""
    also: tuple[str, ...] = ()
    counts: str = ""


class Layout(NamedTuple):
    """The navigation of those who hold ``permission``: groups of rooms under their headings,
    and the first of the phone's bar.
    """

    permission: Permission
    groups: tuple[tuple[str, tuple[Room, ...]], ...]
    on_phone: tuple[Room, ...]


class Link(NamedTuple):
    """A room ready to be shown to somebody who is at ``is_current`` or elsewhere; ``waiting``: how much waits there."""

    url: str
    label: str
    icon: str
    phone: str
    is_current: bool
    waiting: int


class Group(NamedTuple):
    heading: str
    links: Sequence[Link]


class Rooms(NamedTuple):
    """``groups``: all of them; ``on_phone``: those in the phone's bar; ``more``: the groups without these."""

    groups: Sequence[Group]
    on_phone: Sequence[Link]
    more: Sequence[Group]

    @property
    def waiting_in_more(self) -> int:
        return sum(link.waiting for group in self.more for link in group.links)


ANY_PLAN = "any_plan:"
_IN_A_PLAN = re.compile(r"^/ke-hoach/[0-9]+/")

HOME = Room("home", "Việc cần làm", "list-check", phone="Việc cần làm")
OWN_WORK = HOME._replace(counts="to_do")
SITUATION_FIRST = Room("home", "Tình hình chung", "chart-bar", phone="Tình hình", also=("any_plan:rollup",))
REPORTS = Room("reports", "Báo cáo của đơn vị", "report", Permission.VIEW_PLAN, "Báo cáo")
OBSTACLES = Room(
    "any_plan:obstacles", "Khó khăn", "alert-triangle", Permission.VIEW_PLAN, also=("requests",), counts="obstacles"
)
REVIEW = Room("any_plan:review", "Duyệt báo cáo", "inbox", Permission.REVIEW_REPORTS, "Duyệt", counts="to_review")
PRESS = Room(
    "any_plan:remind",
    "Đôn đốc",
    "bell-ringing",
    Permission.REVIEW_REPORTS,
    also=("any_plan:reminders", "any_plan:alarms"),
    counts="overdue",
)
SITUATION = Room("any_plan:rollup", "Tình hình chung", "chart-bar", Permission.VIEW_ROLLUP, "Tình hình")
UPWARD = Room("any_plan:consolidated_reports", "Báo cáo gửi cấp trên", "file-export", Permission.VIEW_ROLLUP)
SPECIAL = Room("any_plan:special_reports", "Báo cáo đột xuất", "message", Permission.REVIEW_REPORTS)
IMPORTS = Room("annex_imports", "Nhập phụ lục", "upload", Permission.MANAGE_REGISTRY, "Nhập phụ lục")
REMINDERS = Room(
    "any_plan:reminders", "Lịch, nhắc việc", "calendar-due", Permission.FOLLOW_REMINDERS, also=("any_plan:alarms",)
)
ACCOUNTS = Room("admin:assignments_unit_changelist", "Đơn vị, tài khoản", "users", Permission.MANAGE_REGISTRY)
ADMIN = Room("admin:index", "Quản trị dữ liệu", "settings", Permission.MANAGE_REGISTRY)
INITIATIVES = Room("any_plan:initiatives", "Mô hình", "layout-grid", Permission.VIEW_PLAN, "Mô hình")
UNITS = Room("any_plan:units", "Đơn vị", "building", Permission.VIEW_PLAN)
PLAN = Room("any_plan:plan", "Kế hoạch", "book-2", Permission.VIEW_PLAN)
HELP = Room("help", "Trợ giúp, liên hệ", "help-circle")

_LOOK_UP = ("Tra cứu", (INITIATIVES, UNITS, PLAN))
_LAST = ("", (HELP,))
LAYOUTS = (
    Layout(
        Permission.REVIEW_REPORTS,
        (
            ("", (HOME, REVIEW, OBSTACLES, PRESS)),
            ("Tổng hợp", (SITUATION, UPWARD, SPECIAL)),
            ("Thường trực phải nộp", (REPORTS._replace(counts="to_file"),)),
            _LOOK_UP,
            _LAST,
        ),
        (HOME, REVIEW, SITUATION._replace(phone="Tổng hợp")),
    ),
    Layout(
        Permission.MANAGE_REGISTRY,
        (
            ("", (HOME,)),
            ("Thiết lập", (IMPORTS, ACCOUNTS, REMINDERS, ADMIN)),
            ("Tra cứu", (SITUATION, INITIATIVES, UNITS, PLAN, OBSTACLES, UPWARD, REPORTS)),
            _LAST,
        ),
        (HOME, IMPORTS, SITUATION),
    ),
    Layout(
        Permission.VIEW_ROLLUP,
        (("", (SITUATION_FIRST, UPWARD, OBSTACLES)), ("Tra cứu", (*_LOOK_UP[1], REPORTS)), _LAST),
        (SITUATION_FIRST, OBSTACLES._replace(phone="Khó khăn"), INITIATIVES),
    ),
    Layout(
        Permission.VIEW_PLAN,
        (("", (OWN_WORK, REPORTS, OBSTACLES)), _LOOK_UP, _LAST),
        (OWN_WORK, REPORTS, INITIATIVES),
    ),
)


def rooms_for(user: User, path: str, plan: Plan | None, waiting: Mapping[str, int]) -> Rooms:
    """The rooms ``user`` may enter, laid out by the first permission held in ``plan`` that has a layout.

    ``waiting``: how much waits, by what the rooms count.
    """
    layout = next((one for one in LAYOUTS if user.may(one.permission, plan)), LAYOUTS[-1])
    plan_pk = plan.pk if plan else None
    here = _IN_A_PLAN.sub("/", path)

    def link(room: Room) -> Link:
        url = _address(room.view, plan_pk)
        is_current = path == url or here.startswith(_inside(room))
        return Link(url, room.label, room.icon, room.phone, is_current, waiting.get(room.counts, 0))

    shown = [
        (heading, [(room.view, link(room)) for room in rooms if _may_enter(user, room, plan)])
        for heading, rooms in layout.groups
    ]
    links = {view: one for _, of_group in shown for view, one in of_group}
    on_phone = [links[room.view]._replace(phone=room.phone) for room in layout.on_phone if room.view in links]
    first = {room.view for room in layout.on_phone}
    more = [(heading, [(view, one) for view, one in of_group if view not in first]) for heading, of_group in shown]
    return Rooms(_groups(shown), on_phone, _groups(more))


def _groups(shown: Sequence[tuple[str, Sequence[tuple[str, Link]]]]) -> list[Group]:
    return [Group(heading, [one for _, one in of_group]) for heading, of_group in shown if of_group]


def _may_enter(user: User, room: Room, plan: Plan | None) -> bool:
    if room.permission is None:
        return True
    return user.may(room.permission, plan if room.view.startswith(ANY_PLAN) else None)


@functools.cache
def _address(view: str, plan_pk: int | None) -> str:
    """That of the plan where the page is one of a plan; remembered, for every page asks a dozen."""
    if view.startswith(ANY_PLAN):
        return plan_page(view.removeprefix(ANY_PLAN), plan_pk)
    return reverse(view)


@functools.cache
def _inside(room: Room) -> tuple[str, ...]:
    """How the addresses of the pages inside it begin; of the home, which all begin with, none."""
    return tuple(reverse(view) for view in (room.view, *room.also) if view != "home")
