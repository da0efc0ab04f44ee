"""What guards signing in besides the throttle of one name at one address."""

from typing import Any

from axes.models import AccessAttempt
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Sum
from django.http import HttpRequest

from assignments.models import Unit, User
from models_registry.text import fold


class ManyNamesBackend:
    """Refuse an address that has tried too many wrong passwords, whatever the names: nothing is hashed for it.

    Stands behind the throttle of django-axes, which knows the address and counts, and before what looks at passwords.
    Nobody is signed in by it. Names whose right password came after all do not count.
    """

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> None:
        if request is None:
            return
        since = request.axes_attempt_time - settings.AXES_COOLOFF_TIME  # type: ignore[attr-defined]
        recent = AccessAttempt.objects.filter(ip_address=request.axes_ip_address, attempt_time__gt=since)  # type: ignore[attr-defined]
        if (recent.aggregate(wrong=Sum("failures_since_start"))["wrong"] or 0) >= settings.SIGN_IN_FAILURES_OF_ADDRESS:
            request.axes_locked_out = True  # type: ignore[attr-defined]  # answered like any other lock
            raise PermissionDenied


class UnitNameValidator:
    """Refuse a password that holds the name of a unit one serves: the first thing somebody else would try."""

    def validate(self, password: str, user: User | None = None) -> None:
        said = _squeezed(password)
        if user and user.pk and any(_squeezed(name) in said for name in _names_of(user)):
            raise ValidationError("Mật khẩu chứa tên đơn vị nên dễ đoán. Hãy chọn mật khẩu khác.")

    def get_help_text(self) -> str:
        return "Mật khẩu không được chứa tên đơn vị."


def _names_of(user: User) -> list[str]:
    return list(Unit.objects.filter(memberships__user=user).values_list("name", flat=True))


def _squeezed(text: str) -> str:
    return fold(text).replace(" ", "")
