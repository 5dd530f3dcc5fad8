"""Style, order of layers, documents: each check of `make lint` is a test."""

import os
import subprocess

import pytest

from machine import ROOT, seconds

# make must not think that it is a part of the make that runs the tests
ENVIRONMENT = {name: value for name, value in os.environ.items() if "MAKE" not in name and name != "MFLAGS"}
CHECKS = ["format", "cppcheck", "layers", "sizes", "dead", "docs"]


@pytest.mark.lint
@pytest.mark.parametrize("check", CHECKS)
def test_lint(check):
    done = subprocess.run(["make", "-s", "--no-print-directory", f"lint-{check}"], capture_output=True, text=True,
                          cwd=ROOT, check=False, timeout=seconds(300), env=ENVIRONMENT)
    assert done.returncode == 0, "\n" + (done.stdout + done.stderr)[-6000:]
