"""The standing agency's view of a plan: what needs attention, who has filed, what changed, how everything stands.

``scope_of`` says what one looks at, ``read_board`` reads it in a fixed number of queries, whatever the history; the
other modules each make one part of the page out of what was read.
"""

from .board import Board, read_board
from .scope import Scope, UnknownPeriod, scope_of

__all__ = (
    "Board",
    "Scope",
    "UnknownPeriod",
    "read_board",
    "scope_of",
)
