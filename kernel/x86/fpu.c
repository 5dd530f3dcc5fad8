/*
 * FPU state: FXSAVE/FXRSTOR (SDM vol. 2A) where the processor has them, FNSAVE/FRSTOR on older ones, nothing without an
 * FPU. The two images are converted for signal frames, which hold both.
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

/* FXSAVE image, SDM vol. 1 table 10-2. */
struct fxsave {
	u16 fcw, fsw;
	u8 ftw, reserved;
	u16 fop;
	u32 fip, fcs, fdp, fds;
	u32 mxcsr, mxcsr_mask;
	u8 st[8][16];
	u8 xmm[8][16];
	u8 rest[224];
};

/* FNSAVE image, 32-bit protected mode, SDM vol. 1 figure 8-9. */
struct fnsave {
	u32 fcw, fsw, ftw, fip, fcs, fdp, fds;
	u8 st[8][10];
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

/* The two bits of the full tag word for one register: valid 0, zero 1, special 2 (SDM vol. 1 8.1.7). */
static unsigned int register_tag(const u8 *st)
{
	u32 low, high;
	u16 exponent;

	memcpy(&low, st, 4);
	memcpy(&high, st + 4, 4);
	memcpy(&exponent, st + 8, 2);
	exponent &= 0x7fff;
	if (exponent == 0x7fff)
		return 2;
	if (exponent == 0)
		return low || high ? 2 : 1;
	return high >> 31 ? 0 : 2;
}

/* FXSAVE keeps one bit a register (full or empty), by physical number; st[] goes by stack position. */
static u32 full_tag_word(const struct fxsave *fx)
{
	unsigned int top = (fx->fsw >> 11) & 7, i, tag;
	u32 word = 0xffff0000;

	for (i = 0; i < 8; i++) {
		tag = fx->ftw & (1u << i) ? register_tag(fx->st[(i - top) & 7]) : 3;
		word |= tag << (2 * i);
	}
	return word;
}

void fpu_to_fnsave(const struct fpu *fpu, u8 *image)
{
	const struct fxsave *fx = (const struct fxsave *)fpu->state;
	struct fnsave fn;
	int i;

	if (!cpu_has(X86_FEATURE_FXSR)) {
		memcpy(image, fpu->state, FNSAVE_SIZE);
		return;
	}
	fn.fcw = 0xffff0000 | fx->fcw;
	fn.fsw = 0xffff0000 | fx->fsw;
	fn.ftw = full_tag_word(fx);
	fn.fip = fx->fip;
	fn.fcs = (fx->fcs & 0xffff) | (u32)fx->fop << 16;
	fn.fdp = fx->fdp;
	fn.fds = fx->fds | 0xffff0000;
	for (i = 0; i < 8; i++)
		memcpy(fn.st[i], fx->st[i], 10);
	memcpy(image, &fn, FNSAVE_SIZE);
}

void fpu_from_fnsave(struct fpu *fpu, const u8 *image)
{
	struct fxsave *fx = (struct fxsave *)fpu->state;
	struct fnsave fn;
	int i;

	if (!cpu_has(X86_FEATURE_FXSR)) {
		memcpy(fpu->state, image, FNSAVE_SIZE);
		return;
	}
	memcpy(&fn, image, FNSAVE_SIZE);
	fx->fcw = fn.fcw;
	fx->fsw = fn.fsw;
	fx->ftw = 0;
	for (i = 0; i < 8; i++) {
		if (((fn.ftw >> (2 * i)) & 3) != 3)
			fx->ftw |= 1u << i;
		memcpy(fx->st[i], fn.st[i], 10);
	}
	fx->fop = fn.fcs >> 16;
	fx->fip = fn.fip;
	fx->fcs = fn.fcs & 0xffff;
	fx->fdp = fn.fdp;
	fx->fds = fn.fds & 0xffff;
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
