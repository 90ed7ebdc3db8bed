"""Whether rows are what was read: for a store whose rows could be altered one by one, where the sum of a file cannot tell."""

from __future__ import annotations

import hashlib

import numpy as np
from pydantic import ValidationError
from sqlmodel import Session, col, select

from index.facts import FACT
from index.saving import row_of
from index.tables import ClauseRow, DocumentRow, FactRow, TextRow

# How far the length of a unit vector of float32 may be from one.
ROUNDING = 1e-3


def fault(session: Session) -> str | None:
    """What is wrong with the first document that is not what was read; None when each one's bytes, clauses and facts are."""
    for document in session.exec(select(DocumentRow).order_by(col(DocumentRow.id))).all():
        found = _bytes(session, document) or _clauses(session, document) or _facts(session, document)
        session.expunge_all()  # a document at a time: an index may be larger than memory
        if found:
            return f"{document.id}: {found}"
    return None


def _bytes(session: Session, document: DocumentRow) -> str | None:
    raw = session.exec(select(TextRow.raw).where(TextRow.document == document.id)).first()
    if raw is None:
        return "its text is gone"
    return None if hashlib.sha256(raw).hexdigest() == document.sha256 else "its bytes have another sha256"


def _clauses(session: Session, document: DocumentRow) -> str | None:
    text = session.exec(select(TextRow.text).where(TextRow.document == document.id)).one()
    rows = session.exec(select(ClauseRow).where(ClauseRow.document == document.id)).all()
    if len(rows) != document.clauses:
        return f"it has {len(rows)} clauses, not {document.clauses}"
    for row in rows:
        if text[row.start : row.end] != row.text:
            return f"clause {row.id} is not the text at {row.start}–{row.end}"
        if abs(float(np.linalg.norm(np.frombuffer(row.vector, np.float32))) - 1) > ROUNDING:
            return f"the vector of clause {row.id} was altered"
    return None


def _facts(session: Session, document: DocumentRow) -> str | None:
    text = session.exec(select(TextRow.text).where(TextRow.document == document.id)).one()
    for row in session.exec(select(FactRow).where(FactRow.document == document.id)).all():
        try:
            # An id follows from what is said and where.
            fact = FACT.validate_python({**row.body, "id": ""})
        except ValidationError:
            return f"fact {row.id} cannot be read"
        if fact.id != row.id or row_of(fact).model_dump() != row.model_dump() or text[fact.start : fact.end] != fact.quote:
            return f"fact {row.id} does not say what it said"
    return None
