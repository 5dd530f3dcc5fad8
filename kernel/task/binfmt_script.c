/* Scripts: "#!interpreter [argument]" in the first line. */
#include "kernel/task/exec.h"

#include "kernel/lib/errno.h"
#include "kernel/lib/string.h"

static bool blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Cut the line in bprm->buf into interpreter and the rest, both within interp_buf. */
static int parse_line(struct linux_binprm *bprm, char **name, char **arg)
{
	char *line = bprm->interp_buf, *end, *p;

	memcpy(line, bprm->buf, BINPRM_BUF_SIZE);
	end = memchr(line, '\n', BINPRM_BUF_SIZE);
	if (!end) {
		/* A cut line may still hold a whole name: it is whole when something follows it. */
		end = line + BINPRM_BUF_SIZE - 1;
		for (p = line + 2; p < end && blank(*p); p++)
			;
		for (; p < end && *p && !blank(*p); p++)
			;
		if (p == end)
			return -ENOEXEC;
	}
	*end = '\0';
	while (end > line + 2 && blank(end[-1]))
		*--end = '\0';
	for (p = line + 2; blank(*p); p++)
		;
	if (!*p)
		return -ENOEXEC;
	*name = p;
	while (*p && !blank(*p))
		p++;
	while (blank(*p))
		*p++ = '\0';
	*arg = *p ? p : NULL;
	return 0;
}

int load_script(struct linux_binprm *bprm)
{
	char *name, *arg;
	int ret;

	if (bprm->buf[0] != '#' || bprm->buf[1] != '!')
		return -ENOEXEC;
	/* interpreter, its argument, the script's path as it was called, the script's arguments. The path may
	 * lie in interp_buf: it is pushed before the next line is parsed there. */
	if ((ret = bprm_drop_arg(bprm)) || (ret = bprm_push_arg(bprm, bprm->interp)) ||
	    (ret = parse_line(bprm, &name, &arg)) || (arg && (ret = bprm_push_arg(bprm, arg))) ||
	    (ret = bprm_push_arg(bprm, name)))
		return ret;
	bprm->interp = name;
	return bprm_open(bprm);
}
