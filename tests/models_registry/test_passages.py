"""What annex and body say, side by side: neither is corrected by the other."""

import pytest

from models_registry.models import InitiativeText
from models_registry.passages import Passage, compare

Kind, Source = InitiativeText.Kind, InitiativeText.Source


def said(source, kind, text, label=""):
    return InitiativeText(source=source, kind=kind, text=text, label=label)


def both(kind, annex, body):
    return compare([said(Source.ANNEX, kind, annex), said(Source.BODY, kind, body)], "9")


@pytest.mark.parametrize(
    ("annex", "body", "differs"),
    [
        ("Quý I/2024", "Quý I/2024", False),
        ("Hoàn thành Quý I/2024.", "hoàn thành quý I/2024", False),
        ("Tháng 12/2024", "Tháng 6/2024", True),
    ],
)
def test_passages_differ_by_their_words_and_not_by_their_typing(annex, body, differs):
    assert both(Kind.DEADLINE, annex, body) == [Passage("Thời gian hoàn thành", annex, body, differs)]


def test_name_of_the_annex_may_begin_with_its_number():
    assert both(Kind.NAME, "Mô hình 9: Lưu trú", "Lưu trú")[0].differs is False


def test_units_of_the_annex_are_gathered_beside_the_passage_of_the_body():
    texts = [
        said(Source.ANNEX, Kind.LEAD, "Công an huyện"),
        said(Source.ANNEX, Kind.SUPPORT, "Các xã"),
        said(Source.BODY, Kind.UNITS, "Công an huyện chủ trì"),
    ]

    assert compare(texts, "9") == [
        Passage("Đơn vị thực hiện", "Chủ trì: Công an huyện\nHỗ trợ: Các xã", "Công an huyện chủ trì", differs=False)
    ]


def test_what_one_source_alone_says_stands_alone():
    assert compare([said(Source.BODY, Kind.NOTE, "theo lộ trình")], "9") == [
        Passage("Ghi chú", "", "theo lộ trình", differs=False)
    ]


def test_extra_columns_come_last_under_their_own_names():
    texts = [said(Source.ANNEX, Kind.EXTRA, "12 triệu", label="Kinh phí"), said(Source.ANNEX, Kind.PLATFORMS, "VNeID")]

    assert [passage.label for passage in compare(texts, "9")] == ["Nền tảng, công cụ", "Kinh phí"]
