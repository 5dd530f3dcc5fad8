/*
 * FPU and SSE registers of tasks: saved and restored at every context switch, never lazily.
 */
#ifndef KERNEL_X86_FPU_H
#define KERNEL_X86_FPU_H

#include "kernel/lib/compiler.h"
#include "kernel/lib/types.h"

/* Either the FXSAVE image (512 bytes, 16-aligned; SDM vol. 1 10.5.1) or, without FXSR, the FNSAVE image (108 bytes). */
struct fpu {
	u8 state[512] __aligned(16);
};

/* Look at the processor, switch the FPU on, remember the state of a fresh task. After cpu_init. */
void fpu_init(void);

/* Bytes of `state` in use: 512 with FXSR, 108 without, 0 without an FPU. */
size_t fpu_state_size(void);

/* The state a program starts with (exec). */
void fpu_init_state(struct fpu *fpu);

/* Store the registers, which keep their contents (fork, signal frames). */
void fpu_save(struct fpu *fpu);

/* Load the registers. Reserved MXCSR bits must be clear: see fpu_sanitize. */
void fpu_restore(const struct fpu *fpu);

/* Make a state that came from user space (sigreturn) safe to load. */
void fpu_sanitize(struct fpu *fpu);

/* The same, and an FNSAVE image of 108 bytes beside it, for the old part of signal frames. Where there is an FPU. */
void fpu_save_both(struct fpu *fpu, u8 *fnsave);

/* si_code (FPE_INTDIV...) of the pending x87 exception (#MF) or of the SSE one (#XM); clears the x87 flags. */
int fpu_exception_code(bool sse);

#endif
