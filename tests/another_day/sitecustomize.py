"""Ten years later, for a Python that is started with this folder on its path."""

import time

_now = time.time
time.time = lambda: _now() + 10 * 365 * 24 * 60 * 60
