"""What is new in a text: marked word by word, and nothing of the text lost or trusted."""

import html
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.domain.text_diff import mark_new

TEXTS = st.text(alphabet="ab <>&\"'\n ạđ", max_size=60)


def told(marked):
    return html.unescape(re.sub(r"</?ins>", "", marked))


@pytest.mark.parametrize(
    ("old", "new", "marked"),
    [
        ("đã lắp 2 đầu đọc", "đã lắp 3 đầu đọc", "đã lắp <ins>3</ins> đầu đọc"),
        ("đã lắp", "đã lắp\nđã chạy thử", "đã lắp\n<ins>đã chạy thử</ins>"),
        ("đã lắp", "đã lắp", "đã lắp"),
        ("", "đã lắp", "đã lắp"),
        ("đã lắp xong cả 3", "đã lắp", "đã lắp"),
        ("tổ chức hai buổi tuyên truyền", "cấp phát thiết bị", "<ins>cấp phát thiết bị</ins>"),
    ],
)
def test_new_words_are_marked_and_the_others_are_not(old, new, marked):
    assert mark_new(old, new) == marked


def test_text_too_long_to_compare_is_new_as_a_whole():
    long = "chữ " * 2000

    assert mark_new(long, f"{long}thêm") == f"<ins>{long}thêm</ins>"


def test_words_are_never_markup():
    assert mark_new("a b", "a <script>") == "a <ins>&lt;script&gt;</ins>"


@given(TEXTS, TEXTS)
def test_nothing_of_the_text_is_lost_or_added(old, new):
    assert told(mark_new(old, new)) == new


@given(TEXTS, TEXTS)
def test_no_tag_but_ins_is_ever_written(old, new):
    assert set(re.findall(r"<[^>]*>", mark_new(old, new))) <= {"<ins>", "</ins>"}


def test_texts_made_to_be_slow_to_compare_are_compared_at_once():
    old, new = " ".join(["a", "b"] * 700), " ".join(["a", "c"] * 700)
    began = time.process_time()

    assert told(mark_new(old, new)) == new
    assert time.process_time() - began < 1
