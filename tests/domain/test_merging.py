"""Two edits of one entry brought together; nothing that was typed is lost without a word."""

from hypothesis import given
from hypothesis import strategies as st

from reports.domain.merging import Clash, merge

TEXTS = st.sampled_from(["", "a", "b", "c"])
ENTRIES = st.fixed_dictionaries({"result": TEXTS, "difficulty": TEXTS})


def test_fields_each_changed_by_one_of_them_are_brought_together():
    base = {"result": "", "difficulty": "", "percent": 10}
    theirs = base | {"result": "đã tập huấn"}

    changes, clashes = merge(base, theirs, base | {"percent": 20})

    assert (changes, clashes) == ({"percent": 20}, [])


def test_field_changed_by_both_in_another_way_clashes_with_both_texts():
    changes, clashes = merge({"result": "cũ"}, {"result": "của A"}, {"result": "của B"})

    assert (changes, clashes) == ({}, [Clash("result", mine="của B", theirs="của A")])


def test_same_text_typed_twice_is_no_clash():
    assert merge({"result": ""}, {"result": "đã xong"}, {"result": "đã xong"}) == ({}, [])


def test_difference_without_a_known_base_is_a_clash():
    assert merge(None, {"result": "a"}, {"result": "b"}) == ({}, [Clash("result", "b", "a")])


@given(base=ENTRIES, theirs=ENTRIES, mine=ENTRIES)
def test_what_each_changed_is_kept_or_clashes(base, theirs, mine):
    changes, clashes = merge(base, theirs, mine)

    written = theirs | changes
    for key in base:
        if mine[key] != base[key]:  # what I typed stands, or I am told
            assert written[key] == mine[key] or Clash(key, mine[key], theirs[key]) in clashes
        if theirs[key] != base[key]:  # what they typed is never covered
            assert written[key] == theirs[key]
