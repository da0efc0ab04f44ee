"""Signing in and out."""

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LoginView, LogoutView
from django.views.decorators.cache import never_cache

from assignments.permissions import Anyone, open_to

sign_in = open_to(Anyone.EVERYBODY)(
    login_not_required(never_cache(LoginView.as_view(redirect_authenticated_user=True)))
)
sign_out = open_to(Anyone.SIGNED_IN)(LogoutView.as_view(next_page="login"))
