# For `make debug` and `make replay`: gdb starts QEMU itself, paused before its first instruction, and talks
# to it by a pipe. The machine's serial port goes to build/serial.log.
set pagination off
set confirm off
set architecture i386
# A loaded machine may take longer for an answer than gdb's two seconds.
set remotetimeout 60
source tools/pagoda_gdb.py
python
import os
from mmgdb import replay
program = os.path.basename(os.environ.get("PROG", ""))
display = "" if os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY") else "-display none"
recorded = os.environ.get("REPLAY", "").replace("\n", " ")
machine = recorded or ("-cpu max -m 256 -nic none -no-reboot -vga std %s -kernel %s -initrd build/initramfs.cpio"
                       " -append 'console=ttyS0 console=tty0%s'"
                       % (display, gdb.current_progspace().filename, " run=" + program if program else ""))
replay.begin("qemu-system-i386 %s -serial file:build/serial.log -gdb stdio -S" % machine)
if hasattr(gdb.events, "gdb_exiting"):  # newer releases only detach: the machine would run on
    gdb.events.gdb_exiting.connect(lambda event: replay.end())
if program:
    gdb.execute("mm program " + program)
elif not recorded:
    gdb.execute("hbreak start_kernel")
print("Paused before the first instruction. `continue` runs%s; `help mm` lists what looks at memory."
      % (" to main of " + program if program else " on" if recorded else " to start_kernel"))
if recorded:
    replay.register()
    print("reverse-continue, reverse-step, reverse-next and reverse-stepi go back.")
end
