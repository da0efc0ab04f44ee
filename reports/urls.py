"""The working pages: what to do next, and reports; and the health of the portal."""

from django.urls import path

from reports.views import filing, health, home

urlpatterns = [
    path("", home.home, name="home"),
    path("bao-cao/<int:pk>/", filing.report, name="report"),
    path("bao-cao/<int:pk>/khong-phat-sinh/", filing.nothing_to_report, name="nothing_to_report"),
    path("healthz", health.healthz, name="healthz"),
]
