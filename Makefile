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
Q := $(if $(V),,@)

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
SRCS := $(sort $(shell find boot kernel mm drivers tests/kernel -name '*.[cS]' 2>/dev/null))
OBJS := $(SRCS:%=$(O)/%.o)

# -Wno-unused-parameter: an operation's signature is its caller's choice.
# -nostdinc leaves the compiler's own freestanding headers only; _LIBC_LIMITS_H_ keeps its limits.h
# from looking for a C library's.
CPPFLAGS := -I. -nostdinc -isystem $(shell $(CC) -print-file-name=include) \
	-D_LIBC_LIMITS_H_ -DCONFIG_DEBUG=$(DEBUG) $(if $(filter 1,$(PAE)),-DCONFIG_X86_PAE=1)
CFLAGS := -std=gnu11 -m32 -march=$(if $(filter 1,$(PAE)),i686,i486) -O2 -g \
	-ffreestanding -fno-pic -fno-pie -fno-stack-protector -fno-omit-frame-pointer \
	-fno-strict-aliasing -fno-strict-overflow -fno-common -fno-asynchronous-unwind-tables \
	-mregparm=3 -mgeneral-regs-only \
	-Wall -Wextra -Werror -Wno-unused-parameter -Wstrict-prototypes -Wmissing-prototypes -Wvla
ASFLAGS := -m32 -march=i686 -g -D__ASSEMBLY__
LDFLAGS := -m elf_i386 -static -nostdlib -z max-page-size=4096 -z noexecstack --build-id=none \
	$(if $(LLVM),,--no-warn-rwx-segments) --warn-unresolved-symbols

.PHONY: all kernel kernels kernel-pae kernel-nopae
all: iso			## kernels, initramfs and ISO image (default)

kernel: $(if $(wildcard linker.ld),$(ELF),$(OBJS))	## one kernel, the page-table format chosen by PAE=

kernels: kernel-pae kernel-nopae	## both kernels: build/pae and build/nopae

kernel-pae:
	$(Q)$(MAKE) --no-print-directory PAE=1 kernel
kernel-nopae:
	$(Q)$(MAKE) --no-print-directory PAE=0 kernel

$(ELF): $(OBJS) linker.ld tools/link.sh tools/kallsyms.py
	@echo "  LINK  $@"
	$(Q)LD="$(LD) $(LDFLAGS)" NM="$(NM)" AS="$(CC) $(ASFLAGS)" PYTHON="$(PYTHON)" \
		tools/link.sh $@ linker.ld $(OBJS)

# Rewritten only when the compiler or its flags differ from last time: then everything rebuilds.
flags := $(CC) $(CPPFLAGS) $(CFLAGS) $(ASFLAGS) $(LDFLAGS) $(SRCS)
$(O)/flags: FORCE
	@mkdir -p $(@D)
	@echo '$(flags)' | cmp -s - $@ || echo '$(flags)' > $@
FORCE:

$(O)/%.c.o: %.c $(O)/flags
	@mkdir -p $(@D)
	@echo "  CC    $<"
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$(O)/%.S.o: %.S $(O)/flags
	@mkdir -p $(@D)
	@echo "  AS    $<"
	$(Q)$(CC) $(CPPFLAGS) $(ASFLAGS) -MMD -MP -c -o $@ $<

-include $(OBJS:.o=.d)

.PHONY: clean help FORCE
clean:				## remove what was built, keep what was downloaded
	$(Q)rm -rf $(filter-out build/download build/sysroot,$(wildcard build/*))

help:				## this list
	@echo "make [target] [PAE=0|1] [DEBUG=0|1] [LLVM=1] [CROSS_COMPILE=prefix-] [V=1]"
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/  \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16
