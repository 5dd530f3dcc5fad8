"""gdb commands for Pagoda; `make debug` loads them, or: (gdb) source tools/pagoda_gdb.py. `help mm` lists them."""
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from mmgdb import commands, printers, programs, replay  # noqa: E402, F401: importing registers
