"""user/init.c: its first line, shells that come again, orphans, the end by way of init."""

import pytest

pytestmark = pytest.mark.boot


def test_first_line(boot):
    boot("pae").expect(r"Pagoda: init started\r*\n")


def test_shell_comes_again(boot):
    pc = boot("nopae", append="quiet").shell()
    first = pc.run("echo $$")[0]
    pc.send("exit\n")
    pc.shell()
    assert pc.run("echo $$")[0] != first
    assert pc.run("tty")[0] == "/dev/ttyS0\n"


def test_orphans(boot):
    """What a dead parent leaves behind becomes init's child, and no zombie when it ends."""
    pc = boot("pae", append="quiet").shell()
    pc.run("for i in 1 2 3 4 5; do sh -c '(sleep 0.2; true) & exit' & done; wait; sleep 1")
    assert "Z" not in [line.split()[2] for line in pc.run("cat /proc/[0-9]*/stat")[0].splitlines()]
    assert pc.run("ps | grep -c '[s]leep 0.2'")[0] == "0\n"


@pytest.mark.parametrize("command", ["poweroff", "reboot", "kill -USR2 1"])
def test_end(boot, command):
    """BusyBox asks init; init ends the programs first."""
    pc = boot("pae", append="quiet").shell()
    pc.send(f"sleep 1000 &\n{command}\n")
    pc.expect("init: ending all programs")
    assert pc.wait_off() == 0


def test_init_cannot_be_killed(boot):
    pc = boot("pae", append="quiet").shell()
    pc.run("kill -9 1; kill -SEGV 1; kill -HUP 1")
    assert pc.run("cat /proc/1/comm")[1] == 0
