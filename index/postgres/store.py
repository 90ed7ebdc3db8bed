"""The rows of a draft in PostgreSQL: everything within one transaction, which only publishing commits."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import numpy as np
from sqlalchemy import Connection, insert, text
from sqlmodel import Session

from index.domain import Vendor
from index.embedder import Vectors
from index.postgres.tables import CLAUSES_A_READING, OWN
from index.saving import Saving, Whole
from index.tables import DocumentRow, TitleRow, VendorRow


class Rows(Saving):
    """Writes into the snapshot that the connection sees, and can do the same once more on another, when others have published meanwhile."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._done: list[Callable[[], object]] = []
        self._saved: dict[str, Vendor] = {}

    def begin(self, draft: int, base: int | None) -> None:
        """From now on rows are those of `draft`, which begins as a copy of `base`."""
        self._see(draft)
        if base is not None:
            for table in sorted(OWN):
                columns = ", ".join(f'"{name}"' for name in _columns(table))
                self._execute(
                    f"INSERT INTO kept_{table} (snapshot, {columns}) SELECT :draft, {columns} FROM kept_{table} WHERE snapshot = :base",  # noqa: S608
                    draft=draft, base=base,
                )  # fmt: skip

    def move(self, old: int, draft: int, base: int) -> None:
        """Does on `base`, as another draft, what was done in the old one: whoever published it meanwhile loses nothing, nor do we."""
        self.begin(draft, base)
        done, self._done = self._done, []
        self._old = old
        for again in done:
            again()
        for table in sorted(OWN):
            self._execute(f"DELETE FROM kept_{table} WHERE snapshot = :old", old=old)  # noqa: S608

    @property
    def documents_saved(self) -> int:
        return len(self._saved)

    def session(self) -> Session:
        # Its commit ends a savepoint; the transaction around it is ended by publishing, or rolled back.
        return Session(self._connection, join_transaction_mode="create_savepoint")

    def save_vendor(self, vendor: Vendor) -> bool:
        changed = super().save_vendor(vendor)
        self._done.append(partial(self._save_vendor_again, vendor))
        return changed

    def save(self, whole: Whole) -> None:
        super().save(whole)
        self._saved[whole.document.id] = whole.policy.vendor
        self._done.append(partial(self._adopt, whole.document.id))

    def arrange(self, vendor: str, series: str, versions: Sequence[str]) -> bool:
        held = self.held()
        changed = super().arrange(vendor, series, [id for id in versions if id in held])
        self._done.append(partial(self.arrange, vendor, series, versions))
        return changed

    def retire(self, vendor: str, kept: Sequence[str]) -> bool:
        changed = super().retire(vendor, kept)
        self._done.append(partial(self.retire, vendor, kept))
        return changed

    def remove(self, vendor: str) -> None:
        super().remove(vendor)
        self._done.append(partial(self.remove, vendor))

    def _save_vendor_again(self, vendor: Vendor) -> None:
        with self.session() as session:
            gone = session.get(VendorRow, vendor.id) is None
        # A vendor that another removed meanwhile does not come back empty.
        if not gone or vendor.id in {each.id for each in self._saved.values()}:
            self.save_vendor(vendor)

    def _adopt(self, document: str) -> None:
        """Takes a document that the old draft holds into this one, in the place of what this one holds of it."""
        columns = [name for name in _columns("document") if name not in ("position", "current")]
        names = ", ".join(f'"{name}"' for name in columns)
        with self.session() as session, session.begin():
            row = session.execute(
                text("SELECT vendor, series FROM kept_document WHERE snapshot = :old AND id = :id"), {"old": self._old, "id": document}
            ).first()
            if row is None:  # saved, then removed
                return
            held = session.execute(text("SELECT position, current FROM document WHERE id = :id"), {"id": document}).first()
            position, current = held or (self._last(session, row.vendor, row.series) + 1, False)
            self._drop(session, document)
            session.execute(
                text(
                    f"INSERT INTO kept_document ({names}, position, current) "  # noqa: S608
                    f"SELECT {names}, :position, :current FROM kept_document WHERE snapshot = :old AND id = :id"
                ),
                {"position": position, "current": current, "old": self._old, "id": document},
            )
        self._done.append(partial(self._adopt, document))

    def _first_row(self, session: Session, clauses: int) -> int:
        if clauses > CLAUSES_A_READING:
            raise AssertionError(f"{clauses} clauses in one document")
        reading: int = session.execute(text("INSERT INTO reading DEFAULT VALUES RETURNING id")).scalar_one()
        return reading * CLAUSES_A_READING

    def _keep_titles(self, session: Session, titles: Mapping[str, Vectors]) -> None:
        if titles:
            rows = [{"text": title, "vector": np.asarray(vector, np.float32).tobytes()} for title, vector in titles.items()]
            session.execute(insert(TitleRow), rows)

    def _drop(self, session: Session, document: str) -> None:
        # What it says stays with its reading, for the snapshots that show it.
        session.execute(text("DELETE FROM document WHERE id = :id"), {"id": document})

    def _see(self, draft: int) -> None:
        self._connection.exec_driver_sql(f"SET LOCAL vpi.snapshot TO '{int(draft)}'")

    def _execute(self, statement: str, **values: object) -> None:
        self._connection.execute(text(statement), values)


def _columns(table: str) -> list[str]:
    own = {"vendor": list(VendorRow.model_fields), "document": ["reading", *DocumentRow.model_fields]}
    return own[table]
