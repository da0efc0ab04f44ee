"""Where a unit fills in and files its report."""

from django.urls import path

from . import autosave, views

urlpatterns = [
    path("bao-cao/<int:pk>/", views.report, name="report"),
    path("bao-cao/<int:pk>/luu/", autosave.report_save, name="report_save"),
    path("bao-cao/<int:pk>/khong-phat-sinh/", views.nothing_to_report, name="nothing_to_report"),
    path("bao-cao/<int:pk>/kho-khan/<int:obstacle>/<str:act>/", views.difficulty_answered, name="difficulty_answered"),
    path("bao-cao/<int:pk>/rut-lai/", views.withdraw, name="report_withdraw"),
]
