/* Which calls the fuzzer makes, how often, with which letters of fuzz_args.h; and how it makes one. */
#ifndef TESTS_JUDGE_FUZZ_CALLS_H
#define TESTS_JUDGE_FUZZ_CALLS_H

#include "tests/judge/fuzz_args.h"

/* Those that have something to break, with the letters of their arguments and how often. */
static const struct call {
	uint16_t nr, weight;
	const char *args;
} calls[] = {
	{ 3, 20, "fbn" },     { 4, 20, "fbn" },     { 5, 12, "sOi" },     { 6, 6, "f" },
	{ 7, 8, "KbW" },      { 8, 2, "si" },       { 9, 6, "ss" },       { 10, 6, "s" },
	{ 11, 1, "XAA" },     { 12, 2, "s" },       { 14, 3, "sxi" },     { 15, 2, "si" },
	{ 19, 6, "foi" },     { 21, 1, "NMNxN" },   { 22, 1, "M" },       { 27, 1, "0" },
	{ 33, 4, "si" },      { 36, 1, "" },        { 37, 3, "Kg" },      { 38, 6, "ss" },
	{ 39, 4, "si" },      { 40, 4, "s" },       { 41, 6, "f" },       { 42, 1, "b" },
	{ 43, 2, "b" },       { 45, 6, "l" },       { 52, 2, "Mx" },      { 54, 20, "fcr" },
	{ 55, 4, "fqi" },     { 57, 2, "KK" },      { 61, 1, "s" },       { 63, 4, "ff" },
	{ 66, 1, "" },        { 67, 2, "grb" },     { 75, 0, "ir" },      { 76, 2, "ib" },
	{ 77, 2, "ib" },      { 78, 2, "bb" },      { 82, 2, "r" },       { 83, 4, "ss" },
	{ 85, 4, "sbn" },     { 90, 2, "r" },       { 91, 12, "al" },     { 92, 2, "so" },
	{ 93, 4, "fo" },      { 94, 2, "fi" },      { 96, 2, "iK" },      { 97, 1, "iKi" },
	{ 99, 2, "sb" },      { 102, 1, "ir" },     { 103, 2, "ibn" },    { 104, 2, "iTb" },
	{ 105, 2, "ib" },     { 106, 2, "sb" },     { 114, 8, "KbWb" },   { 116, 2, "b" },
	{ 117, 8, "iiiibi" }, { 119, 0, "" },       { 120, 2, "CSbbb" },  { 122, 2, "b" },
	{ 125, 16, "alp" },   { 126, 2, "irb" },    { 132, 2, "K" },      { 133, 2, "f" },
	{ 136, 1, "x" },      { 140, 4, "fhobi" },  { 141, 4, "fbn" },    { 142, 4, "irrrT" },
	{ 143, 4, "fi" },     { 144, 8, "ali" },    { 145, 8, "fvi" },    { 146, 8, "fvi" },
	{ 147, 2, "K" },      { 150, 8, "al" },     { 151, 6, "al" },     { 152, 3, "i" },
	{ 153, 3, "" },       { 154, 1, "Kb" },     { 155, 1, "Kb" },     { 156, 0, "Kib" },
	{ 157, 1, "K" },      { 158, 2, "" },       { 162, 1, "Tb" },     { 163, 16, "allia" },
	{ 168, 6, "PiZ" },    { 172, 4, "ibiii" },  { 173, 0, "" },       { 174, 2, "grbi" },
	{ 175, 2, "irbi" },   { 176, 2, "bi" },     { 177, 2, "rbTi" },   { 178, 2, "Kgr" },
	{ 180, 8, "fbnoh" },  { 181, 8, "fbnoh" },  { 183, 2, "bn" },     { 186, 1, "rb" },
	{ 187, 4, "ffbn" },   { 190, 2, "S" },      { 191, 2, "ib" },     { 192, 30, "alpmfo" },
	{ 193, 4, "soh" },    { 194, 8, "foh" },    { 195, 4, "sb" },     { 196, 4, "sb" },
	{ 197, 4, "fb" },     { 205, 1, "ib" },     { 206, 1, "ir" },     { 207, 2, "fii" },
	{ 212, 2, "sii" },    { 217, 1, "ss" },     { 218, 8, "alb" },    { 219, 16, "ali" },
	{ 220, 6, "fbn" },    { 221, 10, "fqr" },   { 221, 6, "fqi" },    { 224, 2, "" },
	{ 225, 2, "foon" },   { 238, 2, "Kg" },     { 239, 6, "ffbn" },   { 240, 8, "biiTbi" },
	{ 241, 1, "Kir" },    { 242, 1, "Kib" },    { 243, 1, "r" },      { 244, 1, "r" },
	{ 250, 2, "fohi" },   { 257, 10, "al0om" }, { 258, 1, "b" },      { 264, 1, "ir" },
	{ 265, 2, "ib" },     { 266, 2, "ib" },     { 267, 1, "iiTb" },   { 268, 2, "snb" },
	{ 269, 2, "fnb" },    { 270, 3, "KKg" },    { 271, 2, "sb" },     { 272, 2, "fohohi" },
	{ 284, 4, "iKbWb" },  { 295, 16, "fsOi" },  { 296, 4, "fsi" },    { 297, 4, "fsxi" },
	{ 298, 2, "fsiix" },  { 300, 4, "fsbx" },   { 301, 4, "fsx" },    { 302, 4, "fsfs" },
	{ 303, 4, "fsfsx" },  { 304, 4, "sfs" },    { 305, 4, "fsbn" },   { 306, 2, "fsi" },
	{ 307, 2, "fsi" },    { 308, 4, "irrrTr" }, { 309, 4, "PiTri" },  { 310, 1, "x" },
	{ 311, 2, "bn" },     { 312, 1, "Kbb" },    { 313, 6, "fbfbni" }, { 314, 1, "fohohi" },
	{ 315, 4, "ffni" },   { 316, 4, "fvii" },   { 320, 4, "fsri" },   { 323, 2, "i" },
	{ 324, 6, "fiohoh" }, { 328, 2, "ix" },     { 330, 4, "ffx" },    { 331, 4, "bO" },
	{ 333, 4, "fvioh" },  { 334, 4, "fvioh" },  { 335, 2, "KKgr" },   { 340, 2, "Ki0b" },
	{ 347, 6, "Kviviz" }, { 348, 6, "Kviviz" }, { 353, 4, "fsfsi" },  { 355, 2, "bni" },
	{ 356, 4, "Ni" },     { 374, 1, "i" },      { 375, 1, "i" },      { 376, 4, "ali" },
	{ 377, 4, "fbfbni" }, { 378, 4, "fviohi" }, { 379, 4, "fviohi" }, { 383, 4, "fsxib" },
	{ 386, 1, "bniw" },   { 393, 1, "ini" },    { 395, 4, "iini" },   { 396, 4, "iib" },
	{ 397, 6, "iai" },    { 398, 4, "a" },      { 403, 2, "ib" },     { 406, 2, "ib" },
	{ 407, 1, "iiUb" },   { 412, 2, "fsri" },   { 413, 2, "irrrUr" }, { 414, 2, "PiUri" },
	{ 421, 2, "rbUi" },   { 422, 4, "biiUbi" }, { 434, 1, "Kx" },     { 436, 1, "iix" },
	{ 437, 1, "fsrn" },   { 439, 2, "fsix" },   { 0, 1, "" },         { 1, 0, "i" },
	{ 2, 1, "S" },        { 252, 0, "i" },      { 26, 0, "" },        { 88, 0, "" },
	{ 29, 0, "" },        { 72, 0, "" },        { 179, 0, "rn" },     { 74, 0, "bn" },
	{ 283, 0, "" },       { 435, 0, "rn" },     { 424, 0, "" },       { 79, 0, "" },
	{ 25, 0, "" },
};

/* Never drawn: they stop the machine, sleep for ever, or change what others live by. */
static int harmful(unsigned nr)
{
	static const uint16_t list[] = { 88,  29, 72, 179, 26,  283, 74,
					 121, 79, 25, 264, 404, 424, 111 };
	unsigned i;

	for (i = 0; i < sizeof(list) / sizeof(list[0]); i++)
		if (list[i] == nr)
			return 1;
	return 0;
}

/* They end the worker, or make it useless: once in a while only. */
static int final(unsigned nr)
{
	return nr == 1 || nr == 252 || nr == 119 || nr == 173 || nr == 75 || nr == 11 ||
	       nr == 358 || nr == 435 || nr == 172;
}

/* ---- entering the kernel -------------------------------------------------------------------- */

/*
 * int 0x80. In a child (0 from a call that makes one) the stack may be the parent's: it goes on in
 * kid() on the stack that the block's first word names.
 */
long enter(unsigned nr, const unsigned long *args);
void kid(void);
__asm__(".text\nenter:\n"
	"	pushl %ebx\n	pushl %esi\n	pushl %edi\n	pushl %ebp\n"
	"	movl 20(%esp), %eax\n	movl 24(%esp), %ebp\n"
	"	movl (%ebp), %ebx\n	movl 4(%ebp), %ecx\n	movl 8(%ebp), %edx\n"
	"	movl 12(%ebp), %esi\n	movl 16(%ebp), %edi\n	movl 20(%ebp), %ebp\n"
	"	int $0x80\n"
	"	testl %eax, %eax\n	jz 2f\n"
	"1:	popl %ebp\n	popl %edi\n	popl %esi\n	popl %ebx\n	ret\n"
	"2:	movl %esp, %ecx\n	andl $0xffff0000, %ecx\n	movl (%ecx), %ecx\n"
	"	testl %ecx, %ecx\n	jz 1b\n	movl %ecx, %esp\n	call kid\n");

static void caught(int sig)
{
	(void)sig;
	if (--self()->left < -99)
		_exit(95); /* a loop of faults: its state is spoilt */
	siglongjmp(self()->env, 1);
}

static void shrug(int sig)
{
	(void)sig;
}

/* Faults go back to the loop; of the others every second comes to a handler, the rest are ignored. */
static void catch_signals(void)
{
	struct sigaction sa = { .sa_flags = SA_NODEFER };
	int sig;

	for (sig = 1; sig <= 64; sig++) {
		int fault = sig == SIGSEGV || sig == SIGBUS || sig == SIGFPE || sig == SIGILL ||
			    sig == SIGTRAP;

		sa.sa_handler = fault ? caught : sig & 1 ? shrug : SIG_IGN;
		sa.sa_flags = SA_NODEFER | (sig & 2 ? SA_RESTART : 0) | (sig & 4 ? SA_SIGINFO : 0);
		if (sig != SIGCHLD)
			sigaction(sig, &sa, NULL);
	}
	sigemptyset(&sa.sa_mask);
	sigprocmask(SIG_SETMASK, &sa.sa_mask, NULL);
}

static const struct call *draw(unsigned *nr)
{
	static unsigned total;
	const struct call *c;
	const unsigned n = sizeof(calls) / sizeof(calls[0]);
	unsigned i, at;

	if (!total)
		for (i = 0; i < n; i++)
			total += calls[i].weight;
	if (!rnd(4)) {
		*nr = rnd(8) ? rnd(450) : rnd(8) ? rnd(520) : wild();
		for (i = 0; i < n; i++)
			if (calls[i].nr == *nr)
				return &calls[i];
		return NULL;
	}
	at = rnd(total);
	for (c = calls; at >= c->weight; c++)
		at -= c->weight;
	*nr = c->nr;
	return c;
}

/* One call. Names a process only where the list says so: an unlisted number gets no such call. */
static void one_call(struct task *t)
{
	unsigned long args[6];
	const char *letters;
	const struct call *c;
	unsigned nr, i;
	long ret;

	do
		c = draw(&nr);
	while (harmful(nr) || (final(nr) && rnd(24)) ||
	       (t->is_kid && (nr == 120 || nr == 2 || nr == 190)));
	letters = c ? c->args : "wwwwww";
	t->kid_stack = 0;
	for (i = 0; i < 6; i++) {
		char kind = *letters ? *letters++ : 'w';

		if (kind == '0' || (kind >= 'A' && kind <= 'Z' && !strchr("PNA", kind)))
			args[i] = certain(kind);
		else
			args[i] = rnd(12) ? plausible(kind) : wild();
	}
	t->slot->last[t->thread] = nr;
	t->slot->calls[t->thread]++;
	ret = enter(nr, args);
	if (nr == 91 || nr == 125 || nr == 11)
		return;
	if (ret == 0 && !rnd(16)) /* leave something in the arena, and look at it */
		*(volatile char *)(ARENA + rnd(NPAGES * PAGE)) = (char)rnd(256);
}

static void run(void)
{
	sigsetjmp(self()->env, 0); /* a fault comes back here */
	while (self()->left-- > 0)
		one_call(self());
}

void kid(void)
{
	run();
	for (;;)
		sys(SYS_exit, 0);
}

#endif
