"""A bound on the processor time that one piece of work may take."""

from __future__ import annotations

import signal
import threading
from typing import Any


class TookTooLong(Exception):  # noqa: N818 - it says what happened
    """The work was stopped."""


class Bound:
    """Stops work of the main thread after so many seconds of processor time: `TookTooLong` is raised in it.

    Elsewhere than in the main thread, or where the system has no such timer, nothing is stopped.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._before: Any = None
        self._able = hasattr(signal, "ITIMER_VIRTUAL")

    def start(self) -> None:
        """Begin to count."""
        if self._able and threading.current_thread() is threading.main_thread():
            self._before = signal.signal(signal.SIGVTALRM, _stop)
            signal.setitimer(signal.ITIMER_VIRTUAL, self.seconds)

    def end(self) -> None:
        """The work is done; also where nothing was begun."""
        if self._before is not None:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
            signal.signal(signal.SIGVTALRM, self._before)
            self._before = None


def _stop(*_: object) -> None:
    raise TookTooLong
