#include "kernel/fs/dentry.h"

#include "kernel/fs/inode.h"
#include "kernel/fs/path.h"
#include "kernel/lib/bug.h"
#include "kernel/lib/err.h"
#include "kernel/lib/string.h"
#include "mm/slab.h"

#define DENTRY_HASH 512 /* chains */

DEFINE_MUTEX(namespace_mutex);
DEFINE_SPINLOCK(dcache_lock);

static struct hlist_head dentry_hash[DENTRY_HASH];
static struct kmem_cache *dentry_cache;

void dcache_init(void)
{
	dentry_cache = kmem_cache_create("dentry", sizeof(struct dentry), 0, SLAB_PANIC, NULL);
}

static struct hlist_head *chain(const struct dentry *parent, u32 namehash)
{
	return &dentry_hash[(namehash ^ (unsigned long)parent >> 6) % DENTRY_HASH];
}

/* Give it a copy of @name. The old one is the caller's to free. */
static int set_name(struct dentry *d, const char *name, size_t len)
{
	char *copy = kmalloc(len + 1, GFP_KERNEL);

	if (!copy)
		return -ENOMEM;
	memcpy(copy, name, len);
	copy[len] = '\0';
	d->d_name = copy;
	d->d_len = len;
	d->d_namehash = path_hash(name, len);
	return 0;
}

struct dentry *d_alloc(struct dentry *parent, const char *name, size_t len)
{
	struct dentry *d = kmem_cache_zalloc(dentry_cache, GFP_KERNEL);

	if (!d)
		return NULL;
	if (set_name(d, name, len)) {
		kmem_cache_free(dentry_cache, d);
		return NULL;
	}
	atomic_set(&d->d_count, 1);
	INIT_HLIST_NODE(&d->d_hash);
	INIT_LIST_HEAD(&d->d_child);
	INIT_LIST_HEAD(&d->d_subdirs);
	d->d_next_off = 2; /* after . and .. */
	d->d_parent = parent ? dget(parent) : d;
	d->d_sb = parent ? parent->d_sb : NULL;
	return d;
}

struct dentry *d_alloc_root(struct super_block *sb, struct inode *inode, const char *name)
{
	struct dentry *d = inode ? d_alloc(NULL, name, strlen(name)) : NULL;

	if (d) {
		d->d_sb = sb;
		d->d_inode = inode;
	} else if (inode) {
		iput(inode);
	}
	return d;
}

/* dcache_lock held. */
static void link_in(struct dentry *d)
{
	hlist_add_head(&d->d_hash, chain(d->d_parent, d->d_namehash));
	d->d_off = d->d_parent->d_next_off++;
	list_add_tail(&d->d_child, &d->d_parent->d_subdirs);
}

static void link_out(struct dentry *d)
{
	hlist_del_init(&d->d_hash);
	list_del_init(&d->d_child);
}

void d_add(struct dentry *dentry)
{
	dget(dentry);
	spin_lock(&dcache_lock);
	link_in(dentry);
	spin_unlock(&dcache_lock);
}

void d_drop(struct dentry *dentry)
{
	spin_lock(&dcache_lock);
	link_out(dentry);
	spin_unlock(&dcache_lock);
	dput(dentry);
}

int d_move(struct dentry *dentry, struct dentry *parent, const char *name, size_t len)
{
	struct dentry *old_parent = dentry->d_parent;
	const char *old = dentry->d_name;
	struct dentry renamed;

	if (set_name(&renamed, name, len))
		return -ENOMEM;
	dget(parent);
	spin_lock(&dcache_lock);
	link_out(dentry);
	dentry->d_name = renamed.d_name;
	dentry->d_len = renamed.d_len;
	dentry->d_namehash = renamed.d_namehash;
	dentry->d_parent = parent;
	link_in(dentry);
	spin_unlock(&dcache_lock);
	kfree(old);
	dput(old_parent);
	return 0;
}

struct dentry *d_lookup(struct dentry *parent, const char *name, size_t len)
{
	u32 hash = path_hash(name, len);
	struct dentry *d;

	spin_lock(&dcache_lock);
	hlist_for_each_entry(d, chain(parent, hash), d_hash) {
		if (d->d_namehash == hash && d->d_parent == parent && d->d_len == len &&
		    !memcmp(d->d_name, name, len)) {
			dget(d);
			break;
		}
	}
	spin_unlock(&dcache_lock);
	return d;
}

void dput(struct dentry *dentry)
{
	while (dentry && atomic_dec_and_test(&dentry->d_count)) {
		struct dentry *parent = dentry->d_parent;

		BUG_ON(!hlist_unhashed(&dentry->d_hash));
		if (dentry->d_inode)
			iput(dentry->d_inode);
		kfree(dentry->d_name);
		if (parent == dentry)
			parent = NULL;
		kmem_cache_free(dentry_cache, dentry);
		dentry = parent;
	}
}

/* One step up, out of a mounted file system where need be; NULL at the top of everything. */
static struct dentry *up(const struct dentry *d)
{
	if (d->d_parent != d)
		return d->d_parent;
	return d->d_sb ? d->d_sb->s_covered : NULL;
}

bool is_subdir(const struct dentry *dentry, const struct dentry *ancestor)
{
	while (dentry && dentry != ancestor)
		dentry = up(dentry);
	return dentry != NULL;
}

/* Put text in front of what begins at @p, staying above @buf. Where it begins now; NULL: no room, now or before. */
static char *prepend(char *buf, char *p, const char *text, size_t len)
{
	if (!p || (size_t)(p - buf) < len)
		return NULL;
	return memcpy(p - len, text, len);
}

/* A dentry of no directory: a pipe, an anonymous file. Its name is all there is to say. */
static bool is_anonymous(const struct dentry *d)
{
	return d->d_parent == d && d->d_sb->s_root != d;
}

/* Shared anonymous memory: Linux shows it as a file without links. */
static bool is_nameless_file(const struct dentry *d)
{
	return is_anonymous(d) && d->d_inode && !d->d_inode->i_nlink;
}

static char *prepend_path(const struct dentry *d, const struct dentry *root, char *buf, char *p)
{
	const char *end = p;

	for (; d && d != root; d = up(d)) {
		if (d->d_parent == d)
			continue; /* a mounted root bears the name of the directory it covers */
		p = prepend(buf, p, d->d_name, d->d_len);
		p = prepend(buf, p, "/", 1);
	}
	return p == end ? prepend(buf, p, "/", 1) : p;
}

char *d_path(struct dentry *dentry, struct dentry *root, char *buf, size_t size, bool mark_deleted)
{
	char *p = buf + size;

	spin_lock(&dcache_lock);
	p = prepend(buf, p, "", 1);
	if (mark_deleted && (d_unlinked(dentry) || is_nameless_file(dentry)) &&
	    !dentry->d_sb->s_type->unpinned)
		p = prepend(buf, p, " (deleted)", 10);
	if (is_anonymous(dentry))
		p = prepend(buf, p, dentry->d_name, dentry->d_len);
	else
		p = prepend_path(dentry, root, buf, p);
	spin_unlock(&dcache_lock);
	return p ? p : ERR_PTR(-ENAMETOOLONG);
}
