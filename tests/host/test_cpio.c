/*
 * kernel/fs/cpio.c on the host: archives made by cpio(1) and by hand, whole, in pieces of every
 * size, cut short at every byte, and damaged. link: kernel/fs/cpio.c
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/fs/cpio.h"
#include "kernel/lib/errno.h"

static int tests, failures;

static void check(bool ok, const char *text)
{
	printf("%sok %d - cpio: %s\n", ok ? "" : "not ", ++tests, text);
	failures += !ok;
}

/* The consumer writes down what it is told. */
struct log {
	char text[4096];
	size_t len;
	int fail_at; /* let the n-th begin fail, from 1 */
	bool open;
};

static int begin(void *ctx, const struct cpio_entry *e)
{
	struct log *l = ctx;

	if (l->open || (l->fail_at && !--l->fail_at))
		return -ENOMEM;
	l->open = true;
	l->len += snprintf(l->text + l->len, sizeof(l->text) - l->len, "%s %o %u:", e->name,
			   e->mode, e->filesize);
	return 0;
}

static int data(void *ctx, const void *buf, size_t len)
{
	struct log *l = ctx;

	if (!l->open || l->len + len >= sizeof(l->text))
		return -ENOSPC;
	memcpy(l->text + l->len, buf, len);
	l->len += len;
	l->text[l->len] = 0;
	return 0;
}

static int end(void *ctx)
{
	struct log *l = ctx;

	l->open = false;
	l->text[l->len++] = '\n';
	l->text[l->len] = 0;
	return 0;
}

static const struct cpio_ops ops = { begin, data, end };

static int feed(struct log *l, const char *archive, size_t len, size_t piece, const char **why)
{
	struct cpio c;
	int err = 0;

	memset(l, 0, offsetof(struct log, fail_at));
	l->open = false;
	cpio_init(&c, &ops, l);
	for (size_t at = 0; !err && at < len; at += piece) {
		size_t n = len - at < piece ? len - at : piece;
		char *exact = malloc(n);

		memcpy(exact, archive + at, n);
		err = cpio_feed(&c, exact, n);
		free(exact);
	}
	if (!err)
		err = cpio_finish(&c);
	if (why)
		*why = c.error;
	return err;
}

static size_t member(char *at, const char *name, unsigned int mode, const char *body, size_t len)
{
	size_t n = sprintf(at, "070701%08x%08x%08x%08x%08x%08x%08zx%08x%08x%08x%08x%08zx%08x", 7,
			   mode, 0, 0, 1, 0, len, 0, 0, 0, 0, strlen(name) + 1, 0);

	strcpy(at + n, name);
	n += strlen(name) + 1;
	while (n % 4)
		at[n++] = 0;
	memcpy(at + n, body, len);
	n += len;
	while (n % 4)
		at[n++] = 0;
	return n;
}

static size_t archive(char *at)
{
	size_t n = member(at, "dir", 040755, "", 0);

	n += member(at + n, "dir/file", 0100644, "hello", 5);
	n += member(at + n, "a", 0120777, "dir/file", 8);
	return n + member(at + n, "TRAILER!!!", 0, "", 0);
}

static const char expected[] = "dir 40755 0:\ndir/file 100644 5:hello\na 120777 8:dir/file\n";

static void by_hand(void)
{
	char a[8192];
	struct log l = { .fail_at = 0 };
	size_t n = archive(a), whole = n, bad = 0;
	const char *why;

	check(feed(&l, a, n, n, NULL) == 0 && !strcmp(l.text, expected), "three members");
	for (size_t piece = 1; piece < n; piece++)
		bad += feed(&l, a, n, piece, NULL) != 0 || strcmp(l.text, expected);
	check(!bad, "the same in pieces of every size");
	for (size_t cut = 1; cut < n; cut++) {
		why = NULL;
		/* Within the last name's padding all has been said. */
		bad += feed(&l, a, cut, cut, &why) != -EINVAL || !why;
	}
	check(!bad, "cut short at any byte is -EINVAL with a reason");
	memset(a + n, 0, 512);
	n += 512;
	n += archive(a + n);
	check(feed(&l, a, n, 100, NULL) == 0 && strlen(l.text) == 2 * strlen(expected),
	      "a second archive after zeroes");
	l.fail_at = 2;
	check(feed(&l, a, whole, whole, NULL) == -ENOMEM, "an op's error is passed on");
	l.fail_at = 0;
	check(feed(&l, a, 0, 1, NULL) == 0, "nothing at all is an empty archive");
}

static void damaged(void)
{
	char a[8192], b[8192];
	struct log l = { .fail_at = 0 };
	size_t n = archive(a);
	const char *why;

	memcpy(b, a, n);
	b[5] = '7';
	check(feed(&l, b, n, n, &why) == -EINVAL && why, "another magic");
	memcpy(b, a, n);
	b[20] = 'x';
	check(feed(&l, b, n, n, &why) == -EINVAL && why, "a digit that is none");
	memcpy(b, a, n);
	memcpy(b + 6 + 8 * 11, "00000000", 8);
	check(feed(&l, b, n, n, &why) == -EINVAL && why, "a name of no bytes");
	memcpy(b + 6 + 8 * 11, "ffffffff", 8);
	check(feed(&l, b, n, n, &why) == -EINVAL && why, "a name of 4 GiB");
	memcpy(b, a, n);
	b[CPIO_HEADER + 3] = 'x';
	check(feed(&l, b, n, n, &why) == -EINVAL && why, "a name without its NUL");
	memcpy(b, a, n);
	memcpy(b + 6 + 8 * 6, "fffffff0", 8);
	check(feed(&l, b, n, n, &why) == -EINVAL || feed(&l, b, n, n, &why) == -ENOSPC,
	      "a file of 4 GiB");
}

static void real_cpio(void)
{
	char buf[65536];
	struct log l = { .fail_at = 0 };
	FILE *f = popen(
		"d=$(mktemp -d) && cd $d && mkdir sub && printf abc > sub/f && ln -s f sub/l && "
		"find . | sort | cpio -o -H newc --quiet; rm -r $d",
		"r");
	size_t n = fread(buf, 1, sizeof(buf), f);

	pclose(f);
	check(n > 500 && feed(&l, buf, n, 333, NULL) == 0 &&
		      strstr(l.text, "sub/f 100644 3:abc\n") &&
		      strstr(l.text, "sub/l 120777 1:f\n"),
	      "what cpio(1) packs");
}

int main(void)
{
	by_hand();
	damaged();
	real_cpio();
	printf("1..%d\n", tests);
	return failures != 0;
}
