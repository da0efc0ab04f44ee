"""What something costs in queries and in instances: the same for one row and for several, no more than so many.

A number written down exactly is wrong after every honest change; what must not happen is that it grows with the rows.
"""

import functools
import inspect
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import connection, models, transaction
from django.db.models.signals import post_init
from django.test.utils import CaptureQueriesContext

Test = Callable[..., None]


def same_queries(
    at_most: int | Mapping[str, int], *, by: str = "", numbers: tuple[int, ...] = (1, 3)
) -> Callable[[Test], Test]:
    """Live through a test once for each number of ``rows`` and compare what ran ``with counted:``.

    ``at_most`` is a bound, or a bound for each value of the argument ``by``. Rows of one time are gone at the next.
    """

    def decorate(test: Test) -> Test:
        signature = inspect.signature(test)
        given = [one for name, one in signature.parameters.items() if name not in ("rows", "counted")]

        @functools.wraps(test)
        def compared(**fixtures: Any) -> None:
            ran = {rows: _queries_of(test, rows, fixtures) for rows in numbers}

            bound = at_most[fixtures[by]] if isinstance(at_most, Mapping) else at_most
            told = "\n".join(f"{rows} rows:\n  " + "\n  ".join(queries) for rows, queries in ran.items())
            assert len({len(queries) for queries in ran.values()}) == 1, told
            assert 0 < len(ran[numbers[0]]) <= bound, told

        del compared.__wrapped__  # type: ignore[attr-defined]  # pytest would ask it for its arguments
        compared.__signature__ = signature.replace(parameters=given)  # type: ignore[attr-defined]
        return compared

    return decorate


def _queries_of(test: Test, rows: int, fixtures: Mapping[str, Any]) -> list[str]:
    counted = CaptureQueriesContext(connection)
    ContentType.objects.clear_cache()  # what an earlier run looked up would be spared the next
    with transaction.atomic():
        test(rows=rows, counted=counted, **fixtures)
        transaction.set_rollback(True)
    return [query["sql"] for query in counted.captured_queries]


@contextmanager
def counting_instances() -> Iterator[Counter[type[models.Model]]]:
    """How many instances of each model are built."""
    built: Counter[type[models.Model]] = Counter()

    def count(sender: type[models.Model], **_: object) -> None:
        built[sender] += 1

    post_init.connect(count)
    try:
        yield built
    finally:
        post_init.disconnect(count)
