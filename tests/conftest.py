"""pytest's side of the test harness.

Every TAP line counts as one test of its own: a test function gives its output to the `tap` fixture, which reports each
line to pytest. Long boots run in the background (`background` mark), so that two processors have work. The very last
line printed is "N passed, N failed".
"""

import concurrent.futures
import os

import pytest
from _pytest.reports import TestReport

import machine
import tap as tap_format

LINES = {"passed": 0, "failed": 0}
SUMMARY = machine.BUILD / "test" / "summary"


# ---- one pytest result for each TAP line ----


class Tap:
    def __init__(self, item):
        self.item = item

    def report(self, ok, name, detail=""):
        """Report one test."""
        outcome = "passed" if ok else "failed"
        nodeid = f"{self.item.nodeid}: {name}"
        self.item.ihook.pytest_runtest_logreport(report=TestReport(
            nodeid, self.item.location, {}, outcome, None if ok else (detail or "not ok"), "call"))

    def output(self, text, prefix="", need_plan=True):
        """Report every TAP line of text. The caller's own test fails if there is none, or if the plan
        is missing or disagrees."""
        results, plan = tap_format.parse(text)
        for result in results:
            self.report(result.ok, prefix + result.name, "\n".join(result.detail))
        assert results, f"no TAP line in:\n{text[-3000:]}"
        if need_plan or plan is not None:
            assert plan == len(results), f"plan {plan}, but {len(results)} results; end:\n{text[-3000:]}"
        return results


@pytest.fixture
def tap(request):
    return Tap(request.node)


# ---- work in the background ----

_pool = concurrent.futures.ThreadPoolExecutor(max_workers=max(1, os.cpu_count() or 1))
_futures = {}


def in_background(function, *args):
    """The future of function(*args), begun at most once in a session."""
    key = (function.__module__, function.__name__, args)
    if key not in _futures:
        _futures[key] = _pool.submit(function, *args)
    return _futures[key]


def pytest_collection_finish(session):
    """Begin the background work of the tests that will run: @pytest.mark.background.with_args(function), which
    gets the test's `fmt` parameter."""
    if session.config.option.collectonly:
        return
    for item in session.items:
        for mark in item.iter_markers("background"):
            in_background(mark.args[0], item.callspec.params["fmt"])


@pytest.fixture
def background(request):
    """The result of the test's background work; raises what it raised."""
    mark = request.node.get_closest_marker("background")
    future = in_background(mark.args[0], request.node.callspec.params["fmt"])

    def result():
        return future.result(timeout=machine.seconds(600))

    return result


# ---- machines ----


@pytest.fixture
def boot():
    """boot(fmt, **options) starts a Machine that ends with the test."""
    machines = []

    def start(*args, **kwargs):
        machines.append(machine.Machine(*args, **kwargs))
        return machines[-1]

    yield start
    for one in machines:
        one.kill()


# ---- order, count, last line ----

def pytest_configure(config):
    config.addinivalue_line("markers", "background(function): work begun before the first test")
    for old in (machine.BUILD / "test").glob("*"):
        old.unlink()


def pytest_collection_modifyitems(items):
    """What waits for background work comes last."""
    items.sort(key=lambda item: item.get_closest_marker("background") is not None)


def pytest_runtest_logreport(report):
    if report.failed:
        LINES["failed"] += 1
    elif report.when == "call" and report.passed:
        LINES["passed"] += 1


def pytest_collectreport(report):
    if report.failed:
        LINES["failed"] += 1


def pytest_unconfigure(config):
    machine.kill_all()
    _pool.shutdown(wait=False, cancel_futures=True)
    if hasattr(config, "workerinput") or config.option.collectonly:
        return
    line = f"{LINES['passed']} passed, {LINES['failed']} failed"
    SUMMARY.parent.mkdir(parents=True, exist_ok=True)
    SUMMARY.write_text(line + "\n", encoding="ascii")
    print(line)
