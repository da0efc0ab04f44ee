"""Every address × every role × nobody, against one table; an address that is not in the table fails."""

import pytest
from django.test import Client
from django.urls import URLResolver, get_resolver

from assignments.permissions import Anyone, Permission
from assignments.roles import PERMISSIONS, Role
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

RULES = {
    "login": Anyone.EVERYBODY,
    "logout": Anyone.SIGNED_IN,
    "home": Anyone.SIGNED_IN,
    "report": Permission.FILE_REPORT,
    "nothing_to_report": Permission.FILE_REPORT,
    "healthz": Anyone.EVERYBODY,
}
PATHS = {"report": "/bao-cao/1/", "nothing_to_report": "/bao-cao/1/khong-phat-sinh/"}


def patterns(resolver=None):
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from patterns(entry)
        else:
            yield entry


def path_of(pattern):
    return PATHS.get(pattern.name, f"/{pattern.pattern}")


def test_every_address_has_the_rule_of_the_table():
    assert {pattern.name: getattr(pattern.callback, "rule", None) for pattern in patterns()} == RULES


@pytest.mark.parametrize("method", ["get", "post"])
def test_every_page_sends_nobody_to_sign_in(client, method):
    answers = {
        pattern.name: getattr(client, method)(path_of(pattern)).headers.get("Location", "").split("?")[0]
        for pattern in patterns()
        if pattern.callback.rule is not Anyone.EVERYBODY
    }

    assert answers == dict.fromkeys(answers, "/dang-nhap/")


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("role", Role.values)
def test_every_page_refuses_roles_without_its_permission(client, role, method):
    refused = {}
    for pattern in patterns():
        client.force_login(UserFactory(role=role))
        refused[pattern.name] = getattr(client, method)(path_of(pattern)).status_code == 403

    assert refused == {
        name: isinstance(rule, Permission) and rule not in PERMISSIONS[role] for name, rule in RULES.items()
    }


def test_account_switched_off_is_signed_out_at_once(client, officer):
    client.force_login(officer)
    officer.is_active = False
    officer.save()

    assert client.get("/")["Location"] == "/dang-nhap/?next=/"


def test_every_post_without_a_token_is_refused(officer):
    client = Client(enforce_csrf_checks=True)
    client.force_login(officer)

    assert {name: client.post(path).status_code for name, path in PATHS.items()} == dict.fromkeys(PATHS, 403)
