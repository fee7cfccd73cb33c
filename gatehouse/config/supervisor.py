"""Processes that belong together: started together, restarted when one ends, ended together. Plain Python.

Each child leads a process group of its own, so that Ctrl-C in a terminal reaches the supervisor alone and every child
is asked to end exactly once. A child that calls `die_with_parent` cannot outlive a supervisor that was killed.
"""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import FrameType

POLL = 0.2  # seconds between looks at the children
GRACE = 10.0  # seconds a child has to end after SIGTERM
CALM = 60.0  # after so many seconds of running, an end counts as the first again
LONGEST_WAIT = 30.0
PR_SET_PDEATHSIG = 1  # prctl(2)
SUPERVISOR = "GATEHOUSE_SUPERVISOR"  # its process id, for those it starts

Say = Callable[[str], None]


def die_with_parent() -> None:
    """Ask the kernel to kill this process when its supervisor is gone; call it first, from the main thread.

    Without a supervisor it does nothing. Linux only (prctl); elsewhere a killed supervisor leaves its children running.
    """
    supervisor = os.environ.get(SUPERVISOR)
    if not supervisor:
        return
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if str(os.getppid()) != supervisor:  # it ended before we asked
        sys.exit(1)


def be_parent() -> None:
    """Children started from now on, which call `die_with_parent`, go when this process does."""
    os.environ[SUPERVISOR] = str(os.getpid())


@dataclass
class Child:
    """One command that is to run for as long as the supervisor does."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    ends: int = 0
    due: float = field(default=0.0)

    def start(self) -> None:
        self.process = subprocess.Popen(  # noqa: S603  our own commands
            self.command,
            env={**os.environ, **self.environment},
            process_group=0,
            stdin=subprocess.DEVNULL,
            stdout=sys.stderr.fileno(),
        )
        self.started = time.monotonic()

    def look(self, say: Say) -> None:
        """Start it when its time has come; when it has ended, say so and set the time."""
        now = time.monotonic()
        if self.process is None:
            if now >= self.due:
                self.start()
        elif (status := self.process.poll()) is not None:
            self._kill_group()
            self.ends = 1 if now - self.started > CALM else self.ends + 1
            wait = min(0.5 * 2 ** (self.ends - 1), LONGEST_WAIT)
            self.process, self.due = None, now + wait
            say(f"{self.name} ended ({_reason(status)}); starting it again in {wait:g} s.")

    def ask_to_end(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.terminate()

    def end_by(self, deadline: float) -> None:
        if self.process is None:
            return
        try:
            self.process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            self._kill_group()
            self.process.wait()
        self._kill_group()

    def _kill_group(self) -> None:
        """Also what the child started itself and left behind."""
        assert self.process
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)


def _reason(status: int) -> str:
    return f"status {status}" if status >= 0 else signal.Signals(-status).name


class Supervisor:
    """`run` returns when SIGINT or SIGTERM came and every child has ended."""

    def __init__(
        self, children: Sequence[Child], *, say: Say, each_minute: Callable[[], object] = lambda: None
    ) -> None:
        self.children = children
        self.say = say
        self.each_minute = each_minute
        self.is_ending = False

    def run(self, *, greet: Callable[[], bool] = lambda: True) -> None:
        """`greet` is called again and again until it says True, for the moment when the children are ready."""
        be_parent()
        before = {number: signal.signal(number, self._end) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            self._keep_alive(greet)
        finally:
            self._end_all()
            for number, handler in before.items():
                signal.signal(number, handler)

    def _keep_alive(self, greet: Callable[[], bool]) -> None:
        has_greeted, next_minute = False, 0.0
        while not self.is_ending:
            for child in self.children:
                child.look(self.say)
            has_greeted = has_greeted or greet()
            if time.monotonic() >= next_minute:
                self.each_minute()
                next_minute = time.monotonic() + 60
            time.sleep(POLL)

    def _end(self, number: int, frame: FrameType | None) -> None:
        self.is_ending = True

    def _end_all(self) -> None:
        deadline = time.monotonic() + GRACE
        for child in self.children:
            child.ask_to_end()
        for child in self.children:
            child.end_by(deadline)
