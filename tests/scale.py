"""How much of the long proofs is run: a sample of each in the suite, all of them by ``./portal test --long``."""

import os
from typing import TypeVar

IS_LONG = os.environ.get("PORTAL_LONG") == "1"

Amount = TypeVar("Amount")


def at_length(sample: Amount, whole: Amount) -> Amount:
    """How many lives, kills or plans this run is to go through."""
    return whole if IS_LONG else sample
