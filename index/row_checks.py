"""Checks rows against what was read: for a database whose rows could be altered one by one, where no sum of a file can tell."""

from __future__ import annotations

import hashlib

import numpy as np
from pydantic import ValidationError
from sqlmodel import Session, col, select

from index.facts import FACT
from index.late_interaction import SIZE, STEP
from index.saving import row_of
from index.tables import ClauseRow, DocumentRow, FactRow, TextRow

# How far the length of a unit vector of float32 may be from one.
ROUNDING = 1e-3


def fault(session: Session) -> str | None:
    """What is wrong with the first document that is not what was read; None when each one's bytes, clauses and facts are."""
    for document in session.exec(select(DocumentRow).order_by(col(DocumentRow.id))).all():
        found = _fault(session, document)
        session.expunge_all()  # a document at a time: an index may be larger than memory
        if found:
            return f"{document.id}: {found}"
    return None


def _fault(session: Session, document: DocumentRow) -> str | None:
    held = session.exec(select(TextRow.raw, TextRow.text).where(TextRow.document == document.id)).first()
    if held is None:
        return "its text is gone"
    raw, text = held
    if hashlib.sha256(raw).hexdigest() != document.sha256:
        return "its bytes have another sha256"
    return _clauses(session, document, text) or _facts(session, document, text)


def _clauses(session: Session, document: DocumentRow, text: str) -> str | None:
    rows = session.exec(select(ClauseRow).where(ClauseRow.document == document.id)).all()
    if len(rows) != document.clauses:
        return f"it has {len(rows)} clauses, not {document.clauses}"
    for row in rows:
        if text[row.start : row.end] != row.text:
            return f"clause {row.id} is not the text at {row.start}–{row.end}"
        if abs(float(np.linalg.norm(np.frombuffer(row.vector, np.float32))) - 1) > ROUNDING:
            return f"the vector of clause {row.id} was altered"
        if not _whole(row.tokens):
            return f"the wordpieces of clause {row.id} were altered"
    return None


def _whole(tokens: bytes) -> bool:
    """Whether these are rows of a unit's length, as far as rounding to a byte a number leaves it."""
    if len(tokens) % SIZE:
        return False
    lengths = np.linalg.norm(np.frombuffer(tokens, np.int8).reshape(-1, SIZE).astype(np.float32), axis=1) * STEP
    return bool((abs(lengths - 1) <= SIZE**0.5 * STEP).all())


def _facts(session: Session, document: DocumentRow, text: str) -> str | None:
    for row in session.exec(select(FactRow).where(FactRow.document == document.id)).all():
        try:
            # An id follows from what is said and where.
            fact = FACT.validate_python({**row.body, "id": ""})
        except ValidationError:
            return f"fact {row.id} cannot be read"
        if fact.id != row.id or row_of(fact).model_dump() != row.model_dump() or text[fact.start : fact.end] != fact.quote:
            return f"fact {row.id} does not say what it said"
    return None
