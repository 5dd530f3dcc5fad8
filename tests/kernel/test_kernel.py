"""tests/kernel/*.c: suites inside the kernel, all in one boot for each page-table format."""

import pytest

from machine import FORMATS, Machine


def run_suites(fmt, memory="256M", append=""):
    """Boot with test=all; returns the log, and what went wrong at its end or None."""
    with Machine(fmt, memory=memory, append=f"test=all {append}") as pc:
        try:
            pc.expect(r"ktest: done", timeout=120)
            pc.expect_eof()
            problem = None
        except AssertionError as error:
            problem = str(error)
        return pc.log(), problem


def report(result, tap):
    log, problem = result
    if problem is None:
        tap.output(log)
    else:
        try:
            tap.output(log, need_plan=False)
        finally:
            pytest.fail(problem)


def run_small_with_highmem(fmt):
    """Most memory high, and little of it."""
    return run_suites(fmt, "64M", "lowmem=16M")


@pytest.mark.kernel
@pytest.mark.background.with_args(run_suites)
@pytest.mark.parametrize("fmt", FORMATS)
def test_suites(fmt, background, tap):
    report(background(), tap)


@pytest.mark.kernel
@pytest.mark.background.with_args(run_small_with_highmem)
@pytest.mark.parametrize("fmt", FORMATS)
def test_suites_in_highmem(fmt, background, tap):
    report(background(), tap)


@pytest.mark.kernel
def test_suites_above_4g(tap):
    """Page frames beyond 32 bits: the suites that allocate, map and look into pages, on 8 GiB."""
    with Machine("pae", memory="8G", append="test=buddy,kmap,vmalloc,pgtable,uaccess,pagecache") as pc:
        pc.expect(r"ktest: done", timeout=120)
        pc.expect_eof()
        tap.output(pc.log())
