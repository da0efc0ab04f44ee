"""Signing in and out, one's own password; the annex in and out."""

from django.urls import path

from assignments.views import accounts, import_decisions, imports

urlpatterns = [
    path("dang-nhap/", accounts.sign_in, name="login"),
    path("dang-xuat/", accounts.sign_out, name="logout"),
    path("tai-khoan/mat-khau/", accounts.password_change, name="password_change"),
    path("nhap-phu-luc/", imports.annex_imports, name="annex_imports"),
    path("nhap-phu-luc/<int:pk>/", imports.annex_import, name="annex_import"),
    path("nhap-phu-luc/<int:pk>/tien-do/", imports.annex_import_progress, name="annex_import_progress"),
    path("nhap-phu-luc/<int:pk>/tep/", imports.annex_import_file, name="annex_import_file"),
    path("nhap-phu-luc/<int:pk>/don-vi/", import_decisions.annex_import_units, name="annex_import_units"),
    path("nhap-phu-luc/<int:pk>/nhap/", import_decisions.annex_import_confirm, name="annex_import_confirm"),
    path("nhap-phu-luc/<int:pk>/huy/", import_decisions.annex_import_cancel, name="annex_import_cancel"),
    path("nhap-phu-luc/<int:pk>/hoan-tac/", import_decisions.annex_import_undo, name="annex_import_undo"),
    path(
        "nhap-phu-luc/<int:pk>/mo-hinh/<int:initiative_pk>/",
        import_decisions.annex_import_gone,
        name="annex_import_gone",
    ),
    path("ke-hoach/phu-luc.xlsx", imports.annex_export, name="annex_export"),
]
