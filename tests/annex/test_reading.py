"""The same annex, laid out in any of the ways people have, reads the same; a file of many rows is read in time."""

import time

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from assignments.annex.parsed import read_annex
from assignments.annex.problems import AnnexUnreadable
from tests.annex.conftest import HEADER
from tests.annex.directories import FIXTURES, plan_directory

DIRECTORY = plan_directory()
# Group and task rows of the plan's annex, each task whole, as the plain table has them.
PLAIN = [
    ("I", "Nhóm tiện ích (02 mô hình)", "", "", "", "", ""),
    *(
        (
            row.task.ordinal,
            f"Mô hình {row.task.code}: {row.task.name}",
            *(
                row.task.printed.get(column, "")
                for column in ("lead", "coordinating", "support", "deadline", "platforms")
            ),
        )
        for row in read_annex(FIXTURES / "phu-luc.xlsx", DIRECTORY).rows[:9]
    ),
]
PLAIN.insert(4, ("II", "Nhóm thứ hai", "", "", "", "", ""))
ORDINAL, GROUP = 0, ("I", "II")
in_any_layout = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def write(path, rows):
    book = Workbook()
    for row in rows:
        book.active.append([text or None for text in row])
    book.save(path)
    return path


def said(path):
    """Everything the reading says, but for the rows it was found in."""
    found = read_annex(path, DIRECTORY)
    rows = [{key: value for key, value in row.as_json().items() if key != "row"} for row in found.rows]
    return rows, [(group.path, group.name, group.stated_count) for group in found.groups]


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    return said(write(tmp_path_factory.mktemp("plain") / "tep.xlsx", [HEADER, *PLAIN]))


@in_any_layout
@given(st.permutations(range(7)))
def test_columns_in_any_order_read_alike(tmp_path, plain, order):
    assert said(write(tmp_path / "tep.xlsx", [[row[at] for at in order] for row in [HEADER, *PLAIN]])) == plain


@in_any_layout
@given(st.data())
def test_blank_rows_headers_and_page_breaks_anywhere_read_alike(tmp_path, plain, data):
    rows = [HEADER]
    for row in PLAIN:
        rows += data.draw(OF_A_PAGE)
        rows += split(row, data) if row[ORDINAL] not in GROUP else [row]

    assert said(write(tmp_path / "tep.xlsx", rows)) == plain


# What a page break may leave between two rows.
OF_A_PAGE = st.lists(
    st.sampled_from([("",) * 7, HEADER, ("", *HEADER[1:]), tuple("1234567"), ("PHỤ LỤC",)]), max_size=2
)


def split(row, data):
    """The row in two where some of its cells break between two words, with what stands between the pages."""
    cells = [text.split(" ") for text in row]
    cuts = [len(words) if at == ORDINAL else data.draw(st.integers(1, len(words))) for at, words in enumerate(cells)]
    first = tuple(" ".join(words[:cut]) for words, cut in zip(cells, cuts, strict=True))
    rest = tuple(" ".join(words[cut:]) for words, cut in zip(cells, cuts, strict=True))
    return [first, *data.draw(OF_A_PAGE), rest]


@pytest.mark.parametrize("lines", [["PHỤ LỤC"], ["PHỤ LỤC", "", "(Kèm theo Kế hoạch, đơn vị chủ trì: Công an huyện)"]])
def test_title_lines_say_nothing(tmp_path, plain, lines):
    assert said(write(tmp_path / "tep.xlsx", [*([line] for line in lines), HEADER, *PLAIN])) == plain


@pytest.mark.parametrize(
    ("rows", "code", "words"),
    [
        ([("TT", "Mô hình", "Thời gian", "Nền tảng"), ("1", "a", "2024")], "missing_lead_column", "dòng 1"),
        ([("Kính gửi",), ("1", "a", "Công an huyện")], "no_header", "Không tìm thấy hàng tiêu đề"),
    ],
)
def test_table_that_cannot_be_read_is_refused_with_what_to_do(tmp_path, rows, code, words):
    with pytest.raises(AnnexUnreadable) as refused:
        read_annex(write(tmp_path / "tep.xlsx", rows), DIRECTORY)

    assert refused.value.problem.code == code
    assert words in refused.value.problem.message
    assert "Hãy" in refused.value.problem.message


@pytest.mark.slow
def test_ten_thousand_rows_are_read_in_little_more_than_opening_them_takes(tmp_path):
    """At most 2.5 times; cells of a real annex repeat one another, these differ in two columns each."""
    tasks = [row for row in PLAIN if row[ORDINAL] not in GROUP]
    rows = (
        (number, f"Nhiệm vụ {number}", *row[2:6], f"{row[6]}, Phần mềm {number}")
        for number, row in ((number, tasks[number % len(tasks)]) for number in range(1, 10_001))
    )
    path = write(tmp_path / "tep.xlsx", [HEADER, *rows])

    bare = timed(lambda: list(openpyxl.load_workbook(path, read_only=True).active.iter_rows(values_only=True)))
    ours = timed(lambda: read_annex(path, DIRECTORY))
    print(f"10,000 rows: openpyxl {bare:.2f} s, the reader {ours:.2f} s ({ours / bare:.2f} times)")

    assert ours < 2.5 * bare


def timed(work):
    """The better of two runs, in seconds."""
    taken = []
    for _ in range(2):
        begun = time.perf_counter()
        work()
        taken.append(time.perf_counter() - begun)
    return min(taken)
