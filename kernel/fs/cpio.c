#include "kernel/fs/cpio.h"

#include "kernel/lib/errno.h"
#include "kernel/lib/string.h"
#include "kernel/lib/util.h"

static int bad(struct cpio *c, const char *why)
{
	c->error = why;
	return -EINVAL;
}

void cpio_init(struct cpio *c, const struct cpio_ops *ops, void *ctx)
{
	memset(c, 0, sizeof(*c));
	c->ops = ops;
	c->ctx = ctx;
	c->state = CPIO_BETWEEN;
}

static void enter(struct cpio *c, int state, u32 left)
{
	c->state = state;
	c->left = left;
	c->have = 0;
}

static int hex_field(const char *p, u32 *value)
{
	u32 v = 0;

	for (int i = 0; i < 8; i++) {
		char ch = p[i];

		if (ch >= '0' && ch <= '9')
			v = v << 4 | (ch - '0');
		else if ((ch | 0x20) >= 'a' && (ch | 0x20) <= 'f')
			v = v << 4 | ((ch | 0x20) - 'a' + 10);
		else
			return -EINVAL;
	}
	*value = v;
	return 0;
}

static int header_done(struct cpio *c)
{
	struct cpio_entry *e = &c->entry;
	u32 namesize = 0, check = 0;
	u32 *field[] = { &e->ino, &e->mode, &e->uid,  &e->gid,  &e->nlink, &e->mtime, &e->filesize,
			 &e->maj, &e->min,  &e->rmaj, &e->rmin, &namesize, &check };

	if (memcmp(c->buf, "070701", 6) && memcmp(c->buf, "070702", 6))
		return bad(c, "no newc header here");
	for (size_t i = 0; i < ARRAY_SIZE(field); i++)
		if (hex_field(c->buf + 6 + 8 * i, field[i]))
			return bad(c, "a header field is not a number");
	if (namesize < 1 || namesize > CPIO_NAME_MAX)
		return bad(c, "a name is empty or too long");
	enter(c, CPIO_NAME, namesize);
	return 0;
}

static int data_done(struct cpio *c)
{
	enter(c, CPIO_DATA_PADDING, -c->offset & 3);
	return c->trailer ? 0 : c->ops->end(c->ctx);
}

static int name_done(struct cpio *c)
{
	int err;

	if (c->buf[c->have - 1] != '\0' || strlen(c->buf) != c->have - 1)
		return bad(c, "a name does not end where it should");
	c->trailer = !strcmp(c->buf, "TRAILER!!!");
	c->entry.name = c->buf;
	if (!c->trailer) {
		err = c->ops->begin(c->ctx, &c->entry);
		if (err < 0)
			return err;
	}
	enter(c, CPIO_NAME_PADDING, -c->offset & 3);
	return 0;
}

/* Take what one state wants of @p, at most @len bytes; returns the number taken or an error. */
static long consume(struct cpio *c, const char *p, size_t len)
{
	size_t n = min(len, (size_t)c->left);
	int err = 0;

	if (c->state == CPIO_HEADER_FIELDS || c->state == CPIO_NAME) {
		memcpy(c->buf + c->have, p, n);
		c->have += n;
	} else if (c->state == CPIO_DATA && n && !c->trailer) {
		err = c->ops->data(c->ctx, p, n);
	}
	c->left -= n;
	c->offset += n;
	return err < 0 ? err : (long)n;
}

static int state_done(struct cpio *c)
{
	switch (c->state) {
	case CPIO_HEADER_FIELDS:
		return header_done(c);
	case CPIO_NAME:
		return name_done(c);
	case CPIO_DATA:
		return data_done(c);
	case CPIO_NAME_PADDING:
		enter(c, CPIO_DATA, c->entry.filesize);
		return 0;
	default:
		enter(c, c->trailer ? CPIO_BETWEEN : CPIO_HEADER_FIELDS, CPIO_HEADER);
		return 0;
	}
}

int cpio_feed(struct cpio *c, const void *data, size_t len)
{
	const char *p = data, *end = p + len;

	while (p < end || (c->state != CPIO_BETWEEN && !c->left)) {
		long n;
		int err;

		/* Archives may follow each other, with zeros between them and after the last. */
		if (c->state == CPIO_BETWEEN) {
			if (*p) {
				enter(c, CPIO_HEADER_FIELDS, CPIO_HEADER);
			} else {
				p++;
				c->offset++;
			}
			continue;
		}
		n = consume(c, p, end - p);
		if (n < 0)
			return n;
		p += n;
		if (!c->left) {
			err = state_done(c);
			if (err < 0)
				return err;
		}
	}
	return 0;
}

int cpio_finish(struct cpio *c)
{
	if (c->state == CPIO_BETWEEN)
		return 0;
	return bad(c, c->state == CPIO_HEADER_FIELDS && c->left == CPIO_HEADER ? "no trailer"
									       : "cut short");
}
