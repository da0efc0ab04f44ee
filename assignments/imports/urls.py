"""The annex in and out."""

from django.urls import path

from . import decisions, views

plan_urlpatterns = [
    path("phu-luc.xlsx", views.annex_export, name="annex_export"),
]
urlpatterns = [
    path("nhap-phu-luc/", views.annex_imports, name="annex_imports"),
    path("nhap-phu-luc/<int:pk>/", views.annex_import, name="annex_import"),
    path("nhap-phu-luc/<int:pk>/tien-do/", views.annex_import_progress, name="annex_import_progress"),
    path("nhap-phu-luc/<int:pk>/tep/", views.annex_import_file, name="annex_import_file"),
    path("nhap-phu-luc/<int:pk>/don-vi/", decisions.annex_import_units, name="annex_import_units"),
    path("nhap-phu-luc/<int:pk>/nhap/", decisions.annex_import_confirm, name="annex_import_confirm"),
    path("nhap-phu-luc/<int:pk>/huy/", decisions.annex_import_cancel, name="annex_import_cancel"),
    path("nhap-phu-luc/<int:pk>/hoan-tac/", decisions.annex_import_undo, name="annex_import_undo"),
    path(
        "nhap-phu-luc/<int:pk>/mo-hinh/<int:initiative_pk>/",
        decisions.annex_import_gone,
        name="annex_import_gone",
    ),
]
