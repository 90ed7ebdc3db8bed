"""What an answer comes to, in words of this service alone: a bot that passes them on says no more than the policies do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.asking import reply
from app.comparing import VOCABULARY, Row
from app.display import label
from app.mcp.results import KindStatus
from index.domain import Vendor

SILENCE = "Silence is neither a yes nor a no: check the clauses in `nearest`, or ask the vendor."

# A sentence names so many vendors, and counts the rest.
NAMED = 40


def facts_in_words(name: str, status: str, total: int, kind: str | None, topic: str, kinds: Sequence[KindStatus]) -> str:
    known = label(kind, "kind_in_short").lower() if kind else ""
    about = (f"{known} ({topic})" if known and topic else known or topic) or "anything that was looked for"
    if status == "silent" and total:
        return f"The policy of {name} denies some of it, in {number_of(total, 'statement')}, and says nothing of the rest. {SILENCE}"
    if status == "silent":
        return f"The policy of {name} does not say anything about {about}. {SILENCE}"
    amount = number_of(total, "statement")
    said = f"The policy of {name} makes {amount} about {about}" if kind or topic else f"{name}: {amount}"
    denials = "" if status != "denied" else ", all of them denials" if total > 1 else ", a denial"
    silent = [label(each.kind, "kind_in_short").lower() for each in kinds if each.status == "silent"] if not topic else []
    return f"{said}{denials}.{f' It is silent on {_listed(silent)}: neither a yes nor a no.' if silent else ''}"


def narrowed_in_words(kind: str | None, topic: str | None, category: str | None) -> str:
    """What was asked for within a kind of fact, as a reader knows it: `Delete`, `Precise location`."""
    of_kind = label(topic, VOCABULARY.get(kind, kind)) if topic and kind else ""
    return ", ".join(each for each in (of_kind, category and label(category, "category")) if each)


def hits_in_words(hits: int, searched: Sequence[str], near: Sequence[str]) -> str:
    several = "policies" if len(searched) > 1 else "policy"
    where = f"the {several} of {_listed(searched)}" if searched else "all policies"
    said = f"{number_of(hits, 'clause')} of {where}, the nearest first." if hits else f"No clause of {where} is near."
    meant = f" No vendor was recognised in the question; did you mean {' or '.join(near)}?" if near else ""
    return f"{said} A clause that is near need not answer: read it before you cite it.{meant}"


def comparison_in_words(vendors: Sequence[Vendor], rows: Sequence[Row], differing: bool, given: int, following: str | None) -> str:
    """How far each vendor speaks of what any of them speaks of; and how to have what this page does not hold."""
    which = "on which they differ" if differing else "that any of them speaks of"
    if not rows:
        return f"There is no topic {which}."
    no = "none"
    topics = f"Of {number_of(len(rows), 'topic')} {which}"
    silent = [(vendor.name, sum(row.cells[at].status == "silent" for row in rows)) for at, vendor in enumerate(vendors)]
    said = f"{topics}, {_listed([f'{name} is silent on {number or no}' for name, number in silent])}"
    cut = f" {given} are given here: for more hand `next` back as `cursor`, or narrow by `kind` or `differing`." if following else ""
    return f"{said}. Silence is neither a yes nor a no.{cut}"


def changes_in_words(name: str, earlier: bool, statements: int, clauses: int, given: int, following: str | None) -> str:
    if not earlier:
        return f"Only one version of the policy of {name} is indexed: what changed cannot be said."
    cut = f" {given} of them are given here: for more hand `next` back as `cursor`." if following else ""
    return f"{number_of(statements, 'statement')} and {number_of(clauses, 'clause')} of the policy of {name} came, went or changed.{cut}"


def collectors_in_words(
    about: str,
    narrowed: Mapping[str, str | None],
    status: Mapping[str, str],
    silent: Sequence[str],
    names: Mapping[str, str],
    given: int,
    following: str | None,
) -> str:
    """Of a group one kind may be denied and nothing said of the others. `narrowed`: what else was asked, so that silence is on that."""
    stated, denied, partly = (
        [names[vendor] for vendor, held in status.items() if held == wanted] for wanted in ("stated", "denied", "silent")
    )
    parts = [
        f"{_listed(who)} {verb}"
        for who, verb in (
            (stated, "collect it by their own words" if len(stated) > 1 else "collects it by its own words"),
            (denied, "deny it" if len(denied) > 1 else "denies it"),
            (
                partly,
                f"{'deny' if len(partly) > 1 else 'denies'} kinds of it and say{'' if len(partly) > 1 else 's'} nothing of the rest",
            ),
            ([names[vendor] for vendor in silent], "do not say" if len(silent) > 1 else "does not say"),
        )
        if who
    ]
    terms = ", ".join(f"{name} {value}" for name, value in narrowed.items() if value)
    asked = f"{about[:1].upper()}{about[1:]}{f' ({terms})' if terms else ''}"
    cut = f" {given} of them are quoted here: for more hand `next` back as `cursor`." if following else ""
    return f"{asked}: {'; '.join(parts)}.{cut}" if parts else f"{asked}: no vendor is indexed."


def with_tools(answer: str) -> str:
    """An answer that names a tool of this server where it names a path of the service."""
    said = answer.replace(reply.LISTED, "Call list_vendors for those that are.")
    return said.replace(reply.LISTED_ZH, "请用 list_vendors 查看已收录的供应商。")


def number_of(number: int, what: str) -> str:
    """`1 statement`, `2 statements`."""
    return f"{number} {what}{'' if number == 1 else 's'}"


def _listed(names: Sequence[str]) -> str:
    if len(names) > NAMED:
        names = [*names[: NAMED - 1], f"{len(names) - NAMED + 1} more"]
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else "".join(names)
