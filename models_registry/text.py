"""Vietnamese text: one normal form, one folding for comparing and searching, one key for sorting.

No database here can be trusted with ``unaccent`` or a Vietnamese collation, so the folded text and the sort
key are computed here and stored beside the text they come from.
"""

import re
import unicodedata
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

# Word and PDF conversions leave these behind; none of them carries meaning in a name or a phrase.
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))
_SPACES = dict.fromkeys(map(ord, "\u00a0\u2007\u202f"), " ")
# XML 1.0 allows no other control characters: one of them breaks a Word or Excel file.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_ODD = re.compile(rf"[\r{''.join(map(chr, (*_INVISIBLE, *_SPACES)))}]|{_CONTROL.pattern}")
# đ has no decomposition; Ð (ETH) is what legacy conversions leave in its place.
_STROKED = str.maketrans({"đ": "d", "Đ": "d", "ð": "d", "Ð": "d"})
_WORD = re.compile(r"[^\W_]+|&")

_WORDS_KEPT = 20_000  # the words of a language recur, so folding one is mostly looking it up

# What a spreadsheet computes, or runs, when a cell begins with it.
_COMPUTED = ("=", "+", "-", "@", "\t", "\r")

_LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_LETTER_RANK = {letter: f"{rank + 10:02d}" for rank, letter in enumerate(_LETTERS)}
# Order of the tones in Vietnamese dictionaries: ngang, huyền, hỏi, ngã, sắc, nặng.
_TONES = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}


class Token(NamedTuple):
    """One folded word and the span of the (normalised) text it was read from."""

    word: str
    start: int
    end: int


def clean(text: str) -> str:
    """Return ``text`` in NFC, without control or invisible characters, with plain spaces; line breaks stay."""
    text = unicodedata.normalize("NFC", text)
    # Few texts hold any of them, and looking is thirty times faster than translating.
    if not _ODD.search(text):
        return text
    text = text.translate(_INVISIBLE).translate(_SPACES)
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def one_line(text: str) -> str:
    """Return cleaned ``text`` with every run of white space as one space."""
    return " ".join(clean(text).split())


def filled_lines(text: str) -> list[str]:
    """Return the lines of ``text`` without the white space around them; empty ones go."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def tokens(text: str) -> list[Token]:
    """Return the folded words of ``text``; spans refer to ``text`` as given, which should be clean."""
    return [Token(_fold_word(match.group()), *match.span()) for match in _WORD.finditer(text)]


def as_cell(text: str) -> str:
    """Return ``text`` so that a spreadsheet takes it for text: what it would compute gets an apostrophe in front."""
    return f"'{text}" if _is_computed(text) else text


def from_cell(text: str) -> str:
    """Undo ``as_cell``."""
    return text[1:] if text.startswith("'") and _is_computed(text) else text


def _is_computed(text: str) -> bool:
    """Whether a spreadsheet would compute ``text``, seen through the apostrophes that keep it from doing so."""
    return text.lstrip("'").startswith(_COMPUTED)


def fold(text: str) -> str:
    """Return the form in which names are compared and searched: words without case, marks or punctuation.

    "Phòng Văn hoá – Thông tin" and "PHÒNG VĂN HÓA THÔNG TIN" fold alike; "&" folds to "va".
    """
    return " ".join(token.word for token in tokens(clean(text)))


def sort_key(text: str) -> str:
    """Return a key of digits whose order, under any collation, is that of a Vietnamese dictionary.

    Letters decide first (a ă â b … d đ …), tones only between words of the same letters; digits come before
    letters and runs of digits compare as numbers ("Mô hình 9" before "Mô hình 11").
    """
    letters, tones = [], []
    for word in _WORD.findall(clean(text).lower()):
        letters.append("00")
        for part in re.findall(r"\d+|\D", word):
            letters.append(_part_rank(part))
            tones.append(_tone(part))
    return "".join(letters) + "0000" + "".join(tones)


@lru_cache(_WORDS_KEPT)
def _fold_word(word: str) -> str:
    if word == "&":
        return "va"
    decomposed = unicodedata.normalize("NFD", word.translate(_STROKED).casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))


@lru_cache(_WORDS_KEPT)
def _part_rank(part: str) -> str:
    if part.isdigit():
        number = part.lstrip("0")
        return f"01{len(number):02d}{number}"
    decomposed = unicodedata.normalize("NFD", part)
    letter = unicodedata.normalize("NFC", "".join(char for char in decomposed if char not in _TONES))
    return _LETTER_RANK.get(letter, "99")


@lru_cache(_WORDS_KEPT)
def _tone(part: str) -> str:
    return next((_TONES[char] for char in unicodedata.normalize("NFD", part) if char in _TONES), "0")


def write_percent(number: Decimal | int) -> str:
    """ "66,7 %" as the screens write it, its sign not to be torn off."""
    return f"{write_number(Decimal(number))}\u00a0%"


def write_number(number: Decimal | None) -> str:
    """ "1.234,5"; "" for None."""
    if number is None:
        return ""
    whole, _, decimals = f"{number:,.2f}".partition(".")
    decimals = decimals.rstrip("0")
    return whole.replace(",", ".") + (f",{decimals}" if decimals else "")
