"""The suite itself: what speaks to the database engine says so, and so runs on both."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from tests.mutation.equivalent import EQUIVALENT

pytestmark = pytest.mark.once

TESTS = settings.BASE_DIR / "tests"
# What only a test of the engine itself names: its errors, its own language, what it commits.
OF_THE_ENGINE = re.compile(
    r"IntegrityError|OperationalError|connection\.cursor|connection\.vendor|database_engine|transaction=True"
)
RUNS_WHERE_IT_SHOULD = re.compile(r"pytest\.mark\.(engine|once|programs|browser)\b")


def modules() -> list[Path]:
    return [path for path in TESTS.rglob("test_*.py") if path != Path(__file__)]


def test_module_that_speaks_to_the_engine_is_marked_so() -> None:
    speaking = {path.name: path.read_text(encoding="utf8") for path in modules()}

    unmarked = [
        name for name, text in speaking.items() if OF_THE_ENGINE.search(text) and not RUNS_WHERE_IT_SHOULD.search(text)
    ]
    assert unmarked == []


def test_mutants_said_to_be_equivalent_are_of_lines_there_are() -> None:
    code = {
        line.strip()
        for app in ("assignments", "models_registry", "reports")
        for path in (settings.BASE_DIR / app).rglob("*.py")
        for line in path.read_text(encoding="utf8").splitlines()
    }

    quoted = [line for before, _ in EQUIVALENT for line in before.split(" ⏎ ")]
    assert [line for line in quoted if line.strip() not in code] == []
