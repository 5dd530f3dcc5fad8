/*
 * pgprot_t: the rights half of a page-table entry, without a frame. A type of
 * its own so that rights and frames are not mixed; opaque outside mm/pgtable*.h.
 */
#ifndef MM_PGPROT_H
#define MM_PGPROT_H

#include "kernel/lib/types.h"

typedef struct {
	u64 pgprot; /* NX is bit 63 of a PAE entry, so always 64 bits wide */
} pgprot_t;

#endif
