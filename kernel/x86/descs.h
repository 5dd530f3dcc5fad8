/*
 * Segment descriptors, gates, task state segments: the tables that the processor itself reads
 * (SDM vol. 3A 3.4, 3.5, 6.11, 7.2).
 */
#ifndef KERNEL_X86_DESCS_H
#define KERNEL_X86_DESCS_H

/* Index of each descriptor in the GDT, numbered as Linux i386 does because user space sees some of them. */
#define GDT_ENTRY_TLS_MIN     6
#define GDT_ENTRY_TLS_ENTRIES 3
#define GDT_ENTRY_TLS_MAX     (GDT_ENTRY_TLS_MIN + GDT_ENTRY_TLS_ENTRIES - 1)
#define GDT_ENTRY_KERNEL_CS   12
#define GDT_ENTRY_KERNEL_DS   13
#define GDT_ENTRY_USER_CS     14
#define GDT_ENTRY_USER_DS     15
#define GDT_ENTRY_TSS         16
#define GDT_ENTRY_DOUBLEFAULT 31
#define GDT_ENTRIES           32

#define __KERNEL_CS 0x60
#define __KERNEL_DS 0x68
#define __USER_CS   0x73
#define __USER_DS   0x7b

#ifndef __ASSEMBLER__
#include "kernel/lib/compiler.h"
#include "kernel/lib/types.h"

struct desc_struct {
	u32 a, b;
};

/* Operand of lgdt and lidt. */
struct desc_ptr {
	u16 limit;
	u32 base;
} __packed;

/* The hardware task state segment, 104 bytes (SDM vol. 3A 7.2.1), without an I/O bitmap. */
struct tss_struct {
	u32 back_link;
	u32 esp0, ss0, esp1, ss1, esp2, ss2;
	u32 cr3;
	u32 eip, eflags, eax, ecx, edx, ebx, esp, ebp, esi, edi;
	u32 es, cs, ss, ds, fs, gs;
	u32 ldt;
	u16 trace, io_bitmap_base;
};

/* Argument of set_thread_area(2), as in asm/ldt.h of the Linux i386 ABI. */
struct user_desc {
	u32 entry_number;
	u32 base_addr;
	u32 limit;
	u32 seg_32bit : 1;
	u32 contents : 2;
	u32 read_exec_only : 1;
	u32 limit_in_pages : 1;
	u32 seg_not_present : 1;
	u32 useable : 1;
};

/* Load this CPU's GDT, segment registers and TSSes. Called once per CPU, before trap_init. */
void gdt_init(void);

/* Fill and load the IDT: exceptions, 16 IRQs, int 0x80. */
void idt_init(void);

/* Where the processor finds the kernel stack of the task that enters from user mode, by a gate or by sysenter. */
void tss_set_esp0(unsigned long esp0);

extern struct desc_struct gdt_table[GDT_ENTRIES];

/* What sysenter jumps to, and the end of the part that a program's trap flag comes along to (entry.S). */
extern const char sysenter_entry[], sysenter_flags_in_order[];

/*
 * The double fault: an exception could not be delivered, nearly always because the kernel stack ran into its guard page.
 * It enters by a task gate on a stack of its own (SDM vol. 3A 6.15, interrupt 8).
 */
struct task_struct;

/* Page tables for the handler: those with the whole kernel half. After paging_init. */
void doublefault_set_cr3(unsigned long cr3);

/*
 * For the handler: makes `task` current on its stack (the thread_info of the broken one may be overwritten) and
 * returns the registers of what faulted.
 */
const struct tss_struct *doublefault_begin(struct task_struct *task);
#endif

#endif
