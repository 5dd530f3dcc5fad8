/*
 * From the boot loader to C: multiboot header, first page tables, the jump to the high half.
 *
 * The loader leaves us at 1 MiB in 32-bit protected mode, paging and interrupts off, flat segments that we may not
 * trust to stay, eax = MULTIBOOT_BOOT_MAGIC, ebx = physical address of its information (Multiboot Specification
 * 3.2). Symbols are linked PAGE_OFFSET too high for that: PA() takes it off.
 *
 *	physical		virtual, low		virtual, high
 *	0 .. 64 MiB	->	the same, until the	PAGE_OFFSET ..
 *				jump is done		PAGE_OFFSET + 64 MiB
 */
#include "boot/early_map.h"
#include "boot/multiboot.h"
#include "kernel/x86/thread_info.h"

#define PAGE_OFFSET 0xC0000000
#define PA(symbol) ((symbol) - PAGE_OFFSET)

#define PTE_FLAGS 0x003		/* present, writable (SDM vol. 3A 4.3, 4.4) */
#define CR0_PE	  0x00000001
#define CR0_WP	  0x00010000
#define CR0_PG	  0x80000000
#define CR4_PAE	  0x20
#define EFLAGS_ID 0x200000

#define COM1	  0x3f8
#define VGA_TEXT  0xb8000

#ifdef CONFIG_X86_PAE
/* CMOV, CX8 and PAE of CPUID.1 EDX: what code compiled for the i686 and its page tables cannot do without. */
#define NEEDED_FEATURES ((1 << 15) | (1 << 8) | (1 << 6))
#define PTE_SIZE	8
#else
#define PTE_SIZE	4
#endif
#define BOOT_PTES	(BOOT_MAP_SIZE / 4096 * PTE_SIZE)
#define BOOT_TABLES	(BOOT_PTES / 4096)

#define HEADER_FLAGS (MULTIBOOT_PAGE_ALIGN | MULTIBOOT_MEMORY_INFO | MULTIBOOT_VIDEO_MODE)

	.section .multiboot, "a"
	.balign 4
	.long MULTIBOOT_HEADER_MAGIC
	.long HEADER_FLAGS
	.long -(MULTIBOOT_HEADER_MAGIC + HEADER_FLAGS)
	.long 0, 0, 0, 0, 0		/* load addresses: the ELF header has them */
	.long 0				/* a linear framebuffer is preferred */
	.long 1024, 768, 32

	.section .text.boot, "ax"
	.code32
	.globl _start
	.type _start, @function
_start:
	.cfi_sections .debug_frame
	.cfi_startproc simple
	.cfi_def_cfa esp, 4
	.cfi_undefined eip
	cli
	cld
	movl	$PA(init_thread_union + THREAD_SIZE), %esp
	movl	%eax, %esi

	/* QEMU and GRUB zero .bss; the specification says so too, but a bad loader would be hard to find later. */
	movl	$PA(__bss_start), %edi
	movl	$PA(__bss_stop), %ecx
	subl	%edi, %ecx
	shrl	$2, %ecx
	xorl	%eax, %eax
	rep stosl

	movl	$PA(not_multiboot), %edx
	cmpl	$MULTIBOOT_BOOT_MAGIC, %esi
	jne	refuse
#ifdef CONFIG_X86_PAE
	call	check_features
	movl	$PA(cannot_run), %edx
	jnz	refuse
#endif

	/* All page-table entries, one after the other: boot_pte maps physical 0 and up. */
	movl	$PA(boot_pte), %edi
	movl	$PTE_FLAGS, %eax
1:	movl	%eax, (%edi)
	addl	$PTE_SIZE, %edi
	addl	$0x1000, %eax
	cmpl	$BOOT_MAP_SIZE, %eax
	jb	1b

	/* The same tables at 0 and at PAGE_OFFSET. */
	movl	$BOOT_TABLES, %ecx
	movl	$PA(boot_pte) + PTE_FLAGS, %eax
	movl	$PA(boot_pmd), %edi
2:	movl	%eax, (%edi)
#ifndef CONFIG_X86_PAE
	movl	%eax, (PAGE_OFFSET >> 22) * 4(%edi)
#endif
	addl	$PTE_SIZE, %edi
	addl	$0x1000, %eax
	loop	2b
#ifdef CONFIG_X86_PAE
	/* Bits 1 and up of a PDPTE's flags are reserved (SDM vol. 3A table 4-8): present only. */
	movl	$PA(boot_pmd) + 1, %eax
	movl	%eax, PA(boot_pgd)
	movl	%eax, PA(boot_pgd) + 3 * 8
	movl	%cr4, %eax
	orl	$CR4_PAE, %eax
	movl	%eax, %cr4
#endif
	movl	$PA(boot_pgd), %eax
	movl	%eax, %cr3
	movl	%cr0, %eax
	orl	$(CR0_PG | CR0_WP | CR0_PE), %eax
	movl	%eax, %cr0
	movl	$.Lhigh_half, %eax
	jmp	*%eax

.Lhigh_half:
	/* Now drop the identity map; a reload of CR3 forgets what the TLB and the PDPTE registers hold of it. */
	xorl	%eax, %eax
#ifdef CONFIG_X86_PAE
	movl	%eax, boot_pgd
#else
	movl	$boot_pgd, %edi
	movl	$BOOT_TABLES, %ecx
	rep stosl
#endif
	movl	%cr3, %eax
	movl	%eax, %cr3

	/* A known end of the frame-pointer chain, then start_kernel(magic, info). */
	movl	$init_thread_union + THREAD_SIZE, %esp
	xorl	%ebp, %ebp
	pushl	$0
	popfl
	pushl	%ebx
	pushl	%esi
	call	start_kernel
3:	cli
	hlt
	jmp	3b
	.cfi_endproc
	.size _start, . - _start

#ifdef CONFIG_X86_PAE
/* Zero flag set: the processor has NEEDED_FEATURES. Keeps ebx, esi. */
check_features:
	pushl	%ebx
	/* Only a processor with CPUID lets EFLAGS.ID be changed (SDM vol. 1 3.4.3.3). */
	pushfl
	popl	%eax
	movl	%eax, %ecx
	xorl	$EFLAGS_ID, %eax
	pushl	%eax
	popfl
	pushfl
	popl	%eax
	pushl	%ecx
	popfl
	xorl	%ecx, %eax
	testl	$EFLAGS_ID, %eax
	jz	1f
	movl	$1, %eax
	cpuid
	andl	$NEEDED_FEATURES, %edx
	cmpl	$NEEDED_FEATURES, %edx
	jmp	2f
1:	orl	$1, %eax
2:	popl	%ebx
	ret
#endif

/* Write the string at physical edx to the first serial port and to VGA text memory; never returns. Paging is off. */
refuse:
	movl	%edx, %esi
	movl	$VGA_TEXT, %edi
	movb	$0x4f, %ah			/* white on red */
3:	lodsb
	testb	%al, %al
	jz	5f
	cmpb	$' ', %al
	jb	4f
	stosw
4:	movb	%al, %bl
	movl	$0x10000, %ecx			/* a missing port reads 0xff: ready */
	movw	$COM1 + 5, %dx
6:	inb	%dx, %al
	testb	$0x20, %al
	loopz	6b
	movb	%bl, %al
	movw	$COM1, %dx
	outb	%al, %dx
	jmp	3b
5:	cli
	hlt
	jmp	5b

	.section .rodata, "a"
#ifdef CONFIG_X86_PAE
cannot_run:
	.asciz	"Pagoda: this kernel needs a processor with PAE, CMPXCHG8B and CMOV. Start the 2-level build (make PAE=0).\r\n"
#endif
not_multiboot:
	.asciz	"Pagoda: not started by a Multiboot loader.\r\n"

	.section .bss.page_aligned, "aw", @nobits
	.globl boot_tables, boot_tables_end, boot_pte
	.balign 4096
boot_tables:
boot_pgd:
#ifdef CONFIG_X86_PAE
	.skip	4096
#endif
boot_pmd:				/* with two levels, the top table itself */
	.skip	4096
boot_pte:
	.skip	BOOT_PTES
boot_tables_end:

	.section .note.GNU-stack, "", @progbits
