"""Units of a cell: known names first, the rest kept whole, no word lost."""

import csv
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assignments.annex.platforms import read_platforms
from assignments.annex.units import UnitDirectory, nearest, read_units
from models_registry.text import fold

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


def plan_directory():
    """Return the units of the plan: every unit with its ways of writing."""
    with (FIXTURES / "don-vi.csv").open(encoding="utf-8-sig", newline="") as lines:
        aliases = {row["Tên"]: [] for row in csv.DictReader(lines)}
    with (FIXTURES / "cach-viet.csv").open(encoding="utf-8-sig", newline="") as lines:
        for row in csv.DictReader(lines):
            aliases[row["Đơn vị"]].append(row["Cách viết"])
    return UnitDirectory((unit, unit, written) for unit, written in aliases.items())


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
