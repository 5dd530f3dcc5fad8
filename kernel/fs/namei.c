/*
 * The path walk. It owns the buffer that holds the path, so a symbolic link is followed by putting
 * its text in front of what is left to walk: no recursion, whatever links to whatever.
 */
#include "kernel/fs/namei.h"

#include "kernel/fs/dentry.h"
#include "kernel/fs/fcntl.h"
#include "kernel/fs/fdtable.h"
#include "kernel/fs/inode.h"
#include "kernel/lib/err.h"
#include "kernel/lib/string.h"
#include "mm/slab.h"
#include "mm/uaccess.h"

#define MAX_LINKS 40 /* links followed in one walk before it is called a loop */

static struct kmem_cache *names_cache;

void namei_init(void)
{
	names_cache = kmem_cache_create("names_cache", PATH_MAX, 0, SLAB_PANIC, NULL);
}

/* ---- paths from outside ---- */

char *getname(const char *path, unsigned int flags)
{
	char *name = kmem_cache_alloc(names_cache, GFP_KERNEL);
	long n;

	if (!name)
		return ERR_PTR(-ENOMEM);
	n = flags & LOOKUP_KERNEL ? (long)strlcpy(name, path, PATH_MAX)
				  : strncpy_from_user(name, path, PATH_MAX);
	if (n > 0 && n < PATH_MAX)
		return name;
	if (n == 0 && (flags & LOOKUP_EMPTY))
		return name;
	putname(name);
	return ERR_PTR(n < 0 ? n : n == 0 ? -ENOENT : -ENAMETOOLONG);
}

void putname(char *name)
{
	kmem_cache_free(names_cache, name);
}

/* ---- steps ---- */

static void step_to(struct nameidata *nd, struct dentry *dentry)
{
	dput(nd->dentry);
	nd->dentry = dentry;
}

static struct dentry *follow_mount(struct dentry *d)
{
	while (d->d_mounted) {
		struct dentry *root;

		spin_lock(&dcache_lock);
		root = d->d_mounted ? dget(d->d_mounted->s_root) : dget(d);
		spin_unlock(&dcache_lock);
		dput(d);
		d = root;
	}
	return d;
}

/* The parent, but never above the task's root. */
static void step_up(struct nameidata *nd)
{
	struct dentry *d = nd->dentry, *root = get_fs_root();

	spin_lock(&dcache_lock);
	while (d != root && d->d_parent == d && d->d_sb->s_covered)
		d = d->d_sb->s_covered;
	d = dget(d == root ? d : d->d_parent);
	spin_unlock(&dcache_lock);
	dput(root);
	step_to(nd, follow_mount(d));
}

struct dentry *lookup_one(struct dentry *dir, const char *name, size_t len)
{
	struct inode *inode = dir->d_inode;
	struct dentry *d;
	int err;

	if (len > NAME_MAX)
		return ERR_PTR(-ENAMETOOLONG);
	if (!inode->i_op->lookup) {
		d = d_lookup(dir, name, len);
		return d ? d : ERR_PTR(-ENOENT);
	}
	d = d_alloc(dir, name, len);
	if (!d)
		return ERR_PTR(-ENOMEM);
	err = inode->i_op->lookup(inode, d);
	if (err) {
		dput(d);
		return ERR_PTR(err);
	}
	return d;
}

/* Walk from the root if the path says so, else from where the walk is. */
static void maybe_absolute(struct nameidata *nd)
{
	if (*nd->rest == '/')
		step_to(nd, get_fs_root());
}

/*
 * @link, found in nd->dentry, is in the way: go where it points, or put its text before the rest of
 * the path. Consumes the reference to @link.
 */
static int follow_link(struct nameidata *nd, struct dentry *link)
{
	struct inode *inode = link->d_inode;
	struct dentry *target;
	char *text;
	int n;

	if (++nd->links > MAX_LINKS) {
		dput(link);
		return -ELOOP;
	}
	if (inode->i_op->follow_link) {
		target = inode->i_op->follow_link(link);
		dput(link);
		if (IS_ERR(target))
			return PTR_ERR(target);
		step_to(nd, target);
		nd->jumped = true;
		return 0;
	}
	text = kmem_cache_alloc(names_cache, GFP_KERNEL);
	if (!text) {
		dput(link);
		return -ENOMEM;
	}
	n = inode->i_op->readlink(link, text, PATH_MAX);
	if (n >= 0)
		n = n ? path_splice(nd->buf, PATH_MAX, nd->rest, text, n) : -ENOENT;
	putname(text);
	dput(link);
	nd->rest = nd->buf;
	if (!n)
		maybe_absolute(nd);
	return n;
}

static int must_be_directory(const struct nameidata *nd)
{
	return S_ISDIR(nd->dentry->d_inode->i_mode) ? 0 : -ENOTDIR;
}

/* Make one component the walk's place, mounts and (if @follow) links followed. */
static int walk_component(struct nameidata *nd, const struct path_part *part, bool follow)
{
	struct dentry *d;

	if (part->kind == PATH_DOT)
		return 0;
	if (part->kind == PATH_DOTDOT) {
		step_up(nd);
		return 0;
	}
	d = lookup_one(nd->dentry, part->name, part->len);
	if (IS_ERR(d))
		return PTR_ERR(d);
	d = follow_mount(d);
	if (follow && S_ISLNK(d->d_inode->i_mode))
		return follow_link(nd, d);
	step_to(nd, d);
	return 0;
}

/* Walk all but the last component. */
static int walk_parent(struct nameidata *nd)
{
	nd->jumped = false;
	for (;;) {
		const char *after = path_next(nd->rest, &nd->last);
		int err = nd->last.kind == PATH_END && !nd->last.slash ? 0 : must_be_directory(nd);

		if (err)
			return err;
		if (nd->last.last)
			return nd->last.len > NAME_MAX ? -ENAMETOOLONG : 0;
		nd->rest = after;
		nd->jumped = false;
		err = walk_component(nd, &nd->last, true);
		if (err)
			return err;
	}
}

int walk_last(struct nameidata *nd, unsigned int flags)
{
	for (;;) {
		struct path_part last = nd->last;
		bool links = (flags & LOOKUP_FOLLOW) || last.slash;
		int followed = nd->links, err;

		if (last.kind == PATH_END)
			break;
		nd->rest = last.name + last.len;
		nd->jumped = false;
		err = walk_component(nd, &last, links);
		if (err)
			return err;
		if (nd->links == followed || nd->jumped) {
			if (last.slash && must_be_directory(nd))
				return -ENOTDIR;
			break;
		}
		err = walk_parent(nd);
		if (err)
			return err;
	}
	return flags & LOOKUP_DIRECTORY ? must_be_directory(nd) : 0;
}

static int walk_init(struct nameidata *nd, int dfd, char *name)
{
	struct file *file;

	memset(nd, 0, sizeof(*nd));
	nd->buf = name;
	nd->rest = name;
	if (*name == '/') {
		nd->dentry = get_fs_root();
	} else if (dfd == AT_FDCWD) {
		nd->dentry = get_fs_pwd();
	} else {
		file = fget_raw(dfd);
		if (!file)
			return -EBADF;
		nd->dentry = dget(file->f_dentry);
		fput(file);
		if (*name && must_be_directory(nd)) {
			dput(nd->dentry);
			return -ENOTDIR;
		}
	}
	return 0;
}

int walk_begin(struct nameidata *nd, int dfd, char *name)
{
	int err = walk_init(nd, dfd, name);

	if (err)
		return err;
	err = walk_parent(nd);
	if (err)
		walk_end(nd);
	return err;
}

void walk_end(struct nameidata *nd)
{
	dput(nd->dentry);
}

/* ---- whole walks ---- */

struct dentry *user_path_at(int dfd, const char *path, unsigned int flags)
{
	char *name = getname(path, flags);
	struct nameidata nd;
	int err;

	if (IS_ERR(name))
		return ERR_CAST(name);
	err = walk_begin(&nd, dfd, name);
	if (!err) {
		err = walk_last(&nd, flags);
		if (err)
			walk_end(&nd);
	}
	putname(name);
	return err ? ERR_PTR(err) : nd.dentry;
}

struct dentry *kern_path(const char *path, unsigned int flags)
{
	return user_path_at(AT_FDCWD, path, flags | LOOKUP_KERNEL);
}
