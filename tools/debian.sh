#!/bin/bash
# Pack the Debian image: debian.sh OUTPUT INIT FILE...
#
# The i386 packages of build/download/debian, unpacked as they are into build/debian. INIT becomes /init,
# FILEs go to /tests; both are ours, the rest is Debian's. Left out: documentation, manual pages,
# translations, character sets, static libraries but tcc's, drivers' headers, services, package scripts.
# The scripts would have made the links below. A newc archive, owned by root.
set -euo pipefail
out=$PWD/$1 init=$2
shift 2
root=$PWD/build/debian
rm -rf "$root"
mkdir -p "$root"/{usr/{bin,sbin,lib},dev,etc,mnt,proc,root,run,sys,tests,tmp,var/tmp}
for name in bin sbin lib; do
	ln -s usr/$name "$root/$name"
done
chmod 1777 "$root/tmp" "$root/var/tmp"

omit=()
for path in usr/share/{doc,doc-base,man,locale,i18n,info,lintian,bash-completion,bug,menu,perl5,gdb,libc-bin} \
	usr/include/{drm,finclude,misc,mtd,net'?*',nfs,protocols,rdma,rpc,rpcsvc,scsi,sound,tirpc,video,xen} \
	usr/lib/python3'*'/{test,pydoc_data,idlelib,lib2to3,ensurepip} 'usr/lib/*/gconv' 'usr/lib/*/perl5' \
	usr/lib/'*'/lib{c,crypt,g,m,mcheck,nsl,resolv,tirpc}.a lib/systemd usr/lib/systemd etc/{init.d,cron'*',default} var/lib var/cache; do
	omit+=(--exclude="./$path")
done
for deb in build/download/debian/*.deb; do
	dpkg-deb --fsys-tarfile "$deb" | tar -x -C "$root" --keep-directory-symlink --no-same-owner \
		--wildcards --anchored "${omit[@]}"
done

links() {
	while read -r name to; do
		[ -e "$root/usr/bin/$to" ] && ln -sf "$to" "$root/usr/bin/$name"
	done
}
links <<END
sh dash
awk gawk
lua lua5.4
cc tcc
END
mkdir -p "$root/etc/terminfo"
cat >"$root/etc/passwd" <<END
root::0:0:root:/root:/bin/bash
nobody:*:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
END
cat >"$root/etc/group" <<END
root:x:0:
tty:x:5:
nogroup:x:65534:
END
printf '%s: files\n' passwd group shadow hosts >"$root/etc/nsswitch.conf"
echo pagoda >"$root/etc/hostname"
echo '127.0.0.1 localhost pagoda' >"$root/etc/hosts"

cp "$init" "$root/init"
cp "$@" "$root/tests"
cd "$root"
find . -mindepth 1 | LC_ALL=C sort | cpio --quiet -o -H newc -R 0:0 --reproducible >"$out.new"
mv "$out.new" "$out"
