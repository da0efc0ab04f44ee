"""The working pages: what to do next, the plan, reports, the roll-up; and the health of the portal."""

from django.urls import path

from reports.views import documents, evidence, health, help, home, initiatives, plan, reports, rollup, search, units
from reports.views.filing import pages as filing
from reports.views.filing import saving

urlpatterns = [
    path("", home.home, name="home"),
    path("ke-hoach/", plan.plan, name="plan"),
    path("ke-hoach/chon/", plan.choose_plan, name="choose_plan"),
    path("mo-hinh/", initiatives.initiatives, name="initiatives"),
    path("mo-hinh/<str:code>/", initiatives.initiative, name="initiative"),
    path("don-vi/", units.units, name="units"),
    path("don-vi/<int:pk>/", units.unit, name="unit"),
    path("bao-cao/", reports.reports, name="reports"),
    path("bao-cao/<int:pk>/", filing.report, name="report"),
    path("bao-cao/<int:pk>/luu/", saving.report_save, name="report_save"),
    path("bao-cao/<int:pk>/khong-phat-sinh/", filing.nothing_to_report, name="nothing_to_report"),
    path("bao-cao/<int:pk>/rut-lai/", filing.withdraw, name="report_withdraw"),
    path("bao-cao/<int:pk>/van-ban/", documents.report_document, name="report_document"),
    path("minh-chung/<int:pk>/", evidence.evidence, name="evidence"),
    path("minh-chung/<int:pk>/anh-nho/", evidence.evidence_thumbnail, name="evidence_thumbnail"),
    path("minh-chung/<int:pk>/go/", evidence.evidence_remove, name="evidence_remove"),
    path("minh-chung/dong/<int:pk>/", evidence.evidence_attach, name="evidence_attach"),
    path("tong-hop/", rollup.rollup, name="rollup"),
    path("tim-kiem/", search.search, name="search"),
    path("tro-giup/", help.help_page, name="help"),
    path("healthz", health.healthz, name="healthz"),
]
