"""Text in the fonts of before Unicode is refused; good Vietnamese and other languages are not."""

import unicodedata

import pytest

from assignments.annex.problems import AnnexUnreadable
from assignments.annex.reading.legacy import refuse_legacy_fonts
from tests.annex.directories import FIXTURES

_LETTERS = "àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ"
_TCVN3 = "µ¸¶·¹¨»¾¼½Æ©ÇÊÈÉËÌÐÎÏÑªÒÕÓÔÖ×ÝØÜÞßãáâä«åèæçé¬êíëìîïóñòô\u00adõøö÷ùúýûüþ®"
_VNI = (  # noqa: SIM905 - pairs are read in rows
    "aø aù aû aõ aï aê aè aé aú aü aë aâ aà aá aå aã aä eø eù eû eõ eï eâ eà eá eå eã eä ì í æ ó ò "
    "oø où oû oõ oï oâ oà oá oå oã oä ô ôø ôù ôû ôõ ôï uø uù uû uõ uï ö öø öù öû öõ öï yø yù yû yõ î ñ"
).split()
SENTENCE = "Triển khai giải pháp xử phạt vi phạm hành chính về trật tự, an toàn xã hội trên địa bàn huyện"
BODY = (FIXTURES / "ke-hoach.md").read_text()


def written_for(letters, text=SENTENCE):
    table = str.maketrans(dict(zip(_LETTERS, letters, strict=True)))
    return text.lower().translate(table)


@pytest.mark.parametrize(("letters", "font"), [(_TCVN3, "TCVN3"), (_VNI, "VNI")])
@pytest.mark.parametrize("text", [SENTENCE, BODY], ids=["sentence", "plan"])
def test_text_of_an_old_font_is_refused_with_advice(letters, font, text):
    with pytest.raises(AnnexUnreadable, match=f"phông cũ {font}.*Unikey"):
        refuse_legacy_fonts([written_for(letters, text)])


@pytest.mark.parametrize("letters", [_TCVN3, _VNI])
def test_half_of_the_cells_in_an_old_font_are_enough(letters):
    with pytest.raises(AnnexUnreadable):
        refuse_legacy_fonts([SENTENCE, written_for(letters)] * 5)


@pytest.mark.parametrize(
    "text",
    [
        BODY,
        unicodedata.normalize("NFD", BODY),
        "Le maïs naïf de Noël, où la façade « ouverte » du château coûte déjà trop cher à l'aïeul héroïque de Haÿ",
        "Die Häuser für schöne Mädchen über Köln können größer müssen Bäume natürlich",
        "El niño español, mañana: año, señor, cigüeña, pingüino",
        "coöperatie zeeën België reünie geïnd",
        "Windows® và Office® của Microsoft®, 5 µm, 20 m², bảng «Mô hình», Viettel©, 30°C, ½ số xã, §3",
        "lorem ipsum dolor sit amet",
        "",
    ],
)
def test_good_text_is_let_through(text):
    refuse_legacy_fonts([text])


def test_annex_in_an_old_font_is_refused_before_its_header_is_looked_for(reading):
    with pytest.raises(AnnexUnreadable) as refused:
        reading(
            ("1", written_for(_TCVN3), written_for(_TCVN3, "công an huyện")), header=(written_for(_TCVN3, "chủ trì"),)
        )

    assert refused.value.problem.code == "legacy_font"
