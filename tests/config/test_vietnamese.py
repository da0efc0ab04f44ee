"""Django's own words, as the admin, the forms and the passwords say them."""

import re
from pathlib import Path

import django
import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.forms import CharField, DateField, IntegerField
from django.urls import reverse
from django.utils.translation import gettext, override

from assignments.roles import Role
from tests.factories import UserFactory
from tests.html import texts

DJANGO = Path(django.__file__).parent
# A text and the lines it goes on over; those of a context are told apart by the browser's calendar alone.
_TEXT = re.compile(r'^msgid ((?:".*"\n)+)', re.MULTILINE)


def texts_of(app):
    """Every English text of one of Django's apps."""
    catalogue = (DJANGO / app / "locale" / "en" / "LC_MESSAGES" / "django.po").read_text(encoding="utf8")
    joined = ["".join(re.findall(r'"(.*)"\n', found)) for found in _TEXT.findall(catalogue)]
    return [text.replace('\\"', '"').replace("\\n", "\n") for text in joined if text]


@pytest.mark.parametrize("app", ["contrib/admin", "contrib/auth"])
def test_every_text_of_the_admin_and_of_accounts_is_vietnamese(app):
    says_nothing = {"%(class_name)s %(instance)s", "LogEntry Object"}
    of_hashes = {"variety", "version", "memory cost", "time cost", "parallelism", "block size"}  # shown to nobody

    with override("vi"):
        english = [text for text in texts_of(app) if gettext(text) == text]

    assert set(english) <= says_nothing | of_hashes


@pytest.mark.parametrize(
    ("field", "given", "said"),
    [
        (CharField(), "", "Ô này chưa ghi."),
        (CharField(max_length=3), "dài quá", "Dài quá 3 ký tự (hiện có 7). Hãy viết gọn lại."),
        (IntegerField(), "x", "Hãy ghi một số nguyên."),
        (IntegerField(max_value=5), "6", "Không được quá 5."),
        (DateField(), "mai", "Ngày chưa đúng, ví dụ: 05/03/2024."),
    ],
)
def test_form_says_what_is_wrong_and_what_to_do(field, given, said):
    with override("vi"), pytest.raises(ValidationError) as refused:
        field.clean(given)

    assert refused.value.messages == [said]


def test_password_says_what_is_wrong_with_it():
    with override("vi"), pytest.raises(ValidationError) as refused:
        validate_password("12345678901234")

    assert "Mật khẩu chỉ toàn chữ số. Hãy thêm chữ cái." in refused.value.messages


@pytest.mark.django_db
def test_admin_has_the_look_of_the_portal_and_leaves_light_and_dark_to_the_device(client):
    client.force_login(UserFactory(role=Role.ADMIN, full_name="Cán bộ quản trị"))

    page = client.get(reverse("admin:index"))

    sheets = [href for href in re.findall(r'href="([^"]+\.css)"', page.content.decode()) if "dark" in href]
    assert ("web/admin.css" in page.content.decode(), sheets, "theme.js" in page.content.decode()) == (True, [], False)
    assert texts(page, "//*[@id='user-tools']") == ["Cán bộ quản trị · Về cổng · Tài khoản của tôi"]
