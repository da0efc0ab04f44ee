"""Pressing by hand, what was sent, alarms."""

from django.urls import path

from . import manual_views, views

plan_urlpatterns = [
    path("don-doc/", manual_views.remind, name="remind"),
    path("nhac-viec/", views.reminders, name="reminders"),
    path("nhac-viec/gui-lai/", views.reminders_again, name="reminders_again"),
    path("canh-bao/", views.alarms, name="alarms"),
]
urlpatterns = [
    path("don-doc/<int:pk>/", manual_views.hand_reminder, name="hand_reminder"),
]
