"""Questions that buyers send, answered in draft from facts: which fact answers which question is data (`questionnaires/*.toml`)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from app import saying
from app.coverage import fits, weight
from app.display import label
from app.saying import SILENT
from app.schemas.questionnaire import Drafting, Set
from index import taxonomy
from index.queries import IndexedClause

Answering = Literal["list", "yes_no", "yes", "read", "none"]
ELSEWHERE = "Not what a privacy policy tells: for the vendor to answer."
READ = "Not answered by rule: read the words cited."
BOTH = "Stated and denied: read both."
DENIED_IN_PART = "Denied in part: read the words cited."
DENIED_OTHER = "A denial does not answer this: read the words cited."
# What of a fact is listed → its field and the vocabulary of that.
SAYS = {"purpose": ("purpose_category", "purpose"), "category": ("category", "category"), "recipient": ("recipient_category", "recipient")}
# So many things are listed in a draft; the citations show where the others stand.
LISTED = 40


@dataclass(frozen=True)
class Question:
    """One question of a set, and what answers it."""

    id: str
    asks: str
    answer: Answering
    says: str | None
    facts: tuple[Mapping[str, Any], ...]
    patterns: tuple[re.Pattern[str], ...]


@dataclass(frozen=True)
class Questionnaire:
    """A set of questions; `identifiers` says where their ids come from and how far they were checked."""

    set: Set
    title: str
    identifiers: str
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Drafted:
    """A question with its draft: empty where it stays blank. What it rests on is `facts`, or clauses where no kind of fact holds it.

    The first `carrying` facts carry the draft between them: whoever shows fewer shows a draft without its words.
    """

    question: Question
    status: Drafting
    draft: str
    note: str
    facts: list[Any]
    clauses: list[IndexedClause]
    carrying: int = 0


@cache
def load(name: Set) -> Questionnaire:
    content = tomllib.loads((files("app") / "exports" / "questionnaires" / f"{name}.toml").read_text(encoding="utf-8"))
    return Questionnaire(name, content["title"], content["identifiers"], tuple(_question(row) for row in content["question"]))


def drafted(questions: Questionnaire, facts: Sequence[Any], clauses: Sequence[IndexedClause]) -> list[Drafted]:
    """Each question with what a policy says to it. Nothing is drafted that no citation carries."""
    return [_drafted(question, facts, clauses) for question in questions.questions]


def _drafted(question: Question, facts: Sequence[Any], clauses: Sequence[IndexedClause]) -> Drafted:
    if question.answer == "none":
        return Drafted(question, "blank", "", ELSEWHERE, [], [])
    passing = sorted((fact for fact in facts if any(fits(fact, wanted) for wanted in question.facts)), key=weight)
    named = [clause for clause in clauses if any(pattern.search(clause.text) for pattern in question.patterns)]
    if not passing and not named:
        return Drafted(question, "blank", "", SILENT, [], [])
    if question.answer == "read":
        return Drafted(question, "to_read", "", READ, passing, named)
    stated = [fact for fact in passing if fact.polarity == "yes"]
    status: Drafting = "denied" if not stated else "stated" if len(stated) == len(passing) else "both"
    if question.answer == "list":
        return _listed(question, status, stated or passing, passing)
    if status == "stated":
        return Drafted(question, status, "Yes", "", passing, named)
    if question.answer == "yes":
        # "We do not train AI on your data" is no answer to whether AI is used at all.
        return Drafted(question, "to_read", "", BOTH if stated else DENIED_OTHER, passing, named)
    if stated:
        return Drafted(question, status, "", BOTH, passing, named)
    if not _all_denied(question, passing):
        return Drafted(question, "to_read", "", DENIED_IN_PART, passing, named)
    return Drafted(question, status, "No", "", passing, named)


def _all_denied(question: Question, denials: Sequence[Any]) -> bool:
    """Whether each thing that the question names is denied: that no fingerprint is taken says nothing of voices."""
    for wanted in question.facts:
        denied = [fact for fact in denials if fits(fact, wanted)]
        for field, values in wanted.items():
            if field == "group":
                field, values = "category", [term.id for term in taxonomy.categories().values() if term.group in values]
            if field not in ("kind", "filled") and not set(values) <= {getattr(fact, field) for fact in denied}:
                return False
    return True


def _listed(question: Question, status: Drafting, said_of: Sequence[Any], passing: Sequence[Any]) -> Drafted:
    """What the facts say, each thing once; what is denied is said to be."""
    things: dict[str, Any] = {}
    for fact in _in_order(question, said_of):
        things.setdefault(_drafted_line(question, fact), fact)
    more = f"; and {len(things) - LISTED} more" if len(things) > LISTED else ""
    draft = "; ".join(list(things)[:LISTED]) + more
    first = list(things.values())[:LISTED]
    rest = [fact for fact in passing if all(fact is not each for each in first)]
    return Drafted(question, status, draft, BOTH if status == "both" else "", [*first, *rest], [], len(first))


def _in_order(question: Question, found: Sequence[Any]) -> Sequence[Any]:
    """As the vocabulary has the things listed; facts that are said in full stay as they come."""
    if question.says is None:
        return found
    field, vocabulary = SAYS[question.says]
    terms = list(taxonomy.categories() if vocabulary == "category" else taxonomy.facet(vocabulary))
    return sorted(found, key=lambda fact: terms.index(getattr(fact, field)))


def _drafted_line(question: Question, fact: Any) -> str:
    if question.says is None:
        return saying.line(fact)
    field, vocabulary = SAYS[question.says]
    named = label(getattr(fact, field), vocabulary)
    return named if fact.polarity == "yes" else f"Denied: {named}"


def _question(row: Mapping[str, Any]) -> Question:
    return Question(
        row["id"],
        row["asks"],
        row["answer"],
        row.get("says"),
        tuple(row.get("facts", ())),
        tuple(re.compile(pattern, re.IGNORECASE) for pattern in row.get("patterns", ())),
    )
