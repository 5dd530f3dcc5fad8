#!/bin/sh
# Pack the initramfs: initramfs.sh OUTPUT PROGRAM...
#
# build/user/init becomes /init, other programs of build/user go to /bin, those of build/tests/user
# to /tests; BusyBox is /bin/busybox with a link for each applet. A newc archive, owned by root.
set -eu
out=$PWD/$1
shift
root=build/rootfs
rm -rf "$root"
mkdir -p "$root/bin" "$root/dev" "$root/etc" "$root/mnt" "$root/proc" "$root/root" "$root/sys" \
	"$root/tests" "$root/tmp" "$root/usr"
ln -s bin "$root/sbin"
ln -s ../bin "$root/usr/bin"
ln -s ../bin "$root/usr/sbin"
chmod 1777 "$root/tmp"

cp build/sysroot/bin/busybox "$root/bin/busybox" 2>/dev/null || cp build/sysroot/usr/bin/busybox "$root/bin/busybox"
for applet in $("$root/bin/busybox" --list); do
	[ "$applet" = busybox ] || ln -s busybox "$root/bin/$applet"
done

echo 'root::0:0:root:/root:/bin/sh' >"$root/etc/passwd"
echo 'root:x:0:' >"$root/etc/group"
echo 'pagoda' >"$root/etc/hostname"
if [ -d user/etc ]; then
	cp -R user/etc/. "$root/etc"
fi

for program; do
	case $program in
	build/user/init) to=$root/init ;;
	build/tests/*) to=$root/tests ;;
	*) to=$root/bin ;;
	esac
	"${CROSS_COMPILE-i686-linux-gnu-}strip" -g -o "$root/stripped" "$program" 2>/dev/null || cp "$program" "$root/stripped"
	[ -d "$to" ] && to=$to/$(basename "$program")
	rm -f "$to" # ours goes before BusyBox's
	mv "$root/stripped" "$to"
done

cd "$root"
find . -mindepth 1 | LC_ALL=C sort | cpio --quiet -o -H newc -R 0:0 --reproducible >"$out.new"
mv "$out.new" "$out"
