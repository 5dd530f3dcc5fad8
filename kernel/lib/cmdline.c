/*
 * The command line, split once into words inside a copy of its own.
 */
#include "kernel/lib/cmdline.h"

#include "kernel/lib/ctype.h"
#include "kernel/lib/printk.h"
#include "kernel/lib/string.h"

#define MAX_WORDS 64

static char whole[CMDLINE_MAX];
static char split[CMDLINE_MAX];
static const char *words[MAX_WORDS];
static unsigned int nr_words;

void cmdline_init(const char *text)
{
	char *p = split;

	strlcpy(whole, text, sizeof(whole));
	strlcpy(split, text, sizeof(split));
	for (nr_words = 0; nr_words < MAX_WORDS; nr_words++) {
		while (isspace((u8)*p))
			*p++ = 0;
		if (!*p)
			break;
		words[nr_words] = p;
		while (*p && !isspace((u8)*p))
			p++;
	}
	if (*p || strlen(text) >= sizeof(whole) - 1)
		pr_warn("Command line: what is behind %d words or %zu bytes is ignored\n",
			MAX_WORDS, sizeof(whole) - 1);
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
	const char *value, *last = NULL;
	unsigned int i;

	for (i = 0; (value = cmdline_get_nth(name, i)); i++)
		last = value;
	return last;
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
	static const char units[] = "KMG";
	char *p;
	u64 value = simple_strtoull(text, &p, 0);
	const char *unit = *p ? strchr(units, toupper((u8)*p)) : NULL;
	unsigned int shift = unit ? 10 * (unit - units + 1) : 0;

	if (end)
		*end = p + (unit ? 1 : 0);
	if (shift && value >> (64 - shift))
		return ~0ULL;
	return value << shift;
}

u64 cmdline_number(const char *name, u64 min, u64 max, u64 normal)
{
	const bool sizes = min >> 20;
	const char *text = cmdline_get(name), *unit = sizes ? "M" : "";
	char *end = NULL;
	u64 value = text ? memparse(text, &end) : normal;

	if (end && (end == text || *end || value < min || value > max)) {
		pr_warn("%s=%s is ignored: it wants a number from %llu%s to %llu%s\n", name, text,
			min >> (sizes ? 20 : 0), unit, max >> (sizes ? 20 : 0), unit);
		return normal;
	}
	return value;
}
