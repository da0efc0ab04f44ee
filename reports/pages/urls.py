"""Pages over several rooms."""

from django.urls import path

from . import account, documents, health, help, home, initiatives, plan, reports, search, units

plan_urlpatterns = [
    path("", plan.plan, name="plan"),
    path("mo-hinh/", initiatives.initiatives, name="initiatives"),
    path("mo-hinh/<str:code>/", initiatives.initiative, name="initiative"),
    path("don-vi/", units.units, name="units"),
    path("don-vi/<int:pk>/", units.unit, name="unit"),
    path("tim-kiem/", search.search, name="search"),
]
urlpatterns = [
    path("", home.home, name="home"),
    path("ke-hoach/chon/", plan.choose_plan, name="choose_plan"),
    path("bao-cao/", reports.reports, name="reports"),
    path("bao-cao/<int:pk>/van-ban/", documents.report_document, name="report_document"),
    path("tai-khoan/", account.account, name="account"),
    path("tai-khoan/nhan-tin/", account.contact, name="contact"),
    path("tro-giup/", help.help_page, name="help"),
    path("tro-giup/mau/", help.look_samples, name="look_samples"),
    path("healthz", health.healthz, name="healthz"),
]
