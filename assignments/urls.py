"""Signing in and out, one's own account, and the choice of a plan."""

from django.urls import path

from assignments import views

urlpatterns = [
    path("dang-nhap/", views.sign_in, name="login"),
    path("dang-xuat/", views.sign_out, name="logout"),
    path("doi-mat-khau/", views.change_password, name="password_change"),
    path("toi/", views.account, name="account"),
    path("chon-ke-hoach/", views.choose_plan, name="choose_plan"),
]
