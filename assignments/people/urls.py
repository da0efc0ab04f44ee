"""Signing in and out, one's own password."""

from django.urls import path

from . import views

urlpatterns = [
    path("dang-nhap/", views.sign_in, name="login"),
    path("dang-xuat/", views.sign_out, name="logout"),
    path("tai-khoan/mat-khau/", views.password_change, name="password_change"),
]
