"""The frame's navigation: which rooms there are, who may enter them, and which of them a phone shows."""

from typing import NamedTuple

from django.urls import reverse

from assignments.models import User
from assignments.permissions import Permission


class Room(NamedTuple):
    """One item of the navigation; ``permission`` None means whoever is signed in; ``also`` are views inside it whose
    address does not say so.
    """

    view: str
    label: str
    icon: str
    permission: Permission | None = None
    on_phone: bool = True
    also: tuple[str, ...] = ()


class Link(NamedTuple):
    """A room ready to be shown to somebody who is at ``is_current`` or elsewhere."""

    url: str
    label: str
    icon: str
    on_phone: bool
    is_current: bool


ROOMS = (
    Room("home", "Việc cần làm", "list"),
    Room("initiatives", "Mô hình", "grid", Permission.VIEW_PLAN),
    Room("rollup", "Tổng hợp", "chart", Permission.VIEW_ROLLUP),
    Room("review", "Duyệt báo cáo", "inbox", Permission.REVIEW_REPORTS),
    Room("consolidated_reports", "Báo cáo tổng hợp", "document", Permission.VIEW_ROLLUP, on_phone=False),
    Room("reports", "Báo cáo", "report", Permission.VIEW_PLAN),
    Room("obstacles", "Khó khăn", "alert", Permission.VIEW_PLAN, on_phone=False),
    Room("special_reports", "Báo cáo đột xuất", "bell", Permission.REVIEW_REPORTS, on_phone=False),
    Room("reminders", "Nhắc việc", "mail", Permission.FOLLOW_REMINDERS, on_phone=False, also=("remind", "alarms")),
    Room("units", "Đơn vị", "building", Permission.VIEW_PLAN, on_phone=False),
    Room("plan", "Kế hoạch", "book", Permission.VIEW_PLAN, on_phone=False),
    Room("annex_imports", "Nhập phụ lục", "upload", Permission.MANAGE_REGISTRY, on_phone=False),
    Room("admin:index", "Quản trị", "gear", Permission.MANAGE_REGISTRY, on_phone=False),
    Room("help", "Trợ giúp", "help", on_phone=False),
    Room("account", "Tôi", "person"),
)
PHONE_PLACES = 4


def links_for(user: User, path: str) -> list[Link]:
    """The rooms ``user`` may enter; on a phone the first ones and the person's own, four at most."""
    rooms = [room for room in ROOMS if room.permission is None or user.may(room.permission)]
    on_phone = [room for room in rooms if room.on_phone]
    shown = [*on_phone[: PHONE_PLACES - 1], on_phone[-1]]
    return [_link(room, path, on_phone=room in shown) for room in rooms]


def _link(room: Room, path: str, *, on_phone: bool) -> Link:
    url = reverse(room.view)
    inside = [reverse(view) for view in (room.view, *room.also) if view != "home"]
    is_current = path == url or path.startswith(tuple(inside))
    return Link(url, room.label, room.icon, on_phone, is_current)
