/*
 * System V shared memory: objects of zeroes that are named by numbers and live until they are removed.
 * An attachment is an ordinary mapping of the object's file, which counts itself.
 */
#include "kernel/fs/fcntl.h"
#include "kernel/fs/fdtable.h"
#include "kernel/fs/inode.h"
#include "kernel/fs/procfs.h"
#include "kernel/fs/syscalls.h"
#include "kernel/lib/err.h"
#include "kernel/lib/math64.h"
#include "kernel/lib/printf.h"
#include "kernel/lib/sysctl.h"
#include "kernel/sched/clock.h"
#include "kernel/sched/task.h"
#include "mm/memory.h"
#include "mm/memory.h"
#include "mm/mmap.h"
#include "mm/shmem.h"
#include "mm/slab.h"
#include "mm/uaccess.h"

#define IPC_PRIVATE 0
#define IPC_CREAT   01000
#define IPC_EXCL    02000

#define SHM_RDONLY    010000 /* shmat */
#define SHM_RND       020000
#define SHM_REMAP     040000
#define SHM_EXEC      0100000
#define SHM_HUGETLB   04000 /* shmget */
#define SHM_NORESERVE 010000

#define SHM_DEST   01000 /* mode: goes with the last attachment */
#define SHM_LOCKED 02000

#define SHMMNI  4096 /* room for so many */
#define SEQ_MAX (INT_MAX / SHMMNI)

/* What shmctl(2) tells of a segment; linux/shm.h. Times are in seconds since 1970, 0: never. */
struct shmid64_ds {
	s32 key;
	u32 uid, gid, cuid, cgid;
	u16 mode, pad1, seq, pad2;
	u32 unused1[2];
	u32 segsz;
	u64 atime, dtime, ctime;
	u32 cpid, lpid;
	u32 nattch; /* VMAs, and calls of shmat on their way */
	u32 unused2[2];
} __attribute__((packed, aligned(4)));

struct shmid_kernel {
	int id;
	struct file *file; /* the object, with a reference */
	struct shmid64_ds ds;
};

static DEFINE_MUTEX(shm_mutex); /* guards all below; taken inside mmap_sem */
static struct shmid_kernel *segments[SHMMNI];
static int max_index = -1;    /* highest in use */
static unsigned long shm_tot; /* pages of all of them */

static unsigned long shm_ctlmax = ULONG_MAX - (1UL << 24), shm_ctlall = ULONG_MAX - (1UL << 24);
static unsigned long shm_ctlmni = SHMMNI;

SYSCTL(shm_sysctls) = {
	{ .path = "sys/kernel/shmmax", .data = &shm_ctlmax, .max = ULONG_MAX },
	{ .path = "sys/kernel/shmall", .data = &shm_ctlall, .max = ULONG_MAX },
	{ .path = "sys/kernel/shmmni", .data = &shm_ctlmni, .max = SHMMNI },
};

static u64 now(void)
{
	return div_u64(ktime_get_real(), NSEC_PER_SEC);
}

static unsigned long segment_pages(const struct shmid_kernel *shp)
{
	return PAGE_ALIGN(shp->ds.segsz) >> PAGE_SHIFT;
}

/* ---- segments; shm_mutex held ---- */

static struct shmid_kernel *find_segment(int id)
{
	struct shmid_kernel *shp = id < 0 ? NULL : segments[id % SHMMNI];

	return shp && shp->id == id ? shp : NULL;
}

static struct shmid_kernel *find_key(int key)
{
	for (int i = 0; i <= max_index; i++)
		if (segments[i] && segments[i]->ds.key == key)
			return segments[i];
	return NULL;
}

/* Takes it away if it is to go and nobody has it. */
static void put_segment(struct shmid_kernel *shp)
{
	if (shp->ds.nattch || !(shp->ds.mode & SHM_DEST))
		return;
	segments[shp->id % SHMMNI] = NULL;
	while (max_index >= 0 && !segments[max_index])
		max_index--;
	shm_tot -= segment_pages(shp);
	fput(shp->file);
	kfree(shp);
}

/* A free place that bears a number which was not given to anybody lately. */
static int new_id(void)
{
	static int last_index = -1, seq;
	int i = 0;

	while (i < (int)shm_ctlmni && segments[i])
		i++;
	if (i == (int)shm_ctlmni)
		return -ENOSPC;
	if (i <= last_index)
		seq = (seq + 1) % SEQ_MAX;
	last_index = i;
	return seq * SHMMNI + i;
}

/* The file of a new segment, in shp->file. */
static int make_file(struct shmid_kernel *shp, int flags)
{
	char name[20];

	snprintf(name, sizeof(name), "/SYSV%08x", shp->ds.key);
	shp->file = shmem_file_setup(name, shp->ds.segsz, flags & SHM_NORESERVE ? VM_NORESERVE : 0);
	if (IS_ERR(shp->file))
		return PTR_ERR(shp->file);
	shp->file->f_inode->i_ino = shp->id;
	return 0;
}

static int new_segment(int key, size_t size, int flags)
{
	struct shmid_kernel *shp;
	int err;

	if (!size || size > shm_ctlmax || (flags & SHM_HUGETLB))
		return -EINVAL;
	if (PAGE_ALIGN(size) < size || shm_tot + (PAGE_ALIGN(size) >> PAGE_SHIFT) > shm_ctlall)
		return -ENOSPC;
	shp = kzalloc(sizeof(*shp), GFP_KERNEL);
	if (!shp)
		return -ENOMEM;
	shp->id = new_id();
	shp->ds.seq = shp->id / SHMMNI;
	shp->ds.key = key;
	shp->ds.segsz = size;
	shp->ds.mode = flags & S_IRWXUGO;
	shp->ds.cpid = current->tgid;
	shp->ds.ctime = now();
	err = shp->id < 0 ? shp->id : make_file(shp, flags);
	if (err) {
		kfree(shp);
		return err;
	}
	segments[shp->id % SHMMNI] = shp;
	max_index = max(max_index, shp->id % SHMMNI);
	shm_tot += segment_pages(shp);
	return shp->id;
}

long sys_shmget(int key, size_t size, int flags)
{
	struct shmid_kernel *shp;
	long ret;

	mutex_lock(&shm_mutex);
	shp = key == IPC_PRIVATE ? NULL : find_key(key);
	if (!shp)
		ret = key == IPC_PRIVATE || (flags & IPC_CREAT) ? new_segment(key, size, flags)
								: -ENOENT;
	else if ((flags & (IPC_CREAT | IPC_EXCL)) == (IPC_CREAT | IPC_EXCL))
		ret = -EEXIST;
	else
		ret = size > shp->ds.segsz ? -EINVAL : shp->id;
	mutex_unlock(&shm_mutex);
	return ret;
}

/* ---- attachments ---- */

/* One attachment more or less. */
static void count_attachment(struct vm_area_struct *vma, int change)
{
	struct shmid_kernel *shp = vma->vm_file->private_data;

	mutex_lock(&shm_mutex);
	shp->ds.nattch += change;
	*(change > 0 ? &shp->ds.atime : &shp->ds.dtime) = now();
	shp->ds.lpid = current->tgid;
	put_segment(shp);
	mutex_unlock(&shm_mutex);
}

static void shm_open(struct vm_area_struct *vma)
{
	count_attachment(vma, 1);
}

static void shm_close(struct vm_area_struct *vma)
{
	count_attachment(vma, -1);
}

static const struct vm_operations_struct shm_vm_ops = {
	.open = shm_open,
	.close = shm_close,
	.nopage = filemap_nopage,
	.find_pages = filemap_find_pages,
	.populate = filemap_populate,
};

static int shm_mmap(struct file *file, struct vm_area_struct *vma)
{
	vma->vm_ops = &shm_vm_ops;
	shm_open(vma);
	return 0;
}

/* Each call of shmat has an open file of its own, which knows the segment and the rights. */
static const struct file_operations shm_file_operations = { .mmap = shm_mmap,
							    .fallocate = generic_fallocate };

static struct file *open_segment(struct shmid_kernel *shp, int flags)
{
	bool write = !(flags & SHM_RDONLY);
	struct file *file = alloc_file(shp->file->f_dentry, FMODE_READ | (write ? FMODE_WRITE : 0),
				       write ? O_RDWR : O_RDONLY, &shm_file_operations);

	if (IS_ERR(file))
		return ERR_PTR(-ENOMEM);
	if (write)
		get_write_access(file->f_inode);
	file->private_data = shp;
	return file;
}

static long map_segment(struct file *file, size_t size, unsigned long addr, int flags)
{
	unsigned long prot = PROT_READ | (flags & SHM_RDONLY ? 0 : PROT_WRITE) |
			     (flags & SHM_EXEC ? PROT_EXEC : 0);
	struct mm_struct *mm = current->mm;
	long ret = -EINVAL;
	bool populate;

	down_write(&mm->mmap_sem);
	populate = mm->def_flags & VM_LOCKED;
	if (!addr || (flags & SHM_REMAP) ||
	    (addr + size >= addr && !find_vma_intersection(mm, addr, addr + size)))
		ret = do_mmap_pgoff(file, addr, size, prot, MAP_SHARED | (addr ? MAP_FIXED : 0), 0);
	up_write(&mm->mmap_sem);
	if (populate && !IS_ERR_VALUE(ret))
		mm_populate(mm, ret, PAGE_ALIGN(size), true);
	return ret;
}

long sys_shmat(int id, unsigned long addr, int flags)
{
	struct shmid_kernel *shp;
	struct file *file;
	long ret;

	if (flags & SHM_RND)
		addr &= PAGE_MASK;
	if ((addr & ~PAGE_MASK) || (!addr && (flags & SHM_REMAP)))
		return -EINVAL;
	mutex_lock(&shm_mutex);
	shp = find_segment(id);
	if (shp)
		shp->ds.nattch++;
	mutex_unlock(&shm_mutex);
	if (!shp)
		return -EINVAL;
	file = open_segment(shp, flags);
	ret = IS_ERR(file) ? PTR_ERR(file) : map_segment(file, shp->ds.segsz, addr, flags);
	if (!IS_ERR(file))
		fput(file);
	mutex_lock(&shm_mutex);
	shp->ds.nattch--;
	put_segment(shp);
	mutex_unlock(&shm_mutex);
	return ret;
}

/* Does the VMA show what was attached at @addr? */
static bool attached_at(const struct vm_area_struct *vma, unsigned long addr)
{
	return vma->vm_ops == &shm_vm_ops && (vma->vm_start - addr) >> PAGE_SHIFT == vma->vm_pgoff;
}

/* An attachment can have been cut: all parts of it go, unless they were moved. */
long sys_shmdt(unsigned long addr)
{
	struct mm_struct *mm = current->mm;
	struct vm_area_struct *vma, *next;
	struct file *file = NULL;
	unsigned long end = 0;

	if (addr & ~PAGE_MASK)
		return -EINVAL;
	down_write(&mm->mmap_sem);
	for (vma = find_vma(mm, addr); vma && (!file || vma->vm_end <= end); vma = next) {
		next = vma->vm_next;
		if (!attached_at(vma, addr) || (file && vma->vm_file != file))
			continue;
		file = vma->vm_file;
		end = addr + PAGE_ALIGN((unsigned long)i_size_read(vma->vm_file->f_inode));
		do_munmap(mm, vma->vm_start, vma->vm_end - vma->vm_start);
	}
	up_write(&mm->mmap_sem);
	return file ? 0 : -EINVAL;
}

/* ---- shmctl(2) ---- */

#define IPC_RMID     0
#define IPC_SET      1
#define IPC_STAT     2
#define IPC_INFO     3
#define SHM_LOCK     11
#define SHM_UNLOCK   12
#define SHM_STAT     13
#define SHM_INFO     14
#define SHM_STAT_ANY 15
#define IPC_64       0x100 /* of the command in ipc(2): the structures below, not those of old */

/* IPC_INFO, and SHM_INFO, whose last words are about swap. */
struct shminfo64 {
	u32 shmmax, shmmin, shmmni, shmseg, shmall, unused[4];
};

struct shm_info {
	u32 used_ids, tot, rss, swap[3];
};

/* What user space is told, once shm_mutex, which is taken inside mmap_sem, is released. */
struct answer {
	size_t size;
	union {
		struct shmid64_ds ds;
		struct shminfo64 limits;
		struct shm_info info;
	};
};

/* About all segments: the value is the highest index in use. shm_mutex held. */
static long shm_info(int cmd, struct answer *answer)
{
	struct shm_info info = { .tot = shm_tot };

	for (int i = 0; i <= max_index; i++) {
		info.used_ids += !!segments[i];
		info.rss += segments[i] ? segments[i]->file->f_mapping->nrpages : 0;
	}
	if (cmd == SHM_INFO) {
		answer->size = sizeof(info);
		answer->info = info;
	} else {
		answer->size = sizeof(answer->limits);
		answer->limits =
			(struct shminfo64){ shm_ctlmax, 1, shm_ctlmni, shm_ctlmni, shm_ctlall, {} };
	}
	return max(max_index, 0);
}

/* Commands about one segment; @answer holds what IPC_SET wants. shm_mutex held. */
static long segment_ctl(struct shmid_kernel *shp, int cmd, struct answer *answer)
{
	const struct shmid64_ds *new = &answer->ds;
	struct shmid64_ds *ds = &shp->ds;

	switch (cmd) {
	case SHM_STAT:
	case SHM_STAT_ANY:
	case IPC_STAT:
		answer->size = sizeof(*ds);
		answer->ds = *ds;
		return cmd == IPC_STAT ? 0 : shp->id;
	case IPC_SET:
		if (new->uid == ~0u || new->gid == ~0u)
			return -EINVAL;
		ds->uid = new->uid;
		ds->gid = new->gid;
		ds->mode = (ds->mode & ~S_IRWXUGO) | (new->mode &S_IRWXUGO);
		ds->ctime = now();
		return 0;
	case IPC_RMID:
		ds->mode |= SHM_DEST;
		ds->key = IPC_PRIVATE;
		put_segment(shp);
		return 0;
	case SHM_LOCK:
		ds->mode |= SHM_LOCKED;
		return 0;
	case SHM_UNLOCK:
		ds->mode &= ~SHM_LOCKED;
		return 0;
	default:
		return -EINVAL;
	}
}

long sys_shmctl(int id, int cmd, void *buf)
{
	bool by_index = cmd == SHM_STAT || cmd == SHM_STAT_ANY;
	struct shmid_kernel *shp;
	struct answer answer = { .size = 0 };
	long ret = -EINVAL;

	if (cmd < 0 || id < 0)
		return -EINVAL;
	if (cmd == IPC_SET && copy_from_user(&answer.ds, buf, sizeof(answer.ds)))
		return -EFAULT;
	mutex_lock(&shm_mutex);
	if (cmd == IPC_INFO || cmd == SHM_INFO) {
		ret = shm_info(cmd, &answer);
	} else {
		shp = by_index ? (id < SHMMNI ? segments[id] : NULL) : find_segment(id);
		if (shp)
			ret = segment_ctl(shp, cmd, &answer);
	}
	mutex_unlock(&shm_mutex);
	return copy_to_user(buf, &answer.ds, answer.size) ? -EFAULT : ret;
}

/* ---- ipc(2) ---- */

#define IPCOP_SHMAT  21
#define IPCOP_SHMDT  22
#define IPCOP_SHMGET 23
#define IPCOP_SHMCTL 24

/* Semaphores and messages are not there. */
long sys_ipc(unsigned int call, int first, unsigned long second, unsigned long third, void *ptr)
{
	long ret;

	switch (call & 0xffff) {
	case IPCOP_SHMAT:
		if (call >> 16)
			return call >> 16 == 1 ? -EINVAL : -ENOSYS;
		ret = sys_shmat(first, (unsigned long)ptr, second);
		if (IS_ERR_VALUE(ret))
			return ret;
		return put_user(ret, (unsigned long *)third);
	case IPCOP_SHMDT:
		return sys_shmdt((unsigned long)ptr);
	case IPCOP_SHMGET:
		return sys_shmget(first, second, third);
	case IPCOP_SHMCTL:
		/* The structures of old have not been asked for since Linux 2.4. */
		return second & IPC_64 ? sys_shmctl(first, second & ~IPC_64, ptr) : -EINVAL;
	default:
		return -ENOSYS;
	}
}

/* ---- /proc/sysvipc/shm ---- */

static int show_segments(struct seq_file *m, void *data)
{
	seq_puts(m,
		 "       key      shmid perms       size  cpid  lpid nattch   uid   gid  cuid  cgid"
		 "      atime      dtime      ctime        rss       swap\n");
	mutex_lock(&shm_mutex);
	for (int i = 0; i <= max_index; i++) {
		const struct shmid64_ds *ds = segments[i] ? &segments[i]->ds : NULL;

		if (ds)
			seq_printf(
				m,
				"%10d %10d  %4o %10u %5u %5u  %5u %5u %5u %5u %5u %10llu %10llu %10llu %10lu %10u\n",
				ds->key, segments[i]->id, ds->mode, ds->segsz, ds->cpid, ds->lpid,
				ds->nattch, ds->uid, ds->gid, ds->cuid, ds->cgid, ds->atime,
				ds->dtime, ds->ctime,
				segments[i]->file->f_mapping->nrpages << PAGE_SHIFT, 0);
	}
	mutex_unlock(&shm_mutex);
	return 0;
}

PROC_ENTRIES(shm_entries) = {
	{ .name = "sysvipc/shm", .show = show_segments },
};
