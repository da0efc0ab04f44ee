"""Units of a cell: known names first, the rest kept whole, no word lost."""

import time
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assignments.annex.cells.platforms import read_platforms
from assignments.annex.cells.units import UnitDirectory, nearest, read_units
from models_registry.text import fold
from tests.annex.directories import plan_directory

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
ANNEX = FIXTURES / "phu-luc.xlsx"

KNOWN = [
    "Công an huyện",
    "Phòng Văn hóa Thông tin",
    "Phòng Lao động, Thương binh và Xã hội",
    "Trung tâm Văn hóa, Thể thao & Du lịch",
    "Các phòng, ban, ngành",
    "Các phòng, ban, ngành cấp huyện",
    "UBND cấp xã",
    "Phòng Kinh tế",
    "Phòng PC06",
    "các đơn vị cung cấp dịch vụ (nếu có)",
]
UNKNOWN = [
    "Các phòng, ban, ngành, đơn vị có dịch vụ công thiết yếu theo lộ trình Đề án 06",
    "Các phòng, ban, ngành, tổ chức hội, đoàn thể",
    "các tổ chức tài chính ngân hàng, ví điện tử",
    "Phòng Kinh tế và Hạ tầng",
    "Văn phòng HĐND và UBND huyện",
    "Phòng PC06 - Công an tỉnh",
    "Các Sở, Ban, Ngành cấp tỉnh",
    "Các cơ sở khám chữa bệnh (Bệnh viện, Trung tâm Y tế)",
    "Sở Giáo dục và Đào tạo",
]
DIRECTORY = UnitDirectory((number, name, []) for number, name in enumerate(KNOWN))
NOTHING = UnitDirectory([])


def texts(cell, directory=DIRECTORY):
    return [mention.text for mention in read_units(cell, directory)]


@pytest.mark.parametrize("name", KNOWN)
@pytest.mark.parametrize("directory", [DIRECTORY, NOTHING], ids=["known", "unknown"])
def test_one_name_is_one_unit(name, directory):
    (mention,) = read_units(f"{name}.", directory)
    assert mention.text == name
    assert mention.unit == (name if directory is DIRECTORY else None)
    assert mention.known is (directory is DIRECTORY)


@pytest.mark.parametrize("name", UNKNOWN)
@pytest.mark.parametrize("directory", [DIRECTORY, NOTHING], ids=["others known", "nothing known"])
def test_unknown_name_stays_whole(name, directory):
    (mention,) = read_units(name, directory)
    assert mention == (name, None, None, False, False)


@pytest.mark.parametrize(
    "cell",
    [
        "Công an huyện, UBND cấp xã",
        "Công an huyện và UBND cấp xã.",
        "Công an huyện; và\nUBND cấp xã",
        "- Công an huyện\n- UBND cấp xã",
        "• Công an huyện • UBND cấp xã",
        "Công an huyện. UBND cấp xã",
        "Công an huyện UBND cấp xã",
    ],
)
@pytest.mark.parametrize("directory", [DIRECTORY, NOTHING], ids=["known", "unknown"])
def test_connectors_vanish(cell, directory):
    if directory is NOTHING and cell == "Công an huyện UBND cấp xã":
        pytest.skip("nothing shows where the second name begins")
    assert texts(cell, directory) == ["Công an huyện", "UBND cấp xã"]


def test_principal_ends_a_name():
    first, second = read_units("Phòng Văn hóa Thông tin (chính) Các phòng, ban, ngành cấp huyện", DIRECTORY)
    assert (first.unit, first.principal) == ("Phòng Văn hóa Thông tin", True)
    assert (second.unit, second.principal) == ("Các phòng, ban, ngành cấp huyện", False)


def test_principal_stands_for_the_name_before_it():
    mentions = read_units("Công an huyện; UBND cấp xã ( Chính ) và các cơ quan, đơn vị có liên quan.", DIRECTORY)
    assert [mention.principal for mention in mentions] == [False, True, False]
    assert mentions[-1].text == "các cơ quan, đơn vị có liên quan"


@pytest.mark.parametrize(
    ("cell", "principal"),
    [
        ("(chính) Công an huyện; UBND cấp xã", [True, False]),
        ("Công an huyện, (chính) UBND cấp xã", [False, True]),
        ("Công an huyện(chính), UBND cấp xã", [True, False]),
        ("Công an huyện, UBND cấp xã, (chính)", [False, True]),
        ("Công an huyện (chính); UBND cấp xã (chính)", [True, True]),
        ("Công an huyện (đơn vị phối hợp chính), UBND cấp xã", [True, False]),
    ],
)
def test_principal_in_odd_places_stands_for_the_name_it_touches(cell, principal):
    mentions = read_units(cell, DIRECTORY)

    assert [mention.unit for mention in mentions] == ["Công an huyện", "UBND cấp xã"]
    assert [mention.principal for mention in mentions] == principal


@pytest.mark.parametrize(
    "cell",
    [
        "1. Công an huyện\n2. UBND cấp xã",
        "(1) Công an huyện (2) UBND cấp xã",
        "1) Công an huyện; 2) UBND cấp xã",
        "Công an huyện/UBND cấp xã",
        "Công an huyện + UBND cấp xã",
    ],
)
def test_numbers_of_a_list_and_strokes_stand_between_names(cell):
    assert [mention.unit for mention in read_units(cell, DIRECTORY)] == ["Công an huyện", "UBND cấp xã"]


def test_number_that_counts_nothing_belongs_to_its_name():
    assert texts("UBND Quận 1. Công an huyện") == ["UBND Quận 1", "Công an huyện"]


def test_collective_is_not_taken_where_its_members_are_named():
    directory = UnitDirectory(
        [(1, "UBND cấp xã", ["UBND các xã"]), (2, "UBND xã Phú Lệ", ["Phú Lệ"]), (3, "UBND xã Phú Sơn", ["Phú Sơn"])]
    )

    mentions = read_units("UBND các xã Phú Lệ, Phú Sơn", directory)

    assert [(mention.text, mention.key) for mention in mentions] == [("UBND các xã Phú Lệ", None), ("Phú Sơn", 3)]


def test_names_are_compared_folded():
    directory = UnitDirectory([("vhtt", "Phòng Văn hóa Thông tin", ["Phòng VHTT"])])
    for written in ("PHÒNG VĂN HOÁ – THÔNG TIN", "phòng vhtt"):
        (mention,) = read_units(written, directory)
        assert (mention.text, mention.key, mention.unit) == (written, "vhtt", "Phòng Văn hóa Thông tin")


def test_known_name_with_words_of_its_own_after_it_is_not_taken():
    (mention,) = read_units("Công an huyện (Đội Quản lý hành chính)", DIRECTORY)
    assert not mention.known
    assert mention.text == "Công an huyện (Đội Quản lý hành chính)"


def test_semicolon_always_separates():
    assert texts("Công an huyện; ví điện tử; cơ sở lưu trú") == ["Công an huyện", "ví điện tử", "cơ sở lưu trú"]


@pytest.mark.parametrize("cell", ["", " ,; . ", "(chính)", "và"])
def test_no_words_no_units(cell):
    assert read_units(cell, DIRECTORY) == []


def test_nearest():
    best, *others = nearest("Phòng Văn hóa và Thông tin", DIRECTORY)
    assert best[:2] == (1, "Phòng Văn hóa Thông tin")
    assert best[2] > 85
    assert len(others) == 2
    assert nearest("gì đó", NOTHING) == []


def shown(words):
    """Return the words but those that may vanish."""
    return [word for word in words if word not in ("va", "chinh")]


@given(
    st.lists(
        st.tuples(
            st.sampled_from([*KNOWN, *UNKNOWN, "ví điện tử", "Viettel", "HĐND", "và", "("]),
            st.sampled_from(
                [", ", "; ", " và ", "\n", "\n- ", ". ", " (chính), ", " (chính) ", " ", " & ", " - ", ")"]
            ),
        ),
        max_size=8,
    ),
    st.sampled_from([DIRECTORY, NOTHING]),
)
def test_no_word_is_lost(parts, directory):
    cell = "".join(name + separator for name, separator in parts)
    read = " ".join(texts(cell, directory))
    assert shown(fold(read).split()) == shown(fold(cell).split())


@given(st.lists(st.tuples(st.sampled_from(KNOWN), st.sampled_from([", ", "; ", " và ", "\n", " (chính) ", " "]))))
def test_known_names_are_all_found(parts):
    """The collective without "cấp huyện" is left out of nothing: the next name always begins visibly."""
    cell = "".join(name + separator for name, separator in parts)
    assert [mention.unit for mention in read_units(cell, DIRECTORY)] == [name for name, _ in parts]


def annex_rows():
    """Return the rows of the annex, the pieces that page breaks left joined to the row above."""
    rows = []
    for cells in openpyxl.load_workbook(ANNEX, read_only=True).active.iter_rows(values_only=True):
        row = [str(cell or "").strip() for cell in [*cells, *[None] * 7][:7]]
        if row[0].isdigit():
            rows.append(row)
        elif not row[0] and rows and row[2] != "Chủ trì" and any(row):
            rows[-1] = [" ".join(pair).strip() for pair in zip(rows[-1], row, strict=True)]
    return rows


@pytest.mark.skipif(not ANNEX.exists(), reason="the annex is not there")
@pytest.mark.parametrize("known", [True, False])
def test_annex(known):
    rows = annex_rows()
    directory = plan_directory() if known and (FIXTURES / "cach-viet.csv").exists() else NOTHING
    read = [[mention for row in rows for mention in read_units(row[column], directory)] for column in (2, 3, 4)]
    assert len(rows) == 21
    assert [len(mentions) for mentions in read] == [27, 45, 51]
    assert [sum(mention.principal for mention in mentions) for mentions in read] == [0, 11, 0]


@pytest.mark.skipif(not ANNEX.exists(), reason="the annex is not there")
def test_annex_platforms():
    assert sum(len(read_platforms(row[6])) for row in annex_rows()) == 40


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("CA huyện", "Công an huyện"),
        ("P. VHTT", "Phòng Văn hóa và Thông tin"),
        ("P.VH&TT", "Phòng Văn hóa và Thông tin"),
        ("Phòng LĐ-TB&XH", "Phòng Lao động - Thương binh và Xã hội"),
        ("Phòng GD&ĐT", "Phòng Giáo dục và Đào tạo"),
        ("UBND các xã", "UBND cấp xã"),
        ("UBND các xã, TT", "UBND cấp xã"),
        ("UBND TT. Hồi Xuân", "UBND thị trấn Hồi Xuân"),
        ("TT Y tế", "Trung tâm Y tế huyện"),
        ("TT. Văn hóa, Thể thao & Du lịch", "Trung tâm Văn hóa, Thể thao và Du lịch huyện"),
        ("BHXH huyện", "Bảo hiểm xã hội huyện"),
    ],
)
def test_abbreviations_of_the_plan_are_known_alone_and_in_a_row(written, name):
    directory = plan_directory()

    assert [mention.unit for mention in read_units(written, directory)] == [name]
    assert [mention.unit for mention in read_units(f"{written}, Phòng Tư pháp và Công an huyện", directory)] == [
        name,
        "Phòng Tư pháp",
        "Công an huyện",
    ]


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("Sở Tư pháp\nThuế tỉnh\nHiệp hội Doanh nghiệp", ["Sở Tư pháp", "Thuế tỉnh", "Hiệp hội Doanh nghiệp"]),
        ("Ban Dân tộc, Hội Nông dân và Trung tâm Y tế", ["Ban Dân tộc", "Hội Nông dân", "Trung tâm Y tế"]),
        ("Sở Văn hóa, Thể thao và Du lịch, Công an tỉnh", ["Sở Văn hóa, Thể thao và Du lịch", "Công an tỉnh"]),
        ("Sở Khoa học và Công nghệ Sở Công Thương", ["Sở Khoa học và Công nghệ", "Sở Công Thương"]),
        ("Sở Y tế, CA tỉnh, VP Đăng ký đất đai", ["Sở Y tế", "CA tỉnh", "VP Đăng ký đất đai"]),
        ("sở Y tế, phòng Nội vụ", ["sở Y tế", "phòng Nội vụ"]),
        ("P. Khoa học, P. Tài chính", ["P. Khoa học", "P. Tài chính"]),
        ("Phòng giao dịch Ngân hàng Chính sách", ["Phòng giao dịch Ngân hàng Chính sách"]),
        ("Giám đốc, Thủ trưởng các sở, ban, ngành", ["Giám đốc, Thủ trưởng các sở, ban, ngành"]),
        ("VTV, VOV, TTXVN, các địa phương", ["VTV, VOV, TTXVN", "các địa phương"]),
        ("Doanh nghiệp, Sở, ban, ngành có liên quan", ["Doanh nghiệp, Sở, ban, ngành có liên quan"]),
    ],
)
def test_unknown_names_are_split_where_an_organisation_begins(cell, names):
    assert texts(cell, NOTHING) == names


@pytest.mark.parametrize("piece", ["và ", "(a),", ", ", "; ", "(chính)", "( ", "Phòng ", "HĐND và UBND "])
def test_cell_of_the_greatest_length_is_read_at_once(piece):
    cell = (piece * 32_000)[:32_000]
    begun = time.perf_counter()

    read_units(cell, DIRECTORY)
    read_platforms(cell)

    assert time.perf_counter() - begun < 20  # minutes, if any of it grew with the square


@pytest.mark.parametrize("text", ["Không", "không có.", "KHÔNG CÓ"])
def test_cell_that_says_nobody_names_nobody(text):
    assert read_units(text, UnitDirectory([])) == []
