/*
 * What drivers/pool.c and its users agree on.
 *
 * /dev/pool hands out POOL_PAGES pages of the page allocator, /dev/pool-vmalloc as many of one
 * vmalloc area. Both give a page only when it is touched: nopage is called once for each page and
 * mapping. mmap refuses (EINVAL) what would reach past the pool's end; mremap asks no driver, so a
 * mapping may grow past it, and a touch there is SIGBUS. The pool's pages are zero at first, keep
 * their contents while any descriptor or mapping is open, and are given back with the last one.
 *
 * /proc/pool has one line for each device, with counts since boot:
 *   pool opens 1 mmaps 1 vma_opens 0 vma_closes 0 nopage 3 last_offset 0x2000 pages 3
 * opens: open(2); mmaps: mmap(2); vma_opens, vma_closes: calls of vm_ops->open and ->close;
 * nopage: calls of vm_ops->nopage, with last_offset the byte offset of the latest; pages: how many the
 * pool holds now.
 */
#ifndef USER_POOL_H
#define USER_POOL_H

#define POOL_PAGES       64
#define POOL_SIZE        (POOL_PAGES * 4096UL)
#define POOL_DEV         "/dev/pool"
#define POOL_VMALLOC_DEV "/dev/pool-vmalloc"
#define POOL_FORMAT \
	"%s opens %lu mmaps %lu vma_opens %lu vma_closes %lu nopage %lu last_offset 0x%lx pages %lu\n"

#endif
