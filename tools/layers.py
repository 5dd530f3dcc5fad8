#!/usr/bin/env python3
"""Check the order of layers that README.md and docs/ describe: code includes and calls downward only.

  tools/layers.py [BUILD_DIRECTORY]     # default build/pae; its objects tell who calls whom

Reports includes and calls against the order, circles of includes, and circles of calls.
"""
import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

# Lowest first; the first pattern that matches from the start of a path decides within a layer's list,
# the longest pattern over all layers.
LAYERS = [
    ("lib and x86", ["kernel/lib/", "kernel/x86/"]),
    ("sched", ["kernel/sched/"]),
    ("physical memory", ["mm/memblock", "mm/page.", "mm/page_", "mm/buddy", "mm/zone", "mm/slab", "mm/kmalloc"]),
    ("kernel virtual memory", ["mm/pgtable", "mm/pgprot", "mm/highmem", "mm/vmalloc", "mm/ioremap",
                               "mm/tlb", "mm/init", "mm/layout", "mm/uaccess",
                               # structures that page tables and the TLB have to look into
                               "mm/mm.h", "mm/vma.h"]),
    ("address spaces and objects", ["mm/", "kernel/fs/file.h"]),
    ("drivers, task, fs, ipc", ["drivers/", "kernel/task/", "kernel/vdso/", "kernel/fs/", "kernel/ipc/"]),
    ("doors", ["kernel/trap.", "kernel/syscall.", "boot/", "tests/"]),
]

# Uses against the order that are meant: (user, used symbol or header, why).
EXCEPTIONS = [
    (r"mm/.*\.c", r"fput|i_size_read|i_size_write|file_accessed|file_update_time|file_dev|file_ino|file_noexec|file_path",
     "kernel/fs/file.h is the one header of files that mm/ knows"),
    (r"mm/page_alloc\.c", r"mm/highmem\.h|k(un)?map_atomic_high", "__GFP_ZERO of a highmem page needs an address for it"),
    (r".*", r"__ubsan_handle_\w+", "the compiler calls it where a check of its own fails"),
    (r"mm/(page|zone)\.c", r"kernel_map_pages", "who touches a free page shall fault: debug builds take it out of the page tables"),
    (r"(boot|kernel/x86)/\w*entry\w*\.S", r".*", "the processor comes in here; the doors are behind it"),
    (r"kernel/x86/(gdt|thread)\.c", r"init_thread_union", "the boot stack bears the scheduler's first task"),
    (r"mm/.*", r"fget|fput|get_file", "of files mm/ knows kernel/fs/file.h"),
]

INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.M)


def layer(path):
    best = max(((len(p), rank) for rank, (_, patterns) in enumerate(LAYERS) for p in patterns if path.startswith(p)),
               default=None)
    return best[1] if best else None


def excepted(user, used):
    return any(re.fullmatch(who, user) and re.fullmatch(what, used) for who, what, _ in EXCEPTIONS)


def sources():
    for top in ("boot", "kernel", "mm", "drivers"):
        yield from sorted(str(path) for path in Path(top).rglob("*.[chS]"))


def circles(graph):
    """Strongly connected components of more than one node (Tarjan's algorithm)."""
    index, low, stack, found = {}, {}, [], []

    def visit(node):
        index[node] = low[node] = len(index)
        stack.append(node)
        for other in sorted(graph.get(node, ())):
            if other not in index:
                visit(other)
                low[node] = min(low[node], low[other])
            elif other in stack:
                low[node] = min(low[node], index[other])
        if low[node] == index[node]:
            component = []
            while True:
                component.append(stack.pop())
                if component[-1] == node:
                    break
            if len(component) > 1:
                found.append(sorted(component))

    sys.setrecursionlimit(10000)
    for node in sorted(graph):
        if node not in index:
            visit(node)
    return found


def check_includes():
    problems, graph = [], {}
    for path in sources():
        included = INCLUDE.findall(Path(path).read_text(encoding="utf-8"))
        graph[path] = set(included)
        mine = layer(path)
        if mine is None:
            problems.append(f"{path}: belongs to no layer")
            continue
        for other in included:
            theirs = layer(other)
            if not Path(other).exists():
                problems.append(f"{path}: includes {other}, which is no path from the root")
            elif theirs is not None and theirs > mine and not excepted(path, other):
                problems.append(f"{path} ({LAYERS[mine][0]}) includes {other} ({LAYERS[theirs][0]})")
    problems += [f"circle of includes: {' '.join(circle)}" for circle in circles(graph)]
    return problems


def symbols(build):
    """({symbol: object that defines it}, {object: symbols it wants}) with objects named by their source."""
    defined, wanted = {}, defaultdict(set)
    objects = [str(path) for top in ("boot", "kernel", "mm", "drivers") for path in Path(build, top).rglob("*.o")
               if Path(str(path)[len(build) + 1:-2]).exists()]
    if not objects:
        sys.exit(f"layers.py: no objects below {build}: build first")
    listing = subprocess.run(["nm", "-A", "-g", *sorted(objects)], capture_output=True, text=True, check=True).stdout
    for line in listing.splitlines():
        name, _, rest = line.partition(":")
        source = name[len(build) + 1:-2]
        fields = rest.split()
        if fields[-2] in "Uw":
            wanted[source].add(fields[-1])
        elif fields[-2] not in "WV" or fields[-1] not in defined:
            defined[fields[-1]] = source
    return defined, wanted


def check_calls(build):
    problems, graph = [], defaultdict(set)
    defined, wanted = symbols(build)
    for user in sorted(wanted):
        for symbol in sorted(wanted[user]):
            owner = defined.get(symbol)
            if owner is None or owner == user or excepted(user, symbol):
                continue
            graph[user].add(owner)
            mine, theirs = layer(user), layer(owner)
            if mine is not None and theirs is not None and theirs > mine:
                problems.append(f"{user} ({LAYERS[mine][0]}) uses {symbol} of {owner} ({LAYERS[theirs][0]})")
    problems += [f"circle of calls: {' '.join(circle)}" for circle in circles(graph)]
    return problems


def main():
    build = sys.argv[1] if len(sys.argv) > 1 else "build/pae"
    problems = check_includes() + check_calls(build)
    print("\n".join(problems) or "layers: every include and call goes downward")
    sys.exit(bool(problems))


if __name__ == "__main__":
    main()
