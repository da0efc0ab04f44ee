"""The admin at /quan-tri/: Django's own, entered by the portal's sign-in and open to one permission."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.contrib.admin.templatetags import admin_list
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.safestring import SafeString

from assignments.permissions import Permission, requires

_YES_OR_NO = {True: ("yes", "Có"), False: ("no", "Không"), None: ("unknown", "Chưa rõ")}


def yes_or_no_icon(value: bool | None) -> SafeString:
    """Django's own sign, read out in Vietnamese: that one says "True" and asks no catalogue."""
    icon, words = _YES_OR_NO[value]
    return format_html('<img src="{}" alt="{}">', static(f"admin/img/icon-{icon}.svg"), words)


admin_list._boolean_icon = yes_or_no_icon  # type: ignore[attr-defined]  # no setting of Django leads there


class PortalAdminSite(admin.AdminSite):
    site_header = "Quản trị cổng theo dõi kế hoạch"
    site_title = "Quản trị cổng"
    index_title = "Danh mục và người dùng"
    site_url = "/"
    enable_nav_sidebar = True

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Any:
        """Refuse (403) whoever may not manage the registry, as every page of the portal does."""
        return requires(Permission.MANAGE_REGISTRY)(super().admin_view(view, cacheable))

    @method_decorator(login_not_required)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """There is one sign-in, which throttles; it leads back to the page asked for."""
        return redirect_to_login(request.GET.get("next") or reverse("admin:index"))

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        return redirect("account")

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        return redirect("password_change")
