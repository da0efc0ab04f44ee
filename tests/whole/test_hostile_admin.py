"""Whatever stands in an address of the admin, and in whatever letters a request is said to be written, is answered."""

import io
from urllib.parse import urlencode

import pytest
from django.contrib import admin
from django.test import RequestFactory
from django.urls import reverse

from assignments.roles import Role
from config.wsgi import application
from models_registry.models import Platform
from tests.factories import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.engine]

FOLDED = "Cổng dữ liệu"
HUGE = "9" * 25
# What an address may ask of a field, with the values that go beyond it.
ASKED = {
    "": ("x", HUGE),
    "__id__exact": ("x", HUGE),
    "__in": (HUGE, "x,y"),
    "__isnull": ("x", "1"),
    "__range": ("", "0", "1,2"),
    "__gte": ("x", HUGE, "1e400", "2024-13-45"),
    "__year": ("0", "-1", "99999", "x"),
    "__month": ("99", "x"),
    "__regex": ("[", "\\"),
}
WORDS = ("x", "-1", "²", "%", "\ud800", HUGE, "9" * 5000)
OF_THE_LIST = ("q", "p", "o", "all", "e", "_popup", "_to_field", "_facets")
LETTERS = ("utf-16", "utf-32", "utf-7", "idna", "punycode", "hex", "rot13", "undefined", "latin-1", "UTF-8", "none")


@pytest.fixture
def administrator(client):
    client.raise_request_exception = False
    client.force_login(UserFactory(role=Role.ADMIN))


def questions(model):
    """Pairs of a name and a value, for every field of the table and for the list itself."""
    fields = [field.name for field in model._meta.get_fields() if field.concrete]
    for field in fields:
        for asked, values in ASKED.items():
            yield from ((f"{field}{asked}", value) for value in values)
    for name in OF_THE_LIST:
        yield from ((name, value) for value in WORDS)


def broken(client, addresses):
    """Those of the addresses whose answer is a fault of the portal."""
    return {address[:120] for address in addresses if client.get(address).status_code >= 500}


@pytest.mark.parametrize("door", ["changelist", "export"])
@pytest.mark.parametrize("model", admin.site._registry, ids=lambda model: model._meta.model_name)
def test_no_question_of_an_address_breaks_a_table_of_the_admin(client, administrator, model, door):
    names = {"export"} if hasattr(admin.site._registry[model], "get_export_formats") else set()
    if door not in {"changelist", *names}:
        pytest.skip("no file of this table")
    base = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{door}")

    found = broken(client, (f"{base}?{urlencode([pair], errors='surrogatepass')}" for pair in questions(model)))

    assert found == set()


@pytest.mark.parametrize(
    "of", ["initiativeplatform.platform", "assignment.unit", "initiative.plan", "initiative.group"]
)
def test_no_word_breaks_what_the_admin_offers_while_one_types(client, administrator, of):
    model, field = of.split(".")
    app = "assignments" if model == "assignment" else "models_registry"
    asked = ({"app_label": app, "model_name": model, "field_name": field, "term": word, "page": page}
             for word in WORDS for page in ("1", HUGE, "x"))  # fmt: skip

    found = broken(client, (f"/quan-tri/autocomplete/?{urlencode(one, errors='surrogatepass')}" for one in asked))

    assert found == set()


def test_platform_is_found_without_diacritics(client, administrator):
    Platform.objects.create(name=FOLDED)
    Platform.objects.create(name="VNeID")

    page = client.get("/quan-tri/models_registry/platform/", {"q": "du lieu"})
    offered = client.get(
        "/quan-tri/autocomplete/",
        {"app_label": "models_registry", "model_name": "initiativeplatform", "field_name": "platform", "term": "cong"},
    )

    assert [platform.name for platform in page.context["cl"].result_list] == [FOLDED]
    assert [row["text"] for row in offered.json()["results"]] == [FOLDED]


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain"])
@pytest.mark.parametrize("letters", LETTERS)
def test_request_said_to_be_in_other_letters_is_answered(kind, letters):
    body = b'--x\r\nContent-Disposition: form-data; name="username"\r\n\r\na\xff\r\n--x--\r\n'
    environment = RequestFactory()._base_environ(
        REQUEST_METHOD="POST",
        PATH_INFO=reverse("login"),
        QUERY_STRING="next=%2Fa%FF",
        CONTENT_TYPE=f"{kind}; charset={letters}",
        CONTENT_LENGTH=str(len(body)),
        **{"wsgi.input": io.BytesIO(body)},
    )
    statuses = []

    application(environment, lambda status, headers: statuses.append(status))

    assert statuses == ["403 Forbidden"]  # for want of a token, as for any form sent from elsewhere
