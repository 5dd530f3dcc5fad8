/*
 * What this processor is and can do, and the instructions that only ring 0 has. Features are read once by
 * cpu_detect; everybody asks cpu_has().
 */
#ifndef KERNEL_X86_CPU_H
#define KERNEL_X86_CPU_H

#include "kernel/lib/compiler.h"
#include "kernel/lib/types.h"

/* Feature numbers: word * 32 + bit. Words: 0 CPUID.1 EDX, 1 CPUID.80000001h EDX, 2 CPUID.7 EBX, 3 CPUID.1 ECX. */
#define X86_FEATURE_FPU        (0 * 32 + 0)
#define X86_FEATURE_PSE        (0 * 32 + 3)
#define X86_FEATURE_TSC        (0 * 32 + 4)
#define X86_FEATURE_MSR        (0 * 32 + 5)
#define X86_FEATURE_PAE        (0 * 32 + 6)
#define X86_FEATURE_CX8        (0 * 32 + 8)
#define X86_FEATURE_APIC       (0 * 32 + 9)
#define X86_FEATURE_SEP        (0 * 32 + 11)
#define X86_FEATURE_PGE        (0 * 32 + 13)
#define X86_FEATURE_CMOV       (0 * 32 + 15)
#define X86_FEATURE_PAT        (0 * 32 + 16)
#define X86_FEATURE_PSE36      (0 * 32 + 17)
#define X86_FEATURE_FXSR       (0 * 32 + 24)
#define X86_FEATURE_SSE        (0 * 32 + 25)
#define X86_FEATURE_SSE2       (0 * 32 + 26)
#define X86_FEATURE_NX         (1 * 32 + 20)
#define X86_FEATURE_SMEP       (2 * 32 + 7)
#define X86_FEATURE_SMAP       (2 * 32 + 20)
#define X86_FEATURE_RDRAND     (3 * 32 + 30)
#define X86_FEATURE_HYPERVISOR (3 * 32 + 31)
#define X86_FEATURE_WORDS      4

struct cpuinfo {
	/* What is present AND used: a bit that boot turned off is clear. */
	u32 features[X86_FEATURE_WORDS];
	unsigned int family, model, stepping;
	unsigned int phys_bits; /* width of a physical address: 32, 36, ... */
	char vendor[13];        /* "GenuineIntel"; "" without CPUID */
	char model_name[49];
};

extern struct cpuinfo boot_cpu;

/* True when the processor has the feature (an X86_FEATURE_ number) and the kernel uses it. */
static __always_inline bool cpu_has(unsigned int feature)
{
	return (boot_cpu.features[feature / 32] >> (feature & 31)) & 1;
}

/* Are there SSE registers, that a task switch keeps? */
static __always_inline bool have_sse(void)
{
	return likely(cpu_has(X86_FEATURE_SSE) && cpu_has(X86_FEATURE_FXSR));
}

/* Read CPUID (or find that there is none), fill boot_cpu. Nothing is switched on yet. */
void cpu_detect(void);

/*
 * Switch on what is present: CR0.WP, NE, MP; CR4 PSE, PGE, OSFXSR, OSXMMEXCPT, SMEP, SMAP; EFER.NX; sysenter; PAT entry
 * for write combining. PAE was decided at boot. PGE is switched on here, before global entries exist.
 */
void cpu_init(void);

/* Print vendor, model and features to the log. */
void cpu_print_info(void);

/* Names of the features that are used, a blank before each. */
void cpu_list_features(char *text, size_t size);

#define X86_CR0_MP 0x00000002UL
#define X86_CR0_EM 0x00000004UL
#define X86_CR0_TS 0x00000008UL
#define X86_CR0_NE 0x00000020UL
#define X86_CR0_WP 0x00010000UL
#define X86_CR0_NW 0x20000000UL
#define X86_CR0_CD 0x40000000UL

#define X86_CR4_PSE        0x00000010UL
#define X86_CR4_PGE        0x00000080UL
#define X86_CR4_OSFXSR     0x00000200UL
#define X86_CR4_OSXMMEXCPT 0x00000400UL
#define X86_CR4_SMEP       0x00100000UL
#define X86_CR4_SMAP       0x00200000UL

#define MSR_IA32_SYSENTER_CS  0x174
#define MSR_IA32_SYSENTER_ESP 0x175
#define MSR_IA32_SYSENTER_EIP 0x176
#define MSR_IA32_PAT          0x277
#define MSR_EFER              0xc0000080
#define EFER_NX               (1UL << 11)

static inline unsigned long read_cr0(void)
{
	unsigned long v;

	__asm__ __volatile__("movl %%cr0, %0" : "=r"(v));
	return v;
}

static inline void write_cr0(unsigned long v)
{
	__asm__ __volatile__("movl %0, %%cr0" ::"r"(v) : "memory");
}

/* The address whose translation faulted last. */
static inline unsigned long read_cr2(void)
{
	unsigned long v;

	__asm__ __volatile__("movl %%cr2, %0" : "=r"(v));
	return v;
}

/* Physical address of the top page table. */
static inline unsigned long read_cr3(void)
{
	unsigned long v;

	__asm__ __volatile__("movl %%cr3, %0" : "=r"(v));
	return v;
}

/* Switch page tables; flushes every TLB entry that is not global. */
static inline void write_cr3(unsigned long v)
{
	__asm__ __volatile__("movl %0, %%cr3" ::"r"(v) : "memory");
}

/* Only where there is a CR4: a processor with CPUID. */
static inline unsigned long read_cr4(void)
{
	unsigned long v;

	__asm__ __volatile__("movl %%cr4, %0" : "=r"(v));
	return v;
}

static inline void write_cr4(unsigned long v)
{
	__asm__ __volatile__("movl %0, %%cr4" ::"r"(v) : "memory");
}

/* Drop the TLB entry of the page at `addr`, global or not (SDM vol. 3A 4.10.4.1). */
static inline void invlpg(unsigned long addr)
{
	__asm__ __volatile__("invlpg (%0)" ::"r"(addr) : "memory");
}

struct cpuid_regs {
	u32 eax, ebx, ecx, edx;
};

/* Sub-leaf 0 of those leaves that have any. */
static inline struct cpuid_regs cpuid(u32 leaf)
{
	struct cpuid_regs r = { leaf, 0, 0, 0 };

	__asm__ __volatile__("cpuid" : "+a"(r.eax), "=b"(r.ebx), "+c"(r.ecx), "=d"(r.edx));
	return r;
}

static inline u64 rdmsr(u32 msr)
{
	u64 v;

	__asm__ __volatile__("rdmsr" : "=A"(v) : "c"(msr));
	return v;
}

static inline void wrmsr(u32 msr, u64 v)
{
	__asm__ __volatile__("wrmsr" ::"c"(msr), "A"(v) : "memory");
}

/* Cycles since reset; only with X86_FEATURE_TSC. */
static inline u64 rdtsc(void)
{
	u64 v;

	__asm__ __volatile__("rdtsc" : "=A"(v));
	return v;
}

/* Write back and empty all caches. */
static inline void wbinvd(void)
{
	__asm__ __volatile__("wbinvd" ::: "memory");
}

/* Stop until the next interrupt. */
static inline void halt(void)
{
	__asm__ __volatile__("hlt" ::: "memory");
}

#endif
