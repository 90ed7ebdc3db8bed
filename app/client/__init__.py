"""A typed client of the service, over httpx: `Client`, and `AsyncClient` for asyncio. Both answer with the models the service serves.

    with Client("http://127.0.0.1:8000") as vpi:
        for fact in vpi.facts(kind="retention", vendor="fernly"):
            print(fact.period, fact.quote)

What the service refuses is raised as `Refusal` or one of its kinds; what is only busy is asked again first. A tool that cannot install
this project copies `app/client`, `app/schemas` and what they import: neither database nor web framework is among it.
"""

from app.client.asynchronous import AsyncClient
from app.client.errors import Busy, ClientError, Forbidden, Malformed, NotFound, Refusal, ServiceBroken, Unreachable, Unreadable, Unsendable
from app.client.retrying import Patience
from app.client.synchronous import Client

__all__ = [
    "AsyncClient", "Busy", "Client", "ClientError", "Forbidden", "Malformed", "NotFound", "Patience", "Refusal", "ServiceBroken",
    "Unreachable", "Unreadable", "Unsendable",
]  # fmt: skip
