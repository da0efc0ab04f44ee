"""Accounts: what people change about their own, and what the administrator fills in for others."""

from typing import Any

from django import forms
from django.contrib.auth.forms import (
    AdminPasswordChangeForm,
    AuthenticationForm,
    BaseUserCreationForm,
    PasswordChangeForm,
)

from assignments.models import User


class SignInForm(AuthenticationForm):
    def clean_username(self) -> str:
        """However it was typed, so that wrong passwords are counted under one name."""
        return User.normalize_username(self.cleaned_data["username"])


class OwnPasswordForm(PasswordChangeForm):
    """A new password of one's own; the initial one given by the administrator is then done with."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["class"] = "in"

    def clean_new_password1(self) -> str:
        """Refuse the password in use: one given by another would stay known to them."""
        wanted: str = self.cleaned_data["new_password1"]
        if self.user.check_password(wanted):
            raise forms.ValidationError("Mật khẩu mới phải khác mật khẩu đang dùng.")
        return wanted

    def save(self, commit: bool = True) -> User:
        self.user.must_change_password = False
        return super().save(commit)


class InitialPasswordForm(AdminPasswordChangeForm):
    """A password given by another is for one sign-in."""

    def save(self, commit: bool = True) -> User:
        self.user.must_change_password = True
        return super().save(commit)


class UserAddForm(BaseUserCreationForm):
    """Somebody new, with an initial password; the model's default asks to change it at the first sign-in."""

    class Meta:
        model = User
        fields = ("username", "full_name", "email", "role")


class UserEditForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ("username", "full_name", "email", "role", "is_active")
