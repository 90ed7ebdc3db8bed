"""What the service says of itself: its vocabularies, its state, its versions, its errors."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from app.schemas.records import Out


class TermOut(Out):
    """One entry of a vocabulary."""

    id: str = Field(examples=["email_address"])
    label: str = Field(examples=["Email address"])
    definition: str
    dpv_iri: str | None = Field(
        description="The nearest concept of the Data Privacy Vocabulary.", examples=["https://w3id.org/dpv/pd#EmailAddress"]
    )
    dpv_match: str | None = Field(description="How near: `exact`, `near` or `broader`.", examples=["exact"])


class TermGroupOut(Out):
    """A group of categories of personal data."""

    group: str = Field(examples=["contact"])
    categories: list[TermOut]


class TaxonomyOut(Out):
    """The closed vocabularies that facts are written in."""

    version: str = Field(description="Changes when any entry does.", examples=["3f5e2a901c7b"])
    groups: list[TermGroupOut]
    facets: dict[str, list[TermOut]] = Field(
        description="Purposes, recipients, rights, security measures, legal bases, transfer safeguards."
    )
    values: dict[str, list[str]] = Field(description="The enumerations of the other fields of facts.")


class Health(Out):
    status: Literal["ok"]


class Ready(Out):
    """An index is loaded and verified."""

    status: Literal["ready"]
    snapshot: str = Field(examples=["000012"])
    problem: str | None = Field(description="Why a newer snapshot is not served; null when all is well.", examples=[None])


class VersionOut(Out):
    """What answers here; what concerns the index is null until there is one."""

    code: str = Field(examples=["0.1.0"])
    python: str = Field(examples=["3.11.7"])
    model: str | None = Field(description="Digest of the embedding model's weights.")
    model_name: str | None
    taxonomy: str | None
    rules: str | None
    snapshot: str | None = Field(examples=["000012"])
    created_at: str | None
    counts: dict[str, int] | None = Field(description="Vendors, documents, clauses and facts in the snapshot.")


class Problem(Out):
    """An error, as RFC 9457 has it."""

    type: str = Field(examples=["urn:vendor-privacy-index:vendor-unknown"])
    title: str = Field(examples=["Vendor not indexed"])
    status: int = Field(examples=[404])
    detail: str = Field(
        description="Names the thing refused and the next step.", examples=["No policy of 'fernli' is indexed. Did you mean fernly?"]
    )
    instance: str = Field(examples=["/v1/vendors/fernli"])


class Fault(Out):
    """What is wrong with one part of a request."""

    in_: str = Field(alias="in", description="`query`, `path` or `body`.", examples=["query"])
    name: str = Field(examples=["limit"])
    reason: str = Field(examples=["Input should be greater than or equal to 1"])


class MalformedProblem(Problem):
    """A request that is refused for its form or for a value it has."""

    errors: list[Fault] = Field(description="Each part at fault; empty where `detail` says it all.")
