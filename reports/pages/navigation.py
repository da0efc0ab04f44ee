"""The frame's navigation: which pages it leads to, who may enter them, and which of them a phone shows."""

import re
from typing import NamedTuple

from django.urls import reverse

from assignments.models import User
from assignments.permissions import Permission
from models_registry.models import Plan
from reports.web.addresses import plan_page


class NavigationItem(NamedTuple):
    """One item of the navigation; ``permission`` None means whoever is signed in; ``also`` are views inside it whose
    address does not say so. Views of ``any_plan`` lead into the plan one is looking at.
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


ANY_PLAN = "any_plan:"
_IN_A_PLAN = re.compile(r"^/ke-hoach/[0-9]+/")

NAVIGATION = (
    NavigationItem("home", "Việc cần làm", "list"),
    NavigationItem("any_plan:initiatives", "Mô hình", "grid", Permission.VIEW_PLAN),
    NavigationItem("any_plan:rollup", "Tổng hợp", "chart", Permission.VIEW_ROLLUP),
    NavigationItem("any_plan:review", "Duyệt báo cáo", "inbox", Permission.REVIEW_REPORTS),
    NavigationItem(
        "any_plan:consolidated_reports", "Báo cáo tổng hợp", "document", Permission.VIEW_ROLLUP, on_phone=False
    ),
    NavigationItem("reports", "Báo cáo", "report", Permission.VIEW_PLAN),
    NavigationItem("any_plan:obstacles", "Khó khăn", "alert", Permission.VIEW_PLAN, on_phone=False, also=("requests",)),
    NavigationItem("any_plan:special_reports", "Báo cáo đột xuất", "bell", Permission.REVIEW_REPORTS, on_phone=False),
    NavigationItem(
        "any_plan:reminders",
        "Nhắc việc",
        "mail",
        Permission.FOLLOW_REMINDERS,
        on_phone=False,
        also=("any_plan:remind", "any_plan:alarms"),
    ),
    NavigationItem("any_plan:units", "Đơn vị", "building", Permission.VIEW_PLAN, on_phone=False),
    NavigationItem("any_plan:plan", "Kế hoạch", "book", Permission.VIEW_PLAN, on_phone=False),
    NavigationItem("annex_imports", "Nhập phụ lục", "upload", Permission.MANAGE_REGISTRY, on_phone=False),
    NavigationItem("admin:index", "Quản trị", "gear", Permission.MANAGE_REGISTRY, on_phone=False),
    NavigationItem("help", "Trợ giúp", "help", on_phone=False),
    NavigationItem("account", "Tôi", "person"),
)
PHONE_PLACES = 4


def links_for(user: User, path: str, plan: Plan | None) -> list[Link]:
    """The items ``user`` may enter; on a phone the first ones and the person's own, four at most."""
    items = [item for item in NAVIGATION if _may_enter(user, item, plan)]
    on_phone = [item for item in items if item.on_phone]
    shown = [*on_phone[: PHONE_PLACES - 1], on_phone[-1]]
    return [_link(item, path, plan, on_phone=item in shown) for item in items]


def _may_enter(user: User, item: NavigationItem, plan: Plan | None) -> bool:
    if item.permission is None:
        return True
    return user.may(item.permission, plan if item.view.startswith(ANY_PLAN) else None)


def _link(item: NavigationItem, path: str, plan: Plan | None, *, on_phone: bool) -> Link:
    url = _address(item.view, plan)
    inside = [reverse(view) for view in (item.view, *item.also) if view != "home"]
    is_current = path == url or _IN_A_PLAN.sub("/", path).startswith(tuple(inside))
    return Link(url, item.label, item.icon, on_phone, is_current)


def _address(view: str, plan: Plan | None) -> str:
    """That of the plan where the page is one of a plan."""
    if view.startswith(ANY_PLAN):
        return plan_page(view.removeprefix(ANY_PLAN), plan.pk if plan else None)
    return reverse(view)
