"""Symbols of user programs: those of the task that runs, so that its functions have names and can be broken at."""
from pathlib import Path

import gdb

from mmgdb import guest

FOLDERS = ("build/user", "build/tests/user")
loaded = None


def program_file(name):
    """The program with symbols that was built as `name`, or None."""
    return next((path for path in (Path(folder) / Path(name).name for folder in FOLDERS) if path.is_file()), None)


def load(path):
    """Only one program's symbols at a time: they all live at the same addresses."""
    global loaded
    if path == loaded:
        return
    if loaded:
        gdb.execute(f"remove-symbol-file {loaded}", to_string=True)
    loaded = None
    if path:
        gdb.execute(f"add-symbol-file {path}", to_string=True)
        loaded = path


def follow(_event):
    """At every stop: the symbols of whoever is on the processor."""
    try:
        mm = guest.mm_of(guest.current_task())
        path = program_file(guest.file_name(mm["exe_file"])) if mm is not None and int(mm["exe_file"]) else None
    except (gdb.error, gdb.GdbError):
        return  # no tasks yet; or on the way back, where gdb does not let us look
    if path:
        load(path)


class ProgramBreakpoint(gdb.Breakpoint):
    """A breakpoint that other programs run through."""

    def __init__(self, place, name):
        super().__init__(place)
        self.program = name

    def stop(self):
        return guest.current_task()["comm"].string() == self.program


class Program(gdb.Command):
    """mm program NAME [PLACE]: load a user program's symbols and stop at its main (or PLACE) when it runs.
NAME is a program of build/user or build/tests/user. `break` works in it as well, but stops in every
program that has code at the same address."""

    def __init__(self):
        super().__init__("mm program", gdb.COMMAND_FILES)

    def invoke(self, argument, _from_tty):
        words = gdb.string_to_argv(argument)
        path = program_file(words[0]) if words else None
        if not path:
            raise gdb.GdbError(f"no such program in {' or '.join(FOLDERS)}; `ls build/user` lists them")
        load(path)
        place = words[1] if len(words) > 1 else "main"
        symbol = gdb.lookup_static_symbols(place) + [gdb.lookup_global_symbol(place)]
        ours = [s for s in symbol if s is not None and s.symtab.objfile.filename.endswith(str(path))]
        address = int(ours[0].value().address) if ours else None
        ProgramBreakpoint(place if address is None else f"*{address:#x}", path.name[:15])


gdb.events.stop.connect(follow)
Program()
