#include "kernel/fs/init.h"

#include "kernel/fs/dentry.h"
#include "kernel/fs/devfs.h"
#include "kernel/fs/fdtable.h"
#include "kernel/fs/procfs.h"
#include "kernel/fs/inode.h"
#include "kernel/fs/namei.h"

void vfs_init(void)
{
	dcache_init();
	inode_init();
	namei_init();
	files_init();
	ramfs_init();
	devfs_init();
	proc_init();
	proc_sys_init();
}
