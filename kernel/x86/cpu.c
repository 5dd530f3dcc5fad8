/*
 * Looking at the processor (SDM vol. 2A CPUID) and switching on what the kernel uses.
 */
#include "kernel/x86/cpu.h"

#include "kernel/lib/printf.h"
#include "kernel/lib/printk.h"
#include "kernel/lib/string.h"
#include "kernel/lib/util.h"
#include "kernel/x86/descs.h"
#include "kernel/x86/ptregs.h"

/* PAT entries, one byte each (SDM vol. 3A 11.12.2): 0 WB, 1 WC instead of WT, 2 UC-, 3 UC; 4 to 7 the same. */
#define PAT_VALUE 0x0007010600070106ULL

struct cpuinfo boot_cpu;

static const struct {
	unsigned int feature;
	const char *name;
} feature_names[] = {
	{ X86_FEATURE_FPU, "fpu" },   { X86_FEATURE_PSE, "pse" },
	{ X86_FEATURE_TSC, "tsc" },   { X86_FEATURE_MSR, "msr" },
	{ X86_FEATURE_PAE, "pae" },   { X86_FEATURE_CX8, "cx8" },
	{ X86_FEATURE_APIC, "apic" }, { X86_FEATURE_SEP, "sep" },
	{ X86_FEATURE_PGE, "pge" },   { X86_FEATURE_CMOV, "cmov" },
	{ X86_FEATURE_PAT, "pat" },   { X86_FEATURE_FXSR, "fxsr" },
	{ X86_FEATURE_SSE, "sse" },   { X86_FEATURE_SSE2, "sse2" },
	{ X86_FEATURE_NX, "nx" },     { X86_FEATURE_SMEP, "smep" },
	{ X86_FEATURE_SMAP, "smap" }, { X86_FEATURE_HYPERVISOR, "hypervisor" },
};

/* A processor has CPUID when EFLAGS.ID can be changed (SDM vol. 1 3.4.3.3). */
static bool has_cpuid(void)
{
	unsigned long before, after;

	__asm__ __volatile__("pushfl\n"
			     "popl %0\n"
			     "movl %0, %1\n"
			     "xorl %2, %1\n"
			     "pushl %1\n"
			     "popfl\n"
			     "pushfl\n"
			     "popl %1\n"
			     "pushl %0\n"
			     "popfl\n"
			     : "=&r"(before), "=&r"(after)
			     : "i"(X86_EFLAGS_ID)
			     : "cc");
	return (before ^ after) & X86_EFLAGS_ID;
}

/* Without CPUID: FNINIT leaves a status word of 0 where there is an FPU (SDM vol. 1 8.1). */
static bool probe_fpu(void)
{
	u16 status = 0x5a5a;

	write_cr0(read_cr0() & ~(X86_CR0_EM | X86_CR0_TS));
	__asm__ __volatile__("fninit; fnstsw %0" : "+m"(status));
	return (status & 0xff) == 0;
}

static void clear_feature(unsigned int feature)
{
	boot_cpu.features[feature / 32] &= ~(1u << (feature & 31));
}

static void read_signature(u32 eax)
{
	boot_cpu.stepping = eax & 0xf;
	boot_cpu.model = (eax >> 4) & 0xf;
	boot_cpu.family = (eax >> 8) & 0xf;
	if (boot_cpu.family >= 6)
		boot_cpu.model |= (eax >> 12) & 0xf0;
	if (boot_cpu.family == 15)
		boot_cpu.family += (eax >> 20) & 0xff;
}

static void read_extended(void)
{
	u32 i, max = cpuid(0x80000000).eax;

	if (max < 0x80000001 || max > 0x8000ffff)
		return;
	boot_cpu.features[1] = cpuid(0x80000001).edx;
	for (i = 0; max >= 0x80000004 && i < 3; i++) {
		struct cpuid_regs name = cpuid(0x80000002 + i);

		memcpy(boot_cpu.model_name + i * sizeof(name), &name, sizeof(name));
	}
	if (max >= 0x80000008)
		boot_cpu.phys_bits = cpuid(0x80000008).eax & 0xff;
}

static void read_cpuid(void)
{
	struct cpuid_regs r = cpuid(0);
	const u32 max = r.eax, vendor[3] = { r.ebx, r.edx, r.ecx };

	memcpy(boot_cpu.vendor, vendor, sizeof(vendor));
	if (max < 1)
		return;
	r = cpuid(1);
	boot_cpu.features[0] = r.edx;
	boot_cpu.features[3] = r.ecx;
	read_signature(r.eax);
	if (cpu_has(X86_FEATURE_PAE) || cpu_has(X86_FEATURE_PSE36))
		boot_cpu.phys_bits = 36;
	if (max >= 7)
		boot_cpu.features[2] = cpuid(7).ebx;
	read_extended();
}

void cpu_detect(void)
{
	boot_cpu.family = 4;
	boot_cpu.phys_bits = 32;
	if (has_cpuid())
		read_cpuid();
	else if (probe_fpu())
		boot_cpu.features[0] = 1u << X86_FEATURE_FPU;

	/* The Pentium Pro says SEP and has none that works (SDM vol. 2B SYSENTER). */
	if (boot_cpu.family == 6 && boot_cpu.model < 3 && boot_cpu.stepping < 3)
		clear_feature(X86_FEATURE_SEP);
	if (!cpu_has(X86_FEATURE_MSR)) {
		clear_feature(X86_FEATURE_SEP);
		clear_feature(X86_FEATURE_PAT);
		clear_feature(X86_FEATURE_NX);
	}
#ifndef CONFIG_X86_PAE
	/* 32-bit entries have no bit for it. */
	clear_feature(X86_FEATURE_NX);
#endif
}

/* Write the real stac and clac over their places. Text is still writable: paging_init comes later. */
static void patch_smap_sites(void)
{
	extern const struct {
		u8 *place;
		u32 opcode;
	} __smap_sites_start[], __smap_sites_end[];
	size_t i, count = __smap_sites_end - __smap_sites_start;

	for (i = 0; i < count; i++) {
		__smap_sites_start[i].place[0] = 0x0f;
		__smap_sites_start[i].place[1] = 0x01;
		__smap_sites_start[i].place[2] = __smap_sites_start[i].opcode;
	}
}

static unsigned long wanted_cr4(void)
{
	static const struct {
		unsigned int feature;
		unsigned long bit;
	} bits[] = {
		{ X86_FEATURE_PSE, X86_CR4_PSE },     { X86_FEATURE_PGE, X86_CR4_PGE },
		{ X86_FEATURE_FXSR, X86_CR4_OSFXSR }, { X86_FEATURE_SSE, X86_CR4_OSXMMEXCPT },
		{ X86_FEATURE_SMEP, X86_CR4_SMEP },   { X86_FEATURE_SMAP, X86_CR4_SMAP },
	};
	unsigned long cr4 = 0;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bits); i++) {
		if (cpu_has(bits[i].feature))
			cr4 |= bits[i].bit;
	}
	return cr4;
}

void cpu_init(void)
{
	unsigned long cr4 = wanted_cr4();

	write_cr0((read_cr0() & ~(X86_CR0_EM | X86_CR0_TS | X86_CR0_CD | X86_CR0_NW)) | X86_CR0_WP |
		  X86_CR0_NE | X86_CR0_MP);
	if (cpu_has(X86_FEATURE_SMAP))
		patch_smap_sites();
	/* A 486 may have no CR4 at all: do not even read it without a reason. */
	if (cr4)
		write_cr4(read_cr4() | cr4);
	if (cpu_has(X86_FEATURE_NX))
		wrmsr(MSR_EFER, rdmsr(MSR_EFER) | EFER_NX);
	if (cpu_has(X86_FEATURE_SEP)) {
		wrmsr(MSR_IA32_SYSENTER_CS, __KERNEL_CS);
		wrmsr(MSR_IA32_SYSENTER_EIP, (unsigned long)sysenter_entry);
	}
	if (cpu_has(X86_FEATURE_PAT)) {
		wbinvd();
		wrmsr(MSR_IA32_PAT, PAT_VALUE);
	}
}

void cpu_list_features(char *text, size_t size)
{
	size_t i, len = 0;

	text[0] = 0;
	for (i = 0; i < ARRAY_SIZE(feature_names); i++) {
		if (cpu_has(feature_names[i].feature))
			len += scnprintf(text + len, size - len, " %s", feature_names[i].name);
	}
}

void cpu_print_info(void)
{
	char text[256];

	cpu_list_features(text, sizeof(text));
	pr_info("CPU: %s family %u model %u stepping %u%s%s\n",
		boot_cpu.vendor[0] ? boot_cpu.vendor : "no CPUID,", boot_cpu.family, boot_cpu.model,
		boot_cpu.stepping, boot_cpu.model_name[0] ? ", " : "", boot_cpu.model_name);
	pr_info("CPU features:%s; %u-bit physical addresses\n", text, boot_cpu.phys_bits);
}
