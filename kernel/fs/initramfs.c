/*
 * From the archive that the boot loader brought to files in the root file system. Both unpackers
 * take and give pieces, so nothing but the archive and the files themselves needs memory.
 */
#include "kernel/fs/cpio.h"
#include "kernel/fs/fcntl.h"
#include "kernel/fs/init.h"
#include "kernel/fs/inode.h"
#include "kernel/fs/namei.h"
#include "kernel/lib/err.h"
#include "kernel/lib/inflate.h"
#include "kernel/lib/printk.h"
#include "kernel/lib/string.h"
#include "kernel/sched/clock.h"
#include "mm/slab.h"
#include "mm/vmalloc.h"

#define PIECE (64UL * PAGE_SIZE)

/* A name that later members with the same inode number are links to. */
struct hard_link {
	struct list_head list;
	u32 ino, maj, min;
	char path[];
};

struct unpack {
	struct cpio cpio;
	phys_addr_t start; /* what of the archive is not free memory yet */
	struct list_head links;
	struct file *file; /* being written */
	loff_t pos;
	char *target; /* text of a symbolic link, while it comes */
	size_t target_len;
	u32 mtime;
	char path[CPIO_NAME_MAX + 1]; /* of this member, absolute */
	unsigned int members;
};

/* Names may be "a", "./a" or "/a"; the root of the archive is "." */
static void set_path(struct unpack *u, const char *name)
{
	while (name[0] == '.' && name[1] == '/')
		name += 2;
	u->path[0] = '/';
	strlcpy(u->path + 1, name[0] == '.' && !name[1] ? "" : name, sizeof(u->path) - 1);
}

/* The file exists already, made by an earlier name of it: 1; remembered as the first: 0; -errno. */
static int maybe_link(struct unpack *u, const struct cpio_entry *e)
{
	struct hard_link *l;
	size_t len = strlen(u->path) + 1;

	if (e->nlink < 2)
		return 0;
	list_for_each_entry(l, &u->links, list) {
		int err;

		if (l->ino != e->ino || l->maj != e->maj || l->min != e->min)
			continue;
		if (!strcmp(l->path, u->path))
			return 0;
		WITH_NAME(u->path, do_unlinkat(AT_FDCWD, name));
		err = WITH_NAME(u->path, link_kernel(l->path, name));
		return err ? err : 1;
	}
	l = kmalloc(sizeof(*l) + len, GFP_KERNEL);
	if (!l)
		return -ENOMEM;
	*l = (struct hard_link){ .ino = e->ino, .maj = e->maj, .min = e->min };
	memcpy(l->path, u->path, len);
	list_add(&l->list, &u->links);
	return 0;
}

static int begin_file(struct unpack *u, const struct cpio_entry *e)
{
	int linked = maybe_link(u, e);

	if (linked < 0)
		return linked;
	/* The contents come with one of the names, usually the last. */
	if (linked && !e->filesize)
		return 0;
	u->file = filp_open(u->path, O_WRONLY | O_CREAT | (linked ? 0 : O_TRUNC),
			    e->mode & S_IALLUGO);
	if (IS_ERR(u->file)) {
		int err = PTR_ERR(u->file);

		u->file = NULL;
		return err;
	}
	u->pos = 0;
	return 0;
}

static int begin_symlink(struct unpack *u, const struct cpio_entry *e)
{
	if (e->filesize == 0 || e->filesize >= PATH_MAX)
		return -EINVAL;
	u->target = kmalloc(e->filesize + 1, GFP_KERNEL);
	u->target_len = 0;
	return u->target ? 0 : -ENOMEM;
}

static int begin_member(void *ctx, const struct cpio_entry *e)
{
	struct unpack *u = ctx;
	int err;

	set_path(u, e->name);
	u->mtime = e->mtime;
	u->members++;
	switch (e->mode & S_IFMT) {
	case S_IFREG:
		return begin_file(u, e);
	case S_IFLNK:
		return begin_symlink(u, e);
	case S_IFDIR:
		err = u->path[1] ? WITH_NAME(u->path, do_mkdirat(AT_FDCWD, name, e->mode)) : 0;
		break;
	default:
		err = WITH_NAME(u->path,
				do_mknodat(AT_FDCWD, name, e->mode, MKDEV(e->rmaj, e->rmin)));
	}
	return err == -EEXIST ? 0 : err;
}

static int member_data(void *ctx, const void *buf, size_t len)
{
	struct unpack *u = ctx;
	ssize_t n;

	if (u->target) {
		memcpy(u->target + u->target_len, buf, len);
		u->target_len += len;
	} else if (u->file) {
		n = kernel_write(u->file, u->pos, buf, len);
		if (n < 0 || (size_t)n != len)
			return n < 0 ? n : -ENOSPC;
		u->pos += n;
	}
	return 0;
}

static int end_member(void *ctx)
{
	struct unpack *u = ctx;
	int err = 0;

	if (u->target) {
		u->target[u->target_len] = '\0';
		err = WITH_NAME(u->path, do_symlinkat(u->target, AT_FDCWD, name));
		if (err == -EEXIST)
			err = 0;
		kfree(u->target);
		u->target = NULL;
	}
	if (u->file) {
		u->file->f_inode->i_mtime = (u64)u->mtime * NSEC_PER_SEC;
		fput(u->file);
		u->file = NULL;
	}
	return err;
}

static const struct cpio_ops unpack_ops = {
	.begin = begin_member,
	.data = member_data,
	.end = end_member,
};

static int feed_cpio(void *ctx, const u8 *data, size_t len)
{
	return cpio_feed(ctx, data, len);
}

/* Pieces that were read are free memory for what is written from the next ones: a small machine has no room for both
 * the archive and its files. Lowmem addresses name frames here, above lowmem too: only their distance from PAGE_OFFSET counts. */
static int feed_and_free(struct unpack *u, const u8 *image, size_t size)
{
	size_t len, done;
	int err = 0;

	/* Where there is room for both, the archive becomes free later, in blocks as large as itself. */
	if (nr_free_pages() > 2 * (size >> PAGE_SHIFT))
		return cpio_feed(&u->cpio, image, size);
	for (done = 0; !err && done < size; done += len) {
		len = min_t(size_t, size - done, PIECE - (u->start & ~PAGE_MASK));
		err = cpio_feed(&u->cpio, image + done, len);
		free_reserved_area(__va(u->start), __va(PAGE_ALIGN(u->start + len)));
		u->start += len;
	}
	return err;
}

/* @why is set to what is wrong, where a parser knows it. */
static int unpack_all(struct unpack *u, const u8 *image, size_t size, const char **why)
{
	struct inflate *inflate;
	int err;

	if (is_gzip(image, size)) {
		inflate = vmalloc(sizeof(*inflate));
		if (!inflate)
			return -ENOMEM;
		err = min(gunzip(inflate, image, size, feed_cpio, &u->cpio), 0L);
		*why = inflate->error;
		vfree(inflate);
	} else {
		err = feed_and_free(u, image, size);
	}
	if (!err)
		err = cpio_finish(&u->cpio);
	if (u->cpio.error)
		*why = u->cpio.error;
	return err;
}

static void free_unpack(struct unpack *u)
{
	struct hard_link *l, *next;

	list_for_each_entry_safe(l, next, &u->links, list)
		kfree(l);
	if (u->file)
		fput(u->file);
	kfree(u->target);
	kfree(u);
}

/* *start moves on to what of the archive is not free memory yet. */
static int unpack(const void *image, size_t size, phys_addr_t *start)
{
	struct unpack *u = kzalloc(sizeof(*u), GFP_KERNEL);
	const char *why = NULL;
	int err;

	if (!u)
		return -ENOMEM;
	INIT_LIST_HEAD(&u->links);
	cpio_init(&u->cpio, &unpack_ops, u);
	u->start = *start;
	err = unpack_all(u, image, size, &why);
	if (err)
		pr_err("initramfs: %s at byte %u, in or before \"%s\" (error %d)\n",
		       why ? why : "cannot unpack", u->cpio.offset, u->path, -err);
	else
		pr_info("initramfs: %u members unpacked from %zuK\n", u->members, size >> 10);
	*start = u->start;
	free_unpack(u);
	return err;
}

/* An address for memory that may lie above lowmem: the window that @pages, filled in here, are
 * mapped to. */
static void *map_image(phys_addr_t start, size_t size, struct page ***pages)
{
	unsigned long first = start >> PAGE_SHIFT,
		      nr = PAGE_ALIGN((start & ~PAGE_MASK) + size) >> PAGE_SHIFT;
	char *window;

	*pages = NULL;
	if (first + nr <= max_low_pfn)
		return __va(start);
	*pages = vmalloc(nr * sizeof(**pages));
	if (!*pages)
		return NULL;
	for (unsigned long i = 0; i < nr; i++)
		(*pages)[i] = pfn_to_page(first + i);
	window = vmap(*pages, nr, VM_MAP, PAGE_KERNEL);
	return window ? window + (start & ~PAGE_MASK) : NULL;
}

int unpack_initramfs(phys_addr_t start, size_t size)
{
	const phys_addr_t end = PAGE_ALIGN(start + size);
	struct page **pages;
	void *image = map_image(start, size, &pages);
	int err;

	if (!image) {
		pr_err("initramfs: no room to map %zuK\n", size >> 10);
		vfree(pages);
		return -ENOMEM;
	}
	err = unpack(image, size, &start);
	if (pages) {
		vunmap((void *)((unsigned long)image & PAGE_MASK));
		vfree(pages);
	}
	free_reserved_area(__va(start), __va(end));
	return err;
}
