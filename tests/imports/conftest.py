"""Annexes handed in by the tests are those of the reader's tests."""

from tests.annex.conftest import annex

__all__ = ("annex",)
