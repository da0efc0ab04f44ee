"""How long a line of text is in Times New Roman: the rules under it are a share of it, and no font need be there."""

import unicodedata

from .markup import TWIPS_PER_POINT

# Widths of the bold face in thousandths of its size; upright ones are a little narrower, which these rules may ignore.
_BOLD = {
    " ": 250, "-": 333, ",": 250, ".": 250, "/": 278, ":": 333, "(": 333, ")": 333,
    **dict.fromkeys("0123456789", 500),
    **dict(zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", (722, 667, 722, 722, 667, 611, 778, 778, 389, 500, 778, 667, 944, 722, 778,
                                              611, 778, 722, 556, 667, 722, 722, 1000, 722, 722, 667), strict=True)),
    **dict(zip("abcdefghijklmnopqrstuvwxyz", (500, 556, 444, 556, 444, 333, 500, 556, 278, 333, 556, 278, 833, 556, 500,
                                              556, 556, 444, 389, 333, 556, 500, 722, 500, 500, 444), strict=True)),
    "đ": 556, "Đ": 722,
}  # fmt: skip
_OTHER = 500


def text_width(text: str, points: float) -> float:
    """The width of one line of ``text`` in twips; marks over and under letters take no room."""
    letters = (char for char in unicodedata.normalize("NFD", text) if not unicodedata.combining(char))
    return sum(_BOLD.get(letter, _OTHER) for letter in letters) * points * TWIPS_PER_POINT / 1000
