"""Where the parentheses of a text open and close; inside them nothing separates."""

import re
from bisect import bisect_left

_PAIR = re.compile(r"\([^()]*\)")


class Parentheses:
    def __init__(self, text: str) -> None:
        self._pairs = [pair.span() for pair in _PAIR.finditer(text)]
        self._opened = [opened for opened, _ in self._pairs]

    def around(self, at: int) -> tuple[int, int] | None:
        """(where it opens, where it has closed) of the pair around position ``at``, if any."""
        before = bisect_left(self._opened, at) - 1
        return self._pairs[before] if before >= 0 and at < self._pairs[before][1] else None
