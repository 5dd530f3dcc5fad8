"""Python's mmap, processes, threads, signals and foreign functions. Prints what it prints on Linux."""

import array
import ctypes
import mmap
import os
import select
import signal
import struct
import subprocess
import sys
import tempfile
import threading
import time
import zlib

PAGE = mmap.PAGESIZE


def shared_between_processes():
    with mmap.mmap(-1, 16 * PAGE) as area:
        children = []
        for n in range(8):
            pid = os.fork()
            if pid == 0:
                for page in range(16):
                    struct.pack_into("<I", area, page * PAGE + 4 * n, (n + 1) * (page + 1))
                os._exit(n)
            children.append(pid)
        print("exit statuses", sorted(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in children))
        print("sum", sum(struct.unpack_from("<I", area, page * PAGE + 4 * n)[0]
                         for page in range(16) for n in range(8)))
    private = mmap.mmap(-1, PAGE, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    private[:6] = b"parent"
    if (pid := os.fork()) == 0:
        private[:6] = b"child!"
        os._exit(0)
    os.waitpid(pid, 0)
    print("private", private[:6])


def files():
    with tempfile.TemporaryFile() as file:
        file.write(bytes(range(256)) * 64)
        file.flush()
        area = mmap.mmap(file.fileno(), 0)
        print("file", len(area), area.find(b"\x10\x11", 1000), area.rfind(b"\xff"), zlib.crc32(area))
        area[5000:5005] = b"HELLO"
        area.flush()
        file.seek(5000)
        print("written", file.read(5))
        os.pwrite(file.fileno(), b"pwrite", 9000)
        print("seen", area[9000:9006])
        area.resize(10 * PAGE)
        print("resized", len(area), os.fstat(file.fileno()).st_size, area[5 * PAGE:5 * PAGE + 4])
        area.move(PAGE, 5000, 100)
        area.resize(2 * PAGE)
        print("smaller", len(area), os.fstat(file.fileno()).st_size, area[PAGE:PAGE + 5])
        area.madvise(mmap.MADV_RANDOM)
        area.close()
        copy = mmap.mmap(file.fileno(), 2 * PAGE, access=mmap.ACCESS_COPY)
        copy[:4] = b"COPY"
        file.seek(0)
        print("copy", copy[:4], file.read(4))
        copy.close()
        look = mmap.mmap(file.fileno(), PAGE, access=mmap.ACCESS_READ, offset=PAGE)
        try:
            look[0] = 1
        except TypeError as error:
            print("read only:", error)
        look.close()
    anonymous = mmap.mmap(-1, PAGE)
    anonymous[:3] = b"old"
    try:
        anonymous.resize(50 * PAGE)
        print("grown", len(anonymous), anonymous[:3])
    except (ValueError, SystemError) as error:
        print("not grown", type(error).__name__)
    big = mmap.mmap(-1, 64 << 20)
    for at in range(0, len(big), 1 << 20):
        big[at] = at >> 20
    print("sparse", sum(big[at] for at in range(0, len(big), 1 << 20)))
    big.madvise(mmap.MADV_DONTNEED)
    big.close()


def processes():
    done = subprocess.run(["sort", "-n"], input="3\n1\n2\n", capture_output=True, text=True, check=True)
    print("sort", done.stdout.split())
    print("status", subprocess.call(["sh", "-c", "kill -TERM $$"]))
    first = subprocess.Popen(["seq", "100000"], stdout=subprocess.PIPE)
    second = subprocess.Popen(["tail", "-n1"], stdin=first.stdout, stdout=subprocess.PIPE)
    first.stdout.close()
    print("pipeline", second.communicate()[0], first.wait())
    try:
        subprocess.run(["sleep", "1000"], timeout=0.2, check=False)
    except subprocess.TimeoutExpired:
        print("timeout")
    try:
        subprocess.run(["/no/such/program"], check=False)
    except FileNotFoundError as error:
        print(error)
    master, slave = os.openpty()
    child = subprocess.Popen(["stty", "size"], stdin=slave, stdout=subprocess.PIPE, start_new_session=True)
    print("terminal", child.communicate()[0], os.isatty(slave), os.ttyname(slave).startswith("/dev/pts/"))
    os.close(master)


def threads():
    lock, total, ready = threading.Lock(), [0], threading.Barrier(8)

    def work(n):
        ready.wait()
        for _ in range(500):
            with lock:
                total[0] += n
    workers = [threading.Thread(target=work, args=(n,)) for n in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    print("threads", total[0], threading.active_count())
    event, order = threading.Event(), []
    waiter = threading.Thread(target=lambda: (event.wait(), order.append("woken")))
    waiter.start()
    order.append("set")
    event.set()
    waiter.join()
    print("event", order, threading.Condition().acquire(timeout=1))
    results = []
    many = [threading.Thread(target=results.append, args=(n,)) for n in range(100)]
    for thread in many:
        thread.start()
    for thread in many:
        thread.join()
    print("hundred", sum(results))


def signals():
    caught = []
    signal.signal(signal.SIGUSR1, lambda number, frame: caught.append(signal.Signals(number).name))
    signal.signal(signal.SIGALRM, lambda number, frame: caught.append("alarm"))
    os.kill(os.getpid(), signal.SIGUSR1)
    signal.setitimer(signal.ITIMER_REAL, 0.05)
    signal.pause()
    print("caught", caught)
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGRTMIN, signal.SIGUSR2})
    os.kill(os.getpid(), signal.SIGUSR2)
    info = signal.sigtimedwait({signal.SIGUSR2}, 5)
    print("waited", info.si_signo == signal.SIGUSR2, info.si_pid == os.getpid(), signal.sigpending() == set())
    reader, writer = os.pipe()
    threading.Timer(0.05, os.write, (writer, b"x")).start()
    print("select", select.select([reader], [], [], 10)[0] == [reader])
    poll = select.poll()
    poll.register(reader, select.POLLIN)
    print("poll", poll.poll(1000) == [(reader, select.POLLIN)], os.read(reader, 9))
    pid = os.fork()
    if pid == 0:
        signal.signal(signal.SIGSEGV, signal.SIG_DFL)
        ctypes.memset(8, 1, 1)
    print("killed by", signal.Signals(os.WTERMSIG(os.waitpid(pid, 0)[1])).name)


def foreign():
    libc = ctypes.CDLL(None, use_errno=True)
    print("getpid", libc.getpid() == os.getpid(), libc.open(b"/nowhere", 0), os.strerror(ctypes.get_errno()))
    compare = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_int), ctypes.POINTER(ctypes.c_int))
    numbers = (ctypes.c_int * 6)(5, 3, 9, -2, 7, 0)
    libc.qsort(numbers, 6, 4, compare(lambda a, b: a[0] - b[0]))
    print("qsort", list(numbers))


def numbers():
    values = array.array("d", (n ** 0.5 for n in range(100000)))
    print("floats", f"{sum(values):.6f}", len(zlib.compress(values.tobytes())) > 0)
    print("integers", pow(3, 5000) % 10 ** 20, len(str(2 ** 10000)))
    start = time.monotonic()
    time.sleep(0.02)
    print("clock", 0.02 <= time.monotonic() - start < 60, time.strftime("%F", time.gmtime(0)))


for part in (shared_between_processes, files, processes, threads, signals, foreign, numbers):
    print("==", part.__name__)
    sys.stdout.flush()
    part()
