"""Accounts; the annex in and out."""

from django.urls import include, path

urlpatterns = [
    path("", include("assignments.people.urls")),
    path("", include("assignments.imports.urls")),
]
