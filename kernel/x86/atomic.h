/*
 * Atomic counters and exchanges. All of them order memory like a full barrier, except atomic_read and atomic_set.
 */
#ifndef KERNEL_X86_ATOMIC_H
#define KERNEL_X86_ATOMIC_H

#include "kernel/lib/compiler.h"
#include "kernel/lib/types.h"

typedef struct {
	int counter;
} atomic_t;

#define ATOMIC_INIT(i) \
	{              \
		(i)    \
	}

/* Store `v` in *ptr and return what was there; 1, 2 or 4 bytes. */
#define xchg(ptr, v)                                                                        \
	({                                                                                  \
		__typeof__(*(ptr)) __xchg = (v);                                            \
		__asm__ __volatile__("xchg %0, %1" : "+q"(__xchg), "+m"(*(ptr))::"memory"); \
		__xchg;                                                                     \
	})

/* Store `n` in *ptr if `o` is there. Returns what was there: `o` means done. */
#define cmpxchg(ptr, o, n)                                      \
	({                                                      \
		__typeof__(*(ptr)) __cx = (o), __cxn = (n);     \
		__asm__ __volatile__("lock cmpxchg %2, %1"      \
				     : "+a"(__cx), "+m"(*(ptr)) \
				     : "q"(__cxn)               \
				     : "memory", "cc");         \
		__cx;                                           \
	})

/* The same for 8 bytes; Pentium and later (SDM vol. 2A CMPXCHG8B). */
static inline u64 cmpxchg64(volatile u64 *ptr, u64 o, u64 n)
{
#ifdef __i386__
	__asm__ __volatile__("lock cmpxchg8b %1"
			     : "+A"(o), "+m"(*ptr)
			     : "b"((u32)n), "c"((u32)(n >> 32))
			     : "memory", "cc");
	return o;
#else
	return __sync_val_compare_and_swap(ptr, o, n);
#endif
}

static inline int atomic_read(const atomic_t *v)
{
	return READ_ONCE(v->counter);
}

static inline void atomic_set(atomic_t *v, int i)
{
	WRITE_ONCE(v->counter, i);
}

static inline void atomic_add(int i, atomic_t *v)
{
	__asm__ __volatile__("lock addl %1, %0" : "+m"(v->counter) : "ir"(i) : "memory", "cc");
}

static inline void atomic_sub(int i, atomic_t *v)
{
	__asm__ __volatile__("lock subl %1, %0" : "+m"(v->counter) : "ir"(i) : "memory", "cc");
}

static inline void atomic_inc(atomic_t *v)
{
	__asm__ __volatile__("lock incl %0" : "+m"(v->counter)::"memory", "cc");
}

static inline void atomic_dec(atomic_t *v)
{
	__asm__ __volatile__("lock decl %0" : "+m"(v->counter)::"memory", "cc");
}

/* Decrement; true when the result is 0. */
static inline bool atomic_dec_and_test(atomic_t *v)
{
	bool zero;

	__asm__ __volatile__("lock decl %0; sete %1"
			     : "+m"(v->counter), "=qm"(zero)::"memory", "cc");
	return zero;
}

/* Increment; true when the result is 0. */
static inline bool atomic_inc_and_test(atomic_t *v)
{
	bool zero;

	__asm__ __volatile__("lock incl %0; sete %1"
			     : "+m"(v->counter), "=qm"(zero)::"memory", "cc");
	return zero;
}

/* Add `i`; true when the result is negative. */
static inline bool atomic_add_negative(int i, atomic_t *v)
{
	bool negative;

	__asm__ __volatile__("lock addl %2, %0; sets %1"
			     : "+m"(v->counter), "=qm"(negative)
			     : "ir"(i)
			     : "memory", "cc");
	return negative;
}

/* Add `i` and return the new value. */
static inline int atomic_add_return(int i, atomic_t *v)
{
	int old = i;

	__asm__ __volatile__("lock xaddl %0, %1" : "+r"(old), "+m"(v->counter)::"memory", "cc");
	return old + i;
}

#define atomic_sub_return(i, v) atomic_add_return(-(i), v)
#define atomic_inc_return(v)    atomic_add_return(1, v)
#define atomic_dec_return(v)    atomic_add_return(-1, v)
#define atomic_xchg(v, n)       xchg(&(v)->counter, n)
#define atomic_cmpxchg(v, o, n) cmpxchg(&(v)->counter, o, n)

/* Add `a` unless the value is `u`; true when added. */
static inline bool atomic_add_unless(atomic_t *v, int a, int u)
{
	int c = atomic_read(v), old;

	while (c != u) {
		old = atomic_cmpxchg(v, c, c + a);
		if (old == c)
			return true;
		c = old;
	}
	return false;
}

#define atomic_inc_not_zero(v) atomic_add_unless(v, 1, 0)

/* Barriers between processors. x86 keeps stores in order and loads in order; only a load may pass an older store. */
#ifdef __i386__
#define mb() __asm__ __volatile__("lock addl $0, 0(%%esp)" ::: "memory", "cc")
#else
#define mb() __sync_synchronize()
#endif
#define rmb()     barrier()
#define wmb()     barrier()
#define smp_mb()  mb()
#define smp_rmb() barrier()
#define smp_wmb() barrier()

/* In a loop that waits for another processor (PAUSE; a plain nop before the Pentium 4). */
#define cpu_relax() __asm__ __volatile__("rep; nop" ::: "memory")

#endif
