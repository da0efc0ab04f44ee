"""What goes over the line for the report form: everything at the first view, the page alone afterwards."""

import gzip
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import override_settings

from config.static_files import lean
from reports.drawing.signs import _drawn
from reports.models import UnitReport
from reports.periods.services import run_schedule
from tests.acts import filed, more_duties
from tests.factories import vn

pytestmark = pytest.mark.once

FIRST_VIEW, AGAIN = 60_000, 12_000
DUTIES = 15
NEXT_MONDAY = vn("2024-03-11 08:00")
_LINKED = re.compile(r'(?:href|src)="(/static/[^"#]+)')
_IMPORTED = re.compile(r'(?:from|import) ?"(?:\.\./|\./)([^"]+)"|url\("?([^")]+\.woff2)"?\)')


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("static")
    storages = settings.STORAGES | {"staticfiles": {"BACKEND": "config.static_files.LeanStaticFiles"}}
    with override_settings(STATIC_ROOT=str(folder), STORAGES=storages):
        call_command("collectstatic", interactive=False, verbosity=0)
        _drawn.cache_clear()  # what was drawn before names the sprite as it lies in the folder
        yield folder
    _drawn.cache_clear()


def size(file: Path) -> int:
    """As it is sent: the compressed one where there is one."""
    packed = file.with_name(f"{file.name}.gz")
    return (packed if packed.exists() else file).stat().st_size


def fetched(page: str, folder: Path) -> set[Path]:
    """Every file a browser asks for with the page: linked, imported by a script, named by a style."""
    waiting = [folder / url.removeprefix("/static/") for url in _LINKED.findall(page)]
    found: set[Path] = set()
    while waiting:
        file = waiting.pop()
        if file in found:
            continue
        found.add(file)
        if file.suffix in (".js", ".css"):
            waiting += [next(folder.rglob(Path(one or two).name)) for one, two in _IMPORTED.findall(file.read_text())]
    return found


@pytest.fixture
def sent(client, duty, officer, monday, time_machine, collected):
    """The form of fifteen duties of each of which something was said the week before, as it is sent."""
    time_machine.move_to(monday, tick=False)
    more_duties(duty, DUTIES - 1)
    run_schedule(at=monday)
    filed(UnitReport.objects.get(period__code="2024-W10"), by=officer, at=monday)
    time_machine.move_to(NEXT_MONDAY, tick=False)
    run_schedule(at=NEXT_MONDAY)
    client.force_login(officer)
    report = UnitReport.objects.get(period__code="2024-W11")
    return client.get(report.get_absolute_url(), headers={"accept-encoding": "gzip"})


@pytest.mark.django_db
def test_form_weighs_little_at_first_and_less_again(sent, collected):
    page = gzip.decompress(sent.content).decode()

    files = fetched(page, collected)
    weights = {file.name: size(file) for file in files}

    assert page.count('class="duty"') == DUTIES
    again, first = len(sent.content), len(sent.content) + sum(weights.values())
    assert (again <= AGAIN, first <= FIRST_VIEW) == (True, True), (
        again,
        first,
        sorted(weights.items(), key=lambda one: -one[1]),
    )


@pytest.mark.django_db
def test_every_file_of_the_form_is_named_by_its_contents(sent, collected):
    files = fetched(gzip.decompress(sent.content).decode(), collected)

    assert {file.name for file in files if not re.search(r"\.[0-9a-f]{12}\.\w+$", file.name)} == set()
    assert {re.sub(r"\.[0-9a-f]{12}", "", file.name) for file in files} >= {
        "form.js",
        "autosave.js",
        "sender.js",
        "look.css",
    }


@pytest.mark.django_db
def test_the_vietnamese_typeface_alone_is_loaded_before_the_page_is_read(sent):
    page = gzip.decompress(sent.content).decode()

    assert re.findall(r'rel="(?:module)?preload"[^>]*portal-sans-(\w+)', page) == ["vietnamese"]


@pytest.mark.parametrize(
    ("ending", "text", "served"),
    [
        (".css", "/* Why. */\n.a {\n  color: red; /* so */\n}\n", ".a{color: red;}"),
        (".js", '// Why.\nconst a = "http://b"; // so\n\n  a();\n', 'const a = "http://b"; // so\na();'),
    ],
)
def test_comments_and_indentation_are_not_served(ending, text, served):
    assert lean(text, ending) == served
