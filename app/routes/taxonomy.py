"""Which words are facts written in?"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cache
from typing import Any, get_args

from fastapi import APIRouter

from app.accept import FormDep
from app.endpoint import Endpoint
from app.forms import TABLE, table
from app.schemas.service import TaxonomyOut, TermGroupOut, TermOut
from index import facts, taxonomy
from index.taxonomy import Term

router = APIRouter(route_class=Endpoint, prefix="/v1", tags=["taxonomy"])


COLUMNS = ("vocabulary", "group", "id", "label", "definition", "dpv_iri", "dpv_match")


@router.get("/taxonomy", operation_id="taxonomy", response_model=TaxonomyOut, responses=TABLE)
def vocabularies(form: FormDep) -> Any:
    """Groups and categories of personal data, the facets, and the enumerations of the other fields."""
    return whole() if form == "json" else table(form, COLUMNS, rows(whole()), "taxonomy")


def rows(vocabularies: TaxonomyOut) -> Iterator[dict[str, Any]]:
    """One row a term."""
    for group in vocabularies.groups:
        yield from ({"vocabulary": "category", "group": group.group, **term.model_dump()} for term in group.categories)
    for facet, terms in vocabularies.facets.items():
        yield from ({"vocabulary": facet, **term.model_dump()} for term in terms)
    for name, ids in vocabularies.values.items():
        yield from ({"vocabulary": name, "id": each} for each in ids)


@cache
def whole() -> TaxonomyOut:
    terms = taxonomy.categories().values()
    return TaxonomyOut(
        version=version(),
        groups=[
            TermGroupOut(group=group, categories=[entry(term) for term in terms if term.group == group]) for group in taxonomy.groups()
        ],
        facets={name: [entry(term) for term in taxonomy.facet(name).values()] for name in taxonomy.FACETS},
        values={
            "kind": list(facts.KINDS),
            "polarity": list(get_args(facts.Polarity)),
            "source": list(get_args(facts.Source)),
            "role": list(get_args(facts.Role)),
            "necessity": list(get_args(facts.Necessity)),
            "bound": list(get_args(facts.Bound)),
            "rule": list(get_args(facts.RetentionRule)),
            "condition": list(get_args(facts.Condition)),
            "practice": list(get_args(facts.Practice)),
            "field": list(get_args(facts.DocumentField)),
        },
    )


def entry(term: Term) -> TermOut:
    return TermOut(id=term.id, label=term.label, definition=term.definition, dpv_iri=term.dpv_iri, dpv_match=term.dpv_match)


def version() -> str:
    return hashlib.sha256(b"".join(path.read_bytes() for path in sorted(taxonomy.FOLDER.glob("*.tsv")))).hexdigest()[:12]
