"""make bench: its output is complete, and no operation costs much more than the table in README.md says."""

import os
import subprocess
import sys

import pytest

from machine import ROOT, seconds

sys.path.insert(0, str(ROOT / "tools"))
import bench  # noqa: E402

pytestmark = pytest.mark.boot


@pytest.fixture(scope="module")
def measured():
    """Guest instructions, which are the same on every machine."""
    environment = {name: value for name, value in os.environ.items() if "MAKE" not in name and name != "MFLAGS"}
    done = subprocess.run(["make", "--no-print-directory", "DEBUG=0", "kernel", "build/user/bench"], cwd=ROOT,
                          env=environment, capture_output=True, text=True, check=False, timeout=seconds(300))
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    return bench.measure(bench.release("pae"))


def test_lines_are_those_of_readme(measured):
    assert list(measured) == list(bench.readme_figures()), "make bench README=1 writes the table anew"


def test_costs(measured, tap):
    """An eighth more than the table says is room for another compiler; beyond it somebody made it slower, or has to
    write the table anew and say why."""
    for line, known in bench.readme_figures().items():
        tap.report(measured.get(line, 0) <= known * 9 / 8 + 20, f"{line.strip()}: {measured.get(line)} instructions",
                   f"README.md says {known}")


@pytest.mark.parametrize("what", ["fault", "mmap + munmap"])
def test_costs_grow_slowly_with_vmas(measured, what):
    """6,000 times the VMAs are 13 levels more of a tree."""
    assert measured[f"{what} among 60,000 VMAs"] < 2.5 * measured[f"{what} among 10 VMAs"]
