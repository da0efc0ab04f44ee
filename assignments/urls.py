"""Signing in and out."""

from django.urls import path

from assignments import views

urlpatterns = [
    path("dang-nhap/", views.sign_in, name="login"),
    path("dang-xuat/", views.sign_out, name="logout"),
]
