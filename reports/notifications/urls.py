"""Notifications: the list behind the bell."""

from django.urls import path

from . import views

urlpatterns = [
    path("thong-bao/", views.notifications, name="notifications"),
    path("thong-bao/da-doc/", views.notifications_read, name="notifications_read"),
    path("thong-bao/<int:pk>/mo/", views.notification_open, name="notification_open"),
]
