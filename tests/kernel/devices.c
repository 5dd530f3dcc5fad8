/* What drivers build on: claims of device memory, and what PCI enumeration found. */
#include "drivers/mem.h"
#include "drivers/pci.h"
#include "kernel/lib/errno.h"
#include "tests/kernel/ktest.h"

/* Nothing in this machine is near 16 TiB. */
#define BASE 0x100000000000ull

KTEST_SUITE(iomem)
{
	KTEST(request_mem_region(BASE, 0x1000) == 0, "claim a range");
	KTEST(iomem_is_claimed(BASE, 1) && iomem_is_claimed(BASE + 0xfff, 1),
	      "it is claimed to its ends");
	KTEST(!iomem_is_claimed(BASE - 1, 1) && !iomem_is_claimed(BASE + 0x1000, 1),
	      "and not beyond");
	KTEST(iomem_is_claimed(BASE - 8, 9), "a range that touches it is claimed");
	KTEST(!iomem_is_claimed(BASE + 4, 0), "an empty range is not");
	KTEST(request_mem_region(BASE + 0xfff, 2) == -EBUSY, "claim over its end");
	KTEST(request_mem_region(BASE - 1, 2) == -EBUSY, "claim over its start");
	KTEST(request_mem_region(BASE - 1, 0x2000) == -EBUSY, "claim around it");
	KTEST(request_mem_region(BASE + 0x1000, 0x1000) == 0, "claim its upper neighbour");
	KTEST(request_mem_region(BASE - 0x1000, 0x1000) == 0, "claim its lower neighbour");
	KTEST(request_mem_region(BASE, 0) == -EINVAL, "claim nothing");
	KTEST(request_mem_region(~0ull, 2) == -EINVAL, "claim a range that wraps");
}

/* The 440FX host bridge and the PIIX3, which QEMU's pc always has. */
KTEST_SUITE(pci)
{
	struct pci_dev *bridge = pci_get_device(0x8086, 0x1237, NULL);
	struct pci_dev *isa = pci_get_device(0x8086, 0x7000, NULL);
	struct pci_dev *vga = pci_get_device(0x1234, 0x1111, NULL);
	const struct pci_dev nobody = { .bus = 255, .devfn = PCI_DEVFN(31, 7) };
	int n, odd = 0;

	if (!KTEST(bridge && isa, "host bridge and ISA bridge are found"))
		return;
	KTEST(bridge->class == 0x060000 && isa->class == 0x060100, "with their classes");
	KTEST(!pci_get_device(0x8086, 0x7000, isa), "there is one of them");
	KTEST(pci_read_config_dword(bridge, PCI_VENDOR_ID) == 0x12378086, "read a dword");
	KTEST(pci_read_config_dword(&nobody, 0) == ~0u, "where nothing is all bits are set");
	if (!vga)
		return;
	KTEST(vga->bar[0].size >= 0x100000 && !vga->bar[0].io, "the adapter's memory has a size");
	KTEST(vga->bar[2].size == 0x1000, "its registers are one page");
	for (n = 0; n < PCI_NUM_BARS; n++) {
		const struct pci_bar *bar = &vga->bar[n];

		odd += (bar->size & (bar->size - 1)) || (bar->size && bar->start & (bar->size - 1));
	}
	KTEST(!odd, "sizes are powers of two, addresses aligned to them");
	KTEST(pci_read_config_dword(vga, PCI_BASE_ADDRESS_0) >> 4 == (u32)vga->bar[0].start >> 4,
	      "sizing left the register as it was");
	KTEST(pci_read_config_dword(vga, PCI_COMMAND) & PCI_COMMAND_MEMORY,
	      "and the device decodes memory");
}
