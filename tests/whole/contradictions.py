"""Where the portal says two things: what its pages, letters, Word files and workbooks of today state of the same.

A reader for each kind of paper gives what it states (``Said``): MH 6 of Phòng Nội vụ is under way at 60 %, three
reports of the week are filed. A number in a sentence and the rows it speaks of are statements of one thing. What is
said of one thing twice and otherwise is a contradiction.
"""

from collections import defaultdict
from typing import NamedTuple

from tests.whole.document_readers import of_consolidated, of_unit_reports
from tests.whole.letter_readers import (
    evening_digest,
    letters_to_units,
    of_alarms,
    of_digest,
    of_letters,
    of_own_letters,
)
from tests.whole.page_readers import of_home, of_obstacles, of_plan, of_reports, of_requests, of_rollup
from tests.whole.papers import Visitor
from tests.whole.several_plans import of_several_plans
from tests.whole.statements import Said, document_titles
from tests.whole.test_numbers import numbers_of, rows_behind

READERS = (
    of_rollup,
    of_plan,
    of_reports,
    of_unit_reports,
    of_obstacles,
    of_requests,
    of_alarms,
    of_consolidated,
    of_home,
)


class Contradiction(NamedTuple):
    """One thing, and each that is said of it with a paper that says so."""

    about: tuple[str, ...]
    said: dict[object, str]


def contradictions_today(agency, *others):
    """What the standing agency can read today, and ``others`` on their first pages, held against itself."""
    visitor = Visitor(agency)
    letters = letters_to_units()
    told = [*told_to(visitor), *numbers(visitor, "/tong-hop/"), *of_digest(evening_digest()), *of_letters(letters)]
    found = contradictions(of_several_plans(visitor))
    for person in others:
        other = Visitor(person)
        told += [*of_home(other), *numbers(other, "/"), *of_own_letters(other, person, letters)]
        found += contradictions(of_several_plans(other))
    return contradictions(told) + found


def told_to(visitor):
    """Everything the standing agency is told."""
    return [said for reader in READERS for said in reader(visitor)]


def contradictions(told):
    said_of, titles = defaultdict(dict), document_titles()
    for said in told:
        said_of[tuple(titles.get(word, word) for word in said.about)].setdefault(said.what, said.where)
    return [Contradiction(about, said) for about, said in said_of.items() if len(said) > 1]


def numbers(visitor, page):
    """Every number of a page, and how many rows stand where it leads."""
    for number in numbers_of(visitor.client, page):
        about = ("number", number.page, number.words, number.url)
        yield Said(about, number.number, page)
        yield Said(about, rows_behind(visitor.client, number), number.url)
