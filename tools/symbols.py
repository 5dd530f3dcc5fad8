"""Names for the calls of a program that died with `faultmsg` on: reads the console's text, adds function and line.

    tools/symbols.py < build/serial.log
"""
import re
import subprocess
import sys
from pathlib import Path

FOLDERS = {"/tests": "build/tests/user", "/bin": "build/user"}


def place(match):
    """The line of the trace, and what addr2line knows of it."""
    address, folder, name = match.groups()
    program = Path(FOLDERS.get(folder, "")) / name
    if not program.is_file():
        return match.group()
    done = subprocess.run(["addr2line", "-f", "-s", "-p", "-e", program, address], capture_output=True, text=True, check=True)
    return f"{match.group()} {done.stdout.strip()}"


if __name__ == "__main__":
    for line in sys.stdin:
        sys.stdout.write(re.sub(r"\[<(\w+)>\] r-x[ps] (/\w+)/(\S+)\+0x\w+", place, line))
