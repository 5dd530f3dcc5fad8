# Pagoda. `make help` lists the targets; README.md is the place to begin.
#
# Variables (make VAR=value):
#   PAE=1            three-level page tables (build/pae); PAE=0 two-level (build/nopae)
#   DEBUG=1          run-time checks; DEBUG=0 builds without them (build/pae-release, ...)
#   CROSS_COMPILE=   prefix of the gcc tools          LLVM=1   clang and ld.lld instead
#   V=1              show every command

PAE           ?= 1
DEBUG         ?= 1
CROSS_COMPILE ?= i686-linux-gnu-
LLVM          ?=
V             ?=
PYTHON        ?= /usr/bin/python3

MAKEFLAGS += --no-builtin-rules
ifeq ($(MAKELEVEL)$(filter -j%,$(MAKEFLAGS)),0)
MAKEFLAGS += -j$(shell nproc)
endif
.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
Q   := $(if $(V),,@)
say := $(if $(findstring s,$(firstword -$(MAKEFLAGS))),@:,@echo)

# Every goal but these needs a machine that is set up. Make builds an included file first and then
# starts anew, so everything below finds the tools installed.
ifneq ($(filter-out help clean loc format,$(or $(MAKECMDGOALS),all)),)
include build/setup$(LLVM).mk
endif
build/setup$(LLVM).mk: tools/setup.sh
	@mkdir -p build
	@tools/setup.sh machine
	@touch $@

format  := $(if $(filter 1,$(PAE)),pae,nopae)
O       := build/$(format)$(if $(filter 0,$(DEBUG)),-release)
ELF     := $(O)/pagoda.elf

ifeq ($(LLVM),1)
CC := clang --target=i686-linux-gnu
LD := ld.lld
NM := llvm-nm
else
CC := $(CROSS_COMPILE)gcc
LD := $(CROSS_COMPILE)ld
NM := $(CROSS_COMPILE)nm
endif

# ---- the kernel: every source below these folders, one object each -----------------------------
SRCS := $(sort $(shell find boot kernel mm drivers tests/kernel -name '*.[cS]' -not -path 'kernel/vdso/*' 2>/dev/null))
OBJS := $(SRCS:%=$(O)/%.o)
ifeq ($(COVERAGE),1)
ELF  := $(O)-coverage/pagoda.elf
OBJS := $(OBJS:$(O)/mm/%=$(O)-coverage/mm/%)
endif

# -Wno-unused-parameter: an operation's signature is its caller's choice.
# Frames are aligned to 4: entry.S promises no more, so a function that needs 16 (FXSAVE) aligns its own.
# -Wno-dangling-pointer: a list head on the stack is empty again when its function returns.
# What C leaves undefined panics in debug builds (kernel/lib/ubsan.c), but for what the processor catches itself (NULL)
# or does as meant (misaligned access), and what would triple the text (every pointer).
UBSAN := -fsanitize=undefined -fno-sanitize=null,alignment,object-size,pointer-overflow
# -nostdinc leaves the compiler's own freestanding headers only; _LIBC_LIMITS_H_ keeps its limits.h
# from looking for a C library's.
CPPFLAGS := -I. -I$(O) -nostdinc -isystem $(shell $(CC) -print-file-name=include 2>/dev/null) \
	-D_LIBC_LIMITS_H_ -DCONFIG_DEBUG=$(DEBUG) $(if $(filter 1,$(PAE)),-DCONFIG_X86_PAE=1)
CFLAGS := -std=gnu11 -m32 -march=$(if $(filter 1,$(PAE)),i686,i486) -O2 -g \
	-ffreestanding -fno-pic -fno-pie -fno-stack-protector -fno-omit-frame-pointer \
	-fno-strict-aliasing -fno-strict-overflow -fno-common -fno-asynchronous-unwind-tables \
	-mregparm=3 -mgeneral-regs-only \
	$(if $(filter 1,$(LLVM)),-mstack-alignment=4,-mpreferred-stack-boundary=2) \
	$(if $(filter 1,$(DEBUG)),-fno-optimize-sibling-calls $(UBSAN)) \
	-Wall -Wextra -Werror -Wno-unused-parameter -Wstrict-prototypes -Wmissing-prototypes -Wvla \
	$(if $(LLVM),,-Wno-dangling-pointer)
ASFLAGS := -m32 -march=i686 -g -D__ASSEMBLY__
LDFLAGS := -m elf_i386 -static -nostdlib -z max-page-size=4096 -z noexecstack --build-id=none \
	$(if $(LLVM),,--no-warn-rwx-segments)

.PHONY: all kernel kernels kernel-pae kernel-nopae
all: iso			## kernels, initramfs and ISO image (default)

kernel: $(if $(wildcard linker.ld),$(ELF),$(OBJS))	## one kernel, the page-table format chosen by PAE=

kernels: kernel-pae kernel-nopae	## both kernels: build/pae and build/nopae

kernel-pae:
	$(Q)$(MAKE) --no-print-directory PAE=1 kernel
kernel-nopae:
	$(Q)$(MAKE) --no-print-directory PAE=0 kernel

$(ELF): $(OBJS) $(O)/sources linker.ld tools/link.sh tools/kallsyms.py
	$(say) "  LINK  $@"
	$(Q)LD="$(LD) $(LDFLAGS)$(if $(COVERAGE), --defsym=__gcov_merge_add=0)" NM="$(NM)" AS="$(CC) $(ASFLAGS)" PYTHON="$(PYTHON)" \
		tools/link.sh $@ linker.ld $(OBJS)

# Stamps rewritten only when what they hold differs from last time: a change of compiler or flags
# rebuilds everything, a source added or removed links again.
flags   := $(CC) $(CPPFLAGS) $(CFLAGS) $(ASFLAGS) $(LDFLAGS)
sources := $(SRCS)
$(O)/flags $(O)/sources: FORCE
	@mkdir -p $(@D)
	@echo '$($(@F))' | cmp -s - $@ || echo '$($(@F))' > $@
FORCE:

$(O)/%.c.o: %.c $(O)/flags
	@mkdir -p $(@D)
	$(say) "  CC    $<"
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$(O)/%.S.o: %.S $(O)/flags
	@mkdir -p $(@D)
	$(say) "  AS    $<"
	$(Q)$(CC) $(CPPFLAGS) $(ASFLAGS) -MMD -MP -c -o $@ $<

# COVERAGE=1: the same kernel in build/pae-coverage, whose mm/ counts its lines (tools/gcov.py reads them). That part is
# not optimized: lines that an optimizer joins or drops would be counted together or not at all.
ifeq ($(COVERAGE),1)
$(O)-coverage/%.c.o: %.c $(O)/flags
	@mkdir -p $(@D)
	$(say) "  CC    $@"
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -O0 -fno-sanitize=all -fprofile-arcs -ftest-coverage -fprofile-update=single \
		-fprofile-info-section=gcov_info -MMD -MP -c -o $@ $<
endif

# The vDSO is a file of its own, which becomes a part of the kernel.
VDSO := $(O)/linux-gate.so.1
$(VDSO): kernel/vdso/linux-gate.S kernel/vdso/linux-gate.lds kernel/task/vdso.h $(O)/flags
	$(say) "  VDSO  $@"
	$(Q)$(CC) $(CPPFLAGS) $(ASFLAGS) -c -o $@.o $<
	$(Q)$(LD) -m elf_i386 -shared -s -soname $(@F) --hash-style=both --eh-frame-hdr -Bsymbolic --build-id=none \
		-T kernel/vdso/linux-gate.lds -o $@ $@.o
$(O)/kernel/task/vdso.c.o: $(VDSO)

-include $(OBJS:.o=.d)

# ---- programs: every C file below user/, tests/user, tests/judge and tests/boot is one, static, with musl ----------------
# What several share is in headers, or in user/lib/*.c, which is linked to all of them.
USER_SRCS  := $(shell find user tests/user tests/judge tests/boot -name '*.c' -not -path 'user/lib/*' 2>/dev/null)
USER_PROGS := $(USER_SRCS:%.c=build/%)
DEBIAN_PROGS := $(patsubst %.c,build/%,$(wildcard tests/debian/*.c))
DEBIAN_SCRIPTS := $(filter-out %.c %/test_debian.py,$(wildcard tests/debian/*.*))
USER_LIB   := $(wildcard user/lib/*.c)
USER_CC    := CROSS_COMPILE=$(CROSS_COMPILE) tools/musl-gcc
# With frame pointers, so that the kernel can show the stack of a program that dies.
USER_FLAGS := -O2 -g -fno-omit-frame-pointer -Wall -Wextra -Werror -D_GNU_SOURCE -I.

build/sysroot/done: tools/setup.sh
	$(Q)tools/setup.sh sysroot

# Programs of the Debian image find musl's shared library there.
build/tests/debian/%: USER_CC := DYNAMIC=1 $(USER_CC)

# It moves the vDSO away under itself: as the compiler would have it without backtraces.
build/tests/user/vdso: USER_FLAGS += -fomit-frame-pointer

build/%: %.c $(USER_LIB) tools/musl-gcc | build/sysroot/done
	@mkdir -p $(@D)
	$(say) "  USER  $@"
	$(Q)$(USER_CC) $(USER_FLAGS) -MMD -MP -MF $@.d -o $@ $< $(USER_LIB)

-include $(USER_PROGS:=.d) $(DEBIAN_PROGS:=.d)

# ---- images -------------------------------------------------------------------------------------
.PHONY: initramfs debian iso setup run debug replay
initramfs: build/initramfs.cpio	## build/initramfs.cpio: BusyBox, user/ and tests/user

build/initramfs.cpio: $(USER_PROGS) $(shell find user/etc -type f 2>/dev/null) tools/initramfs.sh build/sysroot/done
	$(say) "  CPIO  $@"
	$(Q)tools/initramfs.sh $@ $(USER_PROGS)

debian: build/debian.cpio	## build/debian.cpio: Debian's own i386 programs, fetched by name

build/debian.cpio: build/user/init $(DEBIAN_PROGS) $(DEBIAN_SCRIPTS) tools/debian.sh build/download/debian/done
	$(say) "  CPIO  $@"
	$(Q)tools/debian.sh $@ build/user/init $(DEBIAN_PROGS) $(DEBIAN_SCRIPTS)

build/download/debian/done: tools/setup.sh | build/sysroot/done
	$(Q)tools/setup.sh debian

iso: build/pagoda.iso		## build/pagoda.iso: boots by GRUB; menu: normal, 2-level paging, self-tests

build/pagoda.iso: kernels build/initramfs.cpio tools/grub.cfg
	$(Q)tools/iso.sh $@

setup: build/sysroot/done	## install what is missing on this machine (the other targets do it, too)

run: iso			## boot to a shell; a window if there is a display, else this terminal
	$(Q)tools/qemu.sh -cdrom build/pagoda.iso -boot d

debug: kernel initramfs		## gdb on a paused machine, stopping at the first C function; PROG=user/cow: at that program's main
	$(Q)PROG=$(PROG) gdb -q -ex "source tools/debug.gdb" $(ELF)

replay: kernel initramfs	## record a run (yours, or PROG=user/cow, or APPEND="test=..."), then debug it, backwards too
	$(Q)PROG=$(PROG) APPEND="$(APPEND)" tools/replay.sh $(ELF)

# ---- tests --------------------------------------------------------------------------------------
HOST_TESTS := $(patsubst tests/host/%.c,build/tests/host/%,$(wildcard tests/host/test_*.c))
HOST_HEADERS := $(shell find kernel mm tests/host -name '*.h' 2>/dev/null)
HOST_CC    ?= gcc
HOST_FLAGS := -std=gnu11 -g -O1 -I. -DCONFIG_DEBUG=1 -Wall -Wextra -Wno-unused-parameter \
	-fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer

PYTEST     := PYTHONDONTWRITEBYTECODE=1 $(PYTHON) -m pytest -c tests/pytest.ini tests

.PHONY: test host-tests check fuzz coverage
test: kernels initramfs debian iso host-tests	## build everything, run every test; last line: N passed, N failed
	$(Q)$(PYTEST) $(ARGS)

check: kernels initramfs debian iso host-tests	## some tests: make check ARGS="-k vmalloc" (pytest's arguments)
	$(Q)$(PYTEST) $(ARGS)

fuzz:				## ten million random system calls on each page-table format; FUZZ_SEED=n: others
	$(Q)FUZZ_CALLS=10000000 $(MAKE) --no-print-directory check ARGS="-k test_fuzz"

# Those tests that boot a kernel that counts, and that it fits into 16 MiB with; random calls reach no further lines with more seeds.
COVERAGE_TESTS := -m "kernel or user or boot or screen or judge" -k "not grub and not loaders_mode and not old_processor and not test_builds and not test_bench"
coverage: initramfs		## lines of mm/ that no test reaches, and how many each file has; fails below 95 %
	$(Q)$(MAKE) --no-print-directory COVERAGE=1 kernels
	$(Q)rm -rf build/*-coverage/runs
	-$(Q)PAGODA_COVERAGE=1 FUZZ_CALLS=100000 MEMDIFF_SEEDS=1-10 $(PYTEST) $(COVERAGE_TESTS) $(ARGS)
	$(Q)$(PYTHON) tools/gcov.py $(CROSS_COMPILE)gcov 95

host-tests: $(HOST_TESTS)	## the tests that run on this machine, under ASan and UBSan

# A host test names the kernel files it tests in a line "link: mm/vma.c kernel/lib/rbtree.c".
host_links = $(shell sed -n 's/.*link: *//p' $(1))
.SECONDEXPANSION:
build/tests/host/%: tests/host/%.c $$(call host_links,tests/host/$$*.c) $(HOST_HEADERS)
	@mkdir -p $(@D)
	$(say) "  HOST  $@"
	$(Q)$(HOST_CC) $(HOST_FLAGS) -o $@ $(filter %.c,$^)

# ---- lint ---------------------------------------------------------------------------------------
C_FILES := $(shell find boot kernel mm drivers user tests -name '*.[ch]' 2>/dev/null)

.PHONY: lint lint-dead lint-sizes lint-format lint-cppcheck lint-layers lint-docs format
lint: lint-format lint-cppcheck lint-layers lint-sizes lint-dead lint-docs	## style, cppcheck, layers, sizes, dead code, documents

# Each release of clang-format has a taste of its own; 14 decides.
lint-format:
	$(Q)if clang-format --version | grep -q 'version 14\.'; then \
		clang-format --dry-run -Werror $(C_FILES); \
	else \
		echo "lint: the style is not checked: this clang-format is not version 14"; \
	fi

lint-cppcheck:
	@mkdir -p build/cppcheck
	$(Q)cppcheck --quiet --error-exitcode=1 --cppcheck-build-dir=build/cppcheck -j2 --platform=unix32 \
		--enable=warning,portability --inline-suppr --suppressions-list=tools/cppcheck.txt \
		-I. -D__GNUC__=12 -D__i386__=1 -DCONFIG_DEBUG=1 -DCONFIG_X86_PAE=1 boot kernel mm drivers

lint-layers: kernel-pae
	$(Q)$(PYTHON) tools/layers.py build/pae

lint-dead:
	$(Q)$(PYTHON) tools/dead.py

lint-sizes:
	$(Q)$(PYTHON) tools/loc.py --check

lint-docs:
	$(Q)$(PYTHON) tools/check_docs.py
	$(Q)$(PYTHON) tools/memory_calls.py --check

format:				## bring C files to the style of .clang-format
	$(Q)clang-format -i $(C_FILES)

# ---- measures and pictures ----------------------------------------------------------------------
.PHONY: bench bench-kernels picture screenshot
BENCH_OPTIONS := README WALL NOPAE LINUX MITIGATIONS_OFF
bench: bench-kernels build/user/bench $(if $(filter 0,$(LINUX)),,build/sysroot-linux/vmlinuz)	## instructions of basic operations beside Linux's; tools/bench.py has the options
	$(Q)PYTHONDONTWRITEBYTECODE=1 $(PYTHON) tools/bench.py $(foreach v,$(BENCH_OPTIONS),$(if $($(v)),$(v)=$($(v))))

build/sysroot-linux/vmlinuz:
	$(Q)tools/setup.sh linux

bench-kernels:
	$(Q)$(MAKE) --no-print-directory DEBUG=0 kernels

picture: kernel-pae initramfs	## write docs/memory.png (memview) and docs/address-map.svg
	$(Q)PYTHONDONTWRITEBYTECODE=1 $(PYTHON) tools/screenshot.py docs/memory.png "memview"
	$(Q)PYTHONDONTWRITEBYTECODE=1 $(PYTHON) tools/addressmap.py docs/address-map.svg

screenshot: kernel-pae initramfs	## write docs/screenshot.png
	$(Q)PYTHONDONTWRITEBYTECODE=1 $(PYTHON) tools/screenshot.py docs/screenshot.png

# ---- the rest -----------------------------------------------------------------------------------
.PHONY: clean help loc FORCE
clean:				## remove what was built, keep what was downloaded
	$(Q)rm -rf $(filter-out build/download build/sysroot build/sysroot-linux,$(wildcard build/*))

loc:				## lines of code by folder, without comments and blanks
	$(Q)$(PYTHON) tools/loc.py

help:				## this list
	@echo "make [target] [PAE=0|1] [DEBUG=0|1] [LLVM=1] [CROSS_COMPILE=prefix-] [V=1]"
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/  \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16
