"""What is asked of units, and their answers."""

from django.urls import path

from . import views

urlpatterns = [
    path("yeu-cau/", views.requests, name="requests"),
    path("yeu-cau/<int:pk>/", views.request_page, name="request"),
    path("yeu-cau/<int:pk>/tra-loi/", views.request_answer, name="request_answer"),
]
