#!/bin/sh
# Record a run of Pagoda, then debug it in gdb, forwards and backwards: replay.sh KERNEL
#
# PROG=user/cow records that program and ends; APPEND= adds to the kernel's command line; with neither the
# run is yours: 'poweroff', or Ctrl-C, ends it. What came from outside (keys, time) is kept in build/replay/.
set -eu
# Copies, because a replay wants the very same: the next build may come before gdb is left.
mkdir -p build/replay
cp "$1" build/initramfs.cpio build/replay/
kernel=build/replay/$(basename "$1")
words="console=ttyS0 panic=-1${APPEND:+ $APPEND}${PROG:+ run=$(basename "$PROG");poweroff}"
machine="-cpu max -m 256 -nic none -no-reboot -vga std -display none -monitor none
	-kernel $kernel -initrd build/replay/initramfs.cpio -icount shift=3,rrfile=build/replay/events,rr="
echo "Recording."
# shellcheck disable=SC2086 # machine is a list of options
qemu-system-i386 ${machine}record -append "$words" -serial stdio
echo "Recorded. Now gdb: the same run again, up to any point and back."
export REPLAY="${machine}replay -append '$words'"
# shellcheck disable=SC2086 # so are they
exec gdb -q -ex "source tools/debug.gdb" ${GDB_ARGS-} "$kernel"
