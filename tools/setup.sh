#!/bin/bash
# Make this machine able to build, run and test Pagoda; `make setup`, and every target by itself.
#
#   tools/setup.sh machine   install the packages below that are missing (Debian, Ubuntu)
#   tools/setup.sh sysroot   fetch i386 musl and BusyBox into build/, for programs that run on Pagoda
#   tools/setup.sh linux     fetch Debian's Linux into build/sysroot-linux, for make bench
#   tools/setup.sh debian    fetch the i386 packages of the Debian image into build/download/debian
#
# Nothing is done twice: present packages are left alone, and what was fetched is kept by `make clean`.
set -euo pipefail
cd "$(dirname "$0")/.."

# command or file that shows the package is there | package | why
packages() {
	cat <<-END
	${CROSS_COMPILE-i686-linux-gnu-}gcc|gcc-i686-linux-gnu|compiles the kernel and its programs
	gcc|gcc|compiles the tests that run on this machine
	/usr/include/stdio.h|libc6-dev|C library for the tests that run on this machine
	grub-mkrescue|grub-common|makes the bootable image
	/usr/lib/grub/i386-pc/moddep.lst|grub-pc-bin|GRUB for PCs, put into the image
	xorriso|xorriso|writes the image, for grub-mkrescue
	mformat|mtools|makes a boot floppy inside the image, for grub-mkrescue
	cpio|cpio|packs the initramfs
	qemu-system-i386|qemu-system-x86|the PC that Pagoda runs on
	gdb|gdb|steps through the kernel; the tests do, too
	/usr/lib/python3/dist-packages/pytest/__init__.py|python3-pytest|runs every test
	/usr/lib/python3/dist-packages/pexpect/__init__.py|python3-pexpect|talks to the serial port in tests
	clang-format|clang-format|checks the style in make lint
	cppcheck|cppcheck|finds mistakes in make lint
	ctags|universal-ctags|finds names that nobody uses in make lint
	END
	if [ "${DISPLAY-}${WAYLAND_DISPLAY-}" ]; then
		echo "/usr/lib/*/qemu/ui-gtk.so|qemu-system-gui|the window of that PC"
	fi
	if [ "${LLVM-}" = 1 ]; then
		echo "clang|clang|compiles the kernel when LLVM=1"
		echo "ld.lld|lld|links the kernel when LLVM=1"
		echo "llvm-nm|llvm|lists symbols when LLVM=1"
	fi
}

missing() {
	packages | while IFS='|' read -r sign package why; do
		case $sign in
		/*) compgen -G "$sign" >/dev/null || echo "$package|$why" ;;
		*) command -v "$sign" >/dev/null || echo "$package|$why" ;;
		esac
	done
}

setup_machine() {
	local list names root=()
	list=$(missing)
	[ -n "$list" ] || return 0
	names=$(cut -d'|' -f1 <<<"$list" | tr '\n' ' ')
	echo "Pagoda needs packages that this machine lacks:"
	awk -F'|' '{ printf "  %-20s %s\n", $1, $2 }' <<<"$list"
	if ! command -v apt-get >/dev/null; then
		echo "setup: not Debian or Ubuntu: install what these packages contain, then try again: $names" >&2
		exit 1
	fi
	if [ "$(id -u)" != 0 ]; then
		command -v sudo >/dev/null || {
			echo "setup: neither root nor sudo; as root: apt-get install $names" >&2
			exit 1
		}
		root=(sudo)
	fi
	echo "Installing them with apt-get."
	export DEBIAN_FRONTEND=noninteractive
	"${root[@]}" apt-get update -q || echo "setup: apt-get update failed; trying the lists there are" >&2
	# shellcheck disable=SC2086 # names is a list
	"${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $names || {
		echo "setup: apt-get could not install: $names" \
			"(gcc-multilib and gcc-i686-linux-gnu exclude each other)" >&2
		exit 1
	}
	list=$(missing)
	[ -z "$list" ] || { echo "setup: still missing: $list" >&2; exit 1; }
}

# i386 packages by an apt of our own: same sources and keys as the machine's, but its own lists and
# architecture, so that the machine's are not touched. Nothing counts as installed.
state=$PWD/build/download/apt
own() {
	local program=$1 root=()
	shift
	if [ "$(id -u)" = 0 ]; then
		root=(-o APT::Sandbox::User=root)
	fi
	"$program" -q -o APT::Architecture=i386 -o APT::Architectures::=i386 -o Dir::State="$state" \
		-o Dir::State::status="$state/status" -o Dir::Cache="$state/cache" \
		-o Acquire::Languages=none -o Debug::NoLocking=1 "${root[@]}" "$@"
}

# begin_fetch WHAT WHY: read the lists of packages.
begin_fetch() {
	command -v apt-get >/dev/null || {
		echo "setup: no apt-get to fetch $1: put Debian's i386 packages into build/download yourself" >&2
		exit 1
	}
	echo "Fetching $1 into build/download ($2)."
	mkdir -p "$state/lists/partial" "$state/cache/archives/partial"
	touch "$state/status"
	own apt-get update >"$state/log" 2>&1 || true # a partial update may do
}

fetch_failed() {
	tail -20 "$state/log" >&2
	echo "setup: could not fetch $1" >&2
	exit 1
}

# The kernel to compare with: of the package that linux-image-686-pae depends on, the image alone.
setup_linux() {
	local root=$PWD/build/sysroot-linux name
	mkdir -p "$root"
	begin_fetch linux-image-686-pae "the Linux that make bench compares with"
	name=$(own apt-cache depends linux-image-686-pae | sed -n 's/.*Depends: \(linux-image-[^ :]*\).*/\1/p' | head -1)
	(cd "$root" && own apt-get download "$name:i386") >>"$state/log" 2>&1 || fetch_failed linux-image-686-pae
	rm -rf "${state:?}/lists" "$state/cache"
	dpkg-deb --fsys-tarfile "$root"/*.deb | tar -xO --wildcards './boot/vmlinuz-*' >"$root/vmlinuz.new"
	rm "$root"/*.deb
	mv "$root/vmlinuz.new" "$root/vmlinuz"
}

setup_sysroot() {
	local debs=$PWD/build/download root=$PWD/build/sysroot
	local wanted="musl:i386 musl-dev:i386 busybox-static:i386"

	if ! ls "$debs"/musl_*.deb "$debs"/musl-dev_*.deb "$debs"/busybox-static_*.deb >/dev/null 2>&1; then
		begin_fetch "$wanted" "the C library and shell that run on Pagoda"
		# shellcheck disable=SC2086 # wanted is a list
		(cd "$debs" && own apt-get download $wanted) >>"$state/log" 2>&1 || fetch_failed "$wanted"
		rm -rf "${state:?}/lists" "$state/cache"
	fi
	rm -rf "$root"
	mkdir -p "$root"
	for deb in "$debs"/*.deb; do
		dpkg-deb -x "$deb" "$root"
	done
	date >"$root/done"
}

# Packages of the Debian image; apt adds what they depend on. usr-is-merged keeps perl out of that.
debian_packages="usr-is-merged base-files ncurses-base busybox-static bash dash coreutils grep sed gawk
	findutils procps sqlite3 lua5.4 tcc libc6-dev python3-minimal libpython3-stdlib musl
	debianutils diffutils tar gzip xz-utils bc make perl-base"

# The stamp holds the list, so that a longer list is fetched anew. Where a release has no such i386
# package (Ubuntu has few), the image goes without; its tests are skipped.
setup_debian() {
	local debs=$PWD/build/download/debian wanted=() absent=() name
	if [ "$(cat "$debs/done" 2>/dev/null)" = "$debian_packages" ]; then
		touch "$debs/done"
		return
	fi
	begin_fetch "Debian's i386 programs" "for the image build/debian.cpio"
	for name in $debian_packages; do
		if own apt-cache show "$name" >/dev/null 2>&1; then
			wanted+=("$name")
		else
			absent+=("$name")
		fi
	done
	[ ${#wanted[@]} != 0 ] || fetch_failed "Debian's i386 programs"
	[ ${#absent[@]} = 0 ] ||
		echo "setup: this machine's package sources have no i386 ${absent[*]}: the image goes without" >&2
	rm -rf "$debs"
	mkdir -p "$debs/partial"
	own apt-get install -y --no-install-recommends --download-only -o Dir::Cache::archives="$debs" \
		"${wanted[@]}" >>"$state/log" 2>&1 || fetch_failed "Debian's i386 programs"
	rm -rf "${state:?}/lists" "$state/cache" "$debs/partial" "$debs/lock"
	echo "$debian_packages" >"$debs/done"
}

setup_"$1"
