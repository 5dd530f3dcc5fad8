#include "kernel/fs/init.h"

#include "kernel/fs/dentry.h"
#include "kernel/fs/devfs.h"
#include "kernel/fs/fdtable.h"
#include "kernel/fs/procfs.h"
#include "kernel/fs/inode.h"
#include "kernel/fs/namei.h"
#include "kernel/fs/pipe.h"
#include "mm/audit.h"

void vfs_init(void)
{
	dcache_init();
	inode_init();
	namei_init();
	files_init();
	audit_pipes = pipe_pages;
	ramfs_init();
	devfs_init();
	proc_init();
	proc_sys_init();
}
