/*
 * Reading the Multiboot information. All of it is somebody else's memory anywhere below 4 GiB, so every piece is copied
 * out through early_copy_from_phys, never followed as a pointer.
 */
#include "boot/multiboot.h"

#include "boot/early_map.h"
#include "kernel/lib/string.h"
#include "kernel/x86/cpu.h"
#include "mm/page.h"

/* Bits of mb_info.flags: which fields are valid. */
#define MB_MEMORY      (1u << 0)
#define MB_CMDLINE     (1u << 2)
#define MB_MODULES     (1u << 3)
#define MB_MMAP        (1u << 6)
#define MB_LOADER_NAME (1u << 9)
#define MB_FRAMEBUFFER (1u << 12)

#define MB_FRAMEBUFFER_RGB 1

/* Longest memory map that is believed, so that a broken length ends. */
#define MB_MMAP_MAX 0x10000u

struct mb_info {
	u32 flags;
	u32 mem_lower, mem_upper; /* KiB below 640 KiB, KiB above 1 MiB */
	u32 boot_device;
	u32 cmdline;
	u32 mods_count, mods_addr;
	u32 syms[4];
	u32 mmap_length, mmap_addr;
	u32 drives_length, drives_addr;
	u32 config_table;
	u32 boot_loader_name;
	u32 apm_table;
	u32 vbe_control_info, vbe_mode_info;
	u16 vbe_mode, vbe_interface_seg, vbe_interface_off, vbe_interface_len;
	struct video_mode framebuffer;
} __packed;

struct mb_mmap_entry {
	u32 size; /* of what follows this field */
	u64 addr, len;
	u32 type;
} __packed;

struct mb_module {
	u32 start, end, string, reserved;
};

struct boot_info boot_info;

/* An entry is as wide as the addresses it holds. */
extern phys_addr_t boot_pte[BOOT_MAP_SIZE / PAGE_SIZE];

/* The last page of the boot mapping shows any frame; what it showed by itself is free memory nobody uses yet. */
static const void *early_window(u32 phys)
{
	unsigned long addr = PAGE_OFFSET + BOOT_MAP_SIZE - PAGE_SIZE;

	boot_pte[BOOT_MAP_SIZE / PAGE_SIZE - 1] = (phys & ~(PAGE_SIZE - 1)) | 0x3;
	invlpg(addr);
	return (const void *)(addr + (phys & (PAGE_SIZE - 1)));
}

/*
 * Copy `len` bytes from physical address `phys` wherever it is. Returns false, having copied nothing, when the range
 * wraps.
 */
static bool early_copy_from_phys(void *dst, u32 phys, size_t len)
{
	size_t chunk;

	if (phys + len < phys)
		return false;
	while (len) {
		chunk = min_t(size_t, len, PAGE_SIZE - (phys & (PAGE_SIZE - 1)));
		memcpy(dst, early_window(phys), chunk);
		dst = (char *)dst + chunk;
		phys += chunk;
		len -= chunk;
	}
	early_window(BOOT_MAP_SIZE - PAGE_SIZE);
	return true;
}

/* A terminated string, cut at `size`. */
static void copy_string(char *dst, size_t size, u32 phys)
{
	size_t i;

	for (i = 0; i + 1 < size; i++, phys++) {
		if (!early_copy_from_phys(dst + i, phys, 1) || !dst[i])
			break;
	}
	dst[i] = 0;
}

/* QEMU puts the kernel's file name in front of the command line, GRUB does not. */
static void drop_first_word(char *text)
{
	char *rest = strchr(text, ' ');

	if (rest)
		memmove(text, rest + 1, strlen(rest));
	else
		*text = 0;
}

static void add_range(u64 base, u64 size, u32 type)
{
	if (boot_info.nr_ranges < BOOT_MAX_RANGES && size)
		boot_info.ranges[boot_info.nr_ranges++] = (struct boot_range){ base, size, type };
}

static void read_memory_map(const struct mb_info *mb)
{
	u32 pos = 0, length = min_t(u32, mb->mmap_length, MB_MMAP_MAX);
	struct mb_mmap_entry e;

	if (!(mb->flags & MB_MMAP))
		length = 0;
	while (length >= sizeof(e) && pos <= length - sizeof(e)) {
		if (!early_copy_from_phys(&e, mb->mmap_addr + pos, sizeof(e)))
			break;
		if (e.size < sizeof(e) - sizeof(e.size))
			break;
		add_range(e.addr, e.len, e.type);
		pos += min_t(u32, e.size, MB_MMAP_MAX) + sizeof(e.size);
	}
	if (!boot_info.nr_ranges && (mb->flags & MB_MEMORY)) {
		add_range(0, (u64)mb->mem_lower << 10, BOOT_RANGE_RAM);
		add_range(0x100000, (u64)mb->mem_upper << 10, BOOT_RANGE_RAM);
	}
}

static void read_modules(const struct mb_info *mb)
{
	struct boot_module *m;
	struct mb_module mod;
	u32 i;

	if (!(mb->flags & MB_MODULES))
		return;
	for (i = 0; i < mb->mods_count && boot_info.nr_modules < BOOT_MAX_MODULES; i++) {
		if (!early_copy_from_phys(&mod, mb->mods_addr + i * sizeof(mod), sizeof(mod)))
			return;
		if (mod.end <= mod.start)
			continue;
		m = &boot_info.modules[boot_info.nr_modules++];
		m->start = mod.start;
		m->end = mod.end;
		if (mod.string)
			copy_string(m->cmdline, sizeof(m->cmdline), mod.string);
	}
}

void multiboot_read(u32 info)
{
	struct mb_info mb;

	if (!early_copy_from_phys(&mb, info, sizeof(mb)))
		return;
	if (mb.flags & MB_CMDLINE)
		copy_string(boot_info.cmdline, sizeof(boot_info.cmdline), mb.cmdline);
	if (mb.flags & MB_LOADER_NAME)
		copy_string(boot_info.loader, sizeof(boot_info.loader), mb.boot_loader_name);
	if (!strcmp(boot_info.loader, "qemu"))
		drop_first_word(boot_info.cmdline);
	read_memory_map(&mb);
	read_modules(&mb);
	if (mb.flags & MB_FRAMEBUFFER && mb.framebuffer.type == MB_FRAMEBUFFER_RGB)
		boot_info.framebuffer = mb.framebuffer;
}
