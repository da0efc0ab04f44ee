"""What one may do in the portal, and the mark a view carries to say what it asks for."""

import enum
import functools
from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase

View = Callable[..., HttpResponseBase]


class Permission(enum.StrEnum):
    VIEW_PLAN = "xem kế hoạch, mô hình, đơn vị"
    FILE_REPORT = "nộp báo cáo của đơn vị mình"
    VIEW_ALL_REPORTS = "xem báo cáo của tất cả đơn vị"
    REVIEW_REPORTS = "tiếp nhận, trả lại, mở lại báo cáo; nộp thay, đôn đốc đơn vị; yêu cầu báo cáo đột xuất"
    VIEW_ALARMS = "xem cảnh báo"
    FOLLOW_REMINDERS = "xem tin nhắc đã gửi; gửi lại tin không gửi được"
    MANAGE_OBSTACLES = "xử lý khó khăn, vướng mắc"
    VIEW_ROLLUP = "xem tổng hợp"
    VIEW_FOCAL_POINTS = "xem đầu mối của tất cả đơn vị"
    WRITE_CONSOLIDATED = "soạn, ban hành báo cáo gửi cấp trên; sửa đề cương, thể thức"
    MANAGE_REGISTRY = "quản trị danh mục và người dùng"


class Anyone(enum.Enum):
    """Rules of pages that ask for no permission: everybody, or whoever is signed in."""

    EVERYBODY = "mọi người"
    SIGNED_IN = "người đã đăng nhập"


def requires(permission: Permission) -> Callable[[View], View]:
    """Refuse the view (403) to a signed-in user without ``permission``; the middleware sees to signing in.

    It is asked in the plan where the address names one (``plan_pk``), else anywhere: then the view hands out what one
    may see and no more.
    """

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.may(permission, request.plan if "plan_pk" in kwargs else None):  # type: ignore[union-attr, attr-defined]
                raise PermissionDenied
            return view(request, *args, **kwargs)

        wrapped.rule = permission  # type: ignore[attr-defined]
        return wrapped

    return decorate


def open_to(rule: Anyone) -> Callable[[View], View]:
    """Mark a view as asking for no permission, so that its openness is a decision and not an omission."""

    def decorate(view: View) -> View:
        view.rule = rule  # type: ignore[attr-defined]
        return view

    return decorate
