/*
 * The code of the vDSO. Where each piece lies is known to the kernel (kernel/task/vdso.h), which .org makes sure of. The
 * unwinding tables are what debuggers and exceptions find their way through here by.
 */
#include "kernel/task/vdso.h"

	.text
	.globl __kernel_vsyscall, __kernel_sigreturn, __kernel_rt_sigreturn

.macro PUSH register
	pushl	%\register
	.cfi_adjust_cfa_offset 4
	.cfi_rel_offset \register, 0
.endm

.macro POP register
	popl	%\register
	.cfi_adjust_cfa_offset -4
	.cfi_restore \register
.endm

/*
 * A system call as by int 0x80. sysenter keeps neither esp nor the place to return to, and sysexit takes ecx and edx for
 * them: so ebp holds the stack, where its own value (the sixth argument) lies lowest. A call that is to be made again
 * goes two bytes back from the landing pad and finds int 0x80, with ebp loaded as that wants it. Where the processor has
 * no sysenter the kernel writes four nops over it and the move before.
 */
	.balign 32
	.type __kernel_vsyscall, @function
__kernel_vsyscall:
	.cfi_startproc
	PUSH	ecx
	PUSH	edx
	PUSH	ebp
	.org	__kernel_vsyscall + VDSO_SYSENTER
	movl	%esp, %ebp
	sysenter
	int	$0x80
	.org	__kernel_vsyscall + VDSO_LANDING_PAD
	POP	ebp
	POP	edx
	POP	ecx
	ret
	.cfi_endproc
	.size __kernel_vsyscall, . - __kernel_vsyscall

/* DW_CFA_expression: a register was saved at esp + offset (DW_OP_breg4, a signed LEB128 number of two bytes). */
.macro SAVED register, offset
	.cfi_escape 0x10, \register, 3, 0x74, (\offset) & 0x7f | 0x80, (\offset) >> 7
.endm

/* The interrupted program's registers are in a sigcontext at esp + at; its esp, the CFA, by DW_CFA_def_cfa_expression. */
.macro SIGCONTEXT at
	.cfi_escape 0x0f, 4, 0x74, (\at + 28) & 0x7f | 0x80, (\at + 28) >> 7, 0x06
	.irp	register, 0, 1, 2, 3, 5, 6, 7	/* eax, ecx, edx, ebx; ebp, esi, edi */
	SAVED	\register, (\at+44-4*\register)
	.endr
	SAVED	8, \at+56
.endm

/* Handlers return to these. Unwinders look one byte before a return address: the nop is for them. */
	.cfi_startproc simple
	.cfi_signal_frame
	SIGCONTEXT 4
	nop
	.org	__kernel_vsyscall + VDSO_SIGRETURN
	.type __kernel_sigreturn, @function
__kernel_sigreturn:
	popl	%eax
	SIGCONTEXT 0
	movl	$119, %eax		/* sigreturn */
	int	$0x80
	.cfi_endproc
	.size __kernel_sigreturn, . - __kernel_sigreturn

	.cfi_startproc simple
	.cfi_signal_frame
	SIGCONTEXT 160
	nop
	.org	__kernel_vsyscall + VDSO_RT_SIGRETURN
	.type __kernel_rt_sigreturn, @function
__kernel_rt_sigreturn:
	movl	$173, %eax		/* rt_sigreturn */
	int	$0x80
	.cfi_endproc
	.size __kernel_rt_sigreturn, . - __kernel_rt_sigreturn

	.section .note.GNU-stack, "", @progbits
