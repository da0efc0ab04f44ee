"""Reports asked for on an occasion."""

from django.urls import path

from . import views

plan_urlpatterns = [
    path("bao-cao-dot-xuat/", views.special_reports, name="special_reports"),
    path("bao-cao-dot-xuat/moi/", views.special_new, name="special_new"),
]
urlpatterns = [
    path("bao-cao-dot-xuat/<int:pk>/", views.special_report, name="special_report"),
    path("bao-cao-dot-xuat/<int:pk>/huy/", views.special_cancel, name="special_cancel"),
]
