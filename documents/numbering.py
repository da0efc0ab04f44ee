"""How the headings of a document count: Phần I, I., 1., a) … in the order of the Vietnamese alphabet."""

from collections.abc import Iterable, Iterator

from .blocks import Block, Bullet, Heading

# NĐ 30/2020, PL I: points are lettered "theo thứ tự bảng chữ cái tiếng Việt", which has đ and none of f, j, w, z.
LETTERS = "abcdđeghiklmnopqrstuvxy"
_ROMAN = ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
LEVELS = 4


def roman(number: int) -> str:
    """I, II, III … for numbers from 1 up."""
    written = ""
    for value, sign in _ROMAN:
        written += sign * (number // value)
        number %= value
    return written


def letter(number: int) -> str:
    """a, b, c, d, đ … y, aa, bb …"""
    rounds, place = divmod(number - 1, len(LETTERS))
    return LETTERS[place] * (rounds + 1)


class Numbering:
    """Counts headings as they come; a heading begins the count of the levels below it anew."""

    def __init__(self) -> None:
        self.counts = [0] * LEVELS

    def label(self, level: int) -> str:
        """What stands before the next heading of ``level``."""
        self.counts[level] += 1
        self.counts[level + 1 :] = [0] * (LEVELS - level - 1)
        number = self.counts[level]
        return (f"Phần {roman(number)}", f"{roman(number)}.", f"{number}.", f"{letter(number)})")[level]


def numbered(blocks: Iterable[Block]) -> Iterator[tuple[str, Block]]:
    """Each block with what stands in front of its words: the number of a heading, a bullet's dash."""
    numbering = Numbering()
    for block in blocks:
        if isinstance(block, Heading):
            yield numbering.label(block.level), block
        else:
            yield "-" if isinstance(block, Bullet) else "", block
