/*
 * Which addresses of the vmalloc area are taken: a tree of areas that knows its
 * holes. Used by mm/vmalloc.c only, which holds the lock.
 */
#ifndef MM_VMALLOC_AREA_H
#define MM_VMALLOC_AREA_H

#include "mm/vmalloc.h"

/* The areas are those of [start, end), all free. */
void vm_areas_init(unsigned long start, unsigned long end);

/* Finds the lowest hole for area->size bytes aligned to @align, sets area->addr, enters it. O(log n). */
bool vm_area_insert(struct vm_struct *area, unsigned long align);
void vm_area_erase(struct vm_struct *area);

/* The area with the highest start at or below @addr (the address may lie behind it), or NULL. */
struct vm_struct *vm_area_find(unsigned long addr);

/* The area after this one, or the first for NULL; NULL at the end. */
struct vm_struct *vm_area_next(struct vm_struct *area);

/* Largest hole in bytes. */
unsigned long vm_area_largest_hole(void);

#endif
