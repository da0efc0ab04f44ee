"""The glossary has a line for every word of the models, and no word the code does not have."""

import importlib
import inspect
import pkgutil
import re
from collections import Counter

import pytest
from django.apps import apps
from django.conf import settings
from django.db.models import Choices

from assignments.permissions import Permission
from assignments.roles import Role

pytestmark = pytest.mark.once

APPS = ("models_registry", "assignments", "reports")
GLOSSARY = settings.BASE_DIR / "docs" / "glossary.md"


def rows() -> list[list[str]]:
    """The cells of every line: Vietnamese, code, meaning; the words no longer written have no code."""
    written, _, _ = GLOSSARY.read_text(encoding="utf8").partition("## Words no longer written")
    lines = [line for line in written.splitlines() if line.startswith("| ")]
    found = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [row for row in found if row[1] != "code"]


def code_words() -> list[str]:
    return [word for row in rows() for word in re.findall(r"`([^`]+)`", row[1])]


def modules():
    for app in APPS:
        package = importlib.import_module(app)
        for module in pkgutil.walk_packages(package.__path__, f"{app}."):
            if ".migrations" not in module.name and ".management" not in module.name:
                yield importlib.import_module(module.name)


def choices() -> set[str]:
    """Every public set of choices, by the name under which code asks for it: "WorkState", "Unit.Kind"."""
    classes = {
        value
        for module in modules()
        for owner in vars(module).values()
        for value in (owner, *(vars(owner).values() if inspect.isclass(owner) else ()))
        if inspect.isclass(value) and issubclass(value, Choices) and value.__module__.split(".")[0] in APPS
    }
    return {value.__qualname__ for value in classes if not value.__qualname__.startswith("_")}


def model_names() -> set[str]:
    models = [model for app in APPS for model in apps.get_app_config(app).get_models()]
    return {model.__name__ for model in models if not model.__name__.startswith("Historical")}


def missing_or_twice(wanted: set[str]) -> dict[str, int]:
    counted = Counter(code_words())
    return {word: counted[word] for word in wanted if counted[word] != 1}


def test_every_model_has_one_line():
    assert missing_or_twice(model_names()) == {}
    assert len(model_names()) > 40


def test_a_model_is_called_as_its_pages_call_it():
    said = {word: row[0] for row in rows() for word in re.findall(r"`([^`]+)`", row[1])}
    models = [model for app in APPS for model in apps.get_app_config(app).get_models() if model.__name__ in said]

    wrong = {one.__name__: one._meta.verbose_name for one in models if one._meta.verbose_name not in said[one.__name__]}
    assert wrong == {}


def test_every_set_of_choices_has_one_line():
    assert missing_or_twice(choices()) == {}
    assert {"WorkState", "Unit.Kind"} <= choices()


def test_every_role_and_permission_has_one_line():
    assert missing_or_twice({f"{kind.__name__}.{one.name}" for kind in (Role, Permission) for one in kind}) == {}


def test_every_line_has_a_vietnamese_word_a_code_word_and_a_meaning():
    assert [row for row in rows() if len(row) != 3 or not all(row) or not row[1].startswith("`")] == []


def test_no_word_is_explained_twice():
    assert [word for word, count in Counter(code_words()).items() if count > 1] == []


def test_every_code_word_is_in_the_code():
    code = " ".join(
        path.read_text(encoding="utf8")
        for app in APPS
        for path in (settings.BASE_DIR / app).rglob("*.py")
        if "migrations" not in path.parts
    )
    there = set(re.findall(r"\w+", code))

    assert {word for word in code_words() if not set(word.split(".")) <= there} == set()
