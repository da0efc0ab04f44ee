"""Every address of the portal. Paths are Vietnamese without diacritics; they are an interface and stay."""

from django.contrib import admin
from django.urls import include, path

import assignments.urls
import reports.urls
from reports.pages.any_plan import any_plan

plan_urlpatterns = [*assignments.urls.plan_urlpatterns, *reports.urls.plan_urlpatterns]
# Where these stood before addresses named the plan; the others stood where they do, without it.
OLD_PATHS = {"plan": "ke-hoach/", "annex_export": "ke-hoach/phu-luc.xlsx"}
# The same pages where nothing says which plan: in letters over several plans, in bookmarks and letters of old.
any_plan_urlpatterns = [
    path(
        OLD_PATHS.get(one.name or "") or str(one.pattern),
        any_plan,
        {"view": one.name, "permission": one.callback.rule},  # type: ignore[attr-defined]
        name=one.name,
    )
    for one in plan_urlpatterns
]

urlpatterns = [
    path("", include("assignments.urls")),
    path("", include("reports.urls")),
    path("ke-hoach/<int:plan_pk>/", include(plan_urlpatterns)),
    path("", include((any_plan_urlpatterns, "any_plan"))),
    path("quan-tri/", admin.site.urls),
]

handler500 = "reports.web.failures.server_error"
