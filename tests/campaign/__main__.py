"""The campaign against bad input and bad luck: `make campaign`. Prints counts; exit status 1 where a promise broke.

Everything is drawn from a fixed seed, so that a failure can be had again: `make campaign ARGS='--seed 7'`.
"""

from __future__ import annotations

import argparse
import sys
import time

from tests.campaign import phases


def main() -> int:
    parser = argparse.ArgumentParser(prog="make campaign", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="what everything is drawn from")
    parser.add_argument("--scale", type=float, default=1.0, help="how much of each phase to run, 1 for all")
    parser.add_argument("--only", choices=[phase.__name__ for phase in phases.PHASES], help="one phase alone")
    options = parser.parse_args()
    broken = 0
    for phase in phases.PHASES:
        if options.only and phase.__name__ != options.only:
            continue
        started = time.monotonic()
        result = phase(options.seed, options.scale)
        broken += len(result.broken)
        print(f"{result.line()} ({time.monotonic() - started:.0f} s)", flush=True)
        for message in result.broken[:100]:
            print(f"    {message}")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
