"""Every address of the portal. Paths are Vietnamese without diacritics; they are an interface and stay."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("assignments.urls")),
    path("", include("reports.urls")),
    path("quan-tri/", admin.site.urls),
]

handler500 = "reports.web.failures.server_error"
