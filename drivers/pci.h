/*
 * The PCI bus: every function found at boot, its address ranges (BARs) with their sizes, and its
 * configuration registers. PCI Local Bus Specification 3.0, chapter 6.
 */
#ifndef DRIVERS_PCI_H
#define DRIVERS_PCI_H

#include "kernel/lib/list.h"

/* Configuration registers, by byte offset. */
#define PCI_VENDOR_ID      0x00 /* device in the upper half */
#define PCI_COMMAND        0x04 /* status in the upper half */
#define PCI_CLASS_REVISION 0x08
#define PCI_HEADER         0x0c /* type in bits 16-23 */
#define PCI_BASE_ADDRESS_0 0x10
#define PCI_BUSES          0x18 /* of a bridge: the bus behind it in bits 8-15 */
#define PCI_INTERRUPT      0x3c /* line in the low byte, pin above it */

#define PCI_COMMAND_IO     0x1
#define PCI_COMMAND_MEMORY 0x2

#define PCI_DEVFN(slot, func) ((slot) << 3 | (func))
#define PCI_SLOT(devfn)       ((devfn) >> 3)
#define PCI_FUNC(devfn)       ((devfn)&7)

#define PCI_NUM_BARS 6

/* One range that the device decodes; size 0: the register is not in use. */
struct pci_bar {
	u64 start; /* physical address, or first port */
	u64 size;  /* bytes, a power of two */
	bool io;   /* ports, not memory */
};

struct pci_dev {
	u8 bus, devfn;
	u16 vendor, device;
	u32 class; /* class, subclass, programming interface in one: 0x030000 is VGA */
	u8 irq;    /* interrupt line by the firmware, 0 for none */
	struct pci_bar bar[PCI_NUM_BARS];
	struct list_head list;
};

/* Find every function on every bus behind the host bridge and print them. Once, when kmalloc works. */
void pci_init(void);

/* The next device after @from (NULL: the first) with these numbers, or NULL. */
struct pci_dev *pci_get_device(u16 vendor, u16 device, struct pci_dev *from);

/*
 * Read or write a configuration register, any context. @where is its offset, a multiple of 4. All ones
 * are read where there is no device.
 */
u32 pci_read_config_dword(const struct pci_dev *dev, unsigned int where);
void pci_write_config_dword(const struct pci_dev *dev, unsigned int where, u32 value);

#endif
