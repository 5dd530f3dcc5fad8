"""user/*.c with "Expected output" in the head comment print exactly that."""

import re

import pytest

from machine import FORMATS, ROOT


def expected(path):
    """The lines indented by three blanks behind the words "Expected output", or None."""
    head = path.read_text(encoding="utf-8").partition("*/")[0]
    _, found, text = head.partition("Expected output")
    return "".join(line + "\n" for line in re.findall(r"^ \*   (.*)$", text, re.M)) if found else None


EXAMPLES = {path.stem: text for path in sorted((ROOT / "user").glob("*.c")) if (text := expected(path))}


@pytest.mark.user
@pytest.mark.parametrize("fmt", FORMATS)
def test_examples(boot, fmt, tap):
    assert len(EXAMPLES) >= 6
    pc = boot(fmt, append="quiet").shell()
    for name, text in EXAMPLES.items():
        output, status = pc.run(f"cd /tmp; {name}")
        again = text.replace("pool    ", "pool-vmalloc    ", 1).replace("pool-vmalloc            ", "pool-vmalloc    ")
        right = output in (text, text + again)
        tap.report(right and status == 0, f"{name} prints what its head comment says", f"{output}\n-- not --\n{text}")


@pytest.mark.user
@pytest.mark.parametrize("name", EXAMPLES)
def test_examples_are_small(name):
    lines = (ROOT / "user" / f"{name}.c").read_text(encoding="utf-8").partition("*/")[2].splitlines()
    assert len([line for line in lines if line.strip()]) < 60
