/*
 * pgprot_t: the rights and the caching of a mapping, in one word that is the
 * same for both page-table formats. Its bits are known to mm/pgtable.h only; a
 * VMA carries one in vm_page_prot. Includes nothing: pure code may use it.
 */
#ifndef MM_PGPROT_H
#define MM_PGPROT_H

typedef struct {
	unsigned long pgprot;
} pgprot_t;

#define __pgprot(x)   ((pgprot_t){ (x) })
#define pgprot_val(x) ((x).pgprot)

#endif
