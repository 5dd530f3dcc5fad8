/*
 * System V shared memory. Errors of the manual pages, and where they are checked:
 *
 *   shmget EACCES, shmat EACCES, shmctl EACCES, EPERM   everybody is root here
 *   shmget EEXIST      IPC_CREAT | IPC_EXCL of a key that is there        test_get
 *   shmget EINVAL      size 0, above shmmax, above the segment's          test_get, test_limits
 *   shmget ENFILE, ENOMEM                               the whole machine would have to run out
 *   shmget ENOENT      no such key                                        test_get
 *   shmget ENOSPC      shmmni, shmall (need root)                         test_limits
 *   shmget EPERM       SHM_HUGETLB: there are no huge pages
 *   shmat EIDRM        a race with IPC_RMID; afterwards it is EINVAL
 *   shmat EINVAL       id, address not aligned, taken, SHM_REMAP of NULL  test_at
 *   shmat ENOMEM       no room for a segment                              test_at
 *   shmdt EINVAL       nothing there, not aligned                         test_dt
 *   shmctl EFAULT      IPC_STAT, IPC_SET, SHM_STAT, IPC_INFO, SHM_INFO    test_ctl
 *   shmctl EINVAL      id, command, index                                 test_ctl
 *   shmctl EIDRM       as above; ENOMEM: root may lock all; EOVERFLOW: ids have 32 bits
 *   ipc EINVAL, ENOSYS version 1 of shmat, unknown calls                  test_ipc
 */
#include <errno.h>
#include <sys/ipc.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include "tests/user/probe.h"

#define RW     (PROT_READ | PROT_WRITE)
#define IPC_64 0x100
#define STAT   2 /* as the kernel has it: IPC_STAT and SHM_STAT of musl have a bit more */
#ifndef SHM_STAT_ANY
#define SHM_STAT_ANY 15
#endif

static long get(int key, size_t size, int flags)
{
	return sys(SYS_shmget, key, size, flags);
}

static long at(int id, const void *addr, int flags)
{
	return sys(SYS_shmat, id, addr, flags);
}

static long dt(const void *addr)
{
	return sys(SYS_shmdt, addr);
}

static long ctl(int id, int cmd, void *buf)
{
	return sys(SYS_shmctl, id, cmd, buf);
}

static int gone(long addr)
{
	return (unsigned long)addr > -4096UL;
}

static long attached(int id)
{
	struct shmid_ds ds;

	return shmctl(id, IPC_STAT, &ds) ? -1 : (long)ds.shm_nattch;
}

static void test_get(void)
{
	int key = 0x50410000 + getpid(), id, other;

	is(get(key, 100, 0), -ENOENT, "ENOENT: no such key");
	is(get(key, 0, IPC_CREAT), -EINVAL, "EINVAL: size 0");
	id = get(key, 100, IPC_CREAT | IPC_EXCL | 0600);
	ok(id >= 0, "a segment of a new key");
	is(get(key, 100, IPC_CREAT | 0600), id, "the same key is the same segment");
	is(get(key, 0, 0), id, "  size 0 fits all");
	is(get(key, 101, 0), -EINVAL, "EINVAL: it is smaller than that");
	is(get(key, 100, IPC_CREAT | IPC_EXCL), -EEXIST, "EEXIST");
	is(get(key, 200, IPC_CREAT | IPC_EXCL), -EEXIST, "  before EINVAL");
	is(get(key, 1, IPC_EXCL), id, "IPC_EXCL alone means nothing");
	other = get(IPC_PRIVATE, 100, 0600);
	ok(other >= 0 && other != id, "IPC_PRIVATE is always a new one");
	is(ctl(other, IPC_RMID, 0), 0, "IPC_RMID");
	is(ctl(id, IPC_RMID, 0), 0, "  of the other");
	is(get(key, 100, 0), -ENOENT, "its key is gone");
	other = get(key, 100, IPC_CREAT | 0600);
	ok(other >= 0 && other != id, "another of that key has another number");
	ctl(other, IPC_RMID, 0);
}

static void test_at(void)
{
	int id = get(IPC_PRIVATE, 2 * PAGE + 1, 0600), big;
	char *gap = hole(8), *p = (char *)at(id, NULL, 0), *q;

	ok(!gone((long)p), "attach somewhere");
	ok(p[0] == 0 && p[3 * PAGE - 1] == 0, "three pages of zeroes");
	q = (char *)at(id, gap, 0);
	is((long)q, (long)gap, "attach where it is said");
	p[5] = 7;
	is(q[5], 7, "both show the same memory");
	is(attached(id), 2, "IPC_STAT counts two");
	is(at(id, gap + PAGE, 0), -EINVAL, "EINVAL: the place is taken");
	is(at(id, gap - 2 * PAGE, 0), -EINVAL, "EINVAL: the end of the place is taken");
	is(at(id, gap + 3 * PAGE + 1, 0), -EINVAL, "EINVAL: not aligned");
	q = (char *)at(id, gap + 4 * PAGE + 5, SHM_RND);
	is((long)q, (long)gap + 4 * PAGE, "SHM_RND rounds down");
	is(dt(q), 0, "  detach");
	is(at(id, NULL, SHM_REMAP), -EINVAL, "EINVAL: SHM_REMAP of nowhere");
	is(at(id, (void *)5, SHM_REMAP | SHM_RND), -EINVAL, "EINVAL: rounded to nowhere");
	q = (char *)at(id, gap + PAGE, SHM_REMAP);
	is((long)q, (long)gap + PAGE, "SHM_REMAP replaces what is there");
	is(attached(id), 3, "  the rest of the old attachment is one still");
	ok(gap[5] == 7 && q[5] == 7 && gap[PAGE + 5] == 7, "  and shows its page");
	is(dt(gap + PAGE), 0, "detach the new one");
	is(dt(gap), 0, "  and the rest");
	is(at(-1, NULL, 0), -EINVAL, "EINVAL: id -1");
	is(at(0x7fffffff, NULL, 0), -EINVAL, "EINVAL: no such id");
	dt(p);

	p = (char *)at(id, NULL, SHM_RDONLY);
	ok(p[5] == 7 && write_faults(p) == SIGSEGV, "SHM_RDONLY");
	is(sys(SYS_mprotect, p, PAGE, RW), -EACCES, "  for good");
	is(strcmp(perms_at(p), "r--s"), 0, "  r--s");
	dt(p);
	p = (char *)at(id, NULL, SHM_EXEC);
	is(strcmp(perms_at(p), "rwxs"), 0, "SHM_EXEC: rwxs");
	dt(p);
	ctl(id, IPC_RMID, 0);
	is(at(id, NULL, 0), -EINVAL, "EINVAL: it was removed");
	big = get(IPC_PRIVATE, 0xfe000000, 0600 | SHM_NORESERVE);
	if (big < 0)
		skip("no segment of 4 GiB: %d", big);
	else
		is(at(big, NULL, 0), -ENOMEM, "ENOMEM: more than there are addresses");
	ctl(big, IPC_RMID, 0);
}

static void test_dt(void)
{
	int id = get(IPC_PRIVATE, 4 * PAGE, 0600);
	char *p = (char *)at(id, NULL, 0), *a = anon(2, RW);

	is(dt(p + 1), -EINVAL, "EINVAL: not aligned");
	is(dt(p + PAGE), -EINVAL, "EINVAL: inside an attachment");
	is(dt(a), -EINVAL, "EINVAL: not an attachment");
	is(dt(NULL), -EINVAL, "EINVAL: nothing there");
	munmap(p + PAGE, PAGE);
	is(attached(id), 2, "a hole makes two of it");
	is(read_faults(p + 3 * PAGE), 0, "  the end is there");
	is(dt(p), 0, "shmdt takes all parts away");
	ok(read_faults(p) == SIGSEGV && read_faults(p + 3 * PAGE) == SIGSEGV, "  they are gone");
	is(attached(id), 0, "  nothing is attached");
	is(dt(p), -EINVAL, "EINVAL: once more");
	p = (char *)at(id, NULL, 0);
	munmap(p, PAGE);
	is(dt(p), 0, "an attachment without its first page goes by its old address");
	is(attached(id), 0, "  all of it");
	ctl(id, IPC_RMID, 0);
	munmap(a, 2 * PAGE);
}

static int child_exits(void *p)
{
	((volatile char *)p)[1] = 42;
	return 0;
}

static void test_lives(void)
{
	int id = get(IPC_PRIVATE, PAGE, 0640), pipes[2], copy;
	char *p = (char *)at(id, NULL, 0), c;
	struct shmid_ds ds;
	pid_t pid;

	shmctl(id, IPC_STAT, &ds);
	ok(ds.shm_segsz == PAGE && ds.shm_cpid == getpid() && ds.shm_lpid == getpid() &&
		   ds.shm_perm.mode == 0640 && ds.shm_ctime && ds.shm_atime && !ds.shm_dtime,
	   "IPC_STAT of an attached segment");
	if (pipe(pipes))
		return;
	pid = fork();
	if (pid == 0) {
		read(pipes[0], &c, 1);
		_exit(0);
	}
	is(attached(id), 2, "a child of fork is attached too");
	write(pipes[1], "x", 1);
	waitpid(pid, NULL, 0);
	is(attached(id), 1, "  until it exits");
	shmctl(id, IPC_STAT, &ds);
	is(ds.shm_lpid, pid, "  which the last pid tells");
	ok(exits(in_child(child_exits, p), 0) && p[1] == 42, "what it stores is seen");
	is(mprotect(p, PAGE, PROT_READ), 0, "mprotect");
	is(mprotect(p, PAGE, RW), 0, "  and back");
	is(ctl(id, IPC_RMID, 0), 0, "IPC_RMID of an attached segment");
	ok(shmctl(id, IPC_STAT, &ds) == 0 && (ds.shm_perm.mode & 01000),
	   "it is there still, marked SHM_DEST");
	is(p[1], 42, "  its memory as well");
	copy = at(id, NULL, 0);
	ok(!gone(copy) && attached(id) == 2, "it can be attached once more");
	dt((void *)(long)copy);
	is(ctl(id, IPC_RMID, 0), 0, "removing it again");
	is(dt(p), 0, "the last detach");
	is(ctl(id, STAT, &ds), -EINVAL, "  ends it");
	close(pipes[0]);
	close(pipes[1]);
}

/* exec detaches: the program is this one, run with an argument. */
static void test_exec(const char *self)
{
	int id = get(IPC_PRIVATE, PAGE, 0600), status;
	char *p = (char *)at(id, NULL, 0);
	pid_t pid = fork();

	if (pid == 0) {
		char number[20];

		snprintf(number, sizeof(number), "%d", id);
		execl(self, self, number, (char *)NULL);
		_exit(99);
	}
	waitpid(pid, &status, 0);
	ok(exits(status, 1), "after execve only the parent is attached");
	p = (char *)sys(SYS_mremap, p, PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, hole(1));
	is(attached(id), 1, "mremap moves an attachment");
	ctl(id, IPC_RMID, 0);
	munmap(p, PAGE);
	is(attached(id), -1, "munmap detaches as well");
}

static void test_ctl(void)
{
	int id = get(IPC_PRIVATE, 3 * PAGE, 0600), n, i, found = 0;
	struct shminfo limits;
	struct shmid_ds ds;
	struct shm_info info;
	char *p;

	is(ctl(-1, STAT, &ds), -EINVAL, "EINVAL: id -1");
	is(ctl(id + 1, STAT, &ds), -EINVAL, "EINVAL: an id that is not there");
	is(ctl(id, -1, &ds), -EINVAL, "EINVAL: command -1");
	is(ctl(id, 99, &ds), -EINVAL, "EINVAL: command 99");
	is(ctl(id, STAT | IPC_64, &ds), -EINVAL, "EINVAL: IPC_64 is for ipc(2) only");
	is(ctl(id, STAT, (void *)16), -EFAULT, "EFAULT: IPC_STAT");
	is(ctl(id, IPC_SET, (void *)16), -EFAULT, "EFAULT: IPC_SET");
	is(ctl(id, IPC_INFO, (void *)16), -EFAULT, "EFAULT: IPC_INFO");
	is(ctl(id, SHM_INFO, (void *)16), -EFAULT, "EFAULT: SHM_INFO");
	is(ctl(0x7fffff, 13, &ds), -EINVAL, "EINVAL: SHM_STAT of a large index");
	shmctl(id, IPC_STAT, &ds);
	ds.shm_perm.mode = 0123 | 04000;
	is(shmctl(id, IPC_SET, &ds), 0, "IPC_SET");
	shmctl(id, IPC_STAT, &ds);
	is(ds.shm_perm.mode, 0123, "  takes nine bits of the mode");
	ds.shm_perm.uid = -1;
	is(shmctl(id, IPC_SET, &ds) ? errno : 0, EINVAL, "EINVAL: no user has uid -1");
	is(ctl(id, SHM_LOCK, 0), 0, "SHM_LOCK");
	shmctl(id, IPC_STAT, &ds);
	is(ds.shm_perm.mode, 0123 | 02000, "  is shown");
	is(ctl(id, SHM_UNLOCK, 0), 0, "SHM_UNLOCK");
	p = (char *)at(id, NULL, 0);
	p[0] = p[PAGE] = 1;
	n = ctl(0, SHM_INFO, &info);
	ok(n >= 0 && info.used_ids >= 1 && info.shm_tot >= 3 && info.shm_rss >= 2, "SHM_INFO");
	is(ctl(0, IPC_INFO, &limits), n, "IPC_INFO: the highest index");
	ok(limits.shmmin == 1 && limits.shmmni >= 1 && limits.shmmax > PAGE, "  the limits");
	for (i = 0; i <= n; i++)
		if (shmctl(i, SHM_STAT, &ds) == id)
			found += ds.shm_segsz == 3 * PAGE && ds.shm_nattch == 1;
	is(found, 1, "SHM_STAT finds it at one index");
	found = 0;
	for (i = 0; i <= n; i++)
		found += shmctl(i, SHM_STAT_ANY, &ds) == id;
	is(found, 1, "SHM_STAT_ANY as well");
	dt(p);
	ctl(id, IPC_RMID, 0);
	is(ctl(id, IPC_RMID, 0), -EINVAL, "EINVAL: removing it twice");
	is(ctl(id, SHM_LOCK, 0), -EINVAL, "EINVAL: locking it then");
}

/* By ipc(2). Values of limits are put back. */
static void test_ipc(void)
{
	unsigned long addr = 0;
	int id = sys(SYS_ipc, 23, IPC_PRIVATE, PAGE, 0600);
	struct shmid_ds ds;

	ok(id >= 0, "ipc(SHMGET)");
	is(sys(SYS_ipc, 21, id, 0, &addr, 0), 0, "ipc(SHMAT)");
	is(write_faults((char *)addr), 0, "  is attached where it says");
	is(sys(SYS_ipc, 21 | 1 << 16, id, 0, &addr, 0), -EINVAL, "EINVAL: version 1 of it");
	is(sys(SYS_ipc, 24, id, IPC_STAT | IPC_64, 0, &ds), 0, "ipc(SHMCTL)");
	is(ds.shm_nattch, 1, "  counts");
	is(sys(SYS_ipc, 22, 0, 0, 0, addr), 0, "ipc(SHMDT)");
	is(sys(SYS_ipc, 22, 0, 0, 0, addr), -EINVAL, "EINVAL: again");
	is(sys(SYS_ipc, 24, id, IPC_RMID | IPC_64, 0, 0), 0, "ipc(SHMCTL, IPC_RMID)");
	is(sys(SYS_ipc, 99, 0, 0, 0, 0), -ENOSYS, "ENOSYS: an unknown call");
}

static unsigned long limit(const char *name, const char *value)
{
	char path[60], text[32] = "";
	int fd;

	snprintf(path, sizeof(path), "/proc/sys/kernel/%s", name);
	fd = open(path, value ? O_RDWR : O_RDONLY);
	if (fd < 0)
		return 0;
	read(fd, text, sizeof(text) - 1);
	if (value)
		pwrite(fd, value, strlen(value), 0);
	close(fd);
	return strtoull(text, NULL, 10) > 0xffffffff ? 0xffffffff : strtoul(text, NULL, 10);
}

static void test_limits(void)
{
	unsigned long max = limit("shmmax", NULL), all = limit("shmall", NULL);
	char old[32];
	int id;

	ok(max && all && limit("shmmni", NULL), "shmmax, shmall, shmmni in /proc/sys/kernel");
	if (max != 0xfeffffff || geteuid() || !limit("shmmax", "8192")) {
		skip("not ours to change");
		return;
	}
	is(get(IPC_PRIVATE, 8193, 0600), -EINVAL, "EINVAL: above shmmax");
	id = get(IPC_PRIVATE, 8192, 0600);
	ok(id >= 0, "  just shmmax");
	ctl(id, IPC_RMID, 0);
	snprintf(old, sizeof(old), "%lu", max);
	limit("shmmax", old);
	limit("shmall", "3");
	is(get(IPC_PRIVATE, 3 * PAGE + 1, 0600), -ENOSPC, "ENOSPC: more pages than shmall");
	id = get(IPC_PRIVATE, 2 * PAGE + 1, 0600);
	ok(id >= 0, "  just as many");
	is(get(IPC_PRIVATE, 1, 0600), -ENOSPC, "ENOSPC: no more pages");
	ctl(id, IPC_RMID, 0);
	snprintf(old, sizeof(old), "%lu", all);
	limit("shmall", old);
	snprintf(old, sizeof(old), "%lu", limit("shmmni", "1"));
	id = get(IPC_PRIVATE, 1, 0600);
	ok(id >= 0, "shmmni 1: one segment");
	is(get(IPC_PRIVATE, 1, 0600), -ENOSPC, "ENOSPC: and no other");
	ctl(id, IPC_RMID, 0);
	limit("shmmni", old);
}

/* The lines of /proc/sysvipc/shm say the same. */
static void test_proc(void)
{
	int id = get(IPC_PRIVATE, 5000, 0640), found = 0;
	static char text[8192];
	char *line;

	slurp("/proc/sysvipc/shm", text, sizeof(text));
	for (line = strchr(text, '\n'); line && line[1]; line = strchr(line + 1, '\n')) {
		long long key, shmid, perms, size, cpid;

		if (sscanf(line + 1, "%lld %lld %llo %lld %lld", &key, &shmid, &perms, &size,
			   &cpid) == 5 &&
		    shmid == id)
			found += key == 0 && perms == 0640 && size == 5000 && cpid == getpid();
	}
	is(found, 1, "/proc/sysvipc/shm has its line");
	ctl(id, IPC_RMID, 0);
}

/* A segment is memory as any other: locked by MCL_FUTURE, and with holes where MADV_REMOVE makes them. */
static void test_memory_calls(void)
{
	int id = get(IPC_PRIVATE, 2 * PAGE, 0600);
	unsigned char there[2] = { 0, 0 };
	char *p;

	is(mlockall(MCL_FUTURE), 0, "lock what will be mapped");
	p = (char *)at(id, NULL, 0);
	is(munlockall(), 0, "no longer");
	is(sys(SYS_mincore, p, 2 * PAGE, there), 0, "mincore of a segment attached meanwhile");
	ok((there[0] & there[1] & 1) == 1, "all of it is resident");
	p[PAGE] = 3;
	is(sys(SYS_madvise, p + PAGE, PAGE, MADV_REMOVE), 0, "MADV_REMOVE of its second page");
	is(p[PAGE], 0, "which is a page of zeroes then");
	sys(SYS_ipc, 24, id, IPC_RMID | IPC_64, 0, 0);
	sys(SYS_ipc, 22, 0, 0, 0, p);
}

int main(int argc, char **argv)
{
	if (argc > 1)
		return attached(atoi(argv[1]));
	test_get();
	test_at();
	test_dt();
	test_lives();
	test_exec(argv[0]);
	test_ctl();
	test_ipc();
	test_limits();
	test_memory_calls();
	test_proc();
	return done();
}
