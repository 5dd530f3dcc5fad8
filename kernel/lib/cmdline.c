/*
 * The command line, split once into words inside a copy of its own.
 */
#include "kernel/lib/cmdline.h"

#include "kernel/lib/ctype.h"
#include "kernel/lib/string.h"
#include "kernel/lib/util.h"

#define MAX_WORDS 64

static char whole[CMDLINE_MAX];
static char split[CMDLINE_MAX];
static const char *words[MAX_WORDS];
static unsigned int nr_words;

/* Terminate the word at `p`, taking quotes out; returns what follows it. */
static char *cut_word(char *p)
{
	bool quoted = false;
	char *out = p, c;

	while (*p && (quoted || !isspace((u8)*p))) {
		if (*p == '"')
			quoted = !quoted;
		else
			*out++ = *p;
		p++;
	}
	/* `out` may be where `p` still has to look. */
	c = *p;
	*out = 0;
	return c ? p + 1 : p;
}

void cmdline_init(const char *text)
{
	char *p = split;

	strlcpy(whole, text, sizeof(whole));
	strlcpy(split, text, sizeof(split));
	for (nr_words = 0; nr_words < MAX_WORDS;) {
		while (isspace((u8)*p))
			p++;
		if (!*p)
			break;
		words[nr_words++] = p;
		p = cut_word(p);
	}
}

const char *cmdline_text(void)
{
	return whole;
}

/* What follows `name` in a word that begins with all of it: "" or "=value"; else NULL. */
static const char *match(const char *word, const char *name)
{
	size_t len = strlen(name);

	if (strncmp(word, name, len) || (word[len] && word[len] != '='))
		return NULL;
	return word + len;
}

const char *cmdline_get_nth(const char *name, unsigned int nth)
{
	const char *rest;
	unsigned int i;

	for (i = 0; i < nr_words; i++) {
		rest = match(words[i], name);
		if (rest && *rest && nth-- == 0)
			return rest + 1;
	}
	return NULL;
}

const char *cmdline_get(const char *name)
{
	const char *rest;
	unsigned int i;

	for (i = nr_words; i-- > 0;) {
		rest = match(words[i], name);
		if (rest && *rest)
			return rest + 1;
	}
	return NULL;
}

bool cmdline_has(const char *name)
{
	unsigned int i;

	for (i = 0; i < nr_words; i++) {
		if (match(words[i], name))
			return true;
	}
	return false;
}

u64 memparse(const char *text, char **end)
{
	char *p;
	u64 value = simple_strtoull(text, &p, 0);
	unsigned int shift = 0;

	switch (*p) {
	case 'G':
	case 'g':
		shift = 30;
		break;
	case 'M':
	case 'm':
		shift = 20;
		break;
	case 'K':
	case 'k':
		shift = 10;
		break;
	}
	if (end)
		*end = p + (shift ? 1 : 0);
	if (shift && value >> (64 - shift))
		return ~0ULL;
	return value << shift;
}
