"""Signing in and out, one's own password."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import PasswordChangeForm
from django.contrib.auth.views import LoginView, LogoutView, PasswordChangeView
from django.http import HttpResponse
from django.urls import reverse_lazy
from django.views.decorators.cache import never_cache

from assignments.permissions import Anyone, open_to

from .forms import OwnPasswordForm, SignInForm


class OwnPasswordView(PasswordChangeView):
    form_class = OwnPasswordForm
    template_name = "people/password.html"
    success_url = reverse_lazy("home")

    def form_valid(self, form: PasswordChangeForm) -> HttpResponse:
        response = super().form_valid(form)
        messages.success(self.request, "Đã đổi mật khẩu. Từ lần sau hãy đăng nhập bằng mật khẩu mới.")
        return response


sign_in = open_to(Anyone.EVERYBODY)(
    login_not_required(
        never_cache(
            LoginView.as_view(
                authentication_form=SignInForm, template_name="people/login.html", redirect_authenticated_user=True
            )
        )
    )
)
sign_out = open_to(Anyone.SIGNED_IN)(LogoutView.as_view(next_page="login"))
password_change = open_to(Anyone.SIGNED_IN)(OwnPasswordView.as_view())
