"""Nobody reads a word any more that another has taken the place of, in whatever is shown, sent or printed."""

import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
from django.conf import settings

pytestmark = pytest.mark.once

ROOT = settings.BASE_DIR
HEADING = "## Words no longer written"
APPS = ("assignments", "config", "documents", "models_registry", "reports")
FOLDERS = (*APPS, "templates", "static", "locale", "fixtures")
SUFFIXES = {".html", ".txt", ".py", ".js", ".po", ".csv", ".toml"}
# What is not ours to write: packages, generated files, and migrations, which keep the words of their day.
NOT_READ = {"vendor", "migrations", "__pycache__"}
# Both spellings, for files and cells come in both.
READS_BOTH_SPELLINGS = {"assignments/annex/cells/units.py", "models_registry/deadlines.py", "models_registry/text.py"}
# The mark over the second vowel: "hoà", "hoè", "tuỳ"; in "quý" the u belongs to the consonant.
_LATE_MARK = re.compile(r"\b\w*(?:o[àáảãạèéẻẽẹ]|(?<!q)u[ỳýỷỹỵ])\b", re.IGNORECASE)
_FOLDER = re.compile(r"`(\w+)`")


class Gone(NamedTuple):
    """Words not to be written, but for ``unless``; ``rooms`` are the only folders meant, all where there are none."""

    words: str
    instead: str
    rooms: frozenset[str]
    unless: str


def gone_words(glossary: str) -> list[Gone]:
    """The table under HEADING: words, what to write, in which rooms, but for which phrase."""
    lines = [line for line in glossary.partition(HEADING)[2].splitlines() if line.startswith("| ")][1:]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [Gone(words, instead, frozenset(_FOLDER.findall(rooms)), unless) for words, instead, rooms, unless in cells]


def found_in(text: str, one: Gone) -> list[str]:
    """The lines in which the words stand, as words of their own, whatever the capitals."""
    words = re.compile(rf"(?<!\w){re.escape(one.words)}(?!\w)", re.IGNORECASE)
    kept = re.sub(re.escape(one.unless), "", text, flags=re.IGNORECASE) if one.unless else text
    return [line.strip() for line in kept.splitlines() if words.search(line)]


@cache
def read_by_people() -> dict[str, str]:
    """By its path every file whose words reach people, and what of the glossary does."""
    paths = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*") if path.suffix in SUFFIXES]
    ours = [path.relative_to(ROOT) for path in paths if not NOT_READ & set(path.parts)]
    texts = {str(path): (ROOT / path).read_text(encoding="utf8") for path in (*ours, Path("README.vi.md"))}
    return {**texts, "docs/glossary.md": glossary().partition(HEADING)[0]}


def glossary() -> str:
    return (ROOT / "docs" / "glossary.md").read_text(encoding="utf8")


@pytest.mark.parametrize("one", gone_words(glossary()), ids=lambda one: one.words)
def test_word_that_another_took_the_place_of_is_written_nowhere(one):
    meant = {
        path: text for path, text in read_by_people().items() if not one.rooms or one.rooms & set(Path(path).parts)
    }

    assert {path: lines for path, text in meant.items() if (lines := found_in(text, one))} == {}
    assert meant


def test_mark_of_a_word_stands_over_its_first_vowel():
    texts = {path: text for path, text in read_by_people().items() if path not in READS_BOTH_SPELLINGS}

    assert {path: found for path, text in texts.items() if (found := _LATE_MARK.findall(text))} == {}


def test_number_and_percent_sign_are_not_torn_apart():
    """A page says "55 %" with a space that does not break (``percent``), a document "55%"."""
    torn = re.compile(r"} %(?![\w({}])")
    pages = {path: text for path, text in read_by_people().items() if not path.endswith((".md", ".po"))}

    assert {path: found for path, text in pages.items() if (found := torn.findall(text))} == {}


def test_pages_do_not_exclaim():
    pages = {path: text for path, text in read_by_people().items() if path.startswith("templates")}
    said = {path: re.sub(r"{[%#{].*?[%#}]}|<!.*?>", "", text, flags=re.DOTALL) for path, text in pages.items()}

    assert [path for path, text in said.items() if "!" in text] == []


def test_words_are_found_whatever_the_capitals_and_only_as_words():
    nudge = Gone("nhắc việc", "Đôn đốc", frozenset(), "Lịch, nhắc việc")

    assert found_in("Nhắc việc\nLịch, nhắc việc\nnhắc việcx", nudge) == ["Nhắc việc"]
    assert _LATE_MARK.findall("hoà, hòa, quý, tuỳ, kế hoạch, họa") == ["hoà", "tuỳ"]
    assert gone_words(f"| a | b | c |\n{HEADING}\n| no | but |  | |\n|---|---|---|---|\n| x | y | `filing` | z |") == [
        Gone("x", "y", frozenset({"filing"}), "z")
    ]
