"""The documents lead where they say."""

import os
import re
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import get_commands

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


def test_stale_paths_are_noticed():
    """What the two tests above look at, on words that hold one path of each kind."""
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
