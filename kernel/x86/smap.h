/*
 * Opening and closing user memory to ring 0 (SMAP; SDM vol. 3A 4.6.1). stac and clac stand in the code as one harmless
 * instruction each; where the processor has SMAP, cpu_init writes the real ones over them. So they cost nothing and
 * need no branch elsewhere. Usable in C and in assembly.
 */
#ifndef KERNEL_X86_SMAP_H
#define KERNEL_X86_SMAP_H

/* Third byte of CLAC and STAC: 0f 01 ca, 0f 01 cb. */
#define SMAP_CLAC 0xca
#define SMAP_STAC 0xcb

#ifdef __ASSEMBLER__
/* clang-format off */
/* A 3-byte instruction that does nothing on any processor, and a note where it is. */
.macro SMAP_SITE opcode
771:	.byte	0x8d, 0x76, 0x00		/* leal 0(%esi), %esi */
	.pushsection .smap_sites, "a"
	.long	771b, \opcode
	.popsection
.endm
/* clang-format on */
#define ASM_CLAC SMAP_SITE SMAP_CLAC
#define ASM_STAC SMAP_SITE SMAP_STAC
#else

#define SMAP_STRING_(x) #x
#define SMAP_STRING(x)  SMAP_STRING_(x)

/* As text for inline assembly. */
#define SMAP_SITE(opcode)                              \
	"771:	.byte 0x8d, 0x76, 0x00\n"                \
	"	.pushsection .smap_sites, \"a\"\n"           \
	"	.long 771b, " SMAP_STRING(opcode) "\n" \
						  "	.popsection\n"
#define ASM_CLAC SMAP_SITE(SMAP_CLAC)
#define ASM_STAC SMAP_SITE(SMAP_STAC)

/* User memory is out of reach from here on. Always the state outside of uaccess. */
static inline void clac(void)
{
	__asm__ __volatile__(ASM_CLAC ::: "memory");
}

/* User memory may be touched until clac(). */
static inline void stac(void)
{
	__asm__ __volatile__(ASM_STAC ::: "memory");
}
#endif

#endif
