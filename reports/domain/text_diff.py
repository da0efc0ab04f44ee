"""What is new in a text, word by word, ready to be shown. Pure."""

import re

from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString
from rapidfuzz.distance import Indel

# Words with the white space that follows them, so that the pieces put together are the text again.
_PIECE = re.compile(r"\S+\s*|\s+")
# Comparing takes the product of both lengths; a text beyond this is shown as new as a whole rather than slowly.
# Not difflib: two texts of 1,500 words made for it ("a b a b …", "a c a c …") keep it busy for 20 seconds.
_MOST_WORDS = 1500
# Below this the two say different things, and marking the words they happen to share helps nobody.
_ALIKE = 0.4


def mark_new(old: str, new: str) -> SafeString:
    """``new`` as HTML, the words that ``old`` did not have in <ins>; nothing is marked where ``old`` said nothing.

    What was taken out is not shown: the reader wants to know what the unit says now.
    """
    if not old.strip() or old == new:
        return escape(new)
    before, now = _PIECE.findall(old), _PIECE.findall(new)
    if max(len(before), len(now)) > _MOST_WORDS:
        return _new(new)
    pair = [piece.strip() for piece in before], [piece.strip() for piece in now]
    if Indel.normalized_similarity(*pair) < _ALIKE:
        return _new(new)
    shown = [
        (escape(words) if step.tag == "equal" else _new(words),)
        for step in Indel.opcodes(*pair)
        if (words := "".join(now[step.dest_start : step.dest_end]))
    ]
    return format_html_join("", "{}", shown)


def _new(text: str) -> SafeString:
    """The white space behind a new word is not marked with it."""
    words = text.rstrip()
    return format_html("<ins>{}</ins>{}", words, text[len(words) :]) if words else escape(text)
