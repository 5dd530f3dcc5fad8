#include "mm/mmap.h"

#include "kernel/fs/file.h"
#include "kernel/lib/bug.h"
#include "kernel/lib/err.h"
#include "kernel/sched/task.h"
#include "mm/filemap.h"
#include "mm/memory.h"
#include "mm/shmem.h"
#include "mm/uaccess.h"

/* The largest file there can be: its last page has the last pgoff_t but one. */
#define MAX_FILE_BYTES ((u64)ULONG_MAX << PAGE_SHIFT)

/* All flags that mmap knew before MAP_SHARED_VALIDATE made unknown ones an error. */
#define LEGACY_MAP_MASK                                                                          \
	(MAP_SHARED | MAP_PRIVATE | MAP_FIXED | MAP_ANONYMOUS | MAP_GROWSDOWN | MAP_DENYWRITE |  \
	 MAP_EXECUTABLE | MAP_LOCKED | MAP_NORESERVE | MAP_POPULATE | MAP_NONBLOCK | MAP_STACK | \
	 MAP_HUGETLB | MAP_HUGE_SIZES)

/* A call of mmap: as it came, then completed step by step while it is checked. */
struct mmap_request {
	struct file *file;
	unsigned long addr, len;
	unsigned long prot, flags;
	pgoff_t pgoff;
	unsigned long vm_flags;
};

/* ---- where ---- */

static unsigned long find_area(struct mm_struct *mm, unsigned long addr, unsigned long len)
{
	/* The first page is nobody's, whatever is allowed to those who ask for it. */
	unsigned long low = PAGE_ALIGN(max(mmap_min_addr, PAGE_SIZE));
	struct vm_area_struct *vma;

	if (low > TASK_SIZE || len > TASK_SIZE - low)
		return -ENOMEM;
	if (addr) {
		addr = PAGE_ALIGN(addr);
		vma = find_vma(mm, addr);
		if (addr <= TASK_SIZE - len && addr >= mmap_min_addr &&
		    (!vma || addr + len <= vm_start_gap(vma)))
			return addr;
	}
	addr = unmapped_area_topdown(mm, len, low, mm->mmap_base);
	/* Nothing is left below: then above, next to the stack. */
	return IS_ERR_VALUE(addr) ? unmapped_area_topdown(mm, len, low, TASK_SIZE) : addr;
}

unsigned long get_unmapped_area(unsigned long addr, unsigned long len, unsigned long flags)
{
	if (len > TASK_SIZE)
		return -ENOMEM;
	if (!(flags & MAP_FIXED))
		addr = find_area(current->mm, addr, len);
	if (IS_ERR_VALUE(addr))
		return addr;
	if (addr > TASK_SIZE - len)
		return -ENOMEM;
	if (addr & ~PAGE_MASK)
		return -EINVAL;
	return addr < mmap_min_addr ? (unsigned long)-EPERM : addr;
}

/* Length, offset and place. After this addr is where the mapping will be. */
static int check_range(struct mm_struct *mm, struct mmap_request *req)
{
	if (!req->len)
		return -EINVAL;
	if (req->flags & MAP_FIXED_NOREPLACE)
		req->flags |= MAP_FIXED;
	if (!(req->flags & MAP_FIXED)) {
		req->addr &= PAGE_MASK;
		if (req->addr && req->addr < mmap_min_addr)
			req->addr = mmap_min_addr;
	}
	req->len = PAGE_ALIGN(req->len);
	if (!req->len)
		return -ENOMEM;
	if (req->pgoff + (req->len >> PAGE_SHIFT) < req->pgoff)
		return -EOVERFLOW;
	if (mm->map_count > sysctl_max_map_count)
		return -ENOMEM;
	req->addr = get_unmapped_area(req->addr, req->len, req->flags);
	if (IS_ERR_VALUE(req->addr))
		return (int)req->addr;
	if ((req->flags & MAP_FIXED_NOREPLACE) &&
	    find_vma_intersection(mm, req->addr, req->addr + req->len))
		return -EEXIST;
	return 0;
}

/* ---- rights ---- */

/* Can the object be so long? Offsets of devices are a word of bytes, of files more. */
static bool file_range_ok(const struct mmap_request *req)
{
	u64 max = req->file->f_mapping ? MAX_FILE_BYTES : ULONG_MAX;

	if (req->file->f_mode & FMODE_UNSIGNED_OFFSET)
		return true;
	return req->pgoff <= (max - req->len) >> PAGE_SHIFT;
}

static int check_file(struct mmap_request *req)
{
	bool writable = req->file->f_mode & FMODE_WRITE;
	unsigned long type = req->flags & MAP_TYPE;

	if (!file_range_ok(req))
		return -EOVERFLOW;
	if (type == MAP_SHARED_VALIDATE && (req->flags & ~LEGACY_MAP_MASK & ~MAP_TYPE))
		return -EOPNOTSUPP;
	if (type == MAP_SHARED || type == MAP_SHARED_VALIDATE) {
		if ((req->prot & PROT_WRITE) && !writable)
			return -EACCES;
		req->vm_flags |= VM_MAYSHARE | (writable ? VM_SHARED : 0);
		if (!writable)
			req->vm_flags &= ~VM_MAYWRITE;
	} else if (type != MAP_PRIVATE) {
		return -EINVAL;
	}
	if ((req->vm_flags & VM_SHARED) && req->file->f_mapping &&
	    (req->file->f_mapping->seals & F_SEAL_ANY_WRITE)) {
		if (req->prot & PROT_WRITE)
			return -EPERM;
		req->vm_flags &= ~VM_MAYWRITE;
	}
	if (!(req->file->f_mode & FMODE_READ))
		return -EACCES;
	if (file_noexec(req->file)) {
		if (req->prot & PROT_EXEC)
			return -EPERM;
		req->vm_flags &= ~VM_MAYEXEC;
	}
	if (!req->file->f_op->mmap)
		return -ENODEV;
	return (req->vm_flags & VM_GROWSDOWN) ? -EINVAL : 0;
}

static int check_anonymous(struct mmap_request *req)
{
	switch (req->flags & MAP_TYPE) {
	case MAP_SHARED:
		if (req->vm_flags & VM_GROWSDOWN)
			return -EINVAL;
		req->pgoff = 0;
		req->vm_flags |= VM_SHARED | VM_MAYSHARE;
		return 0;
	case MAP_PRIVATE:
		req->pgoff = req->addr >> PAGE_SHIFT;
		return 0;
	default:
		return -EINVAL;
	}
}

static int check_rights(struct mm_struct *mm, struct mmap_request *req)
{
	/* PROT_READ, WRITE, EXEC are VM_READ, WRITE, EXEC; so is GROWSDOWN. */
	req->vm_flags = (req->prot & (VM_READ | VM_WRITE | VM_EXEC)) | (req->flags & VM_GROWSDOWN) |
			mm->def_flags | VM_MAYREAD | VM_MAYWRITE | VM_MAYEXEC;
	if (req->flags & MAP_LOCKED)
		req->vm_flags |= VM_LOCKED;
	if ((req->flags & MAP_LOCKED) && !can_do_mlock())
		return -EPERM;
	if (!may_lock(mm, req->vm_flags, req->len >> PAGE_SHIFT))
		return -EAGAIN;
	if ((req->flags & MAP_NORESERVE) && sysctl_overcommit_memory != OVERCOMMIT_NEVER)
		req->vm_flags |= VM_NORESERVE;
	return req->file ? check_file(req) : check_anonymous(req);
}

/* ---- unmapping ---- */

/* Entries and page tables of [start, end), for the VMAs from @first on, which are in no tree; @prev is below them. */
static void unmap_region(struct mm_struct *mm, struct vm_area_struct *first,
			 struct vm_area_struct *prev, unsigned long start, unsigned long end)
{
	struct vm_area_struct *next = prev ? prev->vm_next : mm->mmap;

	zap_page_range(first, start, end);
	free_pgtables(mm, start, end, prev ? prev->vm_end : 0, next ? next->vm_start : 0);
}

/*
 * Cuts VMAs at @start and @end if one straddles them. *first is the first VMA of
 * the range, before and after. Only a hole in the middle of one VMA adds to the
 * number of VMAs for good.
 */
static int split_edges(struct mm_struct *mm, struct vm_area_struct **first, unsigned long start,
		       unsigned long end)
{
	struct vm_area_struct *vma = *first, *last;

	if (start > vma->vm_start) {
		if (end < vma->vm_end && mm->map_count >= sysctl_max_map_count)
			return -ENOMEM;
		if (__split_vma(mm, vma, start, false))
			return -ENOMEM;
		vma = vma->vm_next;
		*first = vma;
	}
	last = end <= vma->vm_end ? vma : find_vma(mm, end - 1);
	/* Halves below the cut are new: a VMA found before stays the upper one. */
	if (last && last->vm_start < end && last->vm_end > end) {
		if (__split_vma(mm, last, end, true))
			return -ENOMEM;
		if (last == vma)
			*first = last->vm_prev;
	}
	return 0;
}

int do_munmap(struct mm_struct *mm, unsigned long start, size_t len)
{
	struct vm_area_struct *vma, *prev;
	unsigned long end;
	int err;

	if ((start & ~PAGE_MASK) || start > TASK_SIZE || len > TASK_SIZE - start)
		return -EINVAL;
	len = PAGE_ALIGN(len);
	end = start + len;
	if (!len)
		return -EINVAL;

	vma = find_vma_intersection(mm, start, end);
	if (!vma)
		return 0;
	err = split_edges(mm, &vma, start, end);
	if (err)
		return err;
	prev = vma->vm_prev;
	vma = detach_vmas(mm, vma, end);
	unmap_region(mm, vma, prev, start, end);
	for (; vma; vma = remove_vma(vma)) {
		vm_stat_account(mm, vma->vm_flags, -(long)vma_pages(vma));
		vm_unacct_memory(vma->vm_flags, vma_pages(vma));
	}
	return 0;
}

/* ---- the change ---- */

unsigned long count_pages_in(struct mm_struct *mm, unsigned long start, unsigned long end,
			     unsigned long flags)
{
	struct vm_area_struct *vma = find_vma_intersection(mm, start, end);
	unsigned long bytes = 0;

	for (; vma && vma->vm_start < end; vma = vma->vm_next)
		if (vma->vm_flags & flags)
			bytes += min(vma->vm_end, end) - max(vma->vm_start, start);
	return bytes >> PAGE_SHIFT;
}

/* Address space and memory for the new mapping, and nothing else in its place. */
static int make_room(struct mm_struct *mm, struct mmap_request *req)
{
	unsigned long end = req->addr + req->len, pages = req->len >> PAGE_SHIFT;

	if (!may_expand_vm(mm, req->vm_flags, pages) &&
	    !may_expand_vm(mm, req->vm_flags, pages - count_pages_in(mm, req->addr, end, ~0UL)))
		return -ENOMEM;
	if ((req->flags & MAP_FIXED) && do_munmap(mm, req->addr, req->len))
		return -ENOMEM;
	/* Private memory that is written is its task's own. */
	if ((req->vm_flags & (VM_WRITE | VM_SHARED | VM_NORESERVE)) == VM_WRITE)
		req->vm_flags |= VM_ACCOUNT;
	return vm_enough_memory(req->vm_flags, pages);
}

/* What stands behind a new VMA: a driver, a file, an object of its own, or nothing. */
static int attach_object(struct vm_area_struct *vma, struct file *file)
{
	if (file) {
		vma->vm_file = file;
		get_file(file);
		return file->f_op->mmap(file, vma);
	}
	return vma->vm_flags & VM_SHARED ? shmem_zero_setup(vma) : 0;
}

static int add_vma(struct mm_struct *mm, struct mmap_request *req, struct vm_area_struct *prev)
{
	struct vm_area_struct *vma = vm_area_alloc(mm);
	int err;

	if (!vma)
		return -ENOMEM;
	vma->vm_start = req->addr;
	vma->vm_end = req->addr + req->len;
	vma->vm_flags = req->vm_flags;
	vma->vm_page_prot = vm_get_page_prot(req->vm_flags);
	vma->vm_pgoff = req->pgoff;
	err = attach_object(vma, req->file);
	if (err)
		goto undo;
	if (vma->vm_flags & VM_SPECIAL)
		vma->vm_flags &= ~VM_LOCKED_MASK;
	req->vm_flags = vma->vm_flags;
	insert_vm_struct(mm, vma);
	return 0;

undo:
	/* A driver may have entered some pages before it failed. */
	unmap_region(mm, vma, prev, vma->vm_start, vma->vm_end);
	if (vma->vm_file)
		fput(vma->vm_file);
	vm_area_free(vma);
	return err;
}

struct vm_area_struct *install_special_mapping(struct mm_struct *mm, unsigned long len,
					       unsigned long vm_flags,
					       const struct vm_operations_struct *ops)
{
	unsigned long addr = get_unmapped_area(0, len, 0);
	struct vm_area_struct *vma;

	if (IS_ERR_VALUE(addr) || !(vma = vm_area_alloc(mm)))
		return ERR_PTR(-ENOMEM);
	vma->vm_start = addr;
	vma->vm_end = addr + len;
	vma->vm_flags = vm_flags | VM_DONTEXPAND;
	vma->vm_page_prot = vm_get_page_prot(vm_flags);
	vma->vm_ops = ops;
	insert_vm_struct(mm, vma);
	vm_stat_account(mm, vm_flags, len >> PAGE_SHIFT);
	return vma;
}

static unsigned long mmap_region(struct mm_struct *mm, struct mmap_request *req)
{
	unsigned long end = req->addr + req->len, pages = req->len >> PAGE_SHIFT;
	struct vm_area_struct *next, *prev;
	int err = make_room(mm, req);

	if (err)
		return err;
	next = __find_vma(mm, req->addr);
	prev = next ? next->vm_prev : last_vma(mm);
	/* The neighbours take the range if it is like them; an object of its own is like nothing. */
	if ((!req->file && (req->vm_flags & VM_SHARED)) ||
	    !vma_merge(mm, prev, req->addr, end, req->vm_flags, req->file, req->pgoff, 0)) {
		err = add_vma(mm, req, prev);
		if (err) {
			vm_unacct_memory(req->vm_flags, pages);
			return err;
		}
	}
	vm_stat_account(mm, req->vm_flags, pages);
	return req->addr;
}

unsigned long do_mmap_pgoff(struct file *file, unsigned long addr, unsigned long len,
			    unsigned long prot, unsigned long flags, unsigned long pgoff)
{
	struct mmap_request req = { file, addr, len, prot, flags, pgoff, 0 };
	struct mm_struct *mm = current->mm;
	int err = check_range(mm, &req);

	if (!err)
		err = check_rights(mm, &req);
	if (err)
		return err;
	addr = mmap_region(mm, &req);
	/* A seal that came while we slept did not see this mapping: so it comes first. */
	if (!IS_ERR_VALUE(addr) && file && file->f_mapping &&
	    (file->f_mapping->seals & F_SEAL_WRITE) && is_shared_maywrite(req.vm_flags)) {
		do_munmap(mm, addr, req.len);
		return -EPERM;
	}
	return addr;
}

unsigned long vm_mmap_pgoff(struct file *file, unsigned long addr, unsigned long len,
			    unsigned long prot, unsigned long flags, unsigned long pgoff)
{
	struct mm_struct *mm = current->mm;
	bool populate;

	down_write(&mm->mmap_sem);
	addr = do_mmap_pgoff(file, addr, len, prot, flags, pgoff);
	populate = (flags & (MAP_POPULATE | MAP_NONBLOCK)) == MAP_POPULATE ||
		   (flags & MAP_LOCKED) || (mm->def_flags & VM_LOCKED);
	up_write(&mm->mmap_sem);
	if (unlikely(populate) && !IS_ERR_VALUE(addr))
		mm_populate(mm, addr, PAGE_ALIGN(len), true);
	return addr;
}

/* ---- the system calls ---- */

long sys_mmap2(unsigned long addr, unsigned long len, unsigned long prot, unsigned long flags,
	       unsigned long fd, unsigned long pgoff)
{
	struct file *file = NULL;

	if (!(flags & MAP_ANONYMOUS)) {
		file = fget(fd);
		if (!file)
			return -EBADF;
	}
	if (flags & MAP_HUGETLB) /* there are no huge pages to give */
		addr = -EINVAL;
	else
		addr = vm_mmap_pgoff(file, addr, len, prot, flags, pgoff);
	if (file)
		fput(file);
	return addr;
}

struct mmap_arg_struct {
	unsigned long addr, len, prot, flags, fd, offset;
};

long sys_old_mmap(struct mmap_arg_struct *arg)
{
	struct mmap_arg_struct a;

	if (copy_from_user(&a, arg, sizeof(a)))
		return -EFAULT;
	if (a.offset & ~PAGE_MASK)
		return -EINVAL;
	return sys_mmap2(a.addr, a.len, a.prot, a.flags, a.fd, a.offset >> PAGE_SHIFT);
}

long sys_munmap(unsigned long addr, unsigned long len)
{
	struct mm_struct *mm = current->mm;
	int err;

	down_write(&mm->mmap_sem);
	err = do_munmap(mm, addr, len);
	up_write(&mm->mmap_sem);
	return err;
}

/* ---- the heap ---- */

/* May the heap end at @brk? Data and heap together are what RLIMIT_DATA limits. */
static bool brk_within_limits(struct mm_struct *mm, unsigned long brk)
{
	unsigned long limit = rlimit(RLIMIT_DATA);

	if (brk < mm->start_brk || brk > TASK_SIZE)
		return false;
	return limit == RLIM_INFINITY ||
	       (brk - mm->start_brk) + (mm->end_data - mm->start_data) <= limit;
}

static bool grow_heap(struct mm_struct *mm, unsigned long old_end, unsigned long new_end)
{
	struct vm_area_struct *next = find_vma(mm, old_end);

	if (next && new_end + PAGE_SIZE > vm_start_gap(next))
		return false;
	return !IS_ERR_VALUE(do_mmap_pgoff(NULL, old_end, new_end - old_end, PROT_READ | PROT_WRITE,
					   MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, 0));
}

/* Moves the end of the heap; false if it must stay. mmap_sem held for writing. */
static bool set_brk(struct mm_struct *mm, unsigned long brk)
{
	unsigned long old_end = PAGE_ALIGN(mm->brk), new_end = PAGE_ALIGN(brk);

	if (!brk_within_limits(mm, brk))
		return false;
	if (new_end < old_end && do_munmap(mm, new_end, old_end - new_end))
		return false;
	if (new_end > old_end && !grow_heap(mm, old_end, new_end))
		return false;
	mm->brk = brk;
	return true;
}

long sys_brk(unsigned long brk)
{
	struct mm_struct *mm = current->mm;
	unsigned long old_end, end;
	bool populate;

	down_write(&mm->mmap_sem);
	old_end = PAGE_ALIGN(mm->brk);
	populate = set_brk(mm, brk) && (mm->def_flags & VM_LOCKED);
	brk = mm->brk;
	end = PAGE_ALIGN(brk);
	up_write(&mm->mmap_sem);
	if (unlikely(populate) && end > old_end)
		mm_populate(mm, old_end, end - old_end, true);
	return brk;
}
