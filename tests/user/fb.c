/*
 * /dev/fb0: Linux's fbdev interface, and what Linux answers when a mapping of a device is abused. Only
 * on Pagoda's own framebuffer; elsewhere everything is skipped.
 */
#include <errno.h>
#include <sys/ioctl.h>
#include <sys/uio.h>
#include "tests/user/probe.h"
#include "user/fb.h"

#define RW (PROT_READ | PROT_WRITE)

static struct fb_var_screeninfo var, original;
static struct fb_fix_screeninfo fix;
static unsigned long size; /* of the memory, in bytes */
static int fd;
static unsigned char *whole; /* all of it */

static long map(int from, unsigned long len, int prot, int flags, unsigned long pgoff)
{
	return sys(SYS_mmap2, 0, len, prot, flags, from, pgoff);
}

static long control(unsigned int cmd, void *arg)
{
	return sys(SYS_ioctl, fd, cmd, arg);
}

/* A place below the visible picture: nobody else draws there. */
static volatile unsigned char *quiet(unsigned long page)
{
	return whole + size - (page + 1) * PAGE;
}

static unsigned long quiet_pgoff(unsigned long page)
{
	return size / PAGE - (page + 1);
}

/* ---- abuse of mmap ---- */

static void test_ranges(void)
{
	unsigned long pages = size / PAGE;
	long ret;

	is(map(fd, size + PAGE, RW, MAP_SHARED, 0), -EINVAL, "one page more than there is");
	is(map(fd, PAGE, RW, MAP_SHARED, pages), -EINVAL, "offset = size");
	is(map(fd, 2 * PAGE, RW, MAP_SHARED, pages - 1), -EINVAL,
	   "the last page with a length of two");
	is(map(fd, 2 * PAGE, RW, MAP_SHARED, 0xfffff), -EOVERFLOW, "an offset that wraps in bytes");
	is(map(fd, 2 * PAGE, RW, MAP_SHARED, 0xffffffff), -EOVERFLOW,
	   "an offset that wraps in pages");
	ret = map(fd, PAGE, RW, MAP_SHARED, 0x100000);
	ok(ret == -EOVERFLOW || ret == -EINVAL, "an offset of 4 GiB is never offset 0 (%ld)", ret);
	ret = map(fd, 2 * PAGE, RW, MAP_PRIVATE, 0x100000 + pages - 1);
	ok(ret == -EOVERFLOW || ret == -EINVAL, "nor is 4 GiB and something (%ld)", ret);
	is(map(fd, 0x80000000, RW, MAP_SHARED, 0), -EINVAL, "a length of 2 GiB");
	is(map(fd, 0xffffffff, RW, MAP_SHARED, 0), -ENOMEM, "a length of 4 GiB - 1");
	is(map(fd, 0, RW, MAP_SHARED, 0), -EINVAL, "a length of 0");
	ret = map(fd, PAGE, RW, MAP_SHARED, pages - 1);
	ok(ret != -EINVAL && !write_faults((void *)ret), "the last page alone");
	is(*quiet(0), 0x5a, "  is the last page");
	munmap((void *)ret, PAGE);
}

static void test_rights(void)
{
	int ro = open("/dev/fb0", O_RDONLY), wo = open("/dev/fb0", O_WRONLY);
	char *p;

	is(map(ro, PAGE, RW, MAP_SHARED, 0), -EACCES, "O_RDONLY, a shared writable mapping");
	p = (char *)map(ro, PAGE, PROT_READ, MAP_SHARED, 0);
	is(read_faults(p), 0, "O_RDONLY, a shared readable one");
	is(sys(SYS_mprotect, p, PAGE, RW), -EACCES, "  cannot be made writable");
	is(write_faults(p), SIGSEGV, "  and a store is SIGSEGV");
	is(map(wo, PAGE, PROT_WRITE, MAP_SHARED, 0), -EACCES, "O_WRONLY, a writable mapping");
	is(map(wo, PAGE, PROT_READ, MAP_PRIVATE, 0), -EACCES, "O_WRONLY, a private readable one");
	munmap(p, PAGE);
	close(ro);
	close(wo);
}

static void test_mremap(void)
{
	volatile unsigned char *p = (void *)map(fd, 4 * PAGE, RW, MAP_SHARED, quiet_pgoff(3));
	char *gap = hole(8);

	is(sys(SYS_mremap, p, 4 * PAGE, 5 * PAGE, MREMAP_MAYMOVE), -EFAULT,
	   "mremap may not grow it");
	is(sys(SYS_mremap, p, 0, PAGE, MREMAP_MAYMOVE), -EFAULT, "mremap may not double it");
	p[5] = 0x11;
	is(sys(SYS_mremap, p, 4 * PAGE, 4 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, gap), (long)gap,
	   "mremap may move it");
	p = (volatile unsigned char *)gap;
	is(p[5], 0x11, "  and it is still the device");
	p[6] = 0x12;
	is(quiet(3)[6], 0x12, "  in both directions");
	is(sys(SYS_mremap, p, 4 * PAGE, 2 * PAGE, 0), (long)p, "mremap may shrink it");
	is(read_faults(p + 2 * PAGE), SIGSEGV, "  and the tail is gone");
	is(read_faults(p + PAGE), 0, "  but not the head");
	munmap((void *)p, 2 * PAGE);
}

static void test_pieces(void)
{
	int other = open("/dev/fb0", O_RDWR);
	volatile unsigned char *p = (void *)map(other, 5 * PAGE, RW, MAP_SHARED, quiet_pgoff(4));

	close(other);
	munmap((void *)(p + 2 * PAGE), PAGE);
	p[PAGE] = 0x21;
	p[4 * PAGE] = 0x22;
	ok(quiet(3)[0] == 0x21 && quiet(0)[0] == 0x22,
	   "without its middle both sides are the device");
	is(read_faults(p + 2 * PAGE), SIGSEGV, "  and the middle is nothing");
	ok(*p == quiet(4)[0], "the mapping survives its descriptor");
	is(sys(SYS_mprotect, p, PAGE, PROT_READ), 0, "mprotect of a part");
	is(write_faults(p), SIGSEGV, "  holds");
	is(sys(SYS_madvise, p, PAGE, MADV_DONTNEED), -EINVAL, "madvise DONTNEED");
	is(sys(SYS_madvise, p, PAGE, MADV_DOFORK), -EINVAL, "madvise DOFORK");
	munmap((void *)p, 5 * PAGE);
}

static int child_draws(void *p)
{
	((volatile unsigned char *)p)[7] = 0x31;
	return ((volatile unsigned char *)p)[8] != 0x32;
}

static int child_execs(void *p)
{
	char *argv[] = { "/bin/true", NULL };

	((volatile unsigned char *)p)[9] = 0x33;
	execve(argv[0], argv, argv + 1);
	return 1;
}

static int child_unmaps(void *p)
{
	return munmap(p, PAGE) || !read_faults(p);
}

static void test_fork(void)
{
	volatile unsigned char *p = quiet(1);

	p[8] = 0x32;
	is(in_child(child_draws, (void *)p), 0, "a child sees and draws on the parent's mapping");
	is(p[7], 0x31, "  and the parent sees it");
	is(in_child(child_execs, (void *)p), 0, "a child that execs");
	ok(p[9] == 0x33 && p[7] == 0x31, "  leaves the parent's mapping alone");
	is(in_child(child_unmaps, (void *)p), 0, "a child that unmaps its own");
	is(read_faults(p), 0, "  too");
}

static void test_private(void)
{
	volatile unsigned char *p = (void *)map(fd, 3 * PAGE, RW, MAP_PRIVATE, quiet_pgoff(2));

	quiet(2)[0] = 0x41;
	quiet(1)[0] = 0x42;
	ok(p[0] == 0x41 && p[PAGE] == 0x42, "a private mapping shows the device");
	p[0] = 0x43;
	ok(p[0] == 0x43 && quiet(2)[0] == 0x41, "a write to it stays private");
	quiet(1)[0] = 0x44;
	is(p[PAGE], 0x44, "pages that were not written follow the device");
	quiet(2)[0] = 0x45;
	is(p[0], 0x43, "the one that was does not");
	is(in_child(child_draws, (void *)(p + 2 * PAGE)) >> 8, 1, "a child writes its own copy");
	ok(p[2 * PAGE + 7] != 0x31 || quiet(0)[7] == 0x31, "  which nobody else sees");
	munmap((void *)p, 3 * PAGE);
}

static void test_kernel_copies(void)
{
	volatile unsigned char *p = quiet(5);
	char buf[16] = "";
	struct iovec v;
	int fds[2], file = temp_file(PAGE);

	pipe(fds);
	memcpy((void *)p, "picture", 8);
	is(write(fds[1], (void *)p, 8), 8, "write(2) from the mapping");
	is(read(fds[0], buf, 8), 8, "  arrives");
	is(strcmp(buf, "picture"), 0, "  whole");
	is(pread(file, (void *)(p + 100), 16, 0), 16, "read(2) into the mapping");
	ok(p[100] == 1 && p[115] == 1, "  lands there");
	v = (struct iovec){ (void *)p, 8 };
	is(sys(SYS_vmsplice, fds[1], &v, 1, 0), -EFAULT, "vmsplice of the mapping");
	write(fds[1], "from pipe", 9);
	is(sys(SYS_vmsplice, fds[0], &v, 1, 0), 8, "vmsplice to the mapping copies");
	is(memcmp((void *)p, "from pip", 8), 0, "  and the bytes are there");
	is(sys(SYS_open, "/dev/fb0", O_RDWR | 040000, 0), -EINVAL, "no O_DIRECT of the device");
	is(sys(SYS_fcntl64, file, F_SETFL, 040000), -EINVAL,
	   "  nor of a file that could be read to it");
	close(fds[0]);
	close(fds[1]);
	close(file);
}

static void test_smaps(void)
{
	static char text[65536];
	char *entry, *flags;

	slurp("/proc/self/smaps", text, sizeof(text));
	entry = strstr(text, "/dev/fb0");
	flags = entry ? strstr(entry, "VmFlags:") : NULL;
	if (!flags) {
		skip("no smaps");
		return;
	}
	flags[strcspn(flags, "\n")] = 0;
	ok(strstr(flags, " pf") && strstr(flags, " io") && strstr(flags, " de") &&
		   strstr(flags, " dd"),
	   "smaps: %s", flags);
}

/* ---- /dev/mem ---- */

static void test_mem(void)
{
	int mem = open("/dev/mem", O_RDWR);
	long p;

	if (mem < 0) {
		skip("no /dev/mem");
		return;
	}
	is(map(mem, PAGE, PROT_READ, MAP_SHARED, 0x1000), -EPERM, "/dev/mem: RAM");
	is(map(mem, PAGE, PROT_READ, MAP_SHARED, fix.smem_start / PAGE), -EPERM,
	   "/dev/mem: the framebuffer, which a driver owns");
	p = map(mem, PAGE, PROT_READ, MAP_SHARED, 0xa0);
	ok(p > 0 || p < -4095, "/dev/mem: 0xa0000 (%ld)", p);
	is(read_faults((void *)p), 0, "  can be read");
	munmap((void *)p, PAGE);
	close(mem);
}

/* ---- read, write, lseek ---- */

static void test_read_write(void)
{
	off_t at = size - 7 * PAGE;
	char buf[16] = "";

	is(lseek(fd, at, SEEK_SET), at, "lseek");
	is(write(fd, "written", 7), 7, "write");
	is(memcmp((void *)quiet(6), "written", 7), 0, "  is seen through the mapping");
	is(lseek(fd, 0, SEEK_CUR), at + 7, "  and moves the position");
	is(pread(fd, buf, 7, at), 7, "read");
	is(memcmp(buf, "written", 7), 0, "  gives it back");
	is(pread(fd, buf, 16, size - 4), 4, "a read over the end is short");
	is(pread(fd, buf, 16, size), 0, "one at the end is empty");
	is(pwrite(fd, buf, 16, size - 4), 4, "a write over the end is short");
	is(pwrite(fd, buf, 16, size) < 0 ? errno : 0, ENOSPC, "one at the end has no space");
	is(pwrite(fd, buf, 16, size + 1) < 0 ? errno : 0, EFBIG, "one past it is too far");
	is(sys(SYS_pread64, fd, 8, 16, 0, 0), -EFAULT, "read to a bad address");
	is(sys(SYS_pwrite64, fd, 8, 16, 0, 0), -EFAULT, "write from a bad address");
	is(sys(SYS__llseek, fd, -1, -1, buf, SEEK_SET), -EINVAL, "a negative position");
}

/* ---- ioctl ---- */

static void test_info(void)
{
	ok(fix.smem_start % PAGE == 0 && fix.smem_len > 0, "memory of %lu KiB at %#x", size / 1024,
	   (unsigned int)fix.smem_start);
	ok(fix.type == FB_TYPE_PACKED_PIXELS && fix.visual == FB_VISUAL_TRUECOLOR,
	   "packed true colour");
	ok(fix.line_length >= var.xres * var.bits_per_pixel / 8, "a line holds its pixels");
	ok(fix.line_length * var.yres_virtual <= fix.smem_len, "the memory holds the lines");
	ok(var.red.length && var.green.length && var.blue.length, "every colour has bits");
	is(control(FBIOGET_VSCREENINFO, NULL), -EFAULT, "FBIOGET_VSCREENINFO to NULL");
	is(control(FBIOPUT_VSCREENINFO, (void *)8), -EFAULT,
	   "FBIOPUT_VSCREENINFO from a bad address");
	is(control(FBIOGET_FSCREENINFO, (void *)-8), -EFAULT,
	   "FBIOGET_FSCREENINFO to a bad address");
	is(control(FBIOPAN_DISPLAY, NULL), -EFAULT, "FBIOPAN_DISPLAY from NULL");
	is(control(0x46ff, &var), -ENOTTY, "an unknown ioctl");
	is(control(0x5413, &var), -ENOTTY, "a terminal's ioctl");
}

/* Asks for a mode; the answer is in var and fix. */
static long set_mode(unsigned int w, unsigned int h, unsigned int virtual_h, unsigned int bpp)
{
	long ret;

	var = original;
	var.xres = var.xres_virtual = w;
	var.yres = h;
	var.yres_virtual = virtual_h;
	var.bits_per_pixel = bpp;
	var.activate = FB_ACTIVATE_NOW;
	ret = control(FBIOPUT_VSCREENINFO, &var);
	control(FBIOGET_VSCREENINFO, &var);
	control(FBIOGET_FSCREENINFO, &fix);
	return ret;
}

static void test_modes(void)
{
	var.activate = FB_ACTIVATE_TEST;
	var.xres = 640;
	is(control(FBIOPUT_VSCREENINFO, &var), 0, "a mode to be tested only");
	control(FBIOGET_VSCREENINFO, &var);
	is(var.xres, original.xres, "  is not set");
	is(set_mode(640, 480, 480, 32), 0, "640x480, 32 bits");
	ok(var.xres == 640 && var.yres == 480 && var.bits_per_pixel == 32, "  is what we get");
	is(fix.line_length, 2560, "  with lines of 2560 bytes");
	is(set_mode(800, 600, 1200, 16), 0, "800x600, 16 bits, twice as high in memory");
	ok(var.bits_per_pixel == 16 && var.red.length == 5 && var.green.length == 6,
	   "  in 5, 6, 5 bits");
	ok(fix.line_length == 1600 && var.yres_virtual == 1200, "  with lines of 1600 bytes");
	is(set_mode(1280, 1024, 99999, 24), 0,
	   "1280x1024, 24 bits, a virtual height beyond the memory");
	ok(var.bits_per_pixel == 32 && var.yres_virtual == size / 5120,
	   "  becomes 32 bits, and what fits");
	is(set_mode(16000, 12000, 0, 32), -EINVAL, "a mode that the memory does not hold");
	is(set_mode(0xffffffff, 0xffffffff, 0xffffffff, 32), -EINVAL, "absurd numbers");
	is(set_mode(0x10001, 1, 1, 32), -EINVAL, "a width that would be cut to 16 bits");
	ok(var.xres == 1280, "  and the last mode stays");
	ok(!read_faults(whole + size - 1), "the mapping lasts through all this");
}

static void test_pan(void)
{
	is(set_mode(640, 480, 960, 32), 0, "a picture and one to come");
	var.yoffset = 480;
	is(control(FBIOPAN_DISPLAY, &var), 0, "pan to the second");
	control(FBIOGET_VSCREENINFO, &var);
	is(var.yoffset, 480, "  it is told");
	var.yoffset = 481;
	is(control(FBIOPAN_DISPLAY, &var), -EINVAL, "one line too far");
	var.yoffset = 0xffffffff;
	is(control(FBIOPAN_DISPLAY, &var), -EINVAL, "very much too far");
	var.yoffset = 0;
	var.xoffset = 8;
	is(control(FBIOPAN_DISPLAY, &var), -EINVAL, "to the side, where there is nothing");
	var.xoffset = 0;
	is(control(FBIOPAN_DISPLAY, &var), 0, "back to the first");
}

int main(void)
{
	fd = open("/dev/fb0", O_RDWR);
	if (fd < 0 || control(FBIOGET_FSCREENINFO, &fix) || strcmp(fix.id, "bochs")) {
		skip("no framebuffer of Pagoda's here");
		return done();
	}
	control(FBIOGET_VSCREENINFO, &var);
	original = var;
	size = fix.smem_len;
	whole = (void *)map(fd, size, RW, MAP_SHARED, 0);
	ok((long)whole > 0 || (long)whole < -4095, "all of the memory is mapped");
	test_info();
	test_ranges();
	test_rights();
	test_mremap();
	test_pieces();
	test_fork();
	test_private();
	test_kernel_copies();
	test_smaps();
	test_mem();
	test_read_write();
	test_modes();
	test_pan();
	original.activate = FB_ACTIVATE_NOW;
	is(control(FBIOPUT_VSCREENINFO, &original), 0, "the mode from before");
	return done();
}
