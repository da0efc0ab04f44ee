"""Accounts; the annex in and out."""

from django.urls import include, path

from assignments.imports.urls import plan_urlpatterns as plan_urlpatterns

urlpatterns = [
    path("", include("assignments.people.urls")),
    path("", include("assignments.imports.urls")),
]
