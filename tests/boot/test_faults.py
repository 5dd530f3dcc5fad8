"""What goes wrong on purpose: in the kernel a panic that names it, in programs a signal."""

import pytest

from machine import FORMATS

pytestmark = pytest.mark.boot


@pytest.mark.parametrize("fmt", FORMATS)
def test_wild_programs_leave_the_kernel_alive(boot, fmt):
    pc = boot(fmt, append="quiet").shell()
    output, _ = pc.run("/tests/wild", timeout=60)
    assert "not ok" not in output and "ok 1" in output, output
    assert pc.run("echo alive")[0] == "alive\n"
