"""A password given by another is changed before anything else."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import resolve

# Where somebody with a password given by another may go.
_BEFORE_PASSWORD_CHANGE = {"password_change", "logout", "login", "healthz"}


class FirstPasswordMiddleware:
    """Lead whoever still has an initial password to the page that changes it; no other page answers before."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if user.is_authenticated and user.must_change_password and not _is_open_before_change(request):
            return redirect("password_change")
        return self.get_response(request)


def _is_open_before_change(request: HttpRequest) -> bool:
    return resolve(request.path_info).view_name in _BEFORE_PASSWORD_CHANGE
