/* What a signal handler finds on its stack, and the way back from it (asm/sigcontext.h, asm/ucontext.h of
 * the i386 ABI).
 *
 *	without SA_SIGINFO		with it
 *	esp+0	return address		esp+0	return address
 *	   +4	signal			   +4	signal, siginfo *, ucontext *
 *	   +8	sigcontext		  +16	siginfo
 *	  +96	high half of the mask	 +144	ucontext
 *
 * and, 16-aligned above: the FPU's state. esp mod 16 is 12.
 */
#include "kernel/task/signal.h"
#include "kernel/task/syscalls.h"
#include "kernel/task/vdso.h"
#include "mm/uaccess.h"

#define SS_ONSTACK    1
#define SS_DISABLE    2
#define SS_AUTODISARM 0x80000000u
#define MINSIGSTKSZ   2048

/* Flags that a program may set by sigreturn. */
#define USER_EFLAGS                                                                      \
	(X86_EFLAGS_CF | X86_EFLAGS_PF | X86_EFLAGS_AF | X86_EFLAGS_ZF | X86_EFLAGS_SF | \
	 X86_EFLAGS_TF | X86_EFLAGS_DF | X86_EFLAGS_OF | X86_EFLAGS_RF | X86_EFLAGS_AC)

struct sigcontext {
	u32 gs, fs, es, ds;
	u32 edi, esi, ebp, esp, ebx, edx, ecx, eax;
	u32 trapno, err;
	u32 eip, cs, eflags, esp_at_signal, ss;
	u32 fpstate; /* struct fpstate *, 0: none */
	u32 oldmask;
	u32 cr2;
};

/* The FNSAVE image, widened by FXSAVE's. */
struct fpstate {
	struct fpstate_head {
		u8 fnsave[108];
		u16 status,
			magic; /* the status word once more; magic 0: the FXSAVE image follows */
	} head;
	u8 fxsave[512];
};

#define FP_MAGIC_NO_FXSR 0xffff

typedef struct {
	u32 ss_sp;
	s32 ss_flags;
	u32 ss_size;
} stack_t;

struct ucontext {
	u32 flags;
	u32 link;
	stack_t stack;
	struct sigcontext mcontext;
	sigset_t sigmask;
};

struct sigframe {
	u32 pretcode;
	s32 sig;
	struct sigcontext sc;
	u32 extramask;
};

struct rt_sigframe {
	u32 pretcode;
	s32 sig;
	u32 pinfo, puc;
	siginfo_t info;
	struct ucontext uc;
};

_Static_assert(offsetof(struct sigframe, sc) == 8, "i386 ABI");
_Static_assert(offsetof(struct rt_sigframe, info) == 16, "i386 ABI");
_Static_assert(offsetof(struct rt_sigframe, uc) == 144, "i386 ABI");
_Static_assert(sizeof(struct sigcontext) == 88, "i386 ABI");
_Static_assert(sizeof(siginfo_t) == 128, "i386 ABI");

/* ---- the alternate stack ---- */

static bool in_sig_stack(unsigned long esp)
{
	return esp > current->sas_ss_sp && esp - current->sas_ss_sp <= current->sas_ss_size;
}

/* With SS_AUTODISARM no handler runs on a stack that is still set. */
static bool on_sig_stack(unsigned long esp)
{
	return !(current->sas_ss_flags & SS_AUTODISARM) && in_sig_stack(esp);
}

static int sas_flags(unsigned long esp)
{
	return !current->sas_ss_size ? SS_DISABLE : on_sig_stack(esp) ? SS_ONSTACK : 0;
}

static stack_t current_sig_stack(unsigned long esp)
{
	return (stack_t){ current->sas_ss_sp,
			  sas_flags(esp) | (current->sas_ss_flags & SS_AUTODISARM),
			  current->sas_ss_size };
}

static int set_sig_stack(const stack_t *ss, unsigned long esp)
{
	u32 mode = ss->ss_flags & ~SS_AUTODISARM;

	if (current->sas_ss_size && on_sig_stack(esp))
		return -EPERM;
	if (mode != SS_DISABLE && mode != SS_ONSTACK && mode != 0)
		return -EINVAL;
	if (mode != SS_DISABLE && ss->ss_size < MINSIGSTKSZ)
		return -ENOMEM;
	current->sas_ss_sp = mode == SS_DISABLE ? 0 : ss->ss_sp;
	current->sas_ss_size = mode == SS_DISABLE ? 0 : ss->ss_size;
	current->sas_ss_flags = ss->ss_flags;
	return 0;
}

long sys_sigaltstack(const void *ss, void *old)
{
	unsigned long esp = current_pt_regs()->esp;
	stack_t was = current_sig_stack(esp), new;
	int ret = 0;

	if (ss) {
		if (copy_from_user(&new, ss, sizeof(new)))
			return -EFAULT;
		ret = set_sig_stack(&new, esp);
	}
	if (!ret && old && copy_to_user(old, &was, sizeof(was)))
		return -EFAULT;
	return ret;
}

/* ---- going in ---- */

/* Where a frame of that size goes; the FPU's state lies above it, at *fp. */
static unsigned long frame_address(const struct k_sigaction *ka, const struct pt_regs *regs,
				   size_t size, unsigned long *fp)
{
	unsigned long sp = regs->esp;
	bool switching = (ka->flags & SA_ONSTACK) && sas_flags(sp) == 0;

	if (switching)
		sp = current->sas_ss_sp + current->sas_ss_size;
	*fp = 0;
	if (fpu_state_size()) {
		sp = ALIGN_DOWN(sp - sizeof(struct fpstate), 16);
		*fp = sp;
	}
	sp = ALIGN_DOWN(sp - size + 4, 16) - 4;
	/* An overflow of the alternate stack must not run into what lies below. */
	if ((switching || on_sig_stack(regs->esp)) && current->sas_ss_size && !in_sig_stack(sp))
		return 0;
	return sp;
}

static int save_fpu(unsigned long at)
{
	struct fpstate *user = (void *)at;
	struct fpu *fpu = &current->thread.fpu;
	struct fpstate_head head;

	if (!at)
		return 0;
	fpu_save_both(fpu, head.fnsave);
	head.status = head.fnsave[4] | head.fnsave[5] << 8;
	head.magic = fpu_state_size() == 512 ? 0 : FP_MAGIC_NO_FXSR;
	if (copy_to_user(&user->head, &head, sizeof(head)))
		return -EFAULT;
	if (head.magic == FP_MAGIC_NO_FXSR)
		return 0;
	return copy_to_user(user->fxsave, fpu->state, sizeof(user->fxsave)) ? -EFAULT : 0;
}

static void fill_sigcontext(struct sigcontext *sc, const struct pt_regs *regs, unsigned long fp,
			    u32 oldmask)
{
	*sc = (struct sigcontext){
		.es = regs->es & 0xffff,
		.ds = regs->ds & 0xffff,
		.edi = regs->edi,
		.esi = regs->esi,
		.ebp = regs->ebp,
		.esp = regs->esp,
		.ebx = regs->ebx,
		.edx = regs->edx,
		.ecx = regs->ecx,
		.eax = regs->eax,
		.trapno = current->thread.trap_no,
		.err = current->thread.error_code,
		.eip = regs->eip,
		.cs = regs->cs & 0xffff,
		.eflags = regs->eflags,
		.esp_at_signal = regs->esp,
		.ss = regs->ss & 0xffff,
		.fpstate = fp,
		.oldmask = oldmask,
		.cr2 = current->thread.cr2,
	};
	savesegment(gs, sc->gs);
	savesegment(fs, sc->fs);
}

/* Handlers are called as by regparm code: eax the signal, edx and ecx the pointers. */
static void enter_handler(struct pt_regs *regs, const struct k_sigaction *ka, unsigned long sp,
			  int sig, unsigned long info, unsigned long uc)
{
	regs->esp = sp;
	regs->eip = ka->handler;
	regs->eax = sig;
	regs->edx = info;
	regs->ecx = uc;
	regs->ds = regs->es = regs->ss = __USER_DS;
	regs->cs = __USER_CS;
	regs->eflags &= ~(X86_EFLAGS_DF | X86_EFLAGS_TF | X86_EFLAGS_RF);
}

static int setup_frame(int sig, const struct k_sigaction *ka, const sigset_t *mask,
		       struct pt_regs *regs)
{
	struct sigframe frame;
	unsigned long fp, sp = frame_address(ka, regs, sizeof(frame), &fp);

	if (!sp || save_fpu(fp))
		return -EFAULT;
	frame.sig = sig;
	fill_sigcontext(&frame.sc, regs, fp, mask->sig[0]);
	frame.extramask = mask->sig[1];
	frame.pretcode = ka->flags & SA_RESTORER ? ka->restorer : current_vdso(VDSO_SIGRETURN);
	if (copy_to_user((void *)sp, &frame, sizeof(frame)))
		return -EFAULT;
	enter_handler(regs, ka, sp, sig, 0, 0);
	return 0;
}

static int setup_rt_frame(int sig, const struct k_sigaction *ka, const siginfo_t *info,
			  const sigset_t *mask, struct pt_regs *regs)
{
	struct rt_sigframe frame;
	unsigned long fp, sp = frame_address(ka, regs, sizeof(frame), &fp);

	if (!sp || save_fpu(fp))
		return -EFAULT;
	frame.sig = sig;
	frame.pinfo = sp + offsetof(struct rt_sigframe, info);
	frame.puc = sp + offsetof(struct rt_sigframe, uc);
	frame.info = *info;
	frame.uc.flags = frame.uc.link = 0;
	frame.uc.stack = current_sig_stack(regs->esp);
	fill_sigcontext(&frame.uc.mcontext, regs, fp, mask->sig[0]);
	frame.uc.sigmask = *mask;
	frame.pretcode = ka->flags & SA_RESTORER ? ka->restorer : current_vdso(VDSO_RT_SIGRETURN);
	if (copy_to_user((void *)sp, &frame, sizeof(frame)))
		return -EFAULT;
	enter_handler(regs, ka, sp, sig, frame.pinfo, frame.puc);
	return 0;
}

int setup_signal_frame(int sig, const struct k_sigaction *ka, const siginfo_t *info,
		       const sigset_t *mask, struct pt_regs *regs)
{
	int ret = ka->flags & SA_SIGINFO ? setup_rt_frame(sig, ka, info, mask, regs)
					 : setup_frame(sig, ka, mask, regs);

	if (!ret && current->sas_ss_flags & SS_AUTODISARM) /* rt_sigreturn sets it again */
		current->sas_ss_sp = current->sas_ss_size = current->sas_ss_flags = 0;
	return ret;
}

/* ---- coming back ---- */

static int restore_fpu(unsigned long at)
{
	const struct fpstate *user = (const void *)at;
	size_t size = fpu_state_size();
	struct fpu fpu; /* not the thread's: a context switch while copying would write over that */

	if (!size)
		return 0;
	if (!at)
		fpu_init_state(&fpu);
	else if (copy_from_user(fpu.state, size == 512 ? user->fxsave : user->head.fnsave, size))
		return -EFAULT;
	fpu_sanitize(&fpu);
	fpu_restore(&fpu);
	return 0;
}

/* Whatever the frame holds, the processor must be able to return to it: the code and stack segments are
 * the user's, the data segments user's or none, and of the flags only harmless ones are taken. */
static void restore_regs(struct pt_regs *regs, const struct sigcontext *sc)
{
	loadsegment(gs, sc->gs & 0xffff ? sc->gs | 3 : 0);
	loadsegment(fs, sc->fs & 0xffff ? sc->fs | 3 : 0);
	regs->es = (sc->es & 0xffff) == 0 ? 0 : __USER_DS;
	regs->ds = (sc->ds & 0xffff) == 0 ? 0 : __USER_DS;
	regs->edi = sc->edi;
	regs->esi = sc->esi;
	regs->ebp = sc->ebp;
	regs->esp = sc->esp;
	regs->ebx = sc->ebx;
	regs->edx = sc->edx;
	regs->ecx = sc->ecx;
	regs->eip = sc->eip;
	regs->cs = __USER_CS;
	regs->ss = __USER_DS;
	regs->eflags = (regs->eflags & ~USER_EFLAGS) | (sc->eflags & USER_EFLAGS);
	regs->eax = sc->eax;
	regs->orig_eax = -1; /* not a system call to be restarted */
	current->restart.fn = NULL;
}

static long bad_frame(void)
{
	force_sig(SIGSEGV, current);
	return 0;
}

long sys_sigreturn(void)
{
	struct pt_regs *regs = current_pt_regs();
	/* The return address and, by the restorer's pop, the signal number are gone. */
	const unsigned long frame = regs->esp - 8;
	struct sigcontext sc;
	sigset_t mask;

	if (copy_from_user(&sc, (void *)(frame + offsetof(struct sigframe, sc)), sizeof(sc)) ||
	    copy_from_user(&mask.sig[1], (void *)(frame + offsetof(struct sigframe, extramask)),
			   sizeof(u32)))
		return bad_frame();
	mask.sig[0] = sc.oldmask;
	set_current_blocked(&mask);
	if (restore_fpu(sc.fpstate))
		return bad_frame();
	restore_regs(regs, &sc);
	return regs->eax;
}

long sys_rt_sigreturn(void)
{
	struct pt_regs *regs = current_pt_regs();
	const unsigned long frame = regs->esp - 4;
	struct ucontext uc;

	if (copy_from_user(&uc, (void *)(frame + offsetof(struct rt_sigframe, uc)), sizeof(uc)))
		return bad_frame();
	set_current_blocked(&uc.sigmask);
	if (restore_fpu(uc.mcontext.fpstate))
		return bad_frame();
	restore_regs(regs, &uc.mcontext);
	/* As Linux: a bad stack in the frame is not an error. */
	(void)set_sig_stack(&uc.stack, regs->esp);
	return regs->eax;
}
