"""Where the last word on a duty comes from."""

from datetime import date
from typing import NamedTuple

from .wording import period_words


class Source(NamedTuple):
    """In which period a word was said; ``whose`` it is where nothing was said under the duty itself, else ""."""

    rhythm: str
    name: str
    starts_on: date
    ends_on: date
    whose: str

    def words_on(self, day: date) -> str:
        """ "tuần 26/02 – 04/03 của Công an huyện", as the screens call it on ``day``."""
        of_whom = f" của {self.whose}" if self.whose else ""
        return f"{period_words(self.rhythm, self.starts_on, self.ends_on, self.name, day)}{of_whom}"
