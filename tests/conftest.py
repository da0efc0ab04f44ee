"""The people of the tests: an officer, the standing agency, somebody of another unit; and the browser they use."""

from contextlib import contextmanager
from pathlib import Path

import hypothesis
import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import Client, TransactionTestCase

import assignments.tasks  # noqa: F401  # what is sent by name is done at once only where it is known
from assignments.loading import load_plan
from assignments.models import AnnexImport
from assignments.roles import Role
from assignments.storage import PrivateFiles
from tests.acts import entry_of, opened
from tests.factories import (
    DutyFactory,
    InitiativeFactory,
    PlanFactory,
    UnitFactory,
    UserFactory,
    agency_of,
    default_rules,
    vn,
)
from tests.migrated import copy_to_postgres, copy_to_sqlite
from tests.smtp import smtp_sink
from tests.worlds import empty_tables

FIXTURES = settings.BASE_DIR / "fixtures"
# How fast a busy machine makes up examples says nothing about the portal.
hypothesis.settings.register_profile("portal", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("portal")
# The same engine of Debian without the windows around its pages, which cost as much as the pages; or with them.
BROWSERS = ("/usr/bin/chromium-headless-shell", "/usr/bin/chromium")
PLAN_LOADED_AT = vn("2024-03-01 08:00")


@pytest.fixture(scope="session", autouse=True)
def uploads_of_the_tests(tmp_path_factory):
    """Files handed in by tests lie in a folder of theirs."""
    with pytest.MonkeyPatch.context() as patch:
        storage = PrivateFiles(location=tmp_path_factory.mktemp("uploads"))
        patch.setattr(AnnexImport._meta.get_field("file"), "storage", storage)
        yield


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix):
    """The database of the tests begins as a copy of one that was migrated before."""
    server, name = connection.settings_dict, connection.creation._get_test_db_name()
    if connection.vendor == "sqlite":
        copy_to_sqlite(name)
    else:
        copy_to_postgres(server, name)


@pytest.fixture(scope="session")
def django_db_keepdb():
    """What was copied is used, and goes with the server or the folder it lies in."""
    return True


@pytest.fixture(scope="session", autouse=True)
def quickly_emptied_tables():
    """After each test that commits; on SQLite Django's own way is quick enough."""
    with pytest.MonkeyPatch.context() as patch:
        if connection.vendor == "postgresql":
            patch.setattr(TransactionTestCase, "_fixture_teardown", lambda case: empty_tables())
        yield


class BrowserLikeClient(Client):
    """Where an address does not name the only plan, it goes on to the one that does, as a browser would."""

    def get(self, path, *args, **kwargs):
        answer = super().get(path, *args, **kwargs)
        return super().get(answer["Location"], **without_query(kwargs)) if is_sent_on(answer) else answer

    def post(self, path, *args, **kwargs):
        answer = super().post(path, *args, **kwargs)
        return super().post(answer["Location"], *args, **kwargs) if is_sent_on(answer) else answer


def is_sent_on(answer):
    match = answer.resolver_match
    return match is not None and match.namespace == "any_plan" and answer.get("Location", "").startswith("/ke-hoach/")


def without_query(kwargs):
    return {name: value for name, value in kwargs.items() if name not in ("data", "query_params")}


@pytest.fixture
def client():
    return BrowserLikeClient()


@pytest.fixture(scope="module")
def shared_world(django_db_setup, django_db_blocker):
    """``with shared_world():`` in a fixture of a module: rows written once for all its tests, gone after them.

    Tests without such a fixture come before those with one (``tests.servers``), and so do not see the rows.
    """

    @contextmanager
    def share():
        with django_db_blocker.unblock(), transaction.atomic():
            yield
            transaction.set_rollback(True)

    return share


@pytest.fixture(scope="module")
def real_plan(shared_world):
    """The whole plan of fixtures/, loaded once for the module that asks and taken out again after it."""
    with shared_world():
        plan, imported = load_plan(FIXTURES, at=PLAN_LOADED_AT, today=PLAN_LOADED_AT.date())
        plan.imported = imported
        yield plan


@pytest.fixture
def plan():
    return PlanFactory()


@pytest.fixture
def unit():
    return UnitFactory(name="Phòng Nội vụ")


@pytest.fixture
def duty(plan, unit):
    return DutyFactory(unit=unit, initiative=InitiativeFactory(plan=plan))


@pytest.fixture
def report(duty):
    """The weekly report of week 10, opened on the Monday before it is due."""
    return opened(duty.unit)


@pytest.fixture
def entry(report):
    return entry_of(report)


@pytest.fixture
def officer(unit):
    return UserFactory(unit=unit)


@pytest.fixture
def standing_agency(plan):
    """Somebody who serves the standing agency of ``plan``."""
    return UserFactory(role=Role.STANDING_AGENCY, unit=agency_of(plan, UnitFactory(name="Công an huyện")))


@pytest.fixture
def outsider():
    return UserFactory(unit=UnitFactory(name="Phòng Tư pháp"))


@pytest.fixture
def monday():
    """Monday 04/03/2024, 08:00: the day before the report of week 10 is due."""
    return vn("2024-03-04 08:00")


@pytest.fixture
def smtp():
    """A real SMTP server; letters the portal sends are in ``smtp.letters``."""
    with smtp_sink() as sink:
        yield sink


@pytest.fixture
def reminder_rules(db):
    return default_rules()


# --- A real browser ---


@pytest.fixture(scope="session")
def the_browser_loop_allowed():
    """Playwright keeps an event loop in this thread; Django would refuse the database there."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        yield


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args, the_browser_loop_allowed):
    return {
        **browser_type_launch_args,
        "executable_path": next(path for path in BROWSERS if Path(path).exists()),
        "args": ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"],
    }


@pytest.fixture
def complaints(page):
    """What the browser's console complains of: a page under a strict policy must give it no reason."""
    found = []
    page.on(
        "console", lambda message: message.type == "error" and found.append(f"{message.text} {message.location['url']}")
    )
    page.on("pageerror", lambda error: found.append(str(error)))
    return found
