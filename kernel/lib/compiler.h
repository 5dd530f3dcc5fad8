/*
 * What the compiler has to be told: hints, attributes, single accesses, the calling convention of assembly.
 */
#ifndef KERNEL_LIB_COMPILER_H
#define KERNEL_LIB_COMPILER_H

#define likely(x)   __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)

#ifndef __always_inline
#define __always_inline inline __attribute__((__always_inline__))
#endif
#define noinline     __attribute__((__noinline__))
#define __noreturn   __attribute__((__noreturn__))
#define __aligned(n) __attribute__((__aligned__(n)))
#define __packed     __attribute__((__packed__))
#define __cold       __attribute__((__cold__))

/* The arguments are checked like printf's: `fmt` and `args` count parameters from 1. */
#define __printf(fmt, args) __attribute__((__format__(__printf__, fmt, args)))

#ifndef fallthrough
#define fallthrough __attribute__((__fallthrough__))
#endif

/* Marks a pointer into user space; documentation only. */
#define __user

/* A function that assembly calls with its arguments on the stack (the kernel itself passes three in registers). */
#ifdef __i386__
#define asmlinkage __attribute__((__regparm__(0)))
#else
#define asmlinkage
#endif

/* The compiler may not move memory accesses across this. */
#define barrier() __asm__ __volatile__("" ::: "memory")

/* Exactly one access to `x`, neither repeated nor left out by the compiler. */
#define READ_ONCE(x)     (*(const volatile __typeof__(x) *)&(x))
#define WRITE_ONCE(x, v) (*(volatile __typeof__(x) *)&(x) = (v))

#endif
