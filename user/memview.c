/*
 * memview: a picture of memory. Above, every frame of physical memory in the colour of its owner
 * (/proc/mm_owners); below, every page of one task's address space by what stands behind it
 * (/proc/PID/maps and pagemap).
 *
 *   memview [-p PID]         live on the framebuffer, drawn through mmap, until Ctrl-C
 *   memview --once           one picture of that kind
 *   memview --png FILE       the same, 1024 x 768, as an image
 */
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>
#include "user/fb.h"
#include "user/png.h"

/* The kernel's font is plain data; only the name of its type is missing here. */
typedef unsigned char u8;
#define KERNEL_LIB_TYPES_H
#include "drivers/font.c"

#define WIDTH  1024
#define HEIGHT 768
#define PAGE   4096UL

#define BACKGROUND 0x101418
#define TEXT       0xd8dee4
#define MARGIN     16

static uint32_t picture[HEIGHT][WIDTH];
static volatile sig_atomic_t stop;

struct colour {
	char letter;
	uint32_t rgb;
	const char *name;
};

static const struct colour owners[] = {
	{ '.', 0x2b333b, "free" },
	{ 'R', 0x59636e, "reserved" },
	{ 'K', 0xd05050, "kernel" },
	{ 'S', 0xe09040, "slab" },
	{ 'P', 0xf0e050, "pgtable" },
	{ 'A', 0x60b060, "anonymous" },
	{ 'C', 0x4080d0, "cache" },
	{ 'V', 0xb060d0, "vmalloc" },
	{ 'T', 0xf080a0, "stacks" },
	{ 'D', 0x50d0d0, "drivers" },
	{ 0, 0, NULL },
};

/* What stands behind a page of a task. */
enum kind { ABSENT, OWN, COPIED, SHARED, OBJECT, DEVICE, NR_KINDS };

static const struct colour kinds[] = {
	{ ABSENT, 0x2b333b, "absent" },
	{ OWN, 0x60b060, "resident" },
	{ COPIED, 0xe09040, "copied" },
	{ SHARED, 0xb060d0, "shared until written" },
	{ OBJECT, 0x4080d0, "page of an object" },
	{ DEVICE, 0x50d0d0, "device" },
	{ 0, 0, NULL },
};

/* ---- drawing ---- */

static void fill(int x, int y, int width, int height, uint32_t rgb)
{
	for (int row = y; row < y + height && row < HEIGHT; row++)
		for (int column = x; column < x + width && column < WIDTH; column++)
			picture[row][column] = rgb;
}

static int text(int x, int y, uint32_t rgb, const char *s)
{
	for (; *s; s++, x += FONT_WIDTH) {
		const u8 *glyph = font_glyph(*s);

		for (int row = 0; row < FONT_HEIGHT && y + row < HEIGHT; row++)
			for (int column = 0; column < FONT_WIDTH && x + column < WIDTH; column++)
				if (glyph[row] & 0x80 >> column)
					picture[y + row][x + column] = rgb;
	}
	return x;
}

/* What each colour means, with how many there are. */
static void legend(int y, const struct colour *colours, const unsigned long *counts)
{
	int x = MARGIN;

	for (int i = 0; colours[i].name; i++) {
		char label[64];

		snprintf(label, sizeof(label), "%s %lu", colours[i].name, counts[i]);
		if (x + 24 + (int)strlen(label) * FONT_WIDTH > WIDTH - MARGIN) {
			x = MARGIN;
			y += FONT_HEIGHT + 4;
		}
		fill(x, y + 3, 10, 10, colours[i].rgb);
		x = text(x + 16, y, TEXT, label) + 20;
	}
}

/* ---- physical memory ---- */

static FILE *open_proc(const char *path)
{
	FILE *file = fopen(path, "r");

	if (!file) {
		fprintf(stderr, "memview: cannot read %s\n", path);
		exit(1);
	}
	return file;
}

/* The owners' letters, frame after frame, in *letters; how many. */
static size_t read_owners(char **letters)
{
	FILE *file = open_proc("/proc/mm_owners");
	size_t count = 0, room = 0;
	char line[128];

	*letters = NULL;
	while (fgets(line, sizeof(line), file)) {
		size_t length = strcspn(line, "\n");

		if (length < 10 || line[8] != ' ')
			continue; /* the key at the beginning */
		if (count + 64 > room)
			*letters = realloc(*letters, room = 2 * room + 65536);
		if (!*letters)
			exit(1);
		memcpy(*letters + count, line + 9, length - 9);
		count += length - 9;
	}
	fclose(file);
	return count;
}

static int owner_index(char letter)
{
	int i = 0;

	while (owners[i].name && owners[i].letter != letter)
		i++;
	return i;
}

/* Each cell stands for as many frames as it must, and shows the first of them that is not free. */
static void draw_physical(int top, int height)
{
	unsigned long counts[sizeof(owners) / sizeof(owners[0])] = { 0 };
	int cell = 4, columns, rows;
	char *letters, title[100];
	size_t frames = read_owners(&letters), per_cell;

	while (cell > 1 && (size_t)(WIDTH - 2 * MARGIN) / cell * (height / cell) < frames)
		cell--;
	columns = (WIDTH - 2 * MARGIN) / cell;
	rows = height / cell;
	per_cell = (frames + (size_t)columns * rows - 1) / ((size_t)columns * rows);
	for (size_t first = 0, at = 0; first < frames; first += per_cell, at++) {
		int shown = 0;

		for (size_t pfn = first; pfn < first + per_cell && pfn < frames; pfn++) {
			int owner = owner_index(letters[pfn]);

			counts[owner]++;
			shown = shown ? shown : owner;
		}
		fill(MARGIN + at % columns * cell, top + 64 + at / columns * cell,
		     cell > 2 ? cell - 1 : cell, cell > 2 ? cell - 1 : cell, owners[shown].rgb);
	}
	snprintf(title, sizeof(title), "physical memory: %zu MiB, %zu frame%s a cell", frames / 256,
		 per_cell, per_cell > 1 ? "s" : "");
	text(MARGIN, top, TEXT, title);
	legend(top + 20, owners, counts);
	free(letters);
}

/* ---- an address space ---- */

#define PM_PRESENT   (1ull << 63)
#define PM_FILE      (1ull << 61)
#define PM_EXCLUSIVE (1ull << 56)

static enum kind kind_of(uint64_t entry, int shared, int file)
{
	if (!(entry & PM_PRESENT))
		return ABSENT;
	if (entry & PM_FILE)
		return OBJECT;
	if (!(entry & PM_EXCLUSIVE))
		return shared ? DEVICE : SHARED;
	return file ? COPIED : OWN;
}

/* One mapping: its line of maps, and its pages behind it. Returns the height used. */
static int draw_mapping(int y, const char *line, int pagemap, unsigned long *counts)
{
	const int left = MARGIN + 46 * FONT_WIDTH, cell = 4,
		  columns = (WIDTH - MARGIN - left) / cell;
	unsigned long start, end, inode, page;
	char rights[8], label[64], name[128] = "";
	int used = 0;

	if (sscanf(line, "%lx-%lx %7s %*s %*s %lu %127[^\n]", &start, &end, rights, &inode, name) <
	    4)
		return 0;
	snprintf(label, sizeof(label), "%08lx %s %6luK %.21s", start, rights, (end - start) / 1024,
		 strlen(name) > 21 ? name + strlen(name) - 21 : name);
	text(MARGIN, y, TEXT, label);
	for (page = 0; page < (end - start) / PAGE; page++) {
		uint64_t entry = 0;
		enum kind kind;

		if (pread(pagemap, &entry, sizeof(entry), (start / PAGE + page) * sizeof(entry)) <
		    0)
			break;
		kind = kind_of(entry, rights[3] == 's', inode != 0);
		counts[kind]++;
		used = page / columns * cell;
		/* Of a large mapping four rows are shown, and all of it is counted. */
		if (used < 4 * cell)
			fill(left + page % columns * cell, y + used, cell - 1, cell - 1,
			     kinds[kind].rgb);
	}
	return FONT_HEIGHT + 3;
}

static void draw_address_space(int top, long pid)
{
	unsigned long counts[NR_KINDS + 1] = { 0 };
	char path[64], line[512], comm[32] = "";
	int y = top + 44, pagemap;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%ld/comm", pid);
	file = open_proc(path);
	if (fgets(comm, sizeof(comm), file))
		comm[strcspn(comm, "\n")] = 0;
	fclose(file);
	snprintf(path, sizeof(path), "/proc/%ld/pagemap", pid);
	pagemap = open(path, O_RDONLY);
	snprintf(path, sizeof(path), "/proc/%ld/maps", pid);
	file = open_proc(path);
	while (fgets(line, sizeof(line), file) && y < HEIGHT - FONT_HEIGHT)
		y += draw_mapping(y, line, pagemap, counts);
	fclose(file);
	close(pagemap);
	snprintf(path, sizeof(path), "address space of %s (pid %ld), a page a cell", comm, pid);
	text(MARGIN, top, TEXT, path);
	legend(top + 20, kinds, counts);
}

static void draw(long pid)
{
	fill(0, 0, WIDTH, HEIGHT, BACKGROUND);
	draw_physical(MARGIN, 300);
	draw_address_space(MARGIN + 384, pid);
}

/* ---- showing ---- */

struct screen {
	struct fb_var_screeninfo var;
	struct fb_fix_screeninfo fix;
	unsigned char *memory;
};

static void open_screen(struct screen *screen)
{
	int fd = open("/dev/fb0", O_RDWR);

	if (fd < 0 || ioctl(fd, FBIOGET_VSCREENINFO, &screen->var) ||
	    ioctl(fd, FBIOGET_FSCREENINFO, &screen->fix)) {
		fprintf(stderr, "memview: no framebuffer: use --png FILE\n");
		exit(1);
	}
	screen->memory =
		mmap(NULL, screen->fix.smem_len, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	if (screen->memory == MAP_FAILED || screen->var.bits_per_pixel < 16) {
		fprintf(stderr, "memview: cannot draw on this framebuffer\n");
		exit(1);
	}
}

static void show(const struct screen *screen)
{
	const struct fb_var_screeninfo *var = &screen->var;

	for (unsigned int y = 0; y < var->yres && y < HEIGHT; y++) {
		unsigned char *row = screen->memory + (y + var->yoffset) * screen->fix.line_length;

		for (unsigned int x = 0; x < var->xres && x < WIDTH; x++) {
			uint32_t rgb = picture[y][x];

			if (var->bits_per_pixel == 32)
				((uint32_t *)row)[x] = rgb;
			else
				((uint16_t *)row)[x] = (rgb >> 8 & 0xf800) | (rgb >> 5 & 0x7e0) |
						       (rgb >> 3 & 0x1f);
		}
	}
}

static void on_signal(int signal)
{
	stop = signal;
}

int main(int argc, char **argv)
{
	static const struct option options[] = { { "png", required_argument, NULL, 'o' },
						 { "once", no_argument, NULL, '1' },
						 { NULL, 0, NULL, 0 } };
	const char *png = NULL;
	struct screen screen;
	long pid = getpid();
	int option, once = 0;

	while ((option = getopt_long(argc, argv, "p:", options, NULL)) != -1) {
		if (option == 'o')
			png = optarg;
		else if (option == '1')
			once = 1;
		else if (option != 'p' || (pid = strtol(optarg, NULL, 10)) <= 0)
			return fprintf(stderr, "usage: memview [-p PID] [--once | --png FILE]\n"),
			       2;
	}
	if (png) {
		draw(pid);
		return write_png(png, &picture[0][0], WIDTH, HEIGHT);
	}
	open_screen(&screen);
	signal(SIGINT, on_signal);
	signal(SIGTERM, on_signal);
	do {
		draw(pid);
		show(&screen);
	} while (!once && !stop && !usleep(200000));
	return 0;
}
