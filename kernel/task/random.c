/* A generator of random bytes: ChaCha20 (RFC 8439) under a key that is made at first use from what differs
 * from boot to boot (RDRAND where there is one, cycle counter, date), and replaced after each request so that a
 * later look at the kernel's memory tells nothing about earlier answers.
 */
#include "kernel/task/random.h"

#include "kernel/lib/printf.h"
#include "kernel/lib/string.h"
#include "kernel/lib/sysctl.h"
#include "kernel/sched/clock.h"
#include "kernel/sched/sched.h"
#include "kernel/sched/timer.h"
#include "kernel/task/syscalls.h"
#include "kernel/x86/cpu.h"
#include "mm/uaccess.h"

#define GRND_NONBLOCK 1
#define GRND_RANDOM   2
#define GRND_INSECURE 4

static DEFINE_SPINLOCK(random_lock);
static u32 key[8];
static u64 requests;
static bool seeded;

static inline u32 rotl(u32 x, int n)
{
	return x << n | x >> (32 - n);
}

static void quarter_round(u32 *x, int a, int b, int c, int d)
{
	static const u8 shift[4] = { 16, 12, 8, 7 };
	int i;

	for (i = 0; i < 4; i += 2) {
		x[a] += x[b];
		x[d] = rotl(x[d] ^ x[a], shift[i]);
		x[c] += x[d];
		x[b] = rotl(x[b] ^ x[c], shift[i + 1]);
	}
}

static void chacha_block(u64 nonce, u32 counter, u32 out[16])
{
	u32 in[16] = { 0x61707865, 0x3320646e, 0x79622d32, 0x6b206574 }, x[16];
	int i;

	memcpy(in + 4, key, sizeof(key));
	in[12] = counter;
	in[14] = nonce;
	in[15] = nonce >> 32;
	memcpy(x, in, sizeof(x));
	/* Ten times the columns, then the diagonals of the 4 x 4 words. */
	for (i = 0; i < 80; i++)
		quarter_round(x, i & 3, 4 + ((i + (i >> 2 & 1)) & 3),
			      8 + ((i + (i >> 2 & 1) * 2) & 3), 12 + ((i + (i >> 2 & 1) * 3) & 3));
	for (i = 0; i < 16; i++)
		out[i] = x[i] + in[i];
}

static u32 hardware_random(void)
{
	u32 value = 0;
	bool ok = false;
	int tries;

	for (tries = 0; cpu_has(X86_FEATURE_RDRAND) && tries < 10 && !ok; tries++)
		__asm__ volatile("rdrand %0; setc %1" : "=r"(value), "=qm"(ok)::"cc");
	return value;
}

static void seed(void)
{
	u32 block[16];
	int i;

	for (i = 0; i < 8; i++) {
		key[i] ^= hardware_random();
		key[i] ^= cpu_has(X86_FEATURE_TSC) ? (u32)rdtsc() * 0x9e3779b1u : jiffies;
	}
	key[0] ^= (u32)ktime_get_real();
	key[1] ^= (u32)(ktime_get_real() >> 32);
	chacha_block(0, 0, block);
	memcpy(key, block, sizeof(key));
	seeded = true;
}

void get_random_bytes(void *buf, size_t size)
{
	unsigned long flags;
	u32 block[16], counter = 1;
	u64 nonce;

	spin_lock_irqsave(&random_lock, flags);
	if (!seeded)
		seed();
	nonce = ++requests;
	while (size) {
		size_t chunk = min(size, sizeof(block));

		chacha_block(nonce, counter++, block);
		memcpy(buf, block, chunk);
		buf = (u8 *)buf + chunk;
		size -= chunk;
	}
	chacha_block(nonce, 0, block);
	memcpy(key, block, sizeof(key));
	key[7] ^= cpu_has(X86_FEATURE_TSC) ? (u32)rdtsc() : jiffies;
	spin_unlock_irqrestore(&random_lock, flags);
}

long sys_getrandom(void *buf, size_t count, unsigned flags)
{
	u8 chunk[256];
	size_t done = 0, n;

	if (flags & ~(GRND_NONBLOCK | GRND_RANDOM | GRND_INSECURE) ||
	    (flags & (GRND_RANDOM | GRND_INSECURE)) == (GRND_RANDOM | GRND_INSECURE))
		return -EINVAL;
	if (count > INT_MAX)
		count = INT_MAX;
	while (done < count) {
		n = min(count - done, sizeof(chunk));
		get_random_bytes(chunk, n);
		n -= copy_to_user((u8 *)buf + done, chunk, n);
		if (!n)
			return done ? (long)done : -EFAULT;
		done += n;
		if (signal_pending(current))
			break;
		cond_resched();
	}
	return done;
}

/* ---- /proc/sys/kernel/random ---- */

static char uuid[37], boot_id[37];
static const u32 pool_bits = 256;

/* A random UUID (RFC 4122, version 4). */
static void make_uuid(char *text)
{
	u16 w[8];

	get_random_bytes(w, sizeof(w));
	snprintf(text, sizeof(uuid), "%04x%04x-%04x-4%03x-%04x-%04x%04x%04x", w[0], w[1], w[2],
		 w[3] & 0xfff, (w[4] & 0x3fff) | 0x8000, w[5], w[6], w[7]);
}

static void new_uuid(bool written)
{
	make_uuid(uuid);
}

static void make_boot_id(bool written)
{
	if (!boot_id[0])
		make_uuid(boot_id);
}

SYSCTL(random_sysctls) = {
	{ .path = "sys/kernel/random/uuid", .text = uuid, .hook = new_uuid },
	{ .path = "sys/kernel/random/boot_id", .text = boot_id, .hook = make_boot_id },
	{ .path = "sys/kernel/random/poolsize", .data = (void *)&pool_bits },
	{ .path = "sys/kernel/random/entropy_avail", .data = (void *)&pool_bits },
};
