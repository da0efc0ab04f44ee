"""Read the units named in one cell of an annex.

Names contain the characters that separate names ("Các phòng, ban, ngành cấp huyện"), so a cell is read against the
known names first, longest match, and the rest is split only where another organisation visibly begins. Every word
of the cell ends up in a mention, except the connectors between names and the mark "(chính)".
"""

import re
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import NamedTuple

from rapidfuzz import fuzz, process

from models_registry.text import Token, clean, fold, one_line, tokens

from .parentheses import Parentheses

_PRINCIPAL = re.compile(r"\(\s*(?:(?:đơn vị|cơ quan|phối hợp)\s+)*chính\s*\)", re.IGNORECASE)
# "(1) …", "2. …" before the names of a list that counts from 1.
_COUNTED = re.compile(r"(?:^|(?<=[\s;,]))\(?(\d{1,2})[.)]\s+(?=[^\W\d_])")
_CLOSERS = re.compile(r"[)\]\"'”’»\s]+")
_STRONG = re.compile(r";|\n\s*[-–—+*]|[•·▪●○◦‣►➢\uf0b7]")
_WEAK = re.compile(r"[,\n…/+]|\.(?=\s|\)|$)|\.\.")
_CONNECTORS = {"và", "&"}

# Words that begin the name of an organisation, with their marks: "Sở" must not be taken for "Số".
_HEADS = {
    "sở",
    "ban",
    "phòng",
    "hội",
    "bộ",
    "tổ",
    "cục",
    "viện",
    "trường",
    "các",
    "đội",
    "đoàn",
    "hạt",
    "đài",
    "trạm",
    "vụ",
    "thuế",
    "quỹ",
}
_LONG_HEADS = {
    *("công an", "trung tâm", "ngân hàng", "bệnh viện", "văn phòng", "chi cục", "chuyên gia", "bảo hiểm", "bộ phận"),
    *("ủy ban", "uỷ ban", "mặt trận", "liên đoàn", "liên minh", "thanh tra", "tòa án", "toà án", "kho bạc"),
    *("huyện ủy", "huyện uỷ", "đảng ủy", "đảng uỷ", "công ty", "tập đoàn", "bưu điện", "điện lực", "viễn thông"),
    *("hiệp hội", "liên hiệp", "học viện", "đại học", "cơ sở", "chủ tịch", "hội đồng"),
}
# These are names by themselves; any other head needs a word after it, or it is an item of a list ("phòng, ban").
_COMPLETE = {"công an", "chuyên gia", "huyện ủy", "huyện uỷ", "bưu điện", "điện lực", "kho bạc"}
# UNND and UBNN are common slips for UBND.
_ACRONYMS = {
    "ubnd",
    "unnd",
    "ubnn",
    "hđnd",
    "ubmttq",
    "mttq",
    "lđlđ",
    "bhxh",
    "ttyt",
    "nhcsxh",
    "vnpt",
    "viettel",
    "bql",
}
# Short for "Công an", "Phòng", "Văn phòng", as written and with a name behind them.
_SHORT_HEADS = {"CA", "P", "VP"}
# Two of these without anything between them are two: no Sở is part of another Sở.
_NEVER_WITHIN = {"sở", "phòng", "hội", "ubnd"}
# "tổ chức", "ban ngành", "đoàn thể", "các cấp", "phòng thuộc …" go on with a list and begin nothing.
_CONTINUATIONS = {"chức", "ngành", "thể", "thuộc", "của", "cấp", "có", "trong", "trên"}


# From this likeness on (of 100) a known name is worth showing beside one that nobody knows.
WORTH_SHOWING = 60.0
# What people write into a cell where they might leave it empty.
_NOBODY = {"khong", "khong co", "khong co don vi"}


class UnitMention(NamedTuple):
    """One unit named in a cell: the words as written, and the known unit they stand for, if any."""

    text: str
    key: Hashable | None
    unit: str | None
    principal: bool
    known: bool


class UnitDirectory:
    """The known units: every way of writing a unit, folded, with the unit it stands for."""

    def __init__(self, units: Iterable[tuple[Hashable, str, Iterable[str]]]) -> None:
        """Take (key, canonical name, other texts); a canonical name wins over another unit's alias."""
        rows = [(key, name, list(texts)) for key, name, texts in units]
        self.names = {key: name for key, name, _ in rows}
        self.keys: dict[str, Hashable] = {}
        for key, name, _ in rows:
            self._add(name, key)
        for key, _, texts in rows:
            for text in texts:
                self._add(text, key)
        self._longest = max((folded.count(" ") + 1 for folded in self.keys), default=0)

    def _add(self, text: str, key: Hashable) -> None:
        if folded := fold(text):
            self.keys.setdefault(folded, key)

    def matches(self, words: list[str], at: int) -> Iterable[tuple[int, Hashable]]:
        """Yield (end, key) of the known names that begin at word ``at``, longest first."""
        for end in range(min(len(words), at + self._longest), at, -1):
            key = self.keys.get(" ".join(words[at:end]))
            if key is not None:
                yield end, key


class _Gap(Enum):
    """What stands between two words."""

    JOINED = "nothing but space"
    WEAK = "may separate names or stand inside one"
    STRONG = "separates names"
    BLOCKED = "holds one name together, like a dash or an opening parenthesis"


def read_units(text: str, directory: UnitDirectory) -> list[UnitMention]:
    """Return the units named in ``text``, in the order of the cell."""
    mentions: list[UnitMention] = []
    if fold(text) in _NOBODY:
        return mentions
    is_ahead = False
    parts = _PRINCIPAL.split(_without_counting(clean(text)))
    for number, part in enumerate(parts, start=1):
        found = list(_Part(part, directory).mentions())
        if is_ahead and found:
            found[0] = found[0]._replace(principal=True)
        mentions += found
        if number < len(parts):
            is_ahead = _is_mark_ahead(part, parts[number])
            if mentions and not is_ahead:
                mentions[-1] = mentions[-1]._replace(principal=True)
    return mentions


def _is_mark_ahead(before: str, behind: str) -> bool:
    """Whether "(chính)" stands for the name behind it: it begins a name where it otherwise would end one."""
    is_beginning = not before.strip() or before.rstrip(" ").endswith((",", ";", "\n"))
    return is_beginning and behind.lstrip(" :-–").strip()[:1].isalpha()


def _without_counting(text: str) -> str:
    """The cell with a bullet for each number of a list that counts from 1, beginning with the cell."""
    expected = 1

    def bullet(found: re.Match[str]) -> str:
        nonlocal expected
        if int(found[1]) != expected or (expected == 1 and found.start() > 0):
            return found[0]
        expected += 1
        return "• "

    return _COUNTED.sub(bullet, text.strip())


def nearest(text: str, directory: UnitDirectory, limit: int = 3) -> list[tuple[Hashable, str, float]]:
    """Return the ``limit`` units whose names look most like ``text``: (key, canonical name, score of 100)."""
    # More than wanted, since several ways of writing may belong to one unit.
    found = process.extract(fold(text), directory.keys.keys(), scorer=fuzz.token_sort_ratio, limit=limit * 8)
    best: dict[Hashable, float] = {}
    for name, score, _ in found:
        key = directory.keys[name]
        best[key] = max(best.get(key, 0.0), score)
    ranked = sorted(best.items(), key=lambda item: (-item[1], directory.names[item[0]]))
    return [(key, directory.names[key], round(score, 1)) for key, score in ranked[:limit]]


@dataclass(frozen=True)
class _Part:
    """A stretch of a cell that holds no "(chính)"."""

    text: str
    directory: UnitDirectory

    @cached_property
    def tokens(self) -> list[Token]:
        return tokens(self.text)

    @cached_property
    def words(self) -> list[str]:
        return [token.word for token in self.tokens]

    @cached_property
    def written(self) -> list[str]:
        """Return the words in lower case, with their marks."""
        return [self.text[token.start : token.end].lower() for token in self.tokens]

    @cached_property
    def parentheses(self) -> Parentheses:
        return Parentheses(self.text)

    @cached_property
    def after_connectors(self) -> list[int]:
        """Return, for each word and the end, the first word from there on that is no connector."""
        after = [len(self.tokens)]
        for at in reversed(range(len(self.tokens))):
            after.append(after[-1] if self.written[at] in _CONNECTORS else at)
        return after[::-1]

    def mentions(self) -> Iterable[UnitMention]:
        """Yield the units of this part."""
        at = self.skip(0)
        while at < len(self.tokens):
            end, key = self.known(at) or (self.unknown_end(at), None)
            name = None if key is None else self.directory.names[key]
            yield UnitMention(self.slice(at, end), key, name, principal=False, known=key is not None)
            at = self.skip(end)

    def known(self, at: int) -> tuple[int, Hashable] | None:
        """Return (end, key) of the longest known name at word ``at`` that can end where it ends."""
        return next((match for match in self.directory.matches(self.words, at) if self.can_end(match[0])), None)

    def can_end(self, end: int) -> bool:
        """Tell whether a known name may end before word ``end``: the words after it must begin another name."""
        follows = self.skip(end)
        if follows == len(self.tokens):
            return True
        gap = self.gap(end)
        if gap in (_Gap.STRONG, _Gap.BLOCKED):
            return gap is _Gap.STRONG
        joined = gap is _Gap.JOINED and follows == end
        is_known = any(self.directory.matches(self.words, follows))
        return (is_known and not (joined and self.is_bare(follows))) or self.is_head(follows, joined=joined)

    def unknown_end(self, at: int) -> int:
        """Return the word before which the unknown name that begins at ``at`` ends."""
        return next((end for end in range(at + 1, len(self.tokens)) if self.is_break(at, end)), len(self.tokens))

    def is_break(self, at: int, end: int) -> bool:
        """Tell whether the unknown name that begins at ``at`` ends before word ``end``."""
        gap, follows = self.gap(end), self.skip(end)
        if gap is _Gap.STRONG or (follows == len(self.tokens) and gap is not _Gap.BLOCKED):
            return True
        if gap is _Gap.JOINED and follows == end and self.is_same_head(at, end):
            return True
        if gap is not _Gap.WEAK and (follows == end or self.is_office(at, end)):
            return False
        return gap is not _Gap.BLOCKED and (self.known(follows) is not None or self.is_head(follows))

    def is_office(self, at: int, end: int) -> bool:
        """Tell whether word ``end`` is the "và" of "Văn phòng HĐND và UBND", which is one office."""
        return end - 1 > at and self.words[end - 1] == "hdnd" and self.words[end + 1 : end + 2] == ["ubnd"]

    def is_same_head(self, at: int, end: int) -> bool:
        """Tell whether word ``end`` begins a second Sở where the name at ``at`` began with one."""
        return self.written[end] == self.written[at] in _NEVER_WITHIN and self.is_head(end, joined=True)

    def is_bare(self, at: int) -> bool:
        """Tell whether word ``at`` shows no organisation by itself, like "Phú Lệ" after "UBND các xã"."""
        word, pair = self.written[at], " ".join(self.written[at : at + 2])
        printed = self.text[self.tokens[at].start : self.tokens[at].end]
        return not (word in _HEADS | _ACRONYMS or pair in _LONG_HEADS or (len(printed) > 1 and printed.isupper()))

    def skip(self, at: int) -> int:
        """Return the first word from ``at`` on that is not a connector."""
        return self.after_connectors[at]

    def gap(self, at: int) -> _Gap:
        """Return what stands before word ``at``; inside parentheses nothing separates."""
        start, end = self.tokens[at - 1].end, self.tokens[at].start
        around = self.parentheses.around(start)
        if around and end < around[1]:
            return _Gap.BLOCKED
        between = self.text[start:end]
        if _STRONG.search(between):
            return _Gap.STRONG
        if between.strip() == "." and self.text[start - 1 : start] == "P" and self.written[at - 1] == "p":
            return _Gap.JOINED
        if _WEAK.search(between):
            return _Gap.WEAK
        return _Gap.BLOCKED if _CLOSERS.sub("", between) else _Gap.JOINED

    def is_head(self, at: int, *, joined: bool = False) -> bool:
        """Tell whether an organisation visibly begins at word ``at``; ``joined``: no separator stands before it."""
        word = self.written[at]
        if word in _ACRONYMS:
            return True
        if self.text[self.tokens[at].start : self.tokens[at].end] in _SHORT_HEADS and self.goes_on(at + 1):
            return True
        lower = self.text[self.tokens[at].start].islower()
        if lower and (joined or not (word == "các" or self.is_named(at + 1))):
            return False
        pair = " ".join(self.written[at : at + 2])
        if pair in _LONG_HEADS and self.goes_on(at + 1):
            return pair in _COMPLETE or self.goes_on(at + 2)
        return word in _HEADS and self.goes_on(at + 1) and self.written[at + 1] not in _CONTINUATIONS

    def is_named(self, at: int) -> bool:
        """Tell whether a name of its own follows: "phòng Tư pháp", unlike "phòng, ban" and "sở ngành"."""
        return self.goes_on(at) and self.text[self.tokens[at].start].isupper()

    def goes_on(self, at: int) -> bool:
        """Tell whether word ``at`` belongs to the same name as the word before it."""
        return at < len(self.tokens) and self.gap(at) is _Gap.JOINED and self.written[at] not in _CONNECTORS

    def slice(self, at: int, end: int) -> str:
        """Return the words ``at`` to ``end`` as written, with the parenthesis they leave open closed."""
        start, stop = self.tokens[at].start, self.tokens[end - 1].end
        around = self.parentheses.around(stop)
        return one_line(self.text[start : around[1] if around and start < around[0] else stop])
