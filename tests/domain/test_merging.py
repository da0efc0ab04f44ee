"""What was typed over what stands; nothing that was typed is lost without a word."""

from hypothesis import given
from hypothesis import strategies as st

from reports.domain.merging import Clash, merge

TEXTS = st.sampled_from(["", "a", "b", "c"])
ENTRIES = st.fixed_dictionaries({"result": TEXTS, "difficulty": TEXTS})
KNOWN = st.fixed_dictionaries({name: st.lists(TEXTS, max_size=3) for name in ("result", "difficulty")})


def shown(entry):
    return {key: [value] for key, value in entry.items()}


def test_fields_each_changed_by_one_of_them_are_brought_together():
    base = {"result": "", "difficulty": "", "percent": 10}
    theirs = base | {"result": "đã tập huấn"}

    assert merge(theirs, base | {"percent": 20}, shown(base)) == ({"percent": 20}, [])


def test_field_changed_by_both_in_another_way_clashes_with_both_texts():
    changes, clashes = merge({"result": "của A"}, {"result": "của B"}, {"result": ["cũ"]})

    assert (changes, clashes) == ({}, [Clash("result", mine="của B", theirs="của A")])


def test_same_text_typed_twice_is_no_clash():
    assert merge({"result": "đã xong"}, {"result": "đã xong"}, {"result": [""]}) == ({}, [])


def test_any_value_known_may_be_written_over():
    assert merge({"result": "b"}, {"result": "a"}, {"result": ["a", "b"]}) == ({"result": "a"}, [])


def test_difference_where_nothing_is_known_is_a_clash():
    assert merge({"result": "a"}, {"result": "b"}, {}) == ({}, [Clash("result", "b", "a")])


@given(theirs=ENTRIES, mine=ENTRIES, known=KNOWN)
def test_what_was_typed_is_written_or_clashes_and_only_what_is_known_is_written_over(theirs, mine, known):
    changes, clashes = merge(theirs, mine, known)

    written = theirs | changes
    for key in theirs:
        if mine[key] != next(iter(known[key]), None):  # what I typed stands, or I am told
            assert written[key] == mine[key] or Clash(key, mine[key], theirs[key]) in clashes
        if theirs[key] not in known[key]:  # what I do not know is never covered
            assert written[key] == theirs[key]
