#!/bin/sh
# Start Pagoda's PC with further QEMU options, on a window if there is a display; the serial port is
# this terminal: Ctrl-A X leaves, Ctrl-A C is QEMU's monitor.
set -eu
if [ "${DISPLAY-}${WAYLAND_DISPLAY-}" ]; then
	set -- "$@" -vga std
else
	set -- "$@" -vga std -display none
	echo "No display: the shell is here. Leave by 'poweroff', or by Ctrl-A X."
fi
exec qemu-system-i386 -cpu max -m 256 -nic none -no-reboot -serial mon:stdio "$@"
