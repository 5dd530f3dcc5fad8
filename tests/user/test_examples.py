"""The examples in user/ print what their head comments say."""

import re

import pytest

from machine import FORMATS, ROOT, Machine

EXAMPLES = ("mmap-file", "mmap-private", "cow", "stack-growth", "lazy-pool", "nopage-count")
MOST_LINES = 60


def source(name):
    return (ROOT / "user" / f"{name}.c").read_text(encoding="ascii")


def promised(name):
    """The indented lines after "Expected output" in the first comment."""
    comment = source(name).split("*/", 1)[0].split("Expected output", 1)[1]
    return [match[1] for match in re.finditer(r"^ \*   (.*)$", comment, re.M)]


def run_examples(fmt):
    with Machine(fmt, append="quiet") as pc:
        pc.shell()
        return {name: pc.run(f"/bin/{name}") for name in EXAMPLES}


@pytest.mark.user
@pytest.mark.background.with_args(run_examples)
@pytest.mark.parametrize("fmt", FORMATS)
@pytest.mark.parametrize("name", EXAMPLES)
def test_output(name, fmt, background):
    output, status = background()[name]
    lines = [line.rstrip() for line in output.strip().splitlines()]
    want = promised(name)
    assert want and status == 0
    assert lines[:len(want)] == want
    if name == "nopage-count":  # the second half says the same of the other pool
        assert [line[18:] for line in lines[len(want):]] == [line[18:] for line in want]


@pytest.mark.parametrize("name", EXAMPLES)
def test_short(name):
    assert len(source(name).splitlines()) < MOST_LINES
