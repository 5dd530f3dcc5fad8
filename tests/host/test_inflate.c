/*
 * kernel/lib/inflate.c on the host: what gzip packs comes back byte for byte; cut or damaged input
 * is refused, never believed and never read past its end. link: kernel/lib/inflate.c
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/lib/errno.h"
#include "kernel/lib/inflate.h"

static int tests, failures;
static struct inflate state;

static void check(bool ok, const char *text)
{
	printf("%sok %d - inflate: %s\n", ok ? "" : "not ", ++tests, text);
	failures += !ok;
}

struct out {
	u8 *data;
	size_t len, room;
};

static int collect(void *ctx, const u8 *data, size_t len)
{
	struct out *o = ctx;

	if (o->len + len > o->room)
		return -ENOSPC;
	memcpy(o->data + o->len, data, len);
	o->len += len;
	return 0;
}

static int refuse(void *ctx, const u8 *data, size_t len)
{
	return -ENOMEM;
}

/* Compress @data by the host's gzip; the result lives in an exact allocation, so ASan sees
 * overreads. */
static u8 *pack(const char *options, const u8 *data, size_t len, size_t *packed)
{
	char plain[] = "/tmp/inflate-test-XXXXXX", command[200];
	u8 *buf = malloc(len * 2 + 1000), *exact;
	FILE *f;
	int fd = mkstemp(plain);

	f = fdopen(fd, "wb");
	fwrite(data, 1, len, f);
	fclose(f);
	snprintf(command, sizeof(command), "gzip -c %s < %s", options, plain);
	f = popen(command, "r");
	*packed = fread(buf, 1, len * 2 + 1000, f);
	pclose(f);
	remove(plain);
	exact = malloc(*packed);
	memcpy(exact, buf, *packed);
	free(buf);
	return exact;
}

static void round_trip(const char *options, const u8 *data, size_t len, const char *text)
{
	struct out o = { malloc(len + 1), 0, len };
	size_t n;
	u8 *z = pack(options, data, len, &n);
	long used = gunzip(&state, z, n, collect, &o);

	check(used == (long)n && o.len == len && !memcmp(o.data, data, len), text);
	free(z);
	free(o.data);
}

static void all_cuts_refused(const u8 *data, size_t len)
{
	size_t n, taken = 0;
	u8 *z = pack("-6", data, len, &n);
	struct out o = { malloc(len * 2), 0, len * 2 };

	for (size_t cut = 0; cut < n; cut += cut < 64 || cut > n - 64 ? 1 : 17) {
		u8 *part = malloc(cut ? cut : 1);

		memcpy(part, z, cut);
		o.len = 0;
		taken += gunzip(&state, part, cut, collect, &o) != -EINVAL || !state.error;
		free(part);
	}
	check(taken == 0, "input cut anywhere is -EINVAL with a reason");
	free(z);
	free(o.data);
}

static void all_damage_refused(const u8 *data, size_t len)
{
	size_t n, taken = 0;
	u8 *z = pack("-9", data, len, &n);
	struct out o = { malloc(len * 8), 0, len * 8 };

	/* Bytes 4..9 (time, flags of the compressor, system) carry nothing that matters. */
	for (size_t bit = 10 * 8; bit < n * 8; bit += 3) {
		long got;

		z[bit / 8] ^= 1 << bit % 8;
		o.len = 0;
		got = gunzip(&state, z, n, collect, &o);
		/* The only harmless bits pad the last block to a byte. */
		if (got >= 0 && !(o.len == len && !memcmp(o.data, data, len)))
			taken++;
		z[bit / 8] ^= 1 << bit % 8;
	}
	check(taken == 0, "a flipped bit anywhere is noticed");
	free(z);
	free(o.data);
}

int main(void)
{
	size_t len = 300000, n;
	u8 *data = malloc(len), *z;
	struct out o = { NULL, 0, 0 };

	srand(1);
	memset(data, 0, len);
	round_trip("-6", data, 0, "an empty file");
	round_trip("-6", data, 1, "one byte");
	round_trip("-9", data, len, "zeroes: matches that overlap themselves");
	for (size_t i = 0; i < len; i++)
		data[i] = rand();
	round_trip("-1", data, len, "noise: stored blocks");
	for (size_t i = 0; i < len; i++)
		data[i] = "the quick brown fox "[i % 20] ^ (rand() % 50 == 0);
	round_trip("-1", data, len, "text, fast");
	round_trip("-9", data, len, "text, best: dynamic codes, far matches");
	round_trip("-6", data, 40, "a short text: fixed codes");
	for (size_t i = 0; i < len; i++) {
		int r = rand() | 1;

		data[i] = __builtin_ctz(r ^ (r & 1)) * 7 + (rand() % 400 == 0 ? rand() : 0);
	}
	round_trip("-9", data, len, "skewed bytes: codes of many lengths");
	round_trip("-9 -N", data, 1000, "a header with a file name");
	all_cuts_refused(data, 5000);
	all_damage_refused(data, 2000);
	z = pack("-6", data, 1000, &n);
	check(gunzip(&state, z, n, refuse, NULL) == -ENOMEM, "the sink's error is passed on");
	check(gunzip(&state, "070701 not gzip, long enough", 28, collect, &o) == -EINVAL,
	      "not gzip");
	check(is_gzip(z, n) && !is_gzip(z, 1) && !is_gzip("07", 2), "is_gzip");
	free(z);
	free(data);
	printf("1..%d\n", tests);
	return failures != 0;
}
