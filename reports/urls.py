"""The working pages: what to do next, the plan as it stands, reports, and the roll-up."""

from django.urls import path

from reports.views import filing, health, home, initiatives, rollup, units

urlpatterns = [
    path("", home.home, name="home"),
    path("tro-giup/", home.help_page, name="help"),
    path("tim/", initiatives.search, name="search"),
    path("mo-hinh/", initiatives.initiative_list, name="initiatives"),
    path("mo-hinh/<str:code>/", initiatives.initiative_detail, name="initiative"),
    path("don-vi/", units.unit_list, name="units"),
    path("don-vi/<int:pk>/", units.unit_detail, name="unit"),
    path("bao-cao/", filing.my_reports, name="my_reports"),
    path("bao-cao/<int:pk>/", filing.report, name="report"),
    path("bao-cao/<int:pk>/khong-phat-sinh/", filing.nothing_to_report, name="nothing_to_report"),
    path("tong-hop/", rollup.rollup, name="rollup"),
    path("healthz", health.healthz, name="healthz"),
]
