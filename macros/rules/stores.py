"""Rules of data and its backups."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from macros.finding import Severity
from macros.model import Bucket, Database
from macros.rules import Case, Cited, Found, rule
from macros.rules.words import length, often


def family(technology: str | None) -> str:
    """What a technology is in the first place: `Ledger 15 (Encrypted)` is Ledger, `Files + Cache` is Files."""
    match = re.match(r"[A-Za-z][\w-]*", technology or "")
    return match[0].casefold() if match else ""


@rule("STO001", Severity.WARNING)
def backup_unknown(case: Case) -> Iterator[Found]:
    """A database has a backup schedule, unless all it holds can be made again."""
    for database in case.all(Database):
        if database.backup is None and not database.rebuildable:
            message = f"nobody states how often `{database.name}` is backed up: write `backup`"
            yield Found(message, (Cited(database.key, ("backup",)),))


@rule("STO002", Severity.WARNING)
def rebuildable_before_irreplaceable(case: Case) -> Iterator[Found]:
    """What cannot be made again is backed up at least as often as what can."""
    databases = [database for database in case.all(Database) if database.backup is not None]
    for cache in databases:
        later = [
            other
            for other in databases
            if not other.rebuildable
            and other.backup is not None
            and cache.backup is not None
            and other.backup.minutes > cache.backup.minutes
        ]
        if cache.rebuildable and later:
            told = ", ".join(f"`{other.name}` {often(other.backup)}" for other in later)
            message = (
                f"`{cache.name}` can be made again and is backed up {often(cache.backup)}; what cannot is backed up less "
                f"often: {told}: back {'these' if len(later) > 1 else 'it'} up as often, or back `{cache.name}` up less often"
            )
            cited = (Cited(other.key, ("backup",), f"{other.backup}") for other in later)
            yield Found(message, (Cited(cache.key, ("backup",)), *cited))


@rule("STO003", Severity.WARNING)
def backup_beyond_the_tier(case: Case) -> Iterator[Found]:
    """A store is backed up as often as its on-call tier asks for."""
    for database in case.all(Database):
        rotation = case.rotation(database.key)
        if rotation is None or rotation.backup_within is None or database.backup is None or database.rebuildable:
            continue
        if database.backup.minutes > rotation.backup_within.minutes:
            message = (
                f"`{database.name}` is backed up {often(database.backup)}, and its tier `{rotation.name}` asks for "
                f"{often(rotation.backup_within)}: back it up more often, or change the tier"
            )
            yield Found(
                message, (Cited(database.key, ("backup",)), Cited(rotation.key, ("backup_within",), "the tier's"))
            )


@rule("STO004", Severity.NOTE)
def tier_without_a_limit(case: Case) -> Iterator[Found]:
    """A tier says how much work its stores may lose: else each is backed up as it came about."""
    stores: dict[str, list[Database]] = defaultdict(list)
    for database in case.all(Database):
        if database.backup is not None and (tier := case.tier(database.key)):
            stores[tier].append(database)
    for tier, databases in stores.items():
        rotation = case.rotation(databases[0].key)
        times = {database.backup.minutes for database in databases if database.backup is not None}
        if rotation is not None and rotation.backup_within is None and len(times) > 1:
            told = ", ".join(f"`{database.name}` {often(database.backup)}" for database in databases)
            message = (
                f"stores of `{rotation.name}` are backed up differently ({told}): write the tier's `backup_within`"
            )
            yield Found(message, (Cited(tier), *(Cited(d.key, ("backup",), f"{d.backup}") for d in databases)))


@rule("STO005", Severity.WARNING)
def encrypted_unlike_its_peers(case: Case) -> Iterator[Found]:
    """Where one store of a technology is said to be encrypted, its peers say whether they are."""
    peers: dict[tuple[str, str], list[Database | Bucket]] = defaultdict(list)
    stores: list[Database | Bucket] = [*case.all(Database), *case.all(Bucket)]
    for store in stores:
        if kin := family(store.technology):
            peers[(store.kind, kin)].append(store)
    for (kind, kin), alike in peers.items():
        stated = [store for store in alike if store.encrypted]
        silent = [store for store in alike if store.encrypted is None]
        if stated and silent:
            are, their = ("are", "their") if len(stated) > 1 else ("is", "its")
            message = (
                f"{case.names([store.key for store in stated])} {are} said to be encrypted; of {their} peers nobody says so: "
                f"{case.names([store.key for store in silent])}: write `encrypted` in {'each' if len(silent) > 1 else 'it'}"
            )
            cited = (Cited(store.key, ("encrypted",), "nobody says whether it is") for store in silent)
            first = (Cited(store.key, ("encrypted",), "encrypted") for store in stated)
            yield Found(message, (*first, *cited), about=(stated[0].key,), detail=f"{kind} {kin}")


@rule("STO006", Severity.WARNING)
def restore_slower_than_backup(case: Case) -> Iterator[Found]:
    """A backup can be read in the time that lies between two of them: else a restore loses more than the schedule says."""
    slow: dict[str, list[Database]] = defaultdict(list)
    for database in case.all(Database):
        for link in database.backed_up_to:
            bucket = case.inventory[link.key] if link.key else None
            if not isinstance(bucket, Bucket) or bucket.retrieval is None or database.backup is None:
                continue
            if bucket.retrieval.minutes > database.backup.minutes:
                slow[bucket.key].append(database)
    for key, databases in slow.items():
        told = ", ".join(f"`{database.name}` ({often(database.backup)})" for database in databases)
        takes = length(getattr(case.inventory[key], "retrieval", None))
        message = (
            f"`{case.name(key)}` takes {takes} until it can be read, longer than the time between the backups of "
            f"{told}: keep the newest backups where they can be read at once, or state how long a restore takes"
        )
        cited = (Cited(database.key, ("backup",), f"{database.backup}") for database in databases)
        yield Found(message, (Cited(key, ("retrieval",)), *cited))


@rule("STO007", Severity.WARNING)
def backup_beside_the_original(case: Case) -> Iterator[Found]:
    """A backup lies in another account than what it is a backup of: else one mistake or one key takes both."""
    together: dict[tuple[str, str], list[Database]] = defaultdict(list)
    for database in case.all(Database):
        homes = {link.key for link in database.runs_on}
        for link in database.backed_up_to:
            bucket = case.inventory[link.key] if link.key else None
            for home in bucket.runs_on if isinstance(bucket, Bucket) else ():
                if home.key and home.key in homes:
                    together[(link.key, home.key)].append(database)
    for (bucket_key, home_key), databases in together.items():
        message = (
            f"the backups of {case.names([database.key for database in databases])} are kept in `{case.name(bucket_key)}`, in "
            f"the same account as these (`{case.name(home_key)}`): keep them in another"
        )
        cited = (Cited(database.key, ("runs_on",), "in the same account") for database in databases)
        yield Found(message, (Cited(bucket_key, ("runs_on",)), *cited), about=(bucket_key, home_key))
