/*
 * kernel/task/elf_check.c on the host: which programs are taken, and what is learnt about them.
 * link: kernel/task/elf_check.c
 */
#include "tests/host/check.h"

#include <string.h>

#include "kernel/lib/errno.h"
#include "kernel/task/elf.h"

#define LIMIT 0xc0000000u

static struct elf32_hdr hdr;
static struct elf32_phdr ph[8];
static struct elf_image image;

/* An ordinary static program: text, data with bss, a stack that is not executable. */
static void ordinary(void)
{
	memset(&hdr, 0, sizeof(hdr));
	memset(ph, 0, sizeof(ph));
	memcpy(hdr.e_ident, "\177ELF\1\1\1", 7);
	hdr.e_type = ET_EXEC;
	hdr.e_machine = EM_386;
	hdr.e_phentsize = sizeof(struct elf32_phdr);
	hdr.e_phnum = 3;
	hdr.e_phoff = sizeof(hdr);
	hdr.e_entry = 0x8048100;
	ph[0] = (struct elf32_phdr){ .p_type = PT_LOAD,
				     .p_vaddr = 0x8048000,
				     .p_filesz = 0x1234,
				     .p_memsz = 0x1234,
				     .p_flags = PF_R | PF_X };
	ph[1] = (struct elf32_phdr){ .p_type = PT_LOAD,
				     .p_offset = 0x1f00,
				     .p_vaddr = 0x804af00,
				     .p_filesz = 0x200,
				     .p_memsz = 0x5000,
				     .p_flags = PF_R | PF_W };
	ph[2] = (struct elf32_phdr){ .p_type = PT_GNU_STACK, .p_flags = PF_R | PF_W };
}

static int segments(void)
{
	return elf_check_segments(&hdr, ph, LIMIT, &image);
}

static void test_header(void)
{
	ordinary();
	check(elf_check_header(&hdr) == 0, "an ordinary header");
	hdr.e_type = ET_DYN;
	check(elf_check_header(&hdr) == 0, "a position-independent one");
	hdr.e_machine = EM_486;
	check(elf_check_header(&hdr) == 0, "one for the 486");
	hdr.e_machine = 62;
	check(elf_check_header(&hdr) == -ENOEXEC, "another machine");
	ordinary();
	hdr.e_type = 1;
	check(elf_check_header(&hdr) == -ENOEXEC, "an object file");
	ordinary();
	hdr.e_ident[0] = 0x7e;
	check(elf_check_header(&hdr) == -ENOEXEC, "no magic");
	ordinary();
	hdr.e_ident[4] = 2;
	check(elf_check_header(&hdr) == -ENOEXEC, "64 bits");
	ordinary();
	hdr.e_ident[5] = 2;
	check(elf_check_header(&hdr) == -ENOEXEC, "big-endian");
	memset(&hdr, 0, sizeof(hdr));
	memcpy(hdr.e_ident, "\177ELF", 4);
	check(elf_check_header(&hdr) == -ENOEXEC, "a file of four bytes");
}

static void test_table(void)
{
	ordinary();
	hdr.e_phentsize = 56;
	check(elf_check_header(&hdr) == -ENOEXEC, "entries of a wrong size");
	ordinary();
	hdr.e_phnum = 0;
	check(elf_check_header(&hdr) == -ENOEXEC, "no program headers");
	hdr.e_phnum = ELF_MAX_PHNUM;
	check(elf_check_header(&hdr) == 0, "a page full of them");
	hdr.e_phnum = ELF_MAX_PHNUM + 1;
	check(elf_check_header(&hdr) == -ENOEXEC, "one more");
	hdr.e_phnum = 0xffff;
	check(elf_check_header(&hdr) == -ENOEXEC, "65535 of them");
}

static void test_ordinary(void)
{
	ordinary();
	check(segments() == 0 && image.nr_load == 2, "two segments");
	check(image.low == 0x8048000 && image.high == 0x804ff00, "their bounds");
	check(image.start_code == 0x8048000 && image.end_code == 0x8049234, "code");
	check(image.start_data == 0x804af00 && image.end_data == 0x804b100, "data");
	check(image.bss_end == 0x804ff00, "the heap begins behind the bss");
	check(image.phdr == 0x8048034, "where the headers are in memory");
	check(image.interp == -1 && !image.executable_stack, "no interpreter, no executable stack");

	ph[2].p_flags |= PF_X;
	check(segments() == 0 && image.executable_stack, "PT_GNU_STACK with X");
	hdr.e_phnum = 2;
	check(segments() == 0 && image.executable_stack, "without PT_GNU_STACK");
	ordinary();
	ph[2].p_type = PT_INTERP;
	check(segments() == 0 && image.interp == 2, "an interpreter");
	ordinary();
	hdr.e_phoff = 0x3000;
	check(segments() == 0 && image.phdr == 0, "headers in no segment");
}

static void test_few_segments(void)
{
	ordinary();
	ph[1].p_type = 0;
	check(segments() == 0 && image.nr_load == 1, "no data segment");
	check(image.bss_end == 0x8049234 && image.start_code == 0x8048000,
	      "  the heap follows the code");
	ordinary();
	ph[0].p_type = 0;
	check(segments() == 0 && image.start_code == image.low, "data alone");
	ordinary();
	ph[1].p_memsz = ph[1].p_filesz = 0;
	check(segments() == 0 && image.nr_load == 1, "an empty segment counts for nothing");
	ordinary();
	ph[1].p_filesz = 0;
	check(segments() == 0 && image.bss_end == 0x804ff00, "a segment of bss alone");
	ordinary();
	ph[0].p_type = ph[1].p_type = 0;
	check(segments() == -ENOEXEC, "nothing to load");
}

static void test_bad_segments(void)
{
	ordinary();
	ph[1].p_filesz = 0x6000;
	check(segments() == -ENOEXEC, "more in the file than in memory");
	ordinary();
	ph[1].p_offset = 0x1e00;
	check(segments() == -ENOEXEC, "offset and address that no page can serve");
	ordinary();
	ph[1].p_offset = 0xffffff00;
	ph[1].p_filesz = 0x200;
	check(segments() == -ENOEXEC, "an offset that wraps around");
	ordinary();
	ph[1].p_memsz = 0xffffffff;
	check(segments() == -ENOMEM, "a size that wraps around");
	ordinary();
	ph[1].p_vaddr = 0xc0000f00;
	check(segments() == -ENOMEM, "an address of the kernel");
	ordinary();
	ph[1].p_vaddr = 0xbffffe00 + 0x100;
	ph[1].p_offset = 0x1f00;
	ph[1].p_memsz = 0x100;
	ph[1].p_filesz = 0x100;
	check(segments() == 0 && image.high == LIMIT, "up to the last byte of user space");
	ph[1].p_memsz = 0x101;
	check(segments() == -ENOMEM, "and one more");
}

static void test_overlap(void)
{
	ordinary();
	ph[1].p_vaddr = 0x8048f00;
	check(segments() == -ENOEXEC, "two segments at one address");
	ordinary();
	ph[0].p_memsz = ph[0].p_filesz = 0x2f01;
	check(segments() == -ENOEXEC, "that share one byte");
	ph[0].p_memsz = ph[0].p_filesz = 0x2f00;
	check(segments() == 0, "that touch");
	ordinary();
	ph[3] = ph[0];
	ph[0] = ph[1];
	ph[1] = ph[3];
	check(segments() == -ENOEXEC, "out of order");
}

/* Whatever the bytes: an answer, and what is taken keeps its promises. */
static void test_noise(void)
{
	int i, bad = 0, taken = 0;
	size_t k;

	for (i = 0; i < 200000; i++) {
		unsigned int *word = (unsigned int *)ph;

		ordinary();
		for (k = 0; k < 1 + check_random() % 4; k++)
			word[check_random() % 24] = check_random() << (check_random() % 2);
		if (segments())
			continue;
		taken++;
		bad += image.low > image.high || image.high > LIMIT || !image.nr_load ||
		       image.bss_end != image.high;
	}
	check(bad == 0 && taken > 1000, "200,000 damaged tables");
}

int main(void)
{
	test_header();
	test_table();
	test_ordinary();
	test_few_segments();
	test_bad_segments();
	test_overlap();
	test_noise();
	return check_done();
}
