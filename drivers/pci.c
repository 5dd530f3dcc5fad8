/*
 * Configuration mechanism 1: the address of a register goes to port 0xcf8, its value is at 0xcfc
 * (PCI Local Bus Specification 3.0, section 3.2.2.3.2):
 *
 *   31      23        16 15     11 10   8 7        2 1 0
 *  +--+-------+----------+---------+------+----------+---+
 *  | 1|       |   bus    |  slot   | func | register | 0 |
 *  +--+-------+----------+---------+------+----------+---+
 */
#include "drivers/pci.h"

#include "kernel/lib/printk.h"
#include "kernel/sched/spinlock.h"
#include "kernel/x86/io.h"
#include "mm/slab.h"

#define CONFIG_ADDRESS 0xcf8
#define CONFIG_DATA    0xcfc
#define CONFIG_ENABLE  0x80000000u

#define HEADER_TYPE(reg)   ((reg) >> 16 & 0x7f)
#define HEADER_MULTI       0x800000 /* the slot has more functions than 0 */
#define HEADER_TYPE_BRIDGE 1

#define BAR_IO 0x1
#define BAR_64 0x4

static DEFINE_SPINLOCK(config_lock);
static LIST_HEAD(pci_devices);

static u32 config_address(const struct pci_dev *dev, unsigned int where)
{
	return CONFIG_ENABLE | dev->bus << 16 | dev->devfn << 8 | where;
}

u32 pci_read_config_dword(const struct pci_dev *dev, unsigned int where)
{
	unsigned long flags;
	u32 value;

	spin_lock_irqsave(&config_lock, flags);
	outl(config_address(dev, where), CONFIG_ADDRESS);
	value = inl(CONFIG_DATA);
	spin_unlock_irqrestore(&config_lock, flags);
	return value;
}

void pci_write_config_dword(const struct pci_dev *dev, unsigned int where, u32 value)
{
	unsigned long flags;

	spin_lock_irqsave(&config_lock, flags);
	outl(config_address(dev, where), CONFIG_ADDRESS);
	outl(value, CONFIG_DATA);
	spin_unlock_irqrestore(&config_lock, flags);
}

struct pci_dev *pci_get_device(u16 vendor, u16 device, struct pci_dev *from)
{
	struct list_head *at = from ? &from->list : &pci_devices;

	for (at = at->next; at != &pci_devices; at = at->next) {
		struct pci_dev *dev = list_entry(at, struct pci_dev, list);

		if (dev->vendor == vendor && dev->device == device)
			return dev;
	}
	return NULL;
}

/* ---- what is there ---- */

/* Which bits of a base address register can be set; the register keeps its value. */
static u32 bar_probe(const struct pci_dev *dev, unsigned int where)
{
	u32 old = pci_read_config_dword(dev, where), bits;

	pci_write_config_dword(dev, where, ~0u);
	bits = pci_read_config_dword(dev, where);
	pci_write_config_dword(dev, where, old);
	return bits;
}

/* Reads register @n. Value: how many registers it took, 1 or 2. */
static int bar_read(struct pci_dev *dev, int n)
{
	unsigned int where = PCI_BASE_ADDRESS_0 + 4 * n;
	u32 value = pci_read_config_dword(dev, where), bits = bar_probe(dev, where);
	struct pci_bar *bar = &dev->bar[n];

	if (!bits)
		return 1;
	bar->io = value & BAR_IO;
	bar->start = value & (bar->io ? ~3u : ~15u);
	if (bar->io) {
		bar->size = (~(bits & ~3u) & 0xffff) + 1;
	} else if (value & BAR_64) {
		bar->start |= (u64)pci_read_config_dword(dev, where + 4) << 32;
		bar->size = ~((u64)bar_probe(dev, where + 4) << 32 | (bits & ~15u)) + 1;
		return 2;
	} else {
		bar->size = ~(bits & ~15u) + 1;
	}
	return 1;
}

/* The device must not answer at the addresses that probing writes into its registers. */
static void read_bars(struct pci_dev *dev, int count)
{
	u32 command = pci_read_config_dword(dev, PCI_COMMAND) & 0xffff; /* status bits stay */
	int n;

	pci_write_config_dword(dev, PCI_COMMAND, command & ~(PCI_COMMAND_IO | PCI_COMMAND_MEMORY));
	for (n = 0; n < count;)
		n += bar_read(dev, n);
	pci_write_config_dword(dev, PCI_COMMAND, command);
	for (n = 0; n < count; n++)
		if (dev->bar[n].size)
			pr_info("  BAR %d: %s %#llx, size %#llx\n", n,
				dev->bar[n].io ? "ports" : "memory", dev->bar[n].start,
				dev->bar[n].size);
}

static void scan_bus(u8 bus);

/* What is at @bus, @devfn. Value: its header register, or 0 where nothing is. */
static u32 scan_function(u8 bus, u8 devfn)
{
	const struct pci_dev at = { .bus = bus, .devfn = devfn };
	u32 id = pci_read_config_dword(&at, PCI_VENDOR_ID);
	u32 header = pci_read_config_dword(&at, PCI_HEADER);
	u32 interrupt = pci_read_config_dword(&at, PCI_INTERRUPT);
	bool bridge = HEADER_TYPE(header) == HEADER_TYPE_BRIDGE;
	struct pci_dev *dev;
	u8 behind;

	if (id == ~0u)
		return 0;
	dev = kzalloc(sizeof(*dev), GFP_KERNEL);
	if (!dev)
		return 0;
	*dev = at;
	dev->vendor = id;
	dev->device = id >> 16;
	dev->class = pci_read_config_dword(dev, PCI_CLASS_REVISION) >> 8;
	dev->irq = interrupt & 0xff00 ? interrupt : 0;
	list_add_tail(&dev->list, &pci_devices);
	pr_info("pci %02x:%02x.%x: [%04x:%04x] class %06x irq %u\n", bus, PCI_SLOT(devfn),
		PCI_FUNC(devfn), dev->vendor, dev->device, dev->class, dev->irq);
	read_bars(dev, bridge ? 2 : PCI_NUM_BARS);
	behind = pci_read_config_dword(dev, PCI_BUSES) >> 8;
	if (bridge && behind > bus) /* else the firmware left it alone */
		scan_bus(behind);
	return header;
}

static void scan_bus(u8 bus)
{
	for (int slot = 0; slot < 32; slot++)
		if (scan_function(bus, PCI_DEVFN(slot, 0)) & HEADER_MULTI)
			for (int func = 1; func < 8; func++)
				scan_function(bus, PCI_DEVFN(slot, func));
}

void pci_init(void)
{
	scan_bus(0);
}
