"""``python -m tests.mutation [NAME…]``: what a module's own tests do not notice. Exits 1 below 95 % killed."""

import argparse
import difflib
import importlib
import multiprocessing
import os
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pytest
from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.operators.operator import Operator
from cosmic_ray.operators.provider import OperatorProvider
from parso.tree import NodeOrLeaf

from tests.mutation.equivalent import EQUIVALENT
from tests.mutation.operators import OPERATORS

# What is changed, and the tests that must notice: quick ones, on SQLite, of this module alone.
MODULES: dict[str, tuple[list[str], list[str]]] = {
    "permissions": (
        ["assignments/permissions.py", "assignments/roles.py"],
        ["tests/assignments/test_reach.py", "tests/whole/test_permissions.py", "tests/whole/test_roles_in_plans.py"],
    ),
    "states": (
        ["reports/domain/states.py"],
        ["tests/domain/test_states.py", "tests/lifecycle/test_transitions.py"],
    ),
    "duties": (
        [
            "assignments/duties.py",
            "assignments/duty_terms.py",
            "assignments/handovers.py",
            "assignments/fact_days.py",
        ],
        [
            "tests/assignments/test_duties.py",
            "tests/assignments/test_duty_terms.py",
            "tests/assignments/test_handovers.py",
            "tests/assignments/test_fact_days.py",
        ],
    ),
    "periods": (
        ["reports/periods/services.py", "reports/domain/calendar.py", "reports/domain/workdays.py"],
        [
            "tests/domain/test_calendar.py",
            "tests/domain/test_workdays.py",
            "tests/filing/test_clock.py",
            "tests/filing/test_filing.py",
        ],
    ),
    "current": (
        ["reports/progress/current.py", "reports/progress/last_word.py"],
        [
            "tests/progress/test_last_word.py",
            "tests/progress/test_current.py",
            "tests/progress/test_period_states.py",
            "tests/handovers/test_threads.py",
        ],
    ),
    "deadlines": (
        ["models_registry/deadlines.py"],
        ["tests/models_registry/test_deadlines.py"],
    ),
    "rollup": (
        [
            "reports/rollup/attention.py",
            "reports/rollup/board.py",
            "reports/rollup/period_changes.py",
            "reports/rollup/entry_list.py",
            "reports/rollup/filing_card.py",
            "reports/rollup/frame.py",
            "reports/rollup/initiative_lines.py",
            "reports/rollup/matrix.py",
            "reports/rollup/problems.py",
            "reports/rollup/scope.py",
            "reports/rollup/timeline.py",
            "reports/rollup/timeliness.py",
            "reports/rollup/trends.py",
        ],
        ["tests/rollup/test_rollup.py", "tests/rollup/test_rollup_count.py"],
    ),
}
SAMPLE = 40
SEED = 2024
FLOOR = 95  # per cent
ROOT = Path(__file__).resolve().parents[2]
# Of no use to the tests, or too large to be copied for each of them: these are linked.
LEFT_OUT = (".git", "var", "staticfiles", "__pycache__", ".hypothesis", ".pytest_cache", ".mypy_cache", ".ruff_cache")
LINKED = (".venv", "node_modules", "static/vendor")
# Loaded once for all runs; nothing of the portal, for that is what changes.
PRELOADED = ("django.test", "django.db.models", "django.db.backends.sqlite3.base", "django.forms", "celery", "docx",
             "factory", "faker", "holidays", "hypothesis", "openpyxl", "rapidfuzz", "tablib")  # fmt: skip
# A class attribute compared by identity and by equality is the same one here; what is written as a type is not run.
LIKE_EACH_OTHER = ("_Is_Eq", "_Is_NotEq", "_Eq_Is", "_IsNot_Eq", "_IsNot_NotEq", "_NotEq_Is")


class Mutant(NamedTuple):
    path: str
    code: str
    before: str
    after: str

    @property
    def why_equivalent(self) -> str:
        return EQUIVALENT.get((self.before, self.after), "")

    def __str__(self) -> str:
        return f"{self.path}\n    - {self.before}\n    + {self.after}"


# --- Mutants ---


def operators() -> Iterator[Operator]:
    core = OperatorProvider()
    for name in core:
        if not name.startswith("Variable") and not any(part in name for part in LIKE_EACH_OTHER):
            yield core[name]()
    for made_here in OPERATORS:
        yield made_here()


def mutants_of(name: str) -> list[Mutant]:
    """As many as the sample asks for: places first, so that one with ten mutants counts no more than one with one."""
    chance = random.Random(f"{SEED} {name}")
    places = [place for path in MODULES[name][0] for place in places_of(path)]
    chance.shuffle(places)
    for place in places:
        chance.shuffle(place)
    turns = (place[turn] for turn in range(max(map(len, places))) for place in places if turn < len(place))
    found: dict[tuple[str, str], Mutant] = {}
    for mutant in (made() for made in turns):
        if mutant and mutant.before != mutant.after:
            found.setdefault((mutant.path, mutant.code), mutant)
        if sum(not one.why_equivalent for one in found.values()) == SAMPLE:
            break
    return list(found.values())


def places_of(path: str) -> list[list[partial[Mutant | None]]]:
    """For each place of a file what can be made of it."""
    source = (ROOT / path).read_text(encoding="utf8")
    nodes = list(ast_nodes(get_ast(source)))
    places: dict[object, list[partial[Mutant | None]]] = {}
    for operator in operators():
        occurrence = 0
        for node in nodes:
            for position in operator.mutation_positions(node):
                if not is_type(node):
                    made = partial(mutant_at, path, source, operator, occurrence)
                    places.setdefault(position, []).append(made)
                occurrence += 1
    return [places[position] for position in sorted(places, key=repr)]


def is_type(node: NodeOrLeaf) -> bool:
    """Annotations: nothing of them is run."""
    while node.parent:
        above = node.parent
        if above.type == "annassign" and above.children[1] is node:
            return True
        if above.type == "param" and above.annotation is node:
            return True
        if above.type in ("funcdef", "tfpdef") and getattr(above, "annotation", None) is node:
            return True
        if above.type == "tfpdef" and above.children[-1] is node:
            return True
        node = above
    return False


def mutant_at(path: str, source: str, operator: Operator, occurrence: int) -> Mutant | None:
    code = mutate_code(source, operator, occurrence)
    if code is None or code == source:
        return None
    lines = list(difflib.unified_diff(source.splitlines(), code.splitlines(), n=0, lineterm=""))[3:]
    before, after = (" ⏎ ".join(line[1:].strip() for line in lines if line.startswith(sign)) for sign in ("-", "+"))
    return Mutant(path, code, before, after)


# --- Runs ---


def copy_of_the_tree(folder: Path) -> Path:
    """Mutants are written into a copy, never into the tree one works in."""
    tree = folder / f"tree-{os.getpid()}"
    linked = {str(ROOT / name) for name in LINKED}

    def left_out(where: str, names: list[str]) -> set[str]:
        return {name for name in names if name in LEFT_OUT or str(Path(where, name)) in linked}

    shutil.copytree(ROOT, tree, symlinks=True, ignore=left_out)
    for name in LINKED:
        if (ROOT / name).exists():
            (tree / name).symlink_to((ROOT / name).resolve())
    if (ROOT / "var" / "migrated").exists():
        shutil.copytree(ROOT / "var" / "migrated", tree / "var" / "migrated")
    return tree


class Worker:
    """One process with one copy of the tree, for one mutant after the other."""

    tree: Path

    @classmethod
    def begin(cls, folder: Path) -> None:
        cls.tree = copy_of_the_tree(folder)
        for name in PRELOADED:
            with suppress(Exception):  # what asks for Django's settings is loaded by each run
                importlib.import_module(name)

    @classmethod
    def is_noticed(cls, mutant: Mutant | None, tests: list[str], seconds: float) -> bool:
        """Whether the tests fail, or come to no end; without a mutant they must not."""
        if mutant is None:
            return cls.fails(tests, seconds)
        file = cls.tree / mutant.path
        as_it_is = file.read_text(encoding="utf8")
        file.write_text(mutant.code, encoding="utf8")
        try:
            return cls.fails(tests, seconds)
        finally:
            file.write_text(as_it_is, encoding="utf8")

    @classmethod
    def fails(cls, tests: list[str], seconds: float) -> bool:
        run = multiprocessing.get_context("fork").Process(target=run_tests, args=(cls.tree, tests))
        run.start()
        run.join(seconds)
        if run.is_alive():
            run.kill()
            run.join()
        return run.exitcode != 0


def run_tests(tree: Path, tests: list[str]) -> None:
    """In a process of its own, in which the ``tests`` of the copy are loaded instead of these."""
    os.chdir(tree)
    sys.path[:] = [str(tree), *(path for path in sys.path if Path(path or ".").resolve() not in (ROOT, tree))]
    for name in [name for name in sys.modules if name == "tests" or name.startswith("tests.")]:
        del sys.modules[name]
    os.environ["PORTAL_TEST_DB"] = "sqlite"
    log = os.open(tree / "tests.log", os.O_CREAT | os.O_WRONLY | os.O_TRUNC)
    os.dup2(log, 1)
    os.dup2(log, 2)
    keep_the_database()
    sys.dont_write_bytecode = True  # of a mutant, it could be taken for that of the next
    sys.exit(pytest.main(["-x", "-q", "-p", "no:cacheprovider", "--hypothesis-seed=0", *tests]))


def keep_the_database() -> None:
    """The one made by the code as it is serves all mutants: nothing is migrated because a line was changed."""
    from tests import migrated

    wanted = migrated.KEPT / f"{migrated._state()}.sqlite3"
    made = next(migrated.KEPT.glob("*.sqlite3"), None)
    if made and not wanted.exists():
        shutil.copy(made, wanted)


# --- Telling ---


def report(name: str, pool: ProcessPoolExecutor) -> bool:
    """Run the sample of one module; True where enough of it was noticed."""
    tests = MODULES[name][1]
    began = time.monotonic()
    if pool.submit(Worker.is_noticed, None, tests, 900).result():
        print(f"{name}: the tests fail without a mutant, or take a quarter of an hour", flush=True)
        return False
    seconds = 30 + 6 * (time.monotonic() - began)
    mutants = mutants_of(name)
    equivalent = [mutant for mutant in mutants if mutant.why_equivalent]
    tried = [mutant for mutant in mutants if not mutant.why_equivalent]
    alive = 0
    runs = pool.map(partial(Worker.is_noticed, tests=tests, seconds=seconds), tried)
    for mutant, is_noticed in zip(tried, runs, strict=True):
        if not is_noticed:
            alive += 1
            print(f"{name}: alive: {mutant}", flush=True)
    for mutant in equivalent:
        print(f"{name}: equivalent: {mutant}\n    ({mutant.why_equivalent})", flush=True)
    killed = len(tried) - alive
    rate = 100 * killed / len(tried)
    took = time.monotonic() - began
    print(
        f"{name}: {killed} of {len(tried)} killed ({rate:.0f} %), {len(equivalent)} equivalent, {took:.0f} s",
        flush=True,
    )
    return rate >= FLOOR


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(MODULES))
    parser.add_argument("--jobs", type=int, default=2, help="runs at a time (default: 2)")
    asked = parser.parse_args()
    unknown = set(asked.names) - MODULES.keys()
    if unknown:
        parser.error(f"no such module: {', '.join(sorted(unknown))}")
    with tempfile.TemporaryDirectory(prefix="portal-mutation-") as folder:
        context = multiprocessing.get_context("fork")
        with ProcessPoolExecutor(asked.jobs, context, Worker.begin, (Path(folder),)) as pool:
            enough = [report(name, pool) for name in asked.names or MODULES]
    return 0 if all(enough) else 1


if __name__ == "__main__":
    sys.exit(main())
