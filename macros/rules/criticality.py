"""Rules of what must not fail."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from macros.finding import Severity
from macros.model import KINDS, Bucket, CriticalPath, Database, Operated, Readiness, Record, Repository
from macros.rules import Case, Cited, Found, rule


def _paths(case: Case, key: str) -> tuple[Cited, ...]:
    return tuple(Cited(path.key, ("through",), "the critical path goes through it") for path in case.critical[key])


def _lacking(case: Case, lacks: Callable[[Record], bool], message: Callable[[Record], str]) -> Iterator[Found]:
    """A finding for each critical record that lacks something."""
    for key in case.critical:
        record = case.inventory[key]
        case.at = key
        if lacks(record):
            yield Found(message(record), (Cited(key), *_paths(case, key)))


@rule("CRT001", Severity.WARNING)
def flagged_and_on_no_path(case: Case) -> Iterator[Found]:
    """What is called critical is on a critical path: else nobody has said what its failure does to whom."""
    for record in case.all(Repository):
        if record.critical_path and record.key not in case.critical:
            message = (
                f"`{record.name}` is flagged as critical and no critical path goes through it: name it in a path's "
                "`through`, add a path, or delete `critical_path`"
            )
            yield Found(message, (Cited(record.key, ("critical_path",)),))


@rule("CRT002", Severity.WARNING)
def path_names_nothing(case: Case) -> Iterator[Found]:
    """A critical path goes through something that the source names: else what it stands on is a guess."""
    for path in case.all(CriticalPath):
        if not any(link.confirmed for link in path.through):
            named = case.inventory.find(path.name, [kind for kind in KINDS if kind != "critical-path"])
            what = f"its name is that of the {_kinds(named)}" if named else "no record is called that"
            ways = f"only through what was assumed ({len(path.through)})" if path.through else "through nothing"
            do = "confirm" if path.through else "write"
            message = f"the critical path `{path.name}` goes {ways}, and {what}: {do} what it stands on"
            cited = (Cited(path.key, ("through", at), "assumed") for at, _ in enumerate(path.through))
            yield Found(
                message, (Cited(path.key, ("name",)), *cited, *(Cited(key, (), "of that name") for key in named))
            )


def _kinds(keys: list[str]) -> str:
    return " and the ".join(dict.fromkeys(KINDS[key.partition(".")[0]].noun for key in keys))


@rule("CRT003", Severity.WARNING)
def critical_without_runbook(case: Case) -> Iterator[Found]:
    """What a critical path goes through has a runbook of its own, or its group or the path has one."""
    handled = {edge.head for edge in case.graph.edges if edge.relation.name == "handles"}
    groups = {edge.tail: edge.head for edge in case.graph.edges if edge.relation.name == "group"}
    return _lacking(
        case,
        lambda record: (
            not {record.key, groups.get(record.key), *(path.key for path in case.critical[record.key])} & handled
        ),
        lambda record: (
            f"`{record.name}` is critical and no runbook handles it: add one, or name it in a runbook's `handles`"
        ),
    )


@rule("CRT004", Severity.WARNING)
def critical_without_monitoring(case: Case) -> Iterator[Found]:
    """What a critical path goes through is watched."""
    return _lacking(
        case,
        lambda record: isinstance(record, Operated) and not record.covered_by,
        lambda record: f"`{record.name}` is critical and nothing is said to watch it: write `covered_by`",
    )


@rule("CRT005", Severity.WARNING)
def store_without_backup(case: Case) -> Iterator[Found]:
    """A critical store, or one that critical things keep data in, has a backup."""
    kept = {edge.head for edge in case.graph.edges if edge.relation.name == "stores_in" and edge.tail in case.critical}
    needed = {
        edge.head for edge in case.graph.edges if edge.relation.name == "depends_on" and edge.tail in case.critical
    }
    holds_backups = {edge.head for edge in case.graph.edges if edge.relation.name == "backed_up_to"}
    for record in (*case.all(Database), *case.all(Bucket)):
        case.at = record.key
        if record.key in holds_backups or record.key not in {*kept, *needed, *case.critical}:
            continue
        if isinstance(record, Database) and (record.rebuildable or (record.backup is not None and record.backed_up_to)):
            continue
        missing = "no backup is stated for it"
        if isinstance(record, Database) and record.backup is not None:
            missing = "nobody states where its backups are kept"
        way = "say in a waiver where a copy of it is kept, or why it needs none"
        if isinstance(record, Database):
            way = "write `backup` and `backed_up_to`, or `rebuildable: true`"
        message = f"`{record.name}` holds data of what is critical and {missing}: {way}"
        users = [edge for edge in case.pointing(record.key, "stores_in") if edge.tail in case.critical]
        yield Found(message, (Cited(record.key), *(Cited(edge.tail, edge.steps, "stores in it") for edge in users)))


@rule("CRT006", Severity.WARNING)
def critical_without_health_check(case: Case) -> Iterator[Found]:
    """A critical service answers whether it is well."""
    return _lacking(
        case,
        lambda record: "health_check" in type(record).model_fields and not case.inventory.value(record, "health_check"),
        lambda record: f"`{record.name}` is critical and has no health check: write `health_check`",
    )


@rule("CRT007", Severity.NOTE)
def critical_without_readiness(case: Case) -> Iterator[Found]:
    """Some readiness item speaks of what is critical: else the launch does not ask about it."""
    if not case.inventory.of("readiness"):
        return
    spoken = {link.key for item in case.all(Readiness) for link in item.subject}
    inside = {edge.tail for edge in case.graph.edges if edge.relation.name == "group" and edge.head in spoken}
    for path in case.all(CriticalPath):
        silent = [link.key for link in path.through if link.key and link.key not in spoken | inside]
        if silent:
            message = (
                f"no readiness item speaks of {case.names(silent)}, which the critical path `{path.name}` goes through: name "
                f"{'them' if len(silent) > 1 else 'it'} in an item's `subject`, or add an item"
            )
            yield Found(
                message, (Cited(path.key, ("through",)), *(Cited(key, (), "nothing asks of it") for key in silent))
            )


@rule("CRT008", Severity.WARNING)
def critical_outside_the_first_tier(case: Case) -> Iterator[Found]:
    """What is critical is in the first on-call tier."""
    for key in case.critical:
        tier = case.tier(key)
        if tier and case.tiers.get(tier, 0) > 0:
            first = next(iter(case.tiers))
            message = (
                f"`{case.name(key)}` is on a critical path and in `{case.name(tier)}`: put it into `{case.name(first)}`, or "
                "take it off the path"
            )
            yield Found(message, (Cited(key, case.stated(key, "tier")), *_paths(case, key)))


@rule("CRT009", Severity.WARNING)
def impact_understated(case: Case) -> Iterator[Found]:
    """A critical path ranks above each path that falls with it: else its stated impact is less than what it does."""
    paths = sorted(case.all(CriticalPath), key=lambda path: path.rank)
    members = {path.key: set(case.whole(path.through)) for path in paths}
    for path in paths:
        falling = {key for member in members[path.key] for key in case.graph.dependents(member)} - members[path.key]
        above = [other for other in paths if other.rank < path.rank and members[other.key] & falling]
        if above:
            told = "; ".join(f"{other.rank}, `{other.name}` (“{other.impact}”)" for other in above)
            message = (
                f"`{path.name}` ranks {path.rank} (“{path.impact}”), and what ranks higher falls with it: {told}: rank it "
                "higher and state the impact, or cut the dependence"
            )
            ranks = (Cited(other.key, ("rank",), "ranks higher") for other in above)
            hit = (Cited(key, (), "falls with it") for other in above for key in sorted(members[other.key] & falling))
            yield Found(message, (Cited(path.key, ("rank",)), *ranks, *hit))


@rule("CRT010", Severity.WARNING)
def mends_itself(case: Case) -> Iterator[Found]:
    """What is needed to notice, reach and mend a failure does not fall with it: sign-in, secrets, monitors, channels."""
    response = {"control", "monitor", "channel", "tool"}
    for path in case.all(CriticalPath):
        for link in path.through:
            if not link.key:
                continue
            edges = case.graph.incoming(link.key)
            direct = [
                edge.tail for edge in edges if edge.relation.dependency and edge.tail.partition(".")[0] in response
            ]
            needing = [*direct, *(edge.tail for edge in edges if edge.relation.name == "approved_through")]
            stated = path.impact.casefold()
            falling = [key for key in dict.fromkeys(needing) if case.name(key).casefold() not in stated]
            if len(falling) > 1:
                message = (
                    f"when `{case.name(link.key)}` is down, {case.names(falling, 8)} fall with it, and "
                    f"“{path.impact}” says nothing of them: state the impact, and a way to work without them"
                )
                cited = (Cited(key, (), "falls with it") for key in falling)
                yield Found(
                    message,
                    (Cited(path.key, ("impact",)), Cited(link.key, (), "what they need"), *cited),
                    about=(link.key,),
                )
