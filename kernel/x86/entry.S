/*
 * The doors between user and kernel: system calls, exceptions, interrupts in; one way out. Each builds a struct pt_regs
 * (kernel/x86/ptregs.h) on the kernel stack:
 *
 *	esp ->	ebx ecx edx esi edi ebp eax ds es	pushed by SAVE_REST and the entry
 *		orig_eax				system-call number, -1, or ~irq
 *		eip cs eflags				pushed by the processor
 *		esp ss					and these, coming from user mode
 */
#include "kernel/x86/descs.h"
#include "kernel/x86/smap.h"
#include "kernel/x86/thread_info.h"
#include "kernel/x86/traps.h"

#define PT_EBX	     0
#define PT_EBP	     20
#define PT_EAX	     24
#define PT_DS	     28
#define PT_ES	     32
#define PT_ORIG_EAX  36
#define PT_EIP	     40
#define PT_CS	     44
#define PT_EFLAGS    48
#define PT_ESP	     52
#define EFAULT	     14
#define ENOSYS	     38

#define EFLAGS_FIXED 0x002
#define EFLAGS_TF    0x100
#define EFLAGS_IF    0x200

/* eax and below; es and ds are on the stack already. */
.macro SAVE_REST
	.irp	register, eax, ebp, edi, esi, edx, ecx, ebx
	pushl	%\register
	.endr
.endm

/* All that they and the entry pushed, with labels at what may fault. */
.macro RESTORE_REGS at_ds, at_es
	.irp	register, ebx, ecx, edx, esi, edi, ebp, eax
	popl	%\register
	.endr
\at_ds:	popl	%ds
\at_es:	popl	%es
.endm

.macro LOAD_KERNEL_SEGMENTS scratch
	movl	$__KERNEL_DS, \scratch
	movl	\scratch, %ds
	movl	\scratch, %es
.endm

/*
 * For debuggers: how to go from here to what was interrupted, once all registers are saved and `extra` more bytes are
 * on the stack. From user mode esp is on the stack, too, but there the walk ends anyway.
 */
	.cfi_sections .debug_frame
.macro CFI_PT_REGS extra=0
	.cfi_startproc simple
	.cfi_signal_frame
	.cfi_def_cfa esp, PT_EIP + 12 + \extra
	.cfi_offset ebx, -52
	.cfi_offset ecx, -48
	.cfi_offset edx, -44
	.cfi_offset esi, -40
	.cfi_offset edi, -36
	.cfi_offset ebp, -32
	.cfi_offset eax, -28
	.cfi_offset eip, -12
.endm

/* Nobody called this. */
.macro CFI_OUTERMOST
	.cfi_startproc simple
	.cfi_def_cfa esp, 4
	.cfi_undefined eip
.endm

/*
 * The call whose number is in eax. A C function owns the stack slots of its arguments, so the last three are copies; the
 * first three go in registers (-mregparm=3): eax, edx, ecx.
 */
.macro MAKE_CALL
	pushl	%ebp
	pushl	%edi
	pushl	%esi
	LOAD_KERNEL_SEGMENTS %ebp
	movl	%eax, %esi
	movl	$-ENOSYS, %eax
	cmpl	nr_syscalls, %esi
	jae	1f
	movl	%ebx, %eax
	xchgl	%ecx, %edx
	call	*sys_call_table(, %esi, 4)
1:	addl	$12, %esp
	movl	%eax, PT_EAX(%esp)
.endm

/* Interrupts stay off from here to user mode. Leaves ecx at thread_info. */
.macro LOOK_FOR_WORK
	cli
	movl	$-THREAD_SIZE, %ecx
	andl	%esp, %ecx
	testl	$TIF_WORK_MASK, TI_FLAGS(%ecx)
	jnz	work_pending
.endm

	.text

/* int 0x80: number in eax, arguments in ebx, ecx, edx, esi, edi, ebp. Interrupts stay on. */
	.globl system_call
	.type system_call, @function
	.balign 16
system_call:
	CFI_PT_REGS 12
	pushl	%eax
	pushl	%es
	pushl	%ds
	SAVE_REST
	cld
	ASM_CLAC
	MAKE_CALL

/* Back to user mode, if nothing is left to do for this task. */
ret_to_user:
	LOOK_FOR_WORK
restore_all:
	RESTORE_REGS pop_ds, pop_es
	addl	$4, %esp
do_iret:
	iretl
	.cfi_endproc
	.size system_call, . - system_call

/*
 * sysenter: as int 0x80, but ebp is the caller's stack, with the sixth argument, and the way back is the landing pad of
 * its vDSO (kernel/vdso). The processor has loaded cs, ss, esp, eip and cleared IF; all else is the program's still.
 */
	.globl sysenter_entry, sysenter_flags_in_order
	.type sysenter_entry, @function
	.balign 16
sysenter_entry:
	CFI_PT_REGS 12
	pushl	$__USER_DS
	pushl	%ebp
	pushfl
	orl	$EFLAGS_IF, (%esp)
	pushl	$__USER_CS
	movl	$-THREAD_SIZE, %ebp
	andl	%esp, %ebp
	pushl	TI_SYSENTER_RETURN(%ebp)
	pushl	%eax
	pushl	%es
	pushl	%ds
	SAVE_REST
	pushl	$(EFLAGS_FIXED | EFLAGS_IF)
	popfl
sysenter_flags_in_order:
	movl	PT_ESP(%esp), %ebp
	cmpl	$PAGE_OFFSET - 4, %ebp
	ja	no_sixth_argument
	ASM_STAC
sixth_argument:
	movl	(%ebp), %ebp
	ASM_CLAC
	movl	%ebp, PT_EBP(%esp)
	MAKE_CALL

	LOOK_FOR_WORK
	/* sysexit leaves ecx and edx changed, and single steps inside the kernel: only for those who wait for it. */
	movl	TI_SYSENTER_RETURN(%ecx), %edx
	cmpl	%edx, PT_EIP(%esp)
	jne	restore_all
	testl	$EFLAGS_TF, PT_EFLAGS(%esp)
	jnz	restore_all
	RESTORE_REGS exit_ds, exit_es
	movl	4(%esp), %edx
	movl	16(%esp), %ecx
	addl	$12, %esp
	andl	$~EFLAGS_IF, (%esp)
	popfl
	sti
	sysexit

no_sixth_argument:
	ASM_CLAC
	LOAD_KERNEL_SEGMENTS %ebp
	movl	$-EFAULT, PT_EAX(%esp)
	jmp	ret_to_user
	.cfi_endproc
	.size sysenter_entry, . - sysenter_entry

/* exit_to_user_mode(regs) returns with interrupts off and nothing pending. */
	.type work_pending, @function
work_pending:
	CFI_PT_REGS
	movl	%esp, %eax
	call	exit_to_user_mode
	jmp	restore_all
	.cfi_endproc
	.size work_pending, . - work_pending

/*
 * A task may have put anything into its segment registers (sigreturn, ptrace). What the processor refuses becomes 0;
 * a refused iret is a SIGILL with the registers as they are, delivered on the way out.
 */
fix_pop:
	movl	$0, (%esp)
	jmp	pop_ds
fix_pop_es:
	movl	$0, (%esp)
	jmp	pop_es
fix_iret:
	pushl	$-1
	pushl	$__USER_DS
	pushl	$__USER_DS
	SAVE_REST
	LOAD_KERNEL_SEGMENTS %edx
	movl	%esp, %eax
	call	do_bad_iret
	jmp	ret_to_user

	.pushsection __ex_table, "a"
	.balign 4
	.long	pop_ds, fix_pop
	.long	pop_es, fix_pop_es
	.long	do_iret, fix_iret
	.long	sixth_argument, no_sixth_argument
	.long	exit_ds, fix_pop
	.long	exit_es, fix_pop_es
	.popsection

/* The page fault has its own way, for it is the one that must be fast: do_page_fault_trap(regs, error_code). */
	.globl page_fault
	.type page_fault, @function
	.balign 16
page_fault:
	CFI_PT_REGS
	pushl	%es
	pushl	%ds
	SAVE_REST
	cld
	ASM_CLAC
	LOAD_KERNEL_SEGMENTS %ecx
	movl	PT_ORIG_EAX(%esp), %edx
	movl	$-1, PT_ORIG_EAX(%esp)
	movl	%esp, %eax
	call	do_page_fault_trap

ret_from_trap:
	testb	$3, PT_CS(%esp)
	jnz	ret_to_user
	jmp	restore_all
	.cfi_endproc
	.size page_fault, . - page_fault

/* All other exceptions arrive with the error code in the slot of orig_eax and the vector in that of es. */
	.type common_exception, @function
common_exception:
	CFI_PT_REGS
	pushl	%ds
	SAVE_REST
	cld
	ASM_CLAC
	movl	PT_ES(%esp), %edx
	movw	%es, PT_ES(%esp)
	LOAD_KERNEL_SEGMENTS %ecx
	movl	PT_ORIG_EAX(%esp), %ecx
	movl	$-1, PT_ORIG_EAX(%esp)
	movl	%esp, %eax
	call	do_trap			/* (regs, vector, error code) */
	jmp	ret_from_trap
	.cfi_endproc
	.size common_exception, . - common_exception

/* One stub for each exception, ENTRY_STUB_SIZE apart. Some push an error code by themselves (SDM vol. 3A table 6-1). */
#define WITH_ERROR_CODE ((1 << 8) | (0x1f << 10) | (1 << 17) | (1 << 21) | (3 << 29))

	.globl exception_stubs
	.balign ENTRY_STUB_SIZE
exception_stubs:
	.set	vector, 0
	.rept	NR_EXCEPTIONS
	.balign ENTRY_STUB_SIZE
	.if	!(WITH_ERROR_CODE & (1 << vector))
	pushl	$0
	.endif
	pushl	$vector
	jmp	common_exception
	.set	vector, vector + 1
	.endr

/* Interrupt lines: do_irq(regs), the line is ~orig_eax. */
	.type common_interrupt, @function
common_interrupt:
	CFI_PT_REGS
	pushl	%es
	pushl	%ds
	SAVE_REST
	cld
	ASM_CLAC
	LOAD_KERNEL_SEGMENTS %edx
	movl	%esp, %eax
	call	do_irq
	jmp	ret_from_trap
	.cfi_endproc
	.size common_interrupt, . - common_interrupt

	.globl irq_stubs
	.balign ENTRY_STUB_SIZE
irq_stubs:
	.set	line, 0
	.rept	16
	.balign ENTRY_STUB_SIZE
	pushl	$~line
	jmp	common_interrupt
	.set	line, line + 1
	.endr

/* By the task gate, on a stack of its own and from nowhere: there is no way back. */
	.globl double_fault
	.type double_fault, @function
double_fault:
	CFI_OUTERMOST
	xorl	%ebp, %ebp
	call	do_double_fault
1:	hlt
	jmp	1b
	.cfi_endproc
	.size double_fault, . - double_fault

/* switch_stack(&prev->esp, next->esp, last): value is `last` of whoever switches back. */
	.globl switch_stack
	.type switch_stack, @function
switch_stack:
	pushl	%ebp
	pushl	%ebx
	pushl	%esi
	pushl	%edi
	movl	%esp, (%eax)
	movl	%edx, %esp
	popl	%edi
	popl	%esi
	popl	%ebx
	popl	%ebp
	movl	%ecx, %eax
	ret
	.size switch_stack, . - switch_stack

/* First steps of new threads, see thread_init_*: eax is the task we came from. */
	.globl start_kernel_thread, start_user_thread
	.type start_kernel_thread, @function
start_kernel_thread:
	CFI_OUTERMOST
	pushl	%eax
	call	schedule_tail
	addl	$4, %esp
	movl	%esi, %eax
	call	*%ebx
	jmp	ret_to_user
	.cfi_endproc
	.size start_kernel_thread, . - start_kernel_thread

	.type start_user_thread, @function
start_user_thread:
	CFI_OUTERMOST
	pushl	%eax
	call	schedule_tail
	addl	$4, %esp
	jmp	ret_to_user
	.cfi_endproc
	.size start_user_thread, . - start_user_thread

	.section .note.GNU-stack, "", @progbits
