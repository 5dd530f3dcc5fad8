# For `make debug`: gdb starts QEMU itself, paused before its first instruction, and talks to it by a
# pipe. The machine's serial port goes to build/serial.log.
set pagination off
set confirm off
set architecture i386
python
import os
elf = gdb.current_progspace().filename
display = "" if os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY") else "-display none"
gdb.execute("target remote | exec qemu-system-i386 -cpu max -m 256 -nic none -no-reboot -vga std %s"
            " -serial file:build/serial.log -gdb stdio -S -kernel %s -initrd build/initramfs.cpio"
            " -append 'console=tty0 console=ttyS0'" % (display, elf))
if hasattr(gdb.events, "gdb_exiting"):  # newer releases only detach: the machine would run on
    gdb.events.gdb_exiting.connect(lambda event: gdb.execute("kill", to_string=True))
end
source tools/pagoda_gdb.py
hbreak start_kernel
echo Paused before the first instruction. `continue` runs to start_kernel, `vmas` and `walk ADDRESS` look at memory.\n
