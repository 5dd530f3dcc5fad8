#include "mm/faulttrace.h"

#include "kernel/fs/file.h"
#include "kernel/lib/err.h"
#include "kernel/lib/string.h"
#include "kernel/lib/sysctl.h"
#include "mm/memory.h"

#define RECORDS 256

unsigned long fault_trace = CONFIG_DEBUG;

SYSCTL(fault_trace_sysctls) = { { .path = "sys/vm/fault_trace", .data = &fault_trace, .max = 1 } };

static struct fault_record ring[RECORDS];
static unsigned long last; /* number of the newest; 0: none yet */
static DEFINE_SPINLOCK(ring_lock);

static u32 cycles(void)
{
	return cpu_has(X86_FEATURE_TSC) ? (u32)rdtsc() : 0;
}

void fault_trace_begin(struct fault_record *record, struct mm_struct *mm, unsigned long address,
		       unsigned long error_code)
{
	pte_t entry = pte_lookup(mm, address);

	memset(record, 0, sizeof(*record));
	record->pid = current->pid;
	memcpy(record->comm, current->comm, sizeof(record->comm));
	record->address = address;
	record->error_code = error_code;
	record->old_pfn = pte_present(entry) ? pte_pfn(entry) : 0;
	record->cycles = cycles();
}

const char *vma_label(struct vm_area_struct *vma, char *buf, size_t size)
{
	const char *name = vma->vm_file && vma->vm_file->f_dentry
				   ? file_path(vma->vm_file, buf, size)
				   : vma_name(vma);

	return name && !IS_ERR(name) ? name : "";
}

static void note_vma(struct fault_record *record, struct vm_area_struct *vma)
{
	char path[256];
	const char *name = vma_label(vma, path, sizeof(path));
	size_t len = strlen(name);

	record->vm_start = vma->vm_start;
	record->vm_end = vma->vm_end;
	record->vm_flags = vma->vm_flags;
	record->pgoff = linear_page_index(vma, record->address);
	strlcpy(record->name,
		len < sizeof(record->name) ? name : name + len - sizeof(record->name) + 1,
		sizeof(record->name));
}

static enum fault_outcome outcome_of(const struct fault_record *record, struct vm_area_struct *vma,
				     pte_t entry)
{
	struct page *page = vm_normal_page(vma, record->address, entry);

	if (record->old_pfn == record->pfn)
		return OUTCOME_RIGHTS;
	if (!page)
		return pte_pfn(entry) == page_to_pfn(empty_zero_page) ? OUTCOME_ZERO_PAGE
								      : OUTCOME_DEVICE;
	if (!PageAnon(page))
		return OUTCOME_OBJECT;
	if (record->old_pfn == page_to_pfn(empty_zero_page))
		return OUTCOME_ZEROED;
	return record->old_pfn || vma->vm_file ? OUTCOME_COPIED : OUTCOME_ZEROED;
}

void fault_trace_end(struct fault_record *record, struct mm_struct *mm, enum fault_verdict verdict)
{
	struct vm_area_struct *vma = find_vma(mm, record->address);
	pte_t entry = pte_lookup(mm, record->address);

	record->cycles = cycles() - record->cycles;
	record->verdict = verdict;
	if (vma && vma->vm_start <= record->address) {
		note_vma(record, vma);
		if (verdict == FAULT_HANDLED && pte_present(entry)) {
			record->pfn = pte_pfn(entry);
			record->outcome = outcome_of(record, vma, entry);
		}
	}
	spin_lock(&ring_lock);
	record->number = ++last;
	ring[last % RECORDS] = *record;
	spin_unlock(&ring_lock);
}

bool fault_trace_get(unsigned long number, struct fault_record *record)
{
	bool found;

	spin_lock(&ring_lock);
	if (last >= RECORDS)
		number = max(number, last - RECORDS + 1);
	number = max(number, 1UL);
	found = number <= last;
	if (found)
		*record = ring[number % RECORDS];
	spin_unlock(&ring_lock);
	return found;
}
