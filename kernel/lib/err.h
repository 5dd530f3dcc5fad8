/*
 * Error numbers inside pointers: the last 4095 addresses are never objects.
 */
#ifndef KERNEL_LIB_ERR_H
#define KERNEL_LIB_ERR_H

#include "kernel/lib/compiler.h"
#include "kernel/lib/errno.h"
#include "kernel/lib/types.h"

#define MAX_ERRNO 4095

/* True when `x` (unsigned long) holds an error: -1 .. -MAX_ERRNO. */
#define IS_ERR_VALUE(x) unlikely((unsigned long)(x) >= (unsigned long)-MAX_ERRNO)

/* A pointer that carries the negative error `error`. */
static inline void *ERR_PTR(long error)
{
	return (void *)error;
}

/* The negative error that `ptr` carries. */
static inline long PTR_ERR(const void *ptr)
{
	return (long)ptr;
}

static inline bool IS_ERR(const void *ptr)
{
	return IS_ERR_VALUE(ptr);
}

/* The same error in a pointer of another type. */
static inline void *ERR_CAST(const void *ptr)
{
	return (void *)(unsigned long)ptr;
}

#endif
