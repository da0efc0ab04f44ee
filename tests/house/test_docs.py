"""The documents lead where they say."""

import os
import re
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import get_commands

pytestmark = pytest.mark.once

README_FILES = ("README.md", "README.vi.md")
ROOT = settings.BASE_DIR
# The changelog tells of the past, in the names of the past.
DOCUMENTS = sorted(
    str(path.relative_to(ROOT)) for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")] if path.stem != "CHANGELOG"
)
NOT_OURS = {".git", ".venv", "node_modules", "vendor", "var", "staticfiles", "__pycache__"}
SUFFIXES = "py|md|toml|in|txt|yml|html|js|css|csv|svg|json"
# Made when the portal runs, so not in a clone: the folders under DATA_DIR.
MADE_LATER = {"broker/", "evidence/", "uploads/", "var/", ".venv/"}
# Names of Django, pytest and nginx that documents speak of and our code has no need of.
FOREIGN = {
    "AddIndexConcurrently",
    "RunPython",
    "SeparateDatabaseAndState",
    "django_assert_max_num_queries",
    "proxy_set_header",
    "schema_editor.connection.vendor",
}


def text_of(name):
    return (settings.BASE_DIR / name).read_text()


@cache
def files() -> frozenset[str]:
    """Every file of the project, from its root."""
    found = set()
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [name for name in folders if name not in NOT_OURS]
        found |= {str((Path(folder) / name).relative_to(ROOT)) for name in names}
    return frozenset(found)


def paths_in(text: str) -> set[str]:
    """What looks like a file of the project: with its folders anywhere, by its bare name where it is marked as code."""
    with_folder = re.findall(rf"(?<![\w./:-])[\w.-]+(?:/[\w.-]+)+\.(?:{SUFFIXES})\b", text)
    bare = re.findall(rf"`(\.?[\w-][\w.-]*\.(?:{SUFFIXES}))`", text)
    return {*with_folder, *bare}


def names_in(text: str) -> set[str]:
    """What is marked as code and can be nothing but a name: an underscore, a capital or a call's brackets."""
    spans = re.findall(r"`([A-Za-z_][\w.]*)(\(\))?`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))
    sure = re.compile(r"_|[A-Z]")
    files_named = paths_in(text)
    return {name for name, call in spans if (call or sure.search(name)) and name not in files_named}


def rows_in(text: str) -> list[tuple[str, list[str]]]:
    """The lines of tables that begin with a file and the names to look for in it."""
    rows = re.findall(rf"^\| `([\w./-]+\.(?:{SUFFIXES}))` \| ((?:`\w+`(?:, )?)+) \|", text, re.MULTILINE)
    return [(path, re.findall(r"`(\w+)`", names)) for path, names in rows]


def folders_in(text: str) -> set[str]:
    return set(re.findall(r"`([\w.-]+(?:/[\w.-]+)*/)`", text))


@pytest.mark.parametrize("name", DOCUMENTS)
def test_documents_name_files_that_exist(name):
    bare_names = {Path(path).name for path in files()}

    gone = {path for path in paths_in(text_of(name)) if path not in (files() if "/" in path else bare_names)}
    assert gone == set()


@pytest.mark.parametrize("name", DOCUMENTS)
def test_documents_name_folders_that_exist(name):
    named = folders_in(text_of(name)) - MADE_LATER

    assert {folder for folder in named if not any(path.startswith(folder) for path in files())} == set()


@cache
def words() -> frozenset[str]:
    """Every word of the code; old migrations hold old names, and tests of documents hold their words."""
    kept = (
        path
        for path in files()
        if path.endswith((".py", ".html", ".js", ".toml", ".yml", ".example")) or path in ("portal", "Dockerfile")
    )
    of_code = (path for path in kept if "migrations" not in path and not path.startswith("tests/house"))
    return frozenset(word for path in of_code for word in re.findall(r"\w+", text_of(path)))


@pytest.mark.parametrize("name", DOCUMENTS)
def test_documents_name_nothing_the_code_does_not_have(name):
    named = names_in(text_of(name)) - FOREIGN

    assert {found for found in named if not set(found.split(".")) <= words()} == set()


def test_paths_through_the_code_lead_through_files_that_have_those_names():
    rows = rows_in(text_of("CONTRIBUTING.md"))

    lost = {(path, name) for path, names in rows for name in names if not re.search(rf"\b{name}\b", text_of(path))}
    assert lost == set()
    assert len(rows) > 50


@pytest.mark.parametrize("app", ["reports", "assignments"])
def test_map_has_every_room(app):
    rooms = {f"{app}/{path.split('/')[1]}" for path in files() if re.match(rf"{app}/\w+/__init__\.py$", path)}
    drawn = set(re.findall(r"^\| `([\w/]+)` \|", text_of("CONTRIBUTING.md"), re.MULTILINE))

    not_rooms = {f"{app}/{name}" for name in ("migrations", "management", "templatetags")}
    assert rooms - not_rooms - drawn == set()
    assert {room for room in drawn if "/" in room and not (ROOT / room).is_dir()} == set()


def test_stale_paths_and_names_are_noticed():
    """What the tests above look at, on words that hold one of each kind."""
    code = "`x_y`, `getThis`, `go()`, `A.B_C`, `Word` but not `word`, `--flag`, `a.py`"
    assert names_in(code) == {"x_y", "getThis", "go", "A.B_C", "Word"}
    assert rows_in("| `a/b.py` | `c`, `D` | `e` |\n| `f` | `g` | h |") == [("a/b.py", ["c", "D"])]
    text = "`services.py`, `reports/services/x.py` and tests/y.py; not https://a.b/c.js or /healthz; `fixtures/`"

    assert paths_in(text) == {"services.py", "reports/services/x.py", "tests/y.py"}
    assert folders_in(text) == {"fixtures/"}


@pytest.mark.parametrize("name", README_FILES)
def test_readme_links_to_files_that_are_there(name):
    links = re.findall(r"\]\(([^)]+)\)", text_of(name))

    assert {link: (settings.BASE_DIR / link).is_file() for link in links} == dict.fromkeys(links, True)
    assert len(links) > 5


@pytest.mark.parametrize("name", README_FILES)
def test_readme_names_commands_that_exist(name):
    named = set(re.findall(r"manage(?:\.py)? ([a-z]+_?[a-z_]*)", text_of(name)))

    assert named - set(get_commands()) == set()


@pytest.mark.parametrize("name", README_FILES)
def test_readme_names_portal_commands_that_exist(name):
    named = set(re.findall(r"\./portal ([a-z]+)", text_of(name)))

    usage = text_of("portal").split("usage()")[1].split("TEXT\n}")[0]
    assert {command for command in named if f"\n  {command}" not in usage} == set()


def test_every_picture_kept_is_shown():
    kept = {picture.name for picture in (settings.BASE_DIR / "docs" / "screens").iterdir()}

    shown = {name for name in kept if any(name in text_of(readme) for readme in README_FILES)}
    assert shown == kept
