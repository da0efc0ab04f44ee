"""The addresses of the rooms; each keeps its own."""

from django.urls import include, path

ROOMS = (
    "pages",
    "filing",
    "evidence",
    "review",
    "special",
    "obstacles",
    "requests",
    "notifications",
    "reminders",
    "rollup",
    "consolidated",
)

urlpatterns = [path("", include(f"reports.{room}.urls")) for room in ROOMS]
