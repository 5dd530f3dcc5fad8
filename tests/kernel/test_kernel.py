"""tests/kernel/*.c: suites inside the kernel, all in one boot for each page-table format."""

import pytest

from machine import FORMATS, Machine


def run_suites(fmt):
    """Boot with test=all; returns the log, and what went wrong at its end or None."""
    with Machine(fmt, append="test=all") as pc:
        try:
            pc.expect(r"ktest: done", timeout=120)
            pc.expect_eof()
            problem = None
        except AssertionError as error:
            problem = str(error)
        return pc.log(), problem


@pytest.mark.kernel
@pytest.mark.background.with_args(run_suites)
@pytest.mark.parametrize("fmt", FORMATS)
def test_suites(fmt, background, tap):
    log, problem = background()
    if problem is None:
        tap.output(log)
    else:
        try:
            tap.output(log, need_plan=False)
        finally:
            pytest.fail(problem)
