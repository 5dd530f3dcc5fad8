#include "kernel/fs/init.h"

#include "kernel/fs/anon.h"
#include "kernel/fs/dentry.h"
#include "kernel/fs/devfs.h"
#include "kernel/fs/fdtable.h"
#include "kernel/fs/inode.h"
#include "kernel/fs/namei.h"
#include "kernel/fs/proc_maps.h"
#include "kernel/fs/proc_mm.h"
#include "kernel/fs/procfs.h"
#include "kernel/fs/ramfs.h"
#include "kernel/fs/walk.h"
#include "kernel/lib/bug.h"
#include "kernel/lib/err.h"
#include "kernel/sched/task.h"

void vfs_init(void)
{
	struct super_block *root;

	dcache_init();
	inode_init();
	namei_init();
	files_init();
	anon_init();
	ramfs_init();
	devfs_init();
	proc_init();
	proc_pid_init();
	proc_maps_init();
	proc_misc_init();
	proc_mm_init();
	root = kern_mount(&ramfs_type);
	BUG_ON(IS_ERR(root));
	set_root_super(root);
}
