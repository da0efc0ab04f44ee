"""Mutation testing: the code is changed in one place at a time, and some test must notice.

    .venv/bin/python -m tests.mutation            every module of the table
    .venv/bin/python -m tests.mutation duties     one of them

The mutants are those of Cosmic Ray and of ``operators``; the seed is fixed, so the same code gives the same forty.
"""
