"""Rules of environments and the pipeline between them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from macros.finding import Severity
from macros.model import KINDS, Account, Cluster, Stage
from macros.model.values import Environment
from macros.rules import Case, Cited, Found, rule
from macros.rules.words import many


def _places(case: Case) -> dict[Environment, list[Account | Cluster]]:
    """The accounts and clusters of each environment."""
    found: dict[Environment, list[Account | Cluster]] = defaultdict(list)
    places: list[Account | Cluster] = [*case.all(Account), *case.all(Cluster)]
    for place in places:
        if place.environment is not None:
            found[place.environment].append(place)
    return found


@rule("ENV001", Severity.WARNING)
def stage_runs_nowhere(case: Case) -> Iterator[Found]:
    """A stage of the pipeline runs somewhere: in an account, a cluster or a delivery tool."""
    places = _places(case)
    for stage in case.all(Stage):
        here = places.get(stage.environment, []) if stage.environment is not None else []
        if not stage.runs_on and not here:
            what = (
                f"no account or cluster is of `{stage.environment}`" if stage.environment else "it names no environment"
            )
            message = f"`{stage.name}` is a stage of the pipeline and runs nowhere ({what}): write `runs_on`, or take the stage out"
            yield Found(message, (Cited(stage.key),))


@rule("ENV002", Severity.NOTE)
def environment_of_no_stage(case: Case) -> Iterator[Found]:
    """An environment that an account or a cluster is of is one that the pipeline knows."""
    stages = {stage.environment for stage in case.all(Stage)}
    for environment, places in _places(case).items() if stages else ():
        if environment not in stages:
            keys = [place.key for place in places]
            message = (
                f"{case.names(keys)} {'are' if len(keys) > 1 else 'is'} of `{environment}`, which no stage of the pipeline "
                "deploys to: say how changes reach it"
            )
            cited = tuple(Cited(key, ("environment",), f"of `{environment}`") for key in keys)
            yield Found(message, cited, about=(), detail=environment)


@rule("ENV003", Severity.WARNING)
def rehearsal_lacks_what_production_has(case: Case) -> Iterator[Found]:
    """The stages before production have what production has: what is not there is first tried on the day itself."""
    places = _places(case)
    last = Environment.PRODUCTION
    for stage in case.all(Stage):
        if stage.environment not in {Environment.STAGING, Environment.UAT} or not places.get(stage.environment):
            continue
        lacking = _lacking(case, places[last], places[stage.environment])
        if lacking:
            there = ", ".join(many(len(keys), KINDS[kind].noun, KINDS[kind].nouns) for kind, keys in lacking.items())
            message = (
                f"production has {there} that nothing in `{stage.name}` stands for: state what stands for them, or that "
                "nothing does"
            )
            cited = (Cited(key, (), "in production") for keys in lacking.values() for key in keys)
            mine = (
                Cited(place.key, ("environment",), f"of `{stage.environment}`") for place in places[stage.environment]
            )
            yield Found(message, (Cited(stage.key), *mine, *cited))


def _lacking(case: Case, there: list[Account | Cluster], here: list[Account | Cluster]) -> dict[str, list[str]]:
    """The kinds of which production has records and the other environment has none, with those of production."""
    theirs, ours = _carried(case, there), _carried(case, here)
    return {
        kind: keys for kind, keys in theirs.items() if kind not in ours and kind in {"database", "bucket", "cluster"}
    }


def _carried(case: Case, places: list[Account | Cluster]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for place in places:
        found[place.kind].append(place.key)
        for edge in case.pointing(place.key, "runs_on"):
            found[edge.tail.partition(".")[0]].append(edge.tail)
    return found


@rule("ENV004", Severity.NOTE)
def watched_unlike_production(case: Case) -> Iterator[Found]:
    """A cluster before production is watched as production is: else what the monitors would say is not rehearsed."""
    clusters = list(case.all(Cluster))
    production = [
        cluster for cluster in clusters if cluster.environment is Environment.PRODUCTION and cluster.monitoring
    ]
    for cluster in clusters:
        words = [other.monitoring for other in production]
        if cluster.environment in {Environment.STAGING, Environment.UAT} and words and cluster.monitoring not in words:
            message = (
                f"`{cluster.name}` is watched by {f'“{cluster.monitoring}”' if cluster.monitoring else 'nothing that is stated'}, "
                f"production by “{words[0]}”: watch both alike, or say what is not rehearsed"
            )
            cited = (Cited(other.key, ("monitoring",), f"“{other.monitoring}”") for other in production)
            yield Found(message, (Cited(cluster.key, ("monitoring",)), *cited))
