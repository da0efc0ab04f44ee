"""Django's own words, as the admin, the forms and the passwords say them."""

import re
from itertools import chain
from pathlib import Path

import django
import import_export
import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.forms import CharField, DateField, IntegerField
from django.urls import reverse
from django.utils.translation import gettext, override

from assignments.models import CollectiveMember, FocalPoint, Unit, UnitAlias
from assignments.roles import Role
from models_registry.models import Platform
from reports.models import DueDayRule, Holiday, Letterhead
from tests.factories import (
    CollectiveFactory,
    InitiativeFactory,
    InitiativeGroupFactory,
    UnitFactory,
    UserFactory,
    default_rules,
)
from tests.html import html_of, texts

DJANGO = Path(django.__file__).parent
APPS = ("models_registry", "assignments", "reports")
# How an unmarked Vietnamese syllable is spelt; those that end in a stop (c, ch, p, t) always have a mark.
_SYLLABLE = re.compile(
    r"(?:b|c|ch|d|g|gh|gi|h|k|kh|l|m|n|ng|ngh|nh|ph|qu|r|s|t|th|tr|v|x)?"
    r"(?:a|e|i|o|u|y|ai|ao|au|ay|eo|ia|iu|oa|oe|oi|ua|ui|uy|ue|uya|oai|oay|uay|ieu|yeu|uoi)(?:m|n|ng|nh)?"
)
_LIKE_SYLLABLES = {"the", "by", "go", "you", "than"}
# Names of things that have no other.
_NAMES = {"excel", "word", "zalo", "xlsx", "csv", "byte"}
# A text and the lines it goes on over; those of a context are told apart by the browser's calendar alone.
_TEXT = re.compile(r'^msgid ((?:".*"\n)+)', re.MULTILINE)


def texts_of(catalogue, of=""):
    """Every English text of a catalogue that is used in a file with ``of`` in its name."""
    blocks = catalogue.read_text(encoding="utf8").split("\n\n")
    used = [f"{block}\n" for block in blocks if any(of in line for line in re.findall("^#: .*", block, re.MULTILINE))]
    joined = ["".join(re.findall(r'"(.*)"\n', found)) for block in used for found in _TEXT.findall(block)]
    return [text.replace('\\"', '"').replace("\\n", "\n") for text in joined if text]


def english_in(text):
    """The words of a text that cannot be Vietnamese; what has several capitals is the name of something (VNeID)."""
    words = [word for word in re.findall(r"[^\W\d_]{2,}", text) if word.isascii() and sum(map(str.isupper, word)) < 2]
    told = [word for word in words if word.lower() not in _NAMES]
    return [word for word in told if not _SYLLABLE.fullmatch(word.lower()) or word.lower() in _LIKE_SYLLABLES]


@pytest.mark.parametrize("app", ["contrib/admin", "contrib/auth"])
def test_every_text_of_the_admin_and_of_accounts_is_vietnamese(app):
    says_nothing = {"%(class_name)s %(instance)s", "LogEntry Object"}
    of_hashes = {"variety", "version", "memory cost", "time cost", "parallelism", "block size"}  # shown to nobody

    with override("vi"):
        catalogue = DJANGO / app / "locale" / "en" / "LC_MESSAGES" / "django.po"
        english = [text for text in texts_of(catalogue) if gettext(text) == text]

    assert set(english) <= says_nothing | of_hashes


@pytest.mark.parametrize("of", ["core/validators", "forms/", "db/models/"])
def test_every_refusal_of_forms_and_models_is_vietnamese(of):
    says_nothing = {"IPv4", "IPv6", ":", ":?.!"}
    with override("vi"):
        catalogue = DJANGO / "conf" / "locale" / "en" / "LC_MESSAGES" / "django.po"
        english = [text for text in texts_of(catalogue, of) if gettext(text) == text]

    refusals = [text for text in english if "." in text]  # what a kind of field is called is told to nobody
    assert set(refusals) <= says_nothing


def test_every_text_of_tables_in_and_out_is_vietnamese():
    to_programmers = ("is_valid", "import_id_fields", "force_str", "use_natural_foreign_keys")
    with override("vi"):
        catalogue = Path(import_export.__file__).parent / "locale" / "fr" / "LC_MESSAGES" / "django.po"
        english = [text for text in texts_of(catalogue) if gettext(text) == text]

    assert [text for text in english if not any(name in text for name in to_programmers)] == []


def test_english_is_told_from_vietnamese():
    said = "Xem theo trang; View on site, Select all by the way, VNeID, UBND, Excel, không có từ, xong, in ra"

    assert english_in(said) == ["View", "site", "Select", "all", "by", "the", "way"]


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


@pytest.fixture
def admin_rows():
    """A row of every table of the admin, and the changes of one in its history."""
    default_rules()
    group = InitiativeGroupFactory(name="Nhóm thử")
    plan = InitiativeFactory(plan=group.plan, group=group, name="Khám chữa bệnh").plan
    unit, commune = UnitFactory(name="Phòng Nội vụ"), UnitFactory(name="Xã Phú Lệ")
    collective = CollectiveFactory(name="Các xã")
    Platform.objects.create(name="Nền tảng thử")
    UnitAlias.objects.create(unit=unit, text="P. Nội vụ")
    CollectiveMember.objects.create(collective=collective, unit=commune, valid_from="2024-01-01")
    FocalPoint.objects.create(unit=unit, full_name="Cán bộ thử")
    Letterhead.objects.create(unit=unit)
    Holiday.objects.create(date="2024-04-30", name="Nghỉ lễ")
    DueDayRule.objects.create(plan=plan, rhythm="weekly")
    UserFactory(unit=unit, username="can-bo", full_name="Cán bộ nội vụ")


def admin_page(model, kind, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{kind}", args=args)


def said_on(page):
    """What a page shows, and what it says to who cannot see it."""
    document = html_of(page)
    for unseen in document.xpath("//script | //style"):
        unseen.drop_tree()
    shown = ["title", "aria-label", "placeholder", "alt"]
    told = chain.from_iterable(document.xpath(f"//@{name}") for name in shown)
    return [*document.xpath("//text()"), *told, *document.xpath("//input[@type='submit']/@value")]


def english_on(page):
    assert page.status_code == 200
    return {word for text in said_on(page) for word in english_in(text)}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "model", sorted(admin.site._registry, key=lambda one: one._meta.label), ids=lambda one: one.__name__
)
def test_every_page_of_a_table_of_the_admin_is_vietnamese(client, admin_rows, model):
    client.force_login(UserFactory(role=Role.ADMIN, username="quan-tri", full_name="Cán bộ quản trị"))
    row = model.objects.earliest("pk")
    row.save()
    listed, added = admin_page(model, "changelist"), admin_page(model, "add")
    addresses = [
        listed,
        f"{listed}?q=không",
        added,
        admin_page(model, "change", row.pk),
        admin_page(model, "history", row.pk),
    ]

    pages = {address: client.get(address) for address in addresses}
    pages["refused"] = client.post(added, {})
    deleted = client.get(admin_page(model, "delete", row.pk))
    if deleted.status_code != 403:
        pages["delete"] = deleted

    assert {address: english for address, page in pages.items() if (english := english_on(page))} == {}


@pytest.mark.django_db
@pytest.mark.parametrize("model", [Holiday, Unit], ids=lambda one: one.__name__)
def test_page_that_takes_tables_in_is_vietnamese(client, admin_rows, model):
    client.force_login(UserFactory(role=Role.ADMIN, username="quan-tri", full_name="Cán bộ quản trị"))
    address = admin_page(model, "import")

    assert [english_on(page) for page in (client.get(address), client.post(address, {}))] == [set(), set()]


def words_of(model):
    """What the admin and the forms call a table, its columns and choices, and how they refuse."""
    fields = [field for field in model._meta.get_fields() if hasattr(field, "verbose_name")]
    yield from (model._meta.verbose_name, model._meta.verbose_name_plural)
    yield from (constraint.get_violation_error_message() for constraint in model._meta.constraints)
    for field in fields:
        yield from (field.help_text, *(word for _, word in field.choices or ()))
        yield from re.findall(r"(?<!%\()\b\w+\b(?!\))", " ".join(map(str, field.error_messages.values())))
        if field.editable and not field.primary_key:
            yield field.verbose_name


def test_every_word_of_the_tables_is_vietnamese():
    models = [one for app in APPS for one in apps.get_app_config(app).get_models() if "istorical" not in one.__name__]
    with override("vi"):
        english = {one.__name__: [word for text in words_of(one) for word in english_in(str(text))] for one in models}

    assert {name: words for name, words in english.items() if words} == {}
    assert len(models) > 40
