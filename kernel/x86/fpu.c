/*
 * FPU state: FXSAVE/FXRSTOR (SDM vol. 2A) where the processor has them, FNSAVE/FRSTOR on older ones, nothing without an
 * FPU. Signal frames hold both.
 */
#include "kernel/x86/fpu.h"

#include "kernel/lib/string.h"
#include "kernel/x86/cpu.h"

/* Initial control word and MXCSR: all exceptions masked (SDM vol. 1 8.1.5, 10.2.3). */
#define FCW_INIT           0x037f
#define FTW_EMPTY          0xffff
#define MXCSR_INIT         0x1f80
#define MXCSR_MASK_DEFAULT 0xffbf

#define FNSAVE_SIZE 108
#define FXSAVE_SIZE 512

/* FXSAVE image, SDM vol. 1 table 10-2: its control words. */
struct fxsave {
	u16 fcw, fsw;
	u32 tags, last_instruction_and_operand[4];
	u32 mxcsr, mxcsr_mask;
};

/* The same of the FNSAVE image, 32-bit protected mode, SDM vol. 1 figure 8-9. */
struct fnsave {
	u32 fcw, fsw, ftw;
};

static struct fpu initial;
static u32 mxcsr_mask = MXCSR_MASK_DEFAULT;

size_t fpu_state_size(void)
{
	if (cpu_has(X86_FEATURE_FXSR))
		return FXSAVE_SIZE;
	return cpu_has(X86_FEATURE_FPU) ? FNSAVE_SIZE : 0;
}

void fpu_save(struct fpu *fpu)
{
	if (cpu_has(X86_FEATURE_FXSR)) {
		__asm__ __volatile__("fxsave %0" : "=m"(*fpu));
	} else if (cpu_has(X86_FEATURE_FPU)) {
		/* FNSAVE empties the FPU. */
		__asm__ __volatile__("fnsave %0; frstor %0" : "+m"(*fpu));
	}
}

void fpu_restore(const struct fpu *fpu)
{
	if (cpu_has(X86_FEATURE_FXSR))
		__asm__ __volatile__("fxrstor %0" ::"m"(*fpu));
	else if (cpu_has(X86_FEATURE_FPU))
		__asm__ __volatile__("frstor %0" ::"m"(*fpu));
}

void fpu_init_state(struct fpu *fpu)
{
	memcpy(fpu, &initial, sizeof(initial));
}

void fpu_sanitize(struct fpu *fpu)
{
	if (cpu_has(X86_FEATURE_FXSR))
		((struct fxsave *)fpu->state)->mxcsr &= mxcsr_mask;
}

void fpu_init(void)
{
	struct fxsave *fx = (struct fxsave *)initial.state;
	struct fnsave *fn = (struct fnsave *)initial.state;

	if (!cpu_has(X86_FEATURE_FPU)) {
		/* Every FPU instruction of a program is then an exception 7. */
		write_cr0(read_cr0() | X86_CR0_EM);
		return;
	}
	__asm__ __volatile__("fninit");
	if (cpu_has(X86_FEATURE_FXSR)) {
		fpu_save(&initial);
		if (fx->mxcsr_mask)
			mxcsr_mask = fx->mxcsr_mask;
		memset(&initial, 0, sizeof(initial));
		fx->fcw = FCW_INIT;
		fx->mxcsr = cpu_has(X86_FEATURE_SSE) ? MXCSR_INIT : 0;
	} else {
		fn->fcw = 0xffff0000 | FCW_INIT;
		fn->fsw = 0xffff0000;
		fn->ftw = 0xffff0000 | FTW_EMPTY;
	}
	fpu_restore(&initial);
}

void fpu_save_both(struct fpu *fpu, u8 *fnsave)
{
	fpu_save(fpu);
	__asm__ __volatile__("fnsave %0" : "=m"(*(u8(*)[FNSAVE_SIZE])fnsave));
	fpu_restore(fpu);
}

/* FPE_ codes of the Linux ABI (asm-generic/siginfo.h), by exception bit: IE, DE, ZE, OE, UE, PE. */
int fpu_exception_code(bool sse)
{
	static const u8 codes[] = { 7, 5, 3, 4, 5, 6 };
	u32 mxcsr = 0, raised;
	u16 status = 0, control = 0;
	unsigned int i;

	if (sse) {
		__asm__ __volatile__("stmxcsr %0" : "=m"(mxcsr));
		raised = mxcsr & ~(mxcsr >> 7) & 0x3f;
	} else {
		__asm__ __volatile__("fnstsw %0; fnstcw %1; fnclex" : "=m"(status), "=m"(control));
		raised = status & ~control & 0x3f;
	}
	for (i = 0; i < sizeof(codes); i++) {
		if (raised & (1u << i))
			return codes[i];
	}
	return 0;
}
