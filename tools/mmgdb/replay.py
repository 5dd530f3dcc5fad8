"""Backwards in a recorded run, by going forwards again.

A replay is exact to the instruction and takes a second or two. So these commands start it anew and run it up to where
gdb's own commands of the same names would go. Those have QEMU go back to a snapshot, in one process, and QEMU 7.2
hangs at that now and then; here each machine is new.
"""
import os
import re

import gdb

from mmgdb import commands

machine = None  # QEMU's command line
STRETCHES = (100, 1000, 10000)  # instructions looked at for the line before
WINDOWS = (100000, 10000000, 1 << 62)  # and for the line before in the same function


def begin(command):
    """Start a machine, stopped before its first instruction."""
    global machine
    machine = command
    end()
    gdb.execute(f"target remote | exec {machine}", to_string=True)


def end():
    """End the machine, if one runs."""
    try:
        if gdb.selected_inferior().pid:
            gdb.execute("kill", to_string=True)
    except gdb.error:
        pass  # it was faster


def here():
    """Instructions executed so far; None behind the end of the recording, where QEMU ends."""
    if not gdb.selected_inferior().pid:
        return None
    return int(re.search(r"instruction count = (\d+)", gdb.execute("monitor info replay", to_string=True)).group(1))


class Travel:
    """What gdb does within is not shown; without breakpoints it is not stopped either."""

    def __init__(self, breakpoints):
        self.off = [] if breakpoints else [b for b in gdb.breakpoints() if b.enabled]

    def switch(self, away):
        gdb.flush()
        if away:  # what gdb says of stops is not caught by to_string
            self.shown = os.dup(1)
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, 1)
            os.close(nowhere)
        else:
            os.dup2(self.shown, 1)
            os.close(self.shown)
        for breakpoint in self.off:
            breakpoint.enabled = not away

    def __enter__(self):
        self.switch(True)

    def __exit__(self, *_):
        self.switch(False)


def run(until):
    """Continue to the next stop, or until so many instructions are executed."""
    if until is not None:
        gdb.execute(f"monitor replay_break {until}", to_string=True)
    try:
        gdb.execute("continue", to_string=True)
    except gdb.error:
        pass  # QEMU ended with the recording


def go(count):
    """To where so many instructions are executed."""
    with Travel(breakpoints=False):
        begin(machine)
        if count > 0:
            run(count)


def stops(first, last):
    """Where breakpoints and watchpoints stop the run between: instructions executed by then."""
    go(first)
    found = []
    with Travel(breakpoints=True):
        while True:
            run(last)
            now = here()
            if now is None or now == last:
                return found
            found.append(now)


def back_to_stop():
    """To the last stop before this one, or to the start."""
    found = stops(0, here())
    if not found:
        go(0)
        print("No more reverse-execution history.")
        return False
    # A watchpoint stops behind the instruction that writes, which is yet to run here.
    go(found[-1] - 1)
    commands.remember_entries()
    while here() < found[-1]:
        gdb.execute("continue")
    return True


def back_to_instruction():
    if here() is None:
        raise gdb.GdbError("the recording has ended: reverse-continue goes to the last stop in it")
    go(max(0, here() - 1))


def line_at(pc):
    """What a step takes for one place; None where no line is known."""
    place = gdb.find_pc_line(pc)
    return (place.symtab.filename, place.line) if place.symtab and place.line else None


def trail(first, last):
    """[(instructions executed, line)] of the instructions between that belong to a line."""
    go(first)
    steps = []
    with Travel(breakpoints=False):
        while here() < last:
            steps.append((here(), line_at(gdb.newest_frame().pc())))
            gdb.execute("stepi", to_string=True)
    return [step for step in steps if step[1]]


def back_to_line():
    """To the start of this line, or if that is here, of the line that was executed before."""
    now = here()
    for stretch in STRETCHES:
        steps = trail(max(0, now - stretch), now)
        start = next((i for i in reversed(range(len(steps))) if steps[i][1] != steps[-1][1]), None)
        if start is not None:
            go(steps[start + 1][0])
            return
    go(now)
    raise gdb.GdbError("the line before is too far back: set a breakpoint and use reverse-continue")


def line_starts(frame):
    """Addresses where a line of the frame's function starts."""
    block = gdb.block_for_pc(frame.pc())
    while block and not block.superblock.is_static:
        block = block.superblock
    return {entry.pc for entry in frame.find_sal().symtab.linetable() if block.start <= entry.pc < block.end}


def back_to_line_here():
    """The same without lines of functions that are called: to the last start of a line of this function or its caller."""
    now, frame, found = here(), gdb.newest_frame(), []
    places = line_starts(frame) | (line_starts(frame.older()) if frame.older() else set())
    with Travel(breakpoints=False):
        marks = [gdb.Breakpoint(f"*{place:#x}", internal=True) for place in places]
        for window in WINDOWS:
            found = found or stops(max(0, now - window), now)
        for mark in marks:
            mark.delete()
    go(found[-1] if found else now)


class Backwards(gdb.Command):
    """One of gdb's reverse commands."""

    def __init__(self, name, move, text):
        self.__doc__ = f"{name} [N]: {text}\nN times. The recorded run is replayed up to there from its start."
        self.move = move
        super().__init__(name, gdb.COMMAND_RUNNING)

    def invoke(self, argument, _from_tty):
        shown = False
        for _ in range(int(argument or 1)):
            shown = self.move()
        if not shown:
            gdb.execute("frame")


def register():
    """Take the place of gdb's own commands."""
    Backwards("reverse-continue", back_to_stop, "Go back to the last breakpoint or watchpoint before this place.")
    Backwards("reverse-stepi", back_to_instruction, "Go back one instruction.")
    Backwards("reverse-step", back_to_line, "Go back to the start of the line before, into functions.")
    Backwards("reverse-next", back_to_line_here, "Go back to the start of the line before, over functions.")
