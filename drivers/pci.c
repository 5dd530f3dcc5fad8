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
#include "kernel/lib/util.h"
#include "kernel/sched/spinlock.h"
#include "kernel/x86/io.h"
#include "mm/slab.h"

#define CONFIG_ADDRESS 0xcf8
#define CONFIG_DATA    0xcfc

#define HEADER_TYPE_MASK   0x7f
#define HEADER_MULTI       0x80
#define HEADER_TYPE_BRIDGE 1

#define BAR_IO       0x1
#define BAR_64       0x4
#define BAR_PREFETCH 0x8

/* Buses behind buses deeper than this are a loop. */
#define MAX_DEPTH 8

static DEFINE_SPINLOCK(config_lock);
static LIST_HEAD(pci_devices);

/* Selects the dword that @where is in; config_lock held. Value: the port of the byte at @where. */
static u16 config_select(const struct pci_dev *dev, unsigned int where)
{
	outl(0x80000000u | dev->bus << 16 | dev->devfn << 8 | (where & 0xfc), CONFIG_ADDRESS);
	return CONFIG_DATA + (where & 3);
}

u8 pci_read_config_byte(const struct pci_dev *dev, unsigned int where)
{
	unsigned long flags;
	u8 value;

	spin_lock_irqsave(&config_lock, flags);
	value = inb(config_select(dev, where));
	spin_unlock_irqrestore(&config_lock, flags);
	return value;
}

u16 pci_read_config_word(const struct pci_dev *dev, unsigned int where)
{
	unsigned long flags;
	u16 value;

	spin_lock_irqsave(&config_lock, flags);
	value = inw(config_select(dev, where));
	spin_unlock_irqrestore(&config_lock, flags);
	return value;
}

u32 pci_read_config_dword(const struct pci_dev *dev, unsigned int where)
{
	unsigned long flags;
	u32 value;

	spin_lock_irqsave(&config_lock, flags);
	value = inl(config_select(dev, where));
	spin_unlock_irqrestore(&config_lock, flags);
	return value;
}

void pci_write_config_word(const struct pci_dev *dev, unsigned int where, u16 value)
{
	unsigned long flags;

	spin_lock_irqsave(&config_lock, flags);
	outw(value, config_select(dev, where));
	spin_unlock_irqrestore(&config_lock, flags);
}

void pci_write_config_dword(const struct pci_dev *dev, unsigned int where, u32 value)
{
	unsigned long flags;

	spin_lock_irqsave(&config_lock, flags);
	outl(value, config_select(dev, where));
	spin_unlock_irqrestore(&config_lock, flags);
}

void pci_enable_device(const struct pci_dev *dev)
{
	u16 command = pci_read_config_word(dev, PCI_COMMAND);

	pci_write_config_word(dev, PCI_COMMAND, command | PCI_COMMAND_IO | PCI_COMMAND_MEMORY);
}

void pci_set_master(const struct pci_dev *dev)
{
	u16 command = pci_read_config_word(dev, PCI_COMMAND);

	pci_write_config_word(dev, PCI_COMMAND, command | PCI_COMMAND_MASTER);
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

	if (!bits || bits == ~0u)
		return 1;
	if (value & BAR_IO) {
		bar->io = true;
		bar->start = value & ~3u & 0xffff;
		bar->size = (~(bits & ~3u) & 0xffff) + 1;
		return 1;
	}
	bar->prefetch = value & BAR_PREFETCH;
	bar->start = value & ~15u;
	bar->size = (u32)(~(bits & ~15u) + 1);
	if (!(value & BAR_64) || n + 1 >= PCI_NUM_BARS)
		return 1;
	bar->is64 = true;
	bar->start |= (u64)pci_read_config_dword(dev, where + 4) << 32;
	if (!bar->size) /* 4 GiB and more: the low half has no bits of its own */
		bar->size = (u64)(u32)(~bar_probe(dev, where + 4) + 1) << 32;
	return 2;
}

/* The device must not answer at the addresses that probing writes into its registers. */
static void read_bars(struct pci_dev *dev)
{
	int n, count = (dev->hdr_type & HEADER_TYPE_MASK) == HEADER_TYPE_BRIDGE ? 2 : PCI_NUM_BARS;
	u16 command = pci_read_config_word(dev, PCI_COMMAND);

	pci_write_config_word(dev, PCI_COMMAND, command & ~(PCI_COMMAND_IO | PCI_COMMAND_MEMORY));
	for (n = 0; n < count;)
		n += bar_read(dev, n);
	pci_write_config_word(dev, PCI_COMMAND, command);
}

static void print_device(const struct pci_dev *dev)
{
	int n;

	pr_info("pci %02x:%02x.%x: [%04x:%04x] class %06x%s", dev->bus, PCI_SLOT(dev->devfn),
		PCI_FUNC(dev->devfn), dev->vendor, dev->device, dev->class, dev->irq ? "" : "\n");
	if (dev->irq)
		pr_cont(" irq %u\n", dev->irq);
	for (n = 0; n < PCI_NUM_BARS; n++) {
		const struct pci_bar *bar = &dev->bar[n];

		if (bar->size)
			pr_info("  BAR %d: %s %#llx, size %#llx%s%s\n", n,
				bar->io ? "ports" : "memory", bar->start, bar->size,
				bar->is64 ? ", 64 bits" : "",
				bar->prefetch ? ", prefetchable" : "");
	}
}

static void scan_bus(u8 bus, int depth);

/* The function described by @at, if there is one. Value: its header type, or -1. */
static int scan_function(u8 bus, u8 devfn, int depth)
{
	const struct pci_dev at = { .bus = bus, .devfn = devfn };
	u32 id = pci_read_config_dword(&at, PCI_VENDOR_ID);
	u32 class = pci_read_config_dword(&at, PCI_CLASS_REVISION);
	struct pci_dev *dev;

	if ((id & 0xffff) == 0xffff)
		return -1;
	dev = kzalloc(sizeof(*dev), GFP_KERNEL);
	if (!dev)
		return -1;
	dev->bus = bus;
	dev->devfn = devfn;
	dev->vendor = id & 0xffff;
	dev->device = id >> 16;
	dev->class = class >> 8;
	dev->revision = class & 0xff;
	dev->hdr_type = pci_read_config_byte(dev, PCI_HEADER_TYPE);
	if (pci_read_config_byte(dev, PCI_INTERRUPT_PIN))
		dev->irq = pci_read_config_byte(dev, PCI_INTERRUPT_LINE);
	read_bars(dev);
	list_add_tail(&dev->list, &pci_devices);
	print_device(dev);
	if ((dev->hdr_type & HEADER_TYPE_MASK) == HEADER_TYPE_BRIDGE && depth < MAX_DEPTH)
		scan_bus(pci_read_config_byte(dev, PCI_SECONDARY_BUS), depth + 1);
	return dev->hdr_type;
}

static void scan_bus(u8 bus, int depth)
{
	int slot, func, type;

	if (depth && !bus)
		return; /* a bridge that the firmware left alone */
	for (slot = 0; slot < 32; slot++) {
		type = scan_function(bus, PCI_DEVFN(slot, 0), depth);
		if (type < 0 || !(type & HEADER_MULTI))
			continue;
		for (func = 1; func < 8; func++)
			scan_function(bus, PCI_DEVFN(slot, func), depth);
	}
}

void pci_init(void)
{
	outl(0x80000000u, CONFIG_ADDRESS);
	if (inl(CONFIG_ADDRESS) != 0x80000000u) {
		pr_info("pci: no configuration mechanism 1\n");
		return;
	}
	scan_bus(0, 0);
}
