#include "mm/mmap.h"

#include "kernel/fs/file.h"
#include "kernel/lib/bug.h"
#include "kernel/lib/err.h"
#include "kernel/sched/task.h"
#include "mm/filemap.h"
#include "mm/memory.h"

/* ---- entries ---- */

/* Entries that one table holds at both ends. The old ones are flushed before anybody can see the new. */
static void move_ptes(struct vm_area_struct *vma, pmd_t *old_pmd, unsigned long old_addr,
		      pte_t *new_pte, unsigned long new_addr, unsigned long len)
{
	struct address_space *mapping = vma->vm_file ? vma->vm_file->f_mapping : NULL;
	struct mm_struct *mm = vma->vm_mm;
	unsigned long addr = old_addr;
	pte_t *old_pte = pte_offset_map(old_pmd, old_addr);

	/* A truncation must find each page at one place or the other. */
	if (mapping)
		spin_lock(&mapping->i_mmap_lock);
	spin_lock(&mm->page_table_lock);
	for (; addr < old_addr + len; addr += PAGE_SIZE, new_addr += PAGE_SIZE) {
		if (!pte_none(*old_pte))
			set_pte(new_pte, ptep_get_and_clear(mm, addr, old_pte));
		old_pte++;
		new_pte++;
	}
	flush_tlb_range(vma, old_addr, old_addr + len);
	spin_unlock(&mm->page_table_lock);
	if (mapping)
		spin_unlock(&mapping->i_mmap_lock);
}

/* Moves the entries of @len bytes. Less than @len is returned when there is no memory for a table. */
static unsigned long move_page_tables(struct vm_area_struct *vma, unsigned long old_addr,
				      unsigned long new_addr, unsigned long len)
{
	unsigned long done = 0, step;

	for (; done < len; done += step) {
		unsigned long old = old_addr + done, new = new_addr + done;
		pmd_t *pmd = pmd_lookup(vma->vm_mm, old);
		pte_t *new_pte;

		step = min(PMD_SIZE - (old & ~PMD_MASK), PMD_SIZE - (new & ~PMD_MASK));
		step = min(step, len - done);
		if (!pmd)
			continue;
		new_pte = pte_alloc(vma->vm_mm, new);
		if (!new_pte)
			break;
		move_ptes(vma, pmd, old, new_pte, new, step);
	}
	return done;
}

/* ---- moving a VMA ---- */

/* These name the new place; without FIXED it is a hint. */
#define NEW_PLACE (MREMAP_FIXED | MREMAP_DONTUNMAP)

struct move {
	unsigned long old_addr, old_len;
	unsigned long new_addr, new_len;
	unsigned long flags;
};

/*
 * A VMA at the new place like the one at the old. *pvma is the old one; it can
 * become part of the new by merging, and says so then.
 */
static struct vm_area_struct *copy_vma(struct vm_area_struct **pvma, const struct move *m)
{
	struct vm_area_struct *vma = *pvma, *new, *prev;
	unsigned long end = m->new_addr + m->new_len;
	struct mm_struct *mm = vma->vm_mm;
	/* Anonymous memory has no object: its offset is its address when it gets its first page. */
	pgoff_t pgoff = vma->vm_ops || vma->anon_vma ? linear_page_index(vma, m->old_addr)
						     : m->new_addr >> PAGE_SHIFT;

	find_vma_prev(mm, m->new_addr, &prev);
	new = vma_merge(mm, prev, m->new_addr, end, vma->vm_flags, vma->vm_file, pgoff,
			vma->anon_vma);
	if (new) {
		if (m->old_addr >= new->vm_start && m->old_addr < new->vm_end)
			*pvma = new;
		return new;
	}
	new = vm_area_dup(vma);
	if (!new)
		return NULL;
	new->vm_start = m->new_addr;
	new->vm_end = end;
	new->vm_pgoff = pgoff;
	vma_open(new);
	insert_vm_struct(mm, new);
	return new;
}

static unsigned long move_vma(struct vm_area_struct *vma, const struct move *m)
{
	unsigned long flags = vma->vm_flags, pages = m->new_len >> PAGE_SHIFT, moved;
	unsigned long kept = m->flags & MREMAP_DONTUNMAP ? 0 : m->old_len >> PAGE_SHIFT;
	struct mm_struct *mm = vma->vm_mm;
	struct vm_area_struct *new;

	if (vm_enough_memory(flags, pages - kept))
		return -ENOMEM;
	/* Counted twice until the old range is gone. */
	vm_unacct_memory(flags, -kept);
	/* Three VMAs more at the most until then. */
	new = mm->map_count < sysctl_max_map_count - 3 ? copy_vma(&vma, m) : NULL;
	if (!new) {
		vm_unacct_memory(flags, pages);
		return -ENOMEM;
	}
	vm_stat_account(mm, flags, pages);

	moved = move_page_tables(vma, m->old_addr, m->new_addr, m->old_len);
	if (moved < m->old_len) {
		/* The old tables are still there: this cannot fail. */
		move_page_tables(new, m->new_addr, m->old_addr, moved);
		do_munmap(mm, m->new_addr, m->new_len);
		return -ENOMEM;
	}
	if (new->vm_ops &&new->vm_ops->mremap)
		new->vm_ops->mremap(new);
	if (m->flags & MREMAP_DONTUNMAP) {
		mm->locked_vm -= vma->vm_flags & VM_LOCKED ? vma_pages(vma) : 0;
		vma->vm_flags &= ~VM_LOCKED_MASK;
		if (vma_pages(vma) == m->old_len >> PAGE_SHIFT)
			vma->anon_vma = 0;
	} else {
		/* Without memory for a split the old range stays, empty. */
		do_munmap(mm, m->old_addr, m->old_len);
	}
	return m->new_addr;
}

/* ---- checks ---- */

/* May the mapping at m->old_addr, which is there, have m->new_len? Its VMA, or an error. */
static struct vm_area_struct *vma_to_resize(struct mm_struct *mm, const struct move *m)
{
	struct vm_area_struct *vma = find_vma(mm, m->old_addr);
	unsigned long grow = (m->new_len - m->old_len) >> PAGE_SHIFT;
	bool keep = m->flags & MREMAP_DONTUNMAP;
	pgoff_t pgoff;

	/* Length 0 asks for a second view of the same object; private memory has none. */
	if (!m->old_len && !(vma->vm_flags & VM_MAYSHARE))
		return ERR_PTR(-EINVAL);
	if (keep && (vma->vm_flags & (VM_DONTEXPAND | VM_PFNMAP)))
		return ERR_PTR(-EINVAL);
	if (m->old_len > vma->vm_end - m->old_addr)
		return ERR_PTR(-EFAULT);
	if (keep && !may_expand_vm(mm, vma->vm_flags, m->new_len >> PAGE_SHIFT))
		return ERR_PTR(-ENOMEM);
	if (!grow)
		return vma;
	pgoff = linear_page_index(vma, m->old_addr);
	if (pgoff + (m->new_len >> PAGE_SHIFT) < pgoff)
		return ERR_PTR(-EINVAL);
	if (vma->vm_flags & (VM_DONTEXPAND | VM_PFNMAP))
		return ERR_PTR(-EFAULT);
	if (!may_lock(mm, vma->vm_flags, grow))
		return ERR_PTR(-EAGAIN);
	return may_expand_vm(mm, vma->vm_flags, grow) ? vma : ERR_PTR(-ENOMEM);
}

static unsigned long mremap_to(struct mm_struct *mm, struct move *m)
{
	unsigned long excess = 0, addr;
	struct vm_area_struct *vma;
	int err;

	if (mm->map_count + 2 >= sysctl_max_map_count - 3)
		return -ENOMEM;
	if (m->old_len > m->new_len) {
		excess = m->old_len - m->new_len;
		m->old_len = m->new_len;
	}
	/* Asked before anything is lost; and again, for unmapping can split the VMA. */
	vma = vma_to_resize(mm, m);
	if (IS_ERR(vma))
		return PTR_ERR(vma);
	addr = get_unmapped_area(m->new_addr, m->new_len, m->flags & MREMAP_FIXED ? MAP_FIXED : 0);
	if (IS_ERR_VALUE(addr))
		return addr;
	m->new_addr = addr;
	/* Without FIXED nothing is there. */
	err = do_munmap(mm, addr, m->new_len);
	if (!err && excess)
		err = do_munmap(mm, m->old_addr + m->old_len, excess);
	if (err)
		return err;
	vma = vma_to_resize(mm, m);
	return IS_ERR(vma) ? (unsigned long)PTR_ERR(vma) : move_vma(vma, m);
}

/* Grows a VMA by @delta where it is: where it ended, -ENOMEM, or 0 if something is in the way. */
static unsigned long expand_in_place(struct mm_struct *mm, struct vm_area_struct *vma,
				     unsigned long delta)
{
	unsigned long pages = delta >> PAGE_SHIFT, flags = vma->vm_flags, end = vma->vm_end;

	if (delta > TASK_SIZE - end || (vma->vm_next && vma->vm_next->vm_start < end + delta))
		return 0;
	if (vm_enough_memory(flags, pages))
		return -ENOMEM;
	/* It may meet a neighbour that continues it. One with a close operation just grows. */
	if (!vma_merge(mm, vma, end, end + delta, flags, vma->vm_file, linear_page_index(vma, end),
		       vma->anon_vma))
		vma_set_range(vma, vma->vm_start, end + delta, vma->vm_pgoff);
	vm_stat_account(mm, flags, pages);
	return end;
}

static unsigned long mremap_grow(struct mm_struct *mm, struct move *m)
{
	struct vm_area_struct *vma = vma_to_resize(mm, m);
	unsigned long end = 0;

	if (IS_ERR(vma))
		return PTR_ERR(vma);
	if (m->old_len == vma->vm_end - m->old_addr)
		end = expand_in_place(mm, vma, m->new_len - m->old_len);
	if (end)
		return IS_ERR_VALUE(end) ? end : m->old_addr;
	if (!(m->flags & MREMAP_MAYMOVE))
		return -ENOMEM;
	m->new_addr = get_unmapped_area(0, m->new_len, 0);
	return IS_ERR_VALUE(m->new_addr) ? m->new_addr : move_vma(vma, m);
}

static unsigned long do_mremap(struct mm_struct *mm, struct move *m)
{
	struct vm_area_struct *vma = find_vma(mm, m->old_addr);
	int err = 0;

	if (!vma || vma->vm_start > m->old_addr)
		return -EFAULT;
	if (m->flags & NEW_PLACE)
		return mremap_to(mm, m);
	if (m->old_len < m->new_len)
		return mremap_grow(mm, m);
	if (m->old_len > m->new_len)
		err = do_munmap(mm, m->old_addr + m->new_len, m->old_len - m->new_len);
	return err ? (unsigned long)err : m->old_addr;
}

/* The place that is asked for: whole pages in user space, apart from the old ones. */
static bool place_ok(const struct move *m)
{
	if ((m->new_addr & ~PAGE_MASK) || m->new_len > TASK_SIZE ||
	    m->new_addr > TASK_SIZE - m->new_len)
		return false;
	return m->old_addr + m->old_len <= m->new_addr || m->new_addr + m->new_len <= m->old_addr;
}

long sys_mremap(unsigned long addr, unsigned long old_len, unsigned long new_len,
		unsigned long flags, unsigned long new_addr)
{
	struct move m = { addr, PAGE_ALIGN(old_len), new_addr, PAGE_ALIGN(new_len), flags };
	unsigned long grow = m.new_len > m.old_len ? m.new_len - m.old_len : 0, ret;
	struct mm_struct *mm = current->mm;
	struct vm_area_struct *vma;

	if ((flags & ~(NEW_PLACE | MREMAP_MAYMOVE)) ||
	    ((flags & NEW_PLACE) && (!(flags & MREMAP_MAYMOVE) || !place_ok(&m))) ||
	    ((flags & MREMAP_DONTUNMAP) && old_len != new_len) || (addr & ~PAGE_MASK) || !m.new_len)
		return -EINVAL;

	down_write(&mm->mmap_sem);
	ret = do_mremap(mm, &m);
	vma = IS_ERR_VALUE(ret) ? NULL : find_vma(mm, ret);
	if (!vma || !(vma->vm_flags & VM_LOCKED))
		grow = 0;
	up_write(&mm->mmap_sem);
	if (grow)
		mm_populate(mm, ret + m.new_len - grow, grow, true);
	return ret;
}
