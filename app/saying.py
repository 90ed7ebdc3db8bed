"""A fact in words: the same in an export, a table and a page. How each kind is said is data (`saying.toml`).

A line says it whole, in short it is without what narrows it, and its detail stands in a table whose row says what it is about:
`Email address: your work e-mail (observed; required)`, `Email address: your work e-mail`, `your work e-mail`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from app.display import UNSAID, country, day, label, language, period
from app.silence import denies_itself
from index import taxonomy

NAMED = re.compile(r"\{([a-z_]+)\}")
ANYTHING = "any"
SILENT = "The policy does not say."


def line(fact: Any) -> str:
    """The whole of it; `Denied: …` where it is denied."""
    return _denied(fact, whole(fact), "line")


def in_short(fact: Any) -> str:
    """The same without what narrows it."""
    return _denied(fact, short(fact), "line")


def whole(fact: Any) -> str:
    """What it speaks of, stated or denied: `Email address: your work e-mail (given by the person or their organisation; required)`."""
    form = _form(fact)
    denied = form.get("narrowed_if_denied") if fact.polarity == "no" else None
    narrowed = list(filter(None, (_filled(template, fact) for template in denied or form.get("narrowed", ()))))
    return f"{short(fact)} ({'; '.join(narrowed)})" if narrowed else short(fact)


def short(fact: Any) -> str:
    """Likewise, without what narrows it: `Email address: your work e-mail`."""
    subject, told = about(fact), detail(fact) or _form(fact).get("unnamed", "")
    return f"{subject}: {told}" if told and told.casefold() != subject.casefold() else subject


def about(fact: Any) -> str:
    """What it speaks of: `Email address`, `Delete`, `Notice to persons`."""
    return _filled(_form(fact)["about"], fact)


def detail(fact: Any) -> str:
    """What tells facts on one thing apart: a period, a deadline, a name, an address; empty where nothing does."""
    return _filled(_form(fact).get("detail", ""), fact)


def details(facts: Iterable[Any]) -> list[str]:
    """The details of facts, each once in whatever case; `not …` where it is denied."""
    found: dict[str, str] = {}
    for fact in facts:
        if told := detail(fact):
            said = _denied(fact, told, "detail")
            found.setdefault(said.casefold(), said)
    return list(found.values())


def heading(fact: Any) -> str:
    """What facts of its kind are put together under; empty where the kind needs no order."""
    return _filled(_form(fact).get("heading", ""), fact)


def value(fact: Any, field: str) -> str:
    """What a fact says in one of its fields; empty where it says nothing there."""
    held = getattr(fact, field)
    if isinstance(held, list):
        return ", ".join(_named(fact, field, each) for each in held if each not in (ANYTHING, *UNSAID))
    # Where it is a term of a vocabulary, what is unspecified is worth saying: "we take security measures".
    if held in UNSAID and held not in taxonomy.facet(_vocabulary(fact, field)):
        return ""
    if fact.kind == "document" and field == "value":
        return _told(fact)
    if field in ("period", "deadline"):
        return period(held, getattr(fact, "working_days", False))
    return country(held) if field == "country" else _named(fact, field, held)


def kept_until(fact: Any) -> tuple[str, str]:
    """How long something is kept, and the event where the words before lead up to one: `14 days after`, `you leave`."""
    if fact.items:
        form = _table()["kept"]["last_n_items"]["items"]
    else:
        rule = label(fact.rule, "rule")
        forms = _table()["kept"].get(fact.rule, {})
        form = forms.get("with", f"{{period}}, {rule}") if fact.period else forms.get("without", rule)
    length = _table()["period"].get(fact.bound, "{}").format(value(fact, "period"))
    lead, leads_up, _ = form.replace("{period}", length).replace("{items}", str(fact.items)).partition("{event}")
    if not leads_up:
        return lead, ""
    return (lead.strip(), fact.event) if fact.event else (lead + _table()["kept"]["event_not_named"], "")


def _kept(fact: Any) -> str:
    return " ".join(filter(None, kept_until(fact)))


def _where(fact: Any) -> str:
    return ", ".join(filter(None, (value(fact, "country"), fact.provider)))


def _other_event(fact: Any) -> str:
    return "" if kept_until(fact)[1] else fact.event or ""


def _told(fact: Any) -> str:
    if fact.field in ("language", "prevailing_language"):
        return language(fact.value)
    return day(fact.value) if fact.field in ("effective_date", "last_updated") else str(fact.value)


PARTS = {"told": _told, "kept": _kept, "where": _where, "other_event": _other_event}


def _filled(template: str | list[str], fact: Any) -> str:
    """A template with what it names, of several the first that can be; empty where there is nothing of what it names."""
    if isinstance(template, list):
        return next(filter(None, (_filled(each, fact) for each in template)), "")
    told = {name: PARTS[name](fact) if name in PARTS else value(fact, name) for name in NAMED.findall(template)}
    return NAMED.sub(lambda found: told[found[1]], template) if all(told.values()) else ""


def _named(fact: Any, field: str, held: Any) -> str:
    vocabulary = _vocabulary(fact, field)
    return label(held, vocabulary) if vocabulary else str(held)


def _vocabulary(fact: Any, field: str) -> str:
    """Whose labels the values of a field have; empty where they are words."""
    return str(_form(fact).get("vocabulary", {}).get(field, ""))


def _denied(fact: Any, said: str, form: str) -> str:
    return _table()["denied"][form].format(said) if fact.polarity == "no" and not denies_itself(fact) else said


def _form(fact: Any) -> dict[str, Any]:
    return _table()[fact.kind]


@cache
def _table() -> dict[str, dict[str, Any]]:
    return tomllib.loads((Path(__file__).parent / "saying.toml").read_text(encoding="utf-8"))
