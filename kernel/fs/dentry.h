/*
 * Dentries: names. They form one tree; where a file system is mounted, the walk steps from the
 * hidden directory to the root of what hides it. A name of ramfs or devfs is pinned by the tree
 * until unlink; a name of procfs exists while somebody holds it.
 *
 * dcache_lock guards links, hash, names and parents. Changing the tree (create, unlink, rename,
 * mount) also wants namespace_mutex, so whoever holds it sees a tree that stands still.
 */
#ifndef KERNEL_FS_DENTRY_H
#define KERNEL_FS_DENTRY_H

#include "kernel/lib/list.h"
#include "kernel/lib/types.h"
#include "kernel/sched/mutex.h"
#include "kernel/sched/spinlock.h"
#include "kernel/x86/atomic.h"

struct inode;
struct super_block;

struct dentry {
	atomic_t d_count;
	struct inode *d_inode;   /* NULL: no such file (only inside lookup and create) */
	struct dentry *d_parent; /* with a reference; itself for a root */
	struct super_block *d_sb;
	struct super_block *d_mounted; /* what is mounted on it, or NULL */
	struct hlist_node d_hash;      /* by parent and name; unhashed: not in the tree */
	struct list_head d_child;      /* in d_parent->d_subdirs, in the order they came */
	struct list_head d_subdirs;
	u32 d_off;      /* its place for getdents: rises along d_subdirs */
	u32 d_next_off; /* for the next child */
	u32 d_namehash;
	u32 d_len;
	const char *d_name; /* kmalloc'ed */
};

extern spinlock_t dcache_lock;
extern struct mutex namespace_mutex;

void dcache_init(void);

/* A dentry in no tree, with one reference; takes one on @parent (NULL: a root). NULL without
 * memory. */
struct dentry *d_alloc(struct dentry *parent, const char *name, size_t len);

/*
 * A dentry of @sb above which there is nothing: its root, "/", or the name of a file that no directory
 * knows. Consumes the reference to @inode (NULL: there was no memory), also when it fails with NULL.
 */
struct dentry *d_alloc_root(struct super_block *sb, struct inode *inode, const char *name);

/* Link it into its parent, pinned there. namespace_mutex held. */
void d_add(struct dentry *dentry);

/* Take it out of the tree and drop the pin. namespace_mutex held; the caller has its own reference.
 */
void d_drop(struct dentry *dentry);

/* Move it to another name, maybe in another directory. 0 or -ENOMEM. namespace_mutex held. */
int d_move(struct dentry *dentry, struct dentry *parent, const char *name, size_t len);

/* The child of that name with a reference, or NULL. */
struct dentry *d_lookup(struct dentry *parent, const char *name, size_t len);

static inline struct dentry *dget(struct dentry *dentry)
{
	atomic_inc(&dentry->d_count);
	return dentry;
}

/* One reference less (NULL allowed); the last one frees it and lets go of inode and parent. */
void dput(struct dentry *dentry);

static inline bool d_unlinked(const struct dentry *dentry)
{
	return hlist_unhashed(&dentry->d_hash) && dentry->d_parent != dentry;
}

/* Is @dentry @ancestor itself or somewhere below it? Mount points are crossed. namespace_mutex
 * held. */
bool is_subdir(const struct dentry *dentry, const struct dentry *ancestor);

/*
 * Absolute path of @dentry as seen from @root, built at the end of @buf of @size bytes. "
 * (deleted)" is added when @mark_deleted and the name is gone. Returns its beginning, or
 * ERR_PTR(-ENAMETOOLONG).
 */
char *d_path(struct dentry *dentry, struct dentry *root, char *buf, size_t size, bool mark_deleted);

#endif
