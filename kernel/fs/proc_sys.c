/*
 * /proc/sys: one file for each entry of the tables that kernel/lib/sysctl.h describes.
 */
#include "kernel/fs/procfs.h"
#include "kernel/lib/ctype.h"
#include "kernel/lib/errno.h"
#include "kernel/lib/string.h"
#include "kernel/lib/sysctl.h"

#define NUMBER_LEN 21 /* digits that a number may have */

extern const struct ctl_table __sysctl_start[], __sysctl_end[];

static int show_sysctl(struct seq_file *m, void *data)
{
	const struct ctl_table *t = data;
	const u32 *word = t->data;

	if (t->hook)
		t->hook(false);
	if (t->text)
		seq_puts(m, t->text);
	for (unsigned int i = 0; word && i < max(t->nr, 1u); i++)
		seq_printf(m, i ? "\t%u" : "%u", word[i]);
	seq_putc(m, '\n');
	return 0;
}

/* Words that are not given stay as they are. */
static int write_words(const struct ctl_table *t, const char *text)
{
	unsigned int i;

	for (i = 0; i < max(t->nr, 1u); i++) {
		unsigned long long value;
		char *end;

		while (isspace(*text))
			text++;
		if (!*text)
			break;
		value = simple_strtoull(text, &end, 0);
		if (!isdigit(*text) || end - text > NUMBER_LEN || (*end && !isspace(*end)) ||
		    value < t->min || value > t->max)
			return -EINVAL;
		((u32 *)t->data)[i] = value;
		text = end;
	}
	return i ? 0 : -EINVAL;
}

static int write_sysctl(void *data, const char *text)
{
	const struct ctl_table *t = data;
	size_t len = strcspn(text, "\n");
	int err = 0;

	if (t->text) {
		len = min(len, t->size - 1);
		memcpy(t->text, text, len);
		t->text[len] = '\0';
	} else {
		err = write_words(t, text);
	}
	if (!err && t->hook)
		t->hook(true);
	return err;
}

void proc_sys_init(void)
{
	for (const struct ctl_table *t = __sysctl_start; t < __sysctl_end; t++)
		proc_create(t->path, show_sysctl, t->max || t->size ? write_sysctl : NULL,
			    (void *)t);
}
