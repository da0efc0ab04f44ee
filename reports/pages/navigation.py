"""The frame's navigation: which rooms of the portal one sees, in which groups, and which of them a phone shows."""

import re
from collections.abc import Collection, Mapping, Sequence
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
SITUATION_FIRST = Room("home", "Tình hình chung", "chart-bar", phone="Tình hình")
REPORTS = Room("reports", "Báo cáo của đơn vị", "report", Permission.VIEW_PLAN, "Báo cáo", counts="to_file")
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
            ("Thường trực phải nộp", (REPORTS,)),
            _LOOK_UP,
            _LAST,
        ),
        (HOME, REVIEW, SITUATION._replace(phone="Tổng hợp")),
    ),
    Layout(
        Permission.MANAGE_REGISTRY,
        (
            ("", (HOME,)),
            ("Thiết lập", (IMPORTS, REMINDERS, ADMIN)),
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
    Layout(Permission.VIEW_PLAN, (("", (HOME, REPORTS, OBSTACLES)), _LOOK_UP, _LAST), (HOME, REPORTS, INITIATIVES)),
)


def rooms_for(user: User, path: str, plan: Plan | None, waiting: Mapping[str, int]) -> Rooms:
    """The rooms ``user`` may enter, laid out by the first permission held in ``plan`` that has a layout.

    ``waiting``: how much waits, by what the rooms count.
    """
    layout = next((one for one in LAYOUTS if user.may(one.permission, plan)), LAYOUTS[-1])

    def links(rooms: Sequence[Room]) -> list[Link]:
        return [_link(room, path, plan, waiting) for room in rooms if _may_enter(user, room, plan)]

    def groups(without: Collection[str] = ()) -> list[Group]:
        shown = [
            Group(heading, links([room for room in rooms if room.view not in without]))
            for heading, rooms in layout.groups
        ]
        return [group for group in shown if group.links]

    return Rooms(groups(), links(layout.on_phone), groups(without=[room.view for room in layout.on_phone]))


def _may_enter(user: User, room: Room, plan: Plan | None) -> bool:
    if room.permission is None:
        return True
    return user.may(room.permission, plan if room.view.startswith(ANY_PLAN) else None)


def _link(room: Room, path: str, plan: Plan | None, waiting: Mapping[str, int]) -> Link:
    url = _address(room.view, plan)
    inside = [reverse(view) for view in (room.view, *room.also) if view != "home"]
    is_current = path == url or _IN_A_PLAN.sub("/", path).startswith(tuple(inside))
    return Link(url, room.label, room.icon, room.phone, is_current, waiting.get(room.counts, 0))


def _address(view: str, plan: Plan | None) -> str:
    """That of the plan where the page is one of a plan."""
    if view.startswith(ANY_PLAN):
        return plan_page(view.removeprefix(ANY_PLAN), plan.pk if plan else None)
    return reverse(view)
