"""Rules of the launch and its freeze."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from macros.finding import Severity
from macros.model import Freeze, Launch, Milestone, Readiness, Signoff
from macros.rules import Case, Cited, Found, rule
from macros.rules.words import many


@rule("SCH001", Severity.WARNING)
def launch_without_date(case: Case) -> Iterator[Found]:
    """A launch that others count from has a day."""
    for launch in case.all(Launch):
        plan = case.pointing(launch.key, "launch")
        if launch.date is None and plan:
            count = many(len(plan), "record counts", "records count")
            message = f"`{launch.name}` has no day, and {count} from it: write `date`"
            yield Found(
                message, (Cited(launch.key, ("date",)), *(Cited(edge.tail, (), "counts from it") for edge in plan))
            )


@rule("SCH002", Severity.WARNING)
def freeze_dated_twice(case: Case) -> Iterator[Found]:
    """A freeze begins and ends when its milestones say it does."""
    for milestone in case.all(Milestone):
        for field, end, verb in (("begins", "starts", "begins"), ("lifts", "ends", "ends")):
            link = getattr(milestone, field)
            freeze = case.inventory[link.key] if link is not None and link.key else None
            stated = getattr(freeze, end, None)
            if isinstance(freeze, Freeze) and stated is not None and stated.hours != milestone.at.hours:
                words = getattr(freeze, f"{end}_stated") or str(stated)
                message = (
                    f"`{freeze.name}` {verb} at {milestone.at} by the milestone `{milestone.name}`, and at {stated} "
                    f"(“{words}”) by its own record: settle on one"
                )
                cited = (Cited(freeze.key, (end,)), Cited(milestone.key, ("at",), f"{milestone.at}"))
                yield Found(message, cited, about=(freeze.key, milestone.key), detail=end)


@rule("SCH003", Severity.WARNING)
def milestone_before_what_it_waits_for(case: Case) -> Iterator[Found]:
    """A milestone comes no earlier than the milestones that it waits for."""
    for milestone in case.all(Milestone):
        for position, link in enumerate(milestone.after):
            awaited = case.inventory[link.key] if link.key else None
            if isinstance(awaited, Milestone) and milestone.at.hours < awaited.at.hours:
                message = (
                    f"`{milestone.name}` is planned for {milestone.at} and waits for `{awaited.name}`, which is planned for "
                    f"{awaited.at}: move one of the two"
                )
                cited = (Cited(milestone.key, ("at",)), Cited(awaited.key, ("at",), f"planned for {awaited.at}"))
                why = Cited(milestone.key, ("after", position), "waits for it")
                yield Found(message, (*cited, why), about=(milestone.key, awaited.key))


@rule("SCH004", Severity.WARNING)
def launch_without_rollback(case: Case) -> Iterator[Found]:
    """A launch can be taken back by a runbook."""
    for launch in case.all(Launch):
        if not launch.rollback:
            message = f"`{launch.name}` has no way back: write the runbook of its `rollback`"
            plan = (Cited(edge.tail, (), "its plan") for edge in case.pointing(launch.key, "launch"))
            yield Found(message, (Cited(launch.key), *plan))


@rule("SCH005", Severity.WARNING)
def freeze_ends_before_it_starts(case: Case) -> Iterator[Found]:
    """A freeze ends after it starts."""
    for freeze in case.all(Freeze):
        if freeze.starts is not None and freeze.ends is not None and freeze.ends.hours <= freeze.starts.hours:
            message = f"`{freeze.name}` starts at {freeze.starts} and ends at {freeze.ends}: change one of the two"
            yield Found(message, (Cited(freeze.key, ("ends",)), Cited(freeze.key, ("starts",), f"{freeze.starts}")))


@rule("SCH006", Severity.WARNING)
def day_passed_and_open(case: Case) -> Iterator[Found]:
    """On the day of the launch each item is ticked and each sign-off signed."""
    for launch in case.all(Launch):
        if launch.date is None or launch.date > case.today:
            continue
        left = [item.key for item in case.all(Readiness) if not item.done]
        left += [signoff.key for signoff in case.all(Signoff) if not signoff.signed]
        if left:
            of = "of the readiness items and sign-offs"
            message = (
                f"`{launch.name}` was on {launch.date}, and {len(left)} {of} {'are' if len(left) > 1 else 'is'} open "
                f"({case.names(left)}): close {'them' if len(left) > 1 else 'it'}, or move the day"
            )
            yield Found(message, (Cited(launch.key, ("date",)), *(Cited(key, (), "open") for key in left)))


@rule("SCH007", Severity.NOTE)
def milestone_passed(case: Case) -> Iterator[Found]:
    """A milestone of a launch that is still ahead does not pass while readiness items are open."""
    for milestone in case.all(Milestone):
        launch = case.inventory[milestone.launch.key] if milestone.launch.key else None
        if not isinstance(launch, Launch) or launch.date is None or launch.date <= case.today:
            continue
        after = timedelta(days=timedelta(hours=milestone.at.hours).days)
        left = [item.key for item in case.all(Readiness) if not item.done]
        if after < case.today - launch.date and left:
            items = many(len(left), "readiness item is", "readiness items are")
            them = "them" if len(left) > 1 else "it"
            message = (
                f"`{milestone.name}` was planned for {launch.date + after} and {items} open: tick {them}, or move the "
                "milestone"
            )
            cited = (Cited(key, ("done",), "not ticked") for key in left)
            yield Found(
                message, (Cited(milestone.key, ("at",)), Cited(launch.key, ("date",), f"{launch.date}"), *cited)
            )
