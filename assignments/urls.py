"""Signing in and out, one's own account."""

from django.urls import path

from assignments.views import accounts

urlpatterns = [
    path("dang-nhap/", accounts.sign_in, name="login"),
    path("dang-xuat/", accounts.sign_out, name="logout"),
    path("tai-khoan/", accounts.account, name="account"),
    path("tai-khoan/mat-khau/", accounts.password_change, name="password_change"),
]
