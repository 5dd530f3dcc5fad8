/*
 * The terminal's screen (drivers/vt.c): what a sequence leaves in the cells, and any bytes at all
 * under the sanitizers.
 * link: drivers/vt.c
 */
#include <string.h>

#include "drivers/vt.h"
#include "tests/host/check.h"

#define COLS 10
#define ROWS 4

static u16 cells[80 * 50];
static struct vt vt;
static char answer[64];

static void note(const char *text)
{
	strcat(answer, text);
}

static void fresh(const char *text)
{
	vt = (struct vt){ .reply = note };
	vt_init(&vt, cells, COLS, ROWS);
	answer[0] = 0;
	vt_write(&vt, text, strlen(text));
}

/* The screen's lines without trailing blanks, joined by '|'. */
static const char *screen(void)
{
	static char out[(COLS + 1) * ROWS + 1];
	char *to = out;
	unsigned int x, y;

	for (y = 0; y < vt.rows; y++) {
		char *end = to;

		for (x = 0; x < vt.cols; x++) {
			*to++ = VT_CHAR(cells[y * vt.cols + x]);
			if (to[-1] != ' ')
				end = to;
		}
		to = end;
		*to++ = y + 1 < vt.rows ? '|' : 0;
	}
	return out;
}

static void shows(const char *text, const char *want, const char *what)
{
	fresh(text);
	if (!check(!strcmp(screen(), want), what))
		printf("# got %s, want %s\n", screen(), want);
}

static void test_text(void)
{
	shows("one\r\ntwo", "one|two||", "lines");
	shows("one\ntwo", "one|   two||", "a line feed alone keeps the column");
	shows("abc\rX", "Xbc|||", "carriage return");
	shows("abc\b\bX", "aXc|||", "backspace");
	shows("a\tb", "a       b|||", "tab");
	shows("0123456789", "0123456789|||", "a full line does not wrap yet");
	check(vt.y == 0 && vt.wrap_pending, "the cursor waits at its end");
	shows("0123456789x", "0123456789|x||", "the next character wraps");
	shows("0123456789\r\nx", "0123456789|x||", "a new line after a full one is one line");
	shows("1\r\n2\r\n3\r\n4\r\n5", "2|3|4|5", "the screen scrolls");
	shows("a\303\244b", "a\303b|||", "of a UTF-8 character one cell");
}

static void test_cursor(void)
{
	shows("\033[2;3Hx", "|  x||", "position");
	shows("\033[Hx", "x|||", "home");
	shows("\033[99;99Hx", "|||         x", "cut to the screen");
	shows("\033[2;2H\033[A\033[2Cx", "   x|||", "up and right");
	shows("abc\033[2Dx", "axc|||", "left");
	shows("\033[3dx", "||x|", "line");
	fresh("\033[2;5H\033[6n");
	check(!strcmp(answer, "\033[2;5R"), "where is the cursor?");
	shows("a\033[?25l\033[?1049hb", "ab|||", "private modes are passed over");
	shows("a\033(b\033=c", "ac|||", "so are other sequences");
}

static void test_erase(void)
{
	shows("abcdef\033[3D\033[K", "abc|||", "to the end of the line");
	shows("abcdef\033[3D\033[1K", "    ef|||", "to its start, the cursor's cell included");
	shows("abcdef\033[2K", "|||", "the line");
	shows("aa\r\nbb\r\ncc\033[2;2H\033[J", "aa|b||", "to the end of the screen");
	shows("aa\r\nbb\r\ncc\033[2J", "|||", "the screen");
	shows("abc\033[2;1H\033[1J", "|||", "to the start of the screen");
	shows("a\033[9Kb", "ab|||", "an unknown part");
}

static void test_shift(void)
{
	shows("abcdef\033[3G\033[2X", "ab  ef|||", "two cells are blanked");
	shows("abcdef\033[3G\033[99X", "ab|||", "never more than the line has");
	shows("abcdef\033[3G\033[2P", "abef|||", "two cells are taken out");
	shows("abcdef\033[3G\033[99P", "ab|||", "or all");
	shows("abcdefghij\033[3G\033[2@", "ab  cdefgh|||", "two cells are put in");
	shows("a\r\nb\r\nc\033[2H\033[L", "a||b|c", "a line is put in");
	shows("a\r\nb\r\nc\033[2H\033[M", "a|c||", "a line is taken out");
	shows("a\r\nb\r\nc\033[2H\033[99M", "a|||", "or all that follow");
	shows("\033)0\033(Bx", "x|||", "character sets are passed over");
}

static void test_colours(void)
{
	fresh("\033[31mR\033[1;32mG\033[0mn\033[7mi\033[44mb");
	check(VT_ATTR(cells[0]) == 0x01, "red");
	check(VT_ATTR(cells[1]) == 0x0a, "bright green");
	check(VT_ATTR(cells[2]) == VT_DEFAULT_ATTR, "back to normal");
	check(VT_ATTR(cells[3]) == 0x70, "reverse");
	check(VT_ATTR(cells[4]) == 0x74, "blue ground in reverse");
	fresh("\033[7m\033[27mx\033[1;31;22my\033[39;49mz");
	check(VT_ATTR(cells[0]) == VT_DEFAULT_ATTR, "reverse and back");
	check(VT_ATTR(cells[1]) == 0x01, "bold and back");
	check(VT_ATTR(cells[2]) == VT_DEFAULT_ATTR, "default colours");
	vt_set_normal(&vt, 0x1f);
	vt_write(&vt, "p\033[32m\033[0mq", 11);
	check(VT_ATTR(cells[3]) == 0x1f && VT_ATTR(cells[4]) == 0x1f, "other normal colours");
	fresh("\033[1;2;3;4;5;6;7;8;9;10;31mx");
	check(VT_CHAR(cells[0]) == 'x', "more numbers than there is room for");
}

static void test_noise(void)
{
	static const char likely[] = "\033\033[[;;?0123456789HABCDJKLMPSTX@rmnsu78c()M\r\n\b\tx";
	unsigned int i, bad = 0;
	char c;

	vt_init(&vt, cells, 37, 21);
	for (i = 0; i < 300000; i++) {
		c = check_random() % 8 ? likely[check_random() % (sizeof(likely) - 1)]
				       : (char)check_random();
		vt_write(&vt, &c, 1);
		bad += vt.x >= vt.cols || vt.y >= vt.rows;
		if (i % 1000 == 0)
			vt_init(&vt, cells, 1 + check_random() % 80, 1 + check_random() % 50);
	}
	check(!bad, "300,000 random bytes leave a sound screen");
}

int main(void)
{
	test_text();
	test_cursor();
	test_erase();
	test_shift();
	test_colours();
	test_noise();
	return check_done();
}
