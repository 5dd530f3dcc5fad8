/*
 * kernel/fs/path.c on the host: components, trailing slashes, links put in front of the rest.
 * link: kernel/fs/path.c
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/fs/path.h"
#include "kernel/lib/errno.h"

static int tests, failures;

static void check(bool ok, const char *text)
{
	printf("%sok %d - path: %s\n", ok ? "" : "not ", ++tests, text);
	failures += !ok;
}

/* Spell a walk: components joined by |, . as D, .. as U, "/" where a slash follows, "$" at the
 * last. */
static const char *spell(const char *path)
{
	static char out[256];
	char *exact = strdup(path);
	const char *p = exact;
	struct path_part part;

	out[0] = 0;
	for (;;) {
		p = path_next(p, &part);
		if (part.kind == PATH_END)
			break;
		if (part.kind == PATH_DOT)
			strcat(out, "D");
		else if (part.kind == PATH_DOTDOT)
			strcat(out, "U");
		else
			strncat(out, part.name, part.len);
		strcat(out, part.slash ? "/" : "");
		strcat(out, part.last ? "$" : "|");
	}
	free(exact);
	return out;
}

static void components(void)
{
	static const char *const cases[][2] = {
		{ "", "" },
		{ "/", "" },
		{ "////", "" },
		{ "a", "a$" },
		{ "/a", "a$" },
		{ "a/", "a/$" },
		{ "//a///b//", "a/|b/$" },
		{ ".", "D$" },
		{ "..", "U$" },
		{ "./../...", "D/|U/|...$" },
		{ ".a/..b/a.", ".a/|..b/|a.$" },
		{ "usr/bin/env", "usr/|bin/|env$" },
	};
	char text[100];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		snprintf(text, sizeof(text), "\"%s\" has components \"%s\"", cases[i][0],
			 cases[i][1]);
		check(!strcmp(spell(cases[i][0]), cases[i][1]), text);
	}
}

static void splices(void)
{
	char buf[16];
	const char *rest;

	strcpy(buf, "ab/cd");
	rest = buf + 2;
	check(path_splice(buf, 16, rest, "/x/y", 4) == 0 && !strcmp(buf, "/x/y/cd"),
	      "a longer link");
	strcpy(buf, "long-name/cd");
	check(path_splice(buf, 16, buf + 9, "x", 1) == 0 && !strcmp(buf, "x/cd"), "a shorter link");
	strcpy(buf, "name");
	check(path_splice(buf, 16, buf + 4, "target", 6) == 0 && !strcmp(buf, "target"),
	      "nothing behind");
	strcpy(buf, "n/1234567");
	check(path_splice(buf, 16, buf + 1, "1234567", 7) == 0 && !strcmp(buf, "1234567/1234567"),
	      "exactly full");
	strcpy(buf, "n/1234567");
	check(path_splice(buf, 16, buf + 1, "12345678", 8) == -ENAMETOOLONG &&
		      !strcmp(buf, "n/1234567"),
	      "one byte too long");
}

int main(void)
{
	components();
	splices();
	check(path_hash("a", 1) != path_hash("b", 1) && path_hash("", 0) == 0x811c9dc5 &&
		      path_hash("a", 1) == 0xe40c292c,
	      "FNV-1a");
	printf("1..%d\n", tests);
	return failures != 0;
}
