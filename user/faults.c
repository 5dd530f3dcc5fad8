/*
 * faults: what the last page faults were about, a sentence each, from /proc/faults.
 *
 *   faults [-p PID] [-f]
 *
 * -p: of one process only; -f: go on with those to come, until Ctrl-C.
 *
 *   cow(4): write to absent page 0xb7fbf000, rw-p: zeroed frame 0xf8f3 (812 cycles)
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* error_code of exception 14; vm_flags. */
#define PF_PROT  1
#define PF_WRITE 2
#define PF_USER  4
#define PF_INSTR 16

#define VM_READ     1
#define VM_WRITE    2
#define VM_EXEC     4
#define VM_MAYSHARE 0x80

/* As mm/fault.h and mm/faulttrace.h number them. */
enum { HANDLED, SEGV_MAPERR, SEGV_ACCERR, BUS_ADRERR, OOM, KERNEL_BUG };
enum { NONE, ZERO_PAGE, ZEROED, OBJECT, COPIED, RIGHTS, DEVICE };

struct fault {
	unsigned long number, address, error_code, start, end, flags, pgoff, old_pfn, pfn, cycles;
	long pid;
	int verdict, outcome;
	char comm[32], name[64];
};

static void print_outcome(const struct fault *f)
{
	static const char *const verdicts[] = {
		[SEGV_MAPERR] = "SIGSEGV, no mapping there",
		[SEGV_ACCERR] = "SIGSEGV, the mapping does not allow it",
		[BUS_ADRERR] = "SIGBUS, past the end of the object",
		[OOM] = "no memory",
		[KERNEL_BUG] = "the kernel must not",
	};

	if (f->verdict != HANDLED)
		printf("%s", verdicts[f->verdict]);
	else if (f->outcome == ZERO_PAGE)
		printf("the page of zeroes");
	else if (f->outcome == ZEROED)
		printf("zeroed frame 0x%lx", f->pfn);
	else if (f->outcome == OBJECT)
		printf("page %lu of it, frame 0x%lx", f->pgoff, f->pfn);
	else if (f->outcome == COPIED && f->old_pfn)
		printf("frame 0x%lx, a copy of frame 0x%lx", f->pfn, f->old_pfn);
	else if (f->outcome == COPIED)
		printf("frame 0x%lx, a copy of page %lu of it", f->pfn, f->pgoff);
	else if (f->outcome == RIGHTS)
		printf("frame 0x%lx as before, with more rights", f->pfn);
	else if (f->outcome == DEVICE)
		printf("device memory, frame 0x%lx", f->pfn);
	else
		printf("to be tried again");
}

static void print_fault(const struct fault *f)
{
	const char *access = f->error_code & PF_INSTR   ? "execution of"
			     : f->error_code & PF_WRITE ? "write to"
							: "read of";

	printf("%s(%ld): %s %s page 0x%08lx", f->comm, f->pid, access,
	       f->error_code & PF_PROT ? "protected" : "absent", f->address & ~0xfffUL);
	if (!(f->error_code & PF_USER))
		printf(" by the kernel");
	if (f->end)
		printf(", %c%c%c%c", f->flags & VM_READ ? 'r' : '-',
		       f->flags & VM_WRITE ? 'w' : '-', f->flags & VM_EXEC ? 'x' : '-',
		       f->flags & VM_MAYSHARE ? 's' : 'p');
	printf("%s%s: ", *f->name ? " " : "", f->name);
	print_outcome(f);
	printf(" (%lu cycles)\n", f->cycles);
}

/* Prints what is newer than @last, of @pid or (0) all; returns the newest number. */
static unsigned long print_new(unsigned long last, long pid)
{
	FILE *file = fopen("/proc/faults", "r");
	char line[256];

	if (!file) {
		perror("faults: /proc/faults");
		exit(1);
	}
	while (fgets(line, sizeof(line), file)) {
		struct fault f = { .number = 0 };

		if (sscanf(line, "%lu %ld %31s %lx %lx %d %d %lx %lx %lx %lx %lx %lx %lu %63[^\n]",
			   &f.number, &f.pid, f.comm, &f.address, &f.error_code, &f.verdict,
			   &f.outcome, &f.start, &f.end, &f.flags, &f.pgoff, &f.old_pfn, &f.pfn,
			   &f.cycles, f.name) < 14 ||
		    f.number <= last)
			continue;
		last = f.number;
		if (!pid || f.pid == pid)
			print_fault(&f);
	}
	fclose(file);
	fflush(stdout);
	return last;
}

int main(int argc, char **argv)
{
	unsigned long last = 0;
	int option, follow = 0;
	long pid = 0;

	while ((option = getopt(argc, argv, "p:f")) != -1) {
		if (option == 'p' && (pid = strtol(optarg, NULL, 10)) > 0)
			continue;
		if (option == 'f') {
			follow = 1;
			continue;
		}
		fprintf(stderr, "usage: faults [-p PID] [-f]\n");
		return 2;
	}
	last = print_new(last, pid);
	while (follow) {
		usleep(100000);
		last = print_new(last, pid);
	}
	return 0;
}
