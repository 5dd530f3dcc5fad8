"""tests/host/test_*.c: kernel code that runs on this machine, under the sanitizers."""

import os
import subprocess
from pathlib import Path

import pytest

from machine import BUILD, seconds

HERE = Path(__file__).parent


@pytest.mark.host
@pytest.mark.parametrize("name", sorted(path.stem for path in HERE.glob("test_*.c")))
def test_host(name, tap):
    done = subprocess.run([BUILD / "tests/host" / name], capture_output=True, text=True, check=False,
                          errors="replace", timeout=seconds(120),
                          env={**os.environ, "ASAN_OPTIONS": "detect_leaks=1"})
    tap.output(done.stdout, need_plan=False)
    assert done.returncode == 0, f"exit status {done.returncode}\n{done.stdout[-1000:]}{done.stderr[-4000:]}"
