#include "drivers/iomem.h"

#include "kernel/lib/errno.h"

/* Claims are made at boot, one after the other, and stay: readers need no lock. */
static struct {
	u64 start, last; /* the last byte */
} regions[8];
static unsigned int nr_regions;

bool iomem_is_claimed(u64 start, u64 size)
{
	for (unsigned int i = 0; size && i < nr_regions; i++)
		if (regions[i].start <= start + size - 1 && regions[i].last >= start)
			return true;
	return false;
}

int request_mem_region(u64 start, u64 size)
{
	if (!size || start + size - 1 < start)
		return -EINVAL;
	if (iomem_is_claimed(start, size))
		return -EBUSY;
	if (nr_regions == sizeof(regions) / sizeof(regions[0]))
		return -ENOMEM;
	regions[nr_regions].start = start;
	regions[nr_regions].last = start + size - 1;
	nr_regions++;
	return 0;
}
