"""Arguments that several tools take, as a bot reads of them."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

VENDOR = "Vendor id as `list_vendors` gives it; a name or alias will do."
VendorId = Annotated[str, Field(max_length=100, description=VENDOR)]
Limit = Annotated[int, Field(ge=1, le=50, description="At most so many.")]
AtMost = Annotated[int, Field(ge=1, le=50, description="At most so many; fewer where the answer would be too long to read.")]
Cursor = Annotated[str | None, Field(max_length=1000, description="`next` of the page before.")]
