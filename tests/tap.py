"""Reading the Test Anything Protocol."""

import re
from dataclasses import dataclass, field

# Kernel lines carry a time stamp; the description may contain anything.
LINE = re.compile(r"^(?:\[ *\d+\.\d+\] )?(not ok|ok) (\d+)(?: -)? ?(.*)$")
PLAN = re.compile(r"^(?:\[ *\d+\.\d+\] )?1\.\.(\d+)\s*(#.*)?$")
COMMENT = re.compile(r"^(?:\[ *\d+\.\d+\] )?# ?(.*)$")


@dataclass
class Result:
    ok: bool
    name: str
    detail: list = field(default_factory=list)


def parse(text):
    """Returns (results, plan): each result line with the comments that follow a failed one; plan is
    the number of tests announced, or None."""
    results, plan = [], None
    for line in text.replace("\r", "").split("\n"):
        if match := LINE.match(line):
            name = match.group(3).partition(" # ")[0]
            results.append(Result(match.group(1) == "ok", name or f"test {match.group(2)}"))
        elif match := PLAN.match(line):
            plan = int(match.group(1))
        elif (match := COMMENT.match(line)) and results and not results[-1].ok:
            results[-1].detail.append(match.group(1))
    return results, plan
