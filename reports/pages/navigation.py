"""The frame's navigation: which pages it leads to, who may enter them, and which of them a phone shows."""

from typing import NamedTuple

from django.urls import reverse

from assignments.models import User
from assignments.permissions import Permission


class NavigationItem(NamedTuple):
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
    """An item ready to be shown to somebody who is at ``is_current`` or elsewhere."""

    url: str
    label: str
    icon: str
    on_phone: bool
    is_current: bool


NAVIGATION = (
    NavigationItem("home", "Việc cần làm", "list"),
    NavigationItem("initiatives", "Mô hình", "grid", Permission.VIEW_PLAN),
    NavigationItem("rollup", "Tổng hợp", "chart", Permission.VIEW_ROLLUP),
    NavigationItem("review", "Duyệt báo cáo", "inbox", Permission.REVIEW_REPORTS),
    NavigationItem("consolidated_reports", "Báo cáo tổng hợp", "document", Permission.VIEW_ROLLUP, on_phone=False),
    NavigationItem("reports", "Báo cáo", "report", Permission.VIEW_PLAN),
    NavigationItem("obstacles", "Khó khăn", "alert", Permission.VIEW_PLAN, on_phone=False, also=("requests",)),
    NavigationItem("special_reports", "Báo cáo đột xuất", "bell", Permission.REVIEW_REPORTS, on_phone=False),
    NavigationItem(
        "reminders", "Nhắc việc", "mail", Permission.FOLLOW_REMINDERS, on_phone=False, also=("remind", "alarms")
    ),
    NavigationItem("units", "Đơn vị", "building", Permission.VIEW_PLAN, on_phone=False),
    NavigationItem("plan", "Kế hoạch", "book", Permission.VIEW_PLAN, on_phone=False),
    NavigationItem("annex_imports", "Nhập phụ lục", "upload", Permission.MANAGE_REGISTRY, on_phone=False),
    NavigationItem("admin:index", "Quản trị", "gear", Permission.MANAGE_REGISTRY, on_phone=False),
    NavigationItem("help", "Trợ giúp", "help", on_phone=False),
    NavigationItem("account", "Tôi", "person"),
)
PHONE_PLACES = 4


def links_for(user: User, path: str) -> list[Link]:
    """The items ``user`` may enter; on a phone the first ones and the person's own, four at most."""
    items = [item for item in NAVIGATION if item.permission is None or user.may(item.permission)]
    on_phone = [item for item in items if item.on_phone]
    shown = [*on_phone[: PHONE_PLACES - 1], on_phone[-1]]
    return [_link(item, path, on_phone=item in shown) for item in items]


def _link(item: NavigationItem, path: str, *, on_phone: bool) -> Link:
    url = reverse(item.view)
    inside = [reverse(view) for view in (item.view, *item.also) if view != "home"]
    is_current = path == url or path.startswith(tuple(inside))
    return Link(url, item.label, item.icon, on_phone, is_current)
