/* What can be said about an ELF file by looking at it. Pure: compiled for the build machine too. */
#include "kernel/task/elf.h"

#include "kernel/lib/errno.h"

#define PAGE     4096u
#define PAGE_OFF (PAGE - 1)

int elf_check_header(const struct elf32_hdr *hdr)
{
	static const u8 ident[6] = { 0x7f, 'E', 'L', 'F', 1, 1 }; /* 32 bits, little-endian */
	unsigned i;

	for (i = 0; i < sizeof(ident); i++)
		if (hdr->e_ident[i] != ident[i])
			return -ENOEXEC;
	if (hdr->e_type != ET_EXEC && hdr->e_type != ET_DYN)
		return -ENOEXEC;
	if (hdr->e_machine != EM_386 && hdr->e_machine != EM_486)
		return -ENOEXEC;
	if (hdr->e_phentsize != sizeof(struct elf32_phdr))
		return -ENOEXEC;
	if (hdr->e_phnum < 1 || hdr->e_phnum > ELF_MAX_PHNUM)
		return -ENOEXEC;
	return 0;
}

/* One PT_LOAD, by itself. */
static int check_segment(const struct elf32_phdr *ph, u32 limit)
{
	if (ph->p_filesz > ph->p_memsz)
		return -ENOEXEC;
	if ((ph->p_offset & PAGE_OFF) != (ph->p_vaddr & PAGE_OFF))
		return -ENOEXEC;
	if (ph->p_offset + ph->p_filesz < ph->p_offset)
		return -ENOEXEC;
	if (ph->p_vaddr >= limit || ph->p_memsz > limit - ph->p_vaddr)
		return -ENOMEM;
	return 0;
}

static void note_segment(const struct elf32_hdr *hdr, const struct elf32_phdr *ph,
			 struct elf_image *image)
{
	u32 file_end = ph->p_vaddr + ph->p_filesz, mem_end = ph->p_vaddr + ph->p_memsz;

	if (!image->nr_load++)
		image->low = ph->p_vaddr;
	image->high = image->bss_end = mem_end;
	if ((ph->p_flags & PF_X) && ph->p_vaddr < image->start_code)
		image->start_code = ph->p_vaddr;
	if ((ph->p_flags & PF_X) && file_end > image->end_code)
		image->end_code = file_end;
	if (ph->p_vaddr > image->start_data)
		image->start_data = ph->p_vaddr;
	if (file_end > image->end_data)
		image->end_data = file_end;
	if (!image->phdr && hdr->e_phoff >= ph->p_offset &&
	    hdr->e_phoff - ph->p_offset < ph->p_filesz)
		image->phdr = hdr->e_phoff - ph->p_offset + ph->p_vaddr;
}

int elf_check_segments(const struct elf32_hdr *hdr, const struct elf32_phdr *phdr, u32 limit,
		       struct elf_image *image)
{
	int i, ret;

	*image = (struct elf_image){ .interp = -1, .executable_stack = true, .start_code = limit };
	for (i = 0; i < hdr->e_phnum; i++) {
		const struct elf32_phdr *ph = &phdr[i];

		if (ph->p_type == PT_INTERP && image->interp < 0)
			image->interp = i;
		if (ph->p_type == PT_GNU_STACK)
			image->executable_stack = ph->p_flags & PF_X;
		if (ph->p_type != PT_LOAD || !ph->p_memsz)
			continue;
		ret = check_segment(ph, limit);
		if (ret)
			return ret;
		if (image->nr_load && ph->p_vaddr < image->high)
			return -ENOEXEC;
		note_segment(hdr, ph, image);
	}
	if (!image->nr_load)
		return -ENOEXEC;
	if (image->start_code == limit)
		image->start_code = image->low;
	return 0;
}
