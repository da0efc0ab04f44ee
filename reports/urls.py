"""The addresses of the rooms; each keeps its own. Those of ``plan_urlpatterns`` are read within a plan."""

from importlib import import_module

from django.urls import URLPattern

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

_rooms = [import_module(f"reports.{room}.urls") for room in ROOMS]
urlpatterns: list[URLPattern] = [one for room in _rooms for one in getattr(room, "urlpatterns", ())]
plan_urlpatterns: list[URLPattern] = [one for room in _rooms for one in getattr(room, "plan_urlpatterns", ())]
