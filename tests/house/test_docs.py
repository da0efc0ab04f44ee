"""The documents lead where they say."""

import re

import pytest
from django.conf import settings
from django.core.management import get_commands

README_FILES = ("README.md", "README.vi.md")


def text_of(name):
    return (settings.BASE_DIR / name).read_text()


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
