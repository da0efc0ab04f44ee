"""Every address × every role × nobody, against one table; an address that is not in the table fails."""

import re
from dataclasses import dataclass

import pytest
from django.test import Client
from django.urls import URLResolver, get_resolver

from assignments.models import User
from assignments.permissions import Anyone, Permission
from assignments.roles import PERMISSIONS, Role
from config.urls import plan_urlpatterns
from models_registry.models import Plan
from tests.factories import PlanFactory, UserFactory, agency_of

pytestmark = pytest.mark.django_db

RULES = {
    "login": Anyone.EVERYBODY,
    "logout": Anyone.SIGNED_IN,
    "account": Anyone.SIGNED_IN,
    "contact": Anyone.SIGNED_IN,
    "notifications": Anyone.SIGNED_IN,
    "notification_open": Anyone.SIGNED_IN,
    "notifications_read": Anyone.SIGNED_IN,
    "password_change": Anyone.SIGNED_IN,
    "home": Anyone.SIGNED_IN,
    "help": Anyone.SIGNED_IN,
    "look_samples": Permission.MANAGE_REGISTRY,
    "plan": Permission.VIEW_PLAN,
    "choose_plan": Permission.VIEW_PLAN,
    "initiatives": Permission.VIEW_PLAN,
    "initiative": Permission.VIEW_PLAN,
    "units": Permission.VIEW_PLAN,
    "unit": Permission.VIEW_PLAN,
    "reports": Permission.VIEW_PLAN,
    "report": Permission.VIEW_PLAN,
    "search": Permission.VIEW_PLAN,
    "obstacles": Permission.VIEW_PLAN,
    "obstacle": Permission.VIEW_PLAN,
    "obstacle_answer": Permission.MANAGE_OBSTACLES,
    "obstacle_assign": Permission.MANAGE_OBSTACLES,
    "obstacle_join": Permission.MANAGE_OBSTACLES,
    "obstacle_separate": Permission.MANAGE_OBSTACLES,
    "obstacle_reply": Permission.FILE_REPORT,
    "obstacle_seen": Permission.FILE_REPORT,
    "requests": Permission.VIEW_PLAN,
    "request": Permission.VIEW_PLAN,
    "request_answer": Permission.FILE_REPORT,
    "review": Permission.REVIEW_REPORTS,
    "review_confirm": Permission.REVIEW_REPORTS,
    "review_report": Permission.REVIEW_REPORTS,
    "review_accept": Permission.REVIEW_REPORTS,
    "review_return": Permission.REVIEW_REPORTS,
    "review_reopen": Permission.REVIEW_REPORTS,
    "review_take_back": Permission.REVIEW_REPORTS,
    "review_accept_as_filed": Permission.REVIEW_REPORTS,
    "review_close": Permission.REVIEW_REPORTS,
    "review_excuse": Permission.REVIEW_REPORTS,
    "review_expect": Permission.REVIEW_REPORTS,
    "review_exclude": Permission.REVIEW_REPORTS,
    "review_include": Permission.REVIEW_REPORTS,
    "special_reports": Permission.REVIEW_REPORTS,
    "special_new": Permission.REVIEW_REPORTS,
    "special_report": Permission.REVIEW_REPORTS,
    "special_cancel": Permission.REVIEW_REPORTS,
    "consolidated_reports": Permission.VIEW_ROLLUP,
    "consolidated_report": Permission.VIEW_ROLLUP,
    "consolidated_preview": Permission.VIEW_ROLLUP,
    "consolidated_document": Permission.VIEW_ROLLUP,
    "consolidated_pdf": Permission.VIEW_ROLLUP,
    "consolidated_workbook": Permission.VIEW_ROLLUP,
    "consolidated_start": Permission.WRITE_CONSOLIDATED,
    "consolidated_sources": Permission.WRITE_CONSOLIDATED,
    "consolidated_edit": Permission.WRITE_CONSOLIDATED,
    "consolidated_save": Permission.WRITE_CONSOLIDATED,
    "consolidated_discard": Permission.WRITE_CONSOLIDATED,
    "consolidated_finalize": Permission.WRITE_CONSOLIDATED,
    "consolidated_correct": Permission.WRITE_CONSOLIDATED,
    "consolidated_history": Permission.WRITE_CONSOLIDATED,
    "consolidated_letterhead": Permission.WRITE_CONSOLIDATED,
    "report_outline": Permission.WRITE_CONSOLIDATED,
    "rollup_workbook": Permission.VIEW_ROLLUP,
    "remind": Permission.REVIEW_REPORTS,
    "hand_reminder": Permission.REVIEW_REPORTS,
    "reminders": Permission.FOLLOW_REMINDERS,
    "reminders_again": Permission.FOLLOW_REMINDERS,
    "alarms": Permission.VIEW_ALARMS,
    "rollup": Permission.VIEW_ROLLUP,
    "rollup_attention": Permission.VIEW_ROLLUP,
    "rollup_matrix": Permission.VIEW_ROLLUP,
    "rollup_filing": Permission.VIEW_ROLLUP,
    "rollup_changes": Permission.VIEW_ROLLUP,
    "rollup_timeline": Permission.VIEW_ROLLUP,
    "rollup_trends": Permission.VIEW_ROLLUP,
    "rollup_entries": Permission.VIEW_ROLLUP,
    "nothing_to_report": Permission.FILE_REPORT,
    "report_save": Permission.FILE_REPORT,
    "report_withdraw": Permission.FILE_REPORT,
    "difficulty_answered": Permission.FILE_REPORT,
    "report_document": Permission.VIEW_PLAN,
    "evidence": Permission.VIEW_PLAN,
    "evidence_thumbnail": Permission.VIEW_PLAN,
    "evidence_attach": Permission.FILE_REPORT,
    "evidence_remove": Permission.FILE_REPORT,
    "healthz": Anyone.EVERYBODY,
    "annex_imports": Permission.MANAGE_REGISTRY,
    "annex_import": Permission.MANAGE_REGISTRY,
    "annex_import_progress": Permission.MANAGE_REGISTRY,
    "annex_import_file": Permission.MANAGE_REGISTRY,
    "annex_import_units": Permission.MANAGE_REGISTRY,
    "annex_import_confirm": Permission.MANAGE_REGISTRY,
    "annex_import_cancel": Permission.MANAGE_REGISTRY,
    "annex_import_undo": Permission.MANAGE_REGISTRY,
    "annex_import_gone": Permission.MANAGE_REGISTRY,
    "annex_export": Permission.VIEW_PLAN,
}
# The same pages where the address names no plan: they lead on, and the page asked for refuses.
RULES |= {f"any_plan:{one.name}": Anyone.SIGNED_IN for one in plan_urlpatterns}
# Which role may do what, said a second time and by hand: the table of the portal must not be its own judge.
MAY = {
    Permission.VIEW_PLAN: {Role.ADMIN, Role.STANDING_AGENCY, Role.LEADER, Role.OFFICER},
    Permission.FILE_REPORT: {Role.STANDING_AGENCY, Role.OFFICER},
    Permission.VIEW_ALL_REPORTS: {Role.ADMIN, Role.STANDING_AGENCY, Role.LEADER},
    Permission.REVIEW_REPORTS: {Role.STANDING_AGENCY},
    Permission.VIEW_ALARMS: {Role.ADMIN, Role.STANDING_AGENCY, Role.LEADER},
    Permission.FOLLOW_REMINDERS: {Role.ADMIN, Role.STANDING_AGENCY},
    Permission.MANAGE_OBSTACLES: {Role.STANDING_AGENCY},
    Permission.VIEW_ROLLUP: {Role.ADMIN, Role.STANDING_AGENCY, Role.LEADER},
    Permission.VIEW_FOCAL_POINTS: {Role.ADMIN, Role.STANDING_AGENCY},
    Permission.WRITE_CONSOLIDATED: {Role.STANDING_AGENCY},
    Permission.MANAGE_REGISTRY: {Role.ADMIN},
}


@dataclass(frozen=True)
class Address:
    name: str
    path: str
    rule: object
    in_admin: bool
    is_exempt: bool


def addresses(resolver=None, prefix="/", namespace=""):
    for entry in (resolver or get_resolver()).url_patterns:
        path = prefix + filled(str(entry.pattern))
        if isinstance(entry, URLResolver):
            yield from addresses(entry, path, namespace or entry.namespace or "")
        else:
            view = entry.callback
            is_exempt = getattr(view, "csrf_exempt", False)
            name = f"any_plan:{entry.name}" if namespace == "any_plan" else entry.name
            yield Address(name, path, getattr(view, "rule", None), namespace == "admin", is_exempt)


def filled(pattern):
    """An address of the pattern, with "1" for whatever varies."""
    return re.sub(r"<[^>]*>|\(.*?\)", "1", pattern).strip("^$").replace("\\", "")


@pytest.fixture
def client():
    """One that goes nowhere by itself."""
    return Client()


@pytest.fixture(autouse=True)
def plan():
    """The one that the addresses name."""
    return PlanFactory(pk=1)


PORTAL = [address for address in addresses() if not address.in_admin]
ADMIN = [address for address in addresses() if address.in_admin]
PATHS = {address.name: address.path for address in PORTAL}


def role_that_may(address):
    if address.in_admin:
        return Role.ADMIN
    return min(MAY[address.rule]) if isinstance(address.rule, Permission) else Role.OFFICER


def user_of(role):
    """Somebody of the role who may do in some plan whatever the role may."""
    return UserFactory(role=role, unit=agency_of(Plan.objects.first() or PlanFactory()))


def test_every_role_may_do_what_the_table_says():
    users = [user_of(role) for role in Role]

    found = {permission: {user.role for user in users if user.may(permission)} for permission in Permission}

    assert found == MAY


def test_account_switched_off_may_do_nothing():
    switched_off = [User(role=role, is_active=False) for role in Role]

    assert [(user.role, one) for user in switched_off for one in Permission if user.may(one)] == []


def test_every_address_has_the_rule_of_the_table():
    assert {address.name: address.rule for address in PORTAL} == RULES


@pytest.mark.parametrize("method", ["get", "post"])
def test_every_page_sends_nobody_to_sign_in(client, method):
    ends = {
        address.path: getattr(client, method)(address.path, follow=True).redirect_chain[-1][0].split("?")[0]
        for address in [*PORTAL, *ADMIN]
        if address.rule is not Anyone.EVERYBODY
    }

    assert ends == dict.fromkeys(ends, "/dang-nhap/")


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("role", Role.values)
def test_every_page_refuses_roles_without_its_permission(client, role, method):
    refused = {}
    for address in PORTAL:
        client.force_login(user_of(role))
        refused[address.name] = getattr(client, method)(address.path).status_code == 403

    assert refused == {name: isinstance(rule, Permission) and role not in MAY[rule] for name, rule in RULES.items()}


@pytest.mark.parametrize("method", ["get", "post"])
def test_every_page_that_asks_for_a_permission_refuses_who_has_none(client, monkeypatch, method):
    """Every role may see the plan, so no role shows that its pages ask."""
    monkeypatch.setitem(PERMISSIONS, Role.OFFICER, frozenset())
    client.force_login(UserFactory(role=Role.OFFICER))

    answers = {
        address.name: getattr(client, method)(address.path).status_code
        for address in PORTAL
        if isinstance(address.rule, Permission)
    }

    assert answers == dict.fromkeys(answers, 403)


@pytest.mark.slow
@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("role", sorted(set(Role.values) - {Role.ADMIN}))
def test_every_page_of_the_admin_refuses_roles_that_may_not_manage_the_registry(client, role, method):
    client.force_login(UserFactory(role=role))

    answers = {address.path: getattr(client, method)(address.path).status_code for address in ADMIN}

    assert answers == {path: 302 if path == "/quan-tri/login/" else 403 for path in answers}


def test_account_switched_off_is_signed_out_at_once(client, officer):
    client.force_login(officer)
    officer.is_active = False
    officer.save()

    assert client.get("/")["Location"] == "/dang-nhap/?next=/"


def test_every_post_without_a_token_is_refused_for_want_of_it():
    """By somebody who may, and in the words of that refusal: a 403 alone may be one of permissions."""
    refusals = {}
    for address in [*PORTAL, *ADMIN]:
        client = Client(enforce_csrf_checks=True)
        client.force_login(user_of(role_that_may(address)))
        answer = client.post(address.path)
        refusals[address.path] = (answer.status_code, answer.templates[0].name)

    assert refusals == dict.fromkeys(refusals, (403, "403_csrf.html"))
    assert len(refusals) > len(RULES)


def test_only_where_files_arrive_the_view_looks_for_the_token_itself():
    """Views of Django's own check it a second time, so that an exemption of one of them would show nowhere else."""
    assert {address.name for address in [*PORTAL, *ADMIN] if address.is_exempt} == {"annex_imports"}
