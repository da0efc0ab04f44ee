"""Difficulties and what is done about them."""

from django.urls import path

from . import views

plan_urlpatterns = [
    path("kho-khan/", views.obstacles, name="obstacles"),
]
urlpatterns = [
    path("kho-khan/<int:pk>/", views.obstacle, name="obstacle"),
    path("kho-khan/<int:pk>/phan-cong/", views.obstacle_assign, name="obstacle_assign"),
    path("kho-khan/<int:pk>/gop/", views.obstacle_join, name="obstacle_join"),
    path("kho-khan/<int:pk>/tach/", views.obstacle_separate, name="obstacle_separate"),
    path("kho-khan/<int:pk>/van-con/", views.obstacle_reply, name="obstacle_reply"),
    path("kho-khan/<int:pk>/da-doc/", views.obstacle_seen, name="obstacle_seen"),
    path("kho-khan/<int:pk>/<str:act>/", views.obstacle_answer, name="obstacle_answer"),
]
