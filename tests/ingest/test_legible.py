"""What is plainly no policy is refused by name, and what is short, full of numbers or Chinese is read."""

from __future__ import annotations

import pytest

from index.errors import Unreadable
from index.settings import Settings
from ingest import readers
from ingest.readers.legible import legible

ACCOUNTS = (
    "root:x:0:0:root:/root:/bin/sh\nmail:x:8:8:mail:/var/mail:/sbin/nologin\ngnat:x:41:41:Bug Reports (admin):/var/lib:/sbin/nologin\n"
)
SUMS = "\n".join(f"    --hash=sha256:{at:064x} \\" for at in range(20))


@pytest.mark.parametrize("data", [ACCOUNTS, SUMS, "3.14159 2.71828 1.41421\n", "deadbeef01 00ff12ab 77aa31c0", "{[()]};\n"])
def test_what_is_plainly_no_text_is_refused_with_the_next_step(data: str) -> None:
    with pytest.raises(Unreadable, match=r"accounts holds no text that a person would read: \d+ of \d+ pieces") as refused:
        readers.read(data.encode(), media_type=None, name="accounts", settings=Settings())
    assert str(refused.value).endswith("Give the file or address that holds the policy's text.")


@pytest.mark.parametrize(
    "text",
    [
        "We collect nothing.",
        "Privacy",
        "我们不收集任何个人信息。",
        "保存期限：30天；联系邮箱 a@b.example；版本 2.0",
        "Мы не собираем данные.",
        "हम आपका ई-मेल रखते हैं।",
        "We keep:\n- e-mail address (30 days)\n- IP address (7 days)\n- invoices (10 years)\n",
        "| Data | Kept |\n| --- | --- |\n| [Logs](https://a.example/logs) | 30 days |\n| [Name](https://a.example/name) | 2 years |\n",
        "Version 2.1 · 2026-01-02 · https://a.example/p · +44 20 1234 5678 · Acme Ltd., 1 High St, A1 2BC",
    ],
)
def test_what_is_short_or_full_of_numbers_or_in_another_script_is_read(text: str) -> None:
    assert legible(text)
    assert readers.read(text.encode(), media_type=None, name="policy", settings=Settings()).text
