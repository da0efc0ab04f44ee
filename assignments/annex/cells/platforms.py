"""Read the platforms and tools named in one cell of an annex."""

import re

from models_registry.text import clean, one_line

from .parentheses import Parentheses

# "và" joins two items only when the second begins like a name: "VNeID và Call Center", but not
# "Hệ thống quản lý văn bản và điều hành". The capital is looked for afterwards, since \w knows no case.
_SEPARATOR = re.compile(r"[;,\n]|\s+và\s+(?=(\w))", re.IGNORECASE)
_EDGES = " \t.…-–—+*•·"


def read_platforms(text: str) -> list[str]:
    """Return the platforms named in ``text``, as written, in the order of the cell, each once."""
    text = clean(text)
    parentheses = Parentheses(text)
    items, start = [], 0
    for match in _SEPARATOR.finditer(text):
        if parentheses.around(match.start()) or (match[1] is not None and not match[1].isupper()):
            continue
        items.append(text[start : match.start()])
        start = match.end()
    items.append(text[start:])
    names = (one_line(item).strip(_EDGES) for item in items)
    return list(dict.fromkeys(name for name in names if name))
