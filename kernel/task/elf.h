/* ELF32 executables: the structures (System V ABI, chapters 4 and 5), and the checks that need nothing but the
 * bytes of the file, so that they can be tested on the build machine.
 */
#ifndef KERNEL_TASK_ELF_H
#define KERNEL_TASK_ELF_H

#include "kernel/lib/types.h"

#define ET_EXEC 2
#define ET_DYN  3
#define EM_386  3
#define EM_486  6

#define PT_LOAD      1
#define PT_INTERP    3
#define PT_GNU_STACK 0x6474e551

#define PF_X 1
#define PF_W 2
#define PF_R 4

#define AT_NULL         0
#define AT_PHDR         3
#define AT_PHENT        4
#define AT_PHNUM        5
#define AT_PAGESZ       6
#define AT_BASE         7
#define AT_FLAGS        8
#define AT_ENTRY        9
#define AT_UID          11
#define AT_EUID         12
#define AT_GID          13
#define AT_EGID         14
#define AT_PLATFORM     15
#define AT_HWCAP        16
#define AT_CLKTCK       17
#define AT_SECURE       23
#define AT_RANDOM       25
#define AT_EXECFN       31
#define AT_SYSINFO      32
#define AT_SYSINFO_EHDR 33

struct elf32_hdr {
	u8 e_ident[16];
	u16 e_type, e_machine;
	u32 e_version;
	u32 e_entry, e_phoff, e_shoff;
	u32 e_flags;
	u16 e_ehsize, e_phentsize, e_phnum, e_shentsize, e_shnum, e_shstrndx;
};

struct elf32_phdr {
	u32 p_type;
	u32 p_offset, p_vaddr, p_paddr;
	u32 p_filesz, p_memsz;
	u32 p_flags, p_align;
};

#define ELF_MAX_PHNUM (4096 / sizeof(struct elf32_phdr))

/* What a table of program headers amounts to. Addresses as the file has them. */
struct elf_image {
	u32 low, high; /* bytes [low, high) hold all segments */
	u32 start_code, end_code;
	u32 start_data, end_data;
	u32 bss_end;           /* end of the highest segment in memory */
	u32 phdr;              /* address of the headers themselves; 0: in no segment */
	int interp;            /* index of PT_INTERP, or -1 */
	bool executable_stack; /* PT_GNU_STACK asks for it, or is missing */
	int nr_load;
};

/* Is it a program for this machine with a table of headers that can be read? 0, or -ENOEXEC. */
int elf_check_header(const struct elf32_hdr *hdr);

/* Can the segments be mapped where they want to be, below `limit`? Each must fit into the address space, its offset
 * and address must agree within a page, and they must come in ascending order without sharing a byte.
 * 0 and *image, or -ENOEXEC; -ENOMEM where a segment reaches beyond the limit. */
int elf_check_segments(const struct elf32_hdr *hdr, const struct elf32_phdr *phdr, u32 limit,
		       struct elf_image *image);

#endif
