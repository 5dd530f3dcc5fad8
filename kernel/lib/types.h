/*
 * The integer types every room of the kernel speaks in. Compiles on the host too, where the C library's own
 * names win, so that pure code (VMA tree, buddy arithmetic, radix tree) can be tested there.
 */
#ifndef KERNEL_LIB_TYPES_H
#define KERNEL_LIB_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef unsigned long long u64;
typedef int32_t s32;
typedef long long s64;

#if __STDC_HOSTED__
#include <limits.h>
#include <sys/types.h>
#else
/* <limits.h> of a freestanding gcc asks for the C library's. */
#define CHAR_BIT  8
#define INT_MAX   __INT_MAX__
#define UINT_MAX  (2U * INT_MAX + 1)
#define LONG_MAX  __LONG_MAX__
#define ULONG_MAX (2UL * LONG_MAX + 1)
#define LLONG_MAX __LONG_LONG_MAX__

typedef __PTRDIFF_TYPE__ ssize_t;
typedef int64_t loff_t;
typedef int pid_t;
typedef unsigned int uid_t;
typedef unsigned int mode_t;
typedef u32 dev_t;
typedef unsigned long ino_t;
typedef long time_t;
#endif

/* Index of a page in an object: a file offset in units of PAGE_SIZE. */
typedef unsigned long pgoff_t;

/* Flags of an allocation: the GFP_ names of mm/page_alloc.h. */
typedef unsigned int gfp_t;

/* A physical address. Wider than a pointer where the page tables reach above 4 GiB. */
#ifdef CONFIG_X86_PAE
typedef u64 phys_addr_t;
#else
typedef u32 phys_addr_t;
#endif

#endif
