#!/bin/sh
# Make the bootable image: iso.sh OUTPUT. Does nothing if what goes into it is older than it.
set -eu
out=$1
tree=build/iso
stale=
for part in build/pae/pagoda.elf build/nopae/pagoda.elf build/initramfs.cpio tools/grub.cfg; do
	[ "$out" -nt "$part" ] || stale=1
done
[ "$stale" ] || exit 0

echo "  ISO   $out"
rm -rf "$tree"
mkdir -p "$tree/boot/grub"
for format in pae nopae; do
	# GRUB reads no debug information; without it, it loads sooner.
	"${CROSS_COMPILE-i686-linux-gnu-}strip" -g -o "$tree/boot/$format.elf" "build/$format/pagoda.elf" 2>/dev/null ||
		cp "build/$format/pagoda.elf" "$tree/boot/$format.elf"
done
cp build/initramfs.cpio "$tree/boot/"
cp tools/grub.cfg "$tree/boot/grub/"
# PC BIOS only: for other platforms grub-mkrescue would need their GRUB, too.
grub-mkrescue -d /usr/lib/grub/i386-pc --locales= --fonts= --themes= \
	-o "$out.new" "$tree" >build/iso.log 2>&1 || {
	tail -5 build/iso.log >&2
	exit 1
}
mv "$out.new" "$out"
