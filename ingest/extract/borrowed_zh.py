"""The verb that a Chinese clause without one of its own is read with: its lead-in's, that of the sentence it goes on from, or a heading's.

Much of a Chinese policy is written so: "手机号、昵称。" below "注册时我们收集：", "例如IP地址、机型。" after a sentence on collecting, a
row of a list of SDKs, "实名认证：姓名、身份证号。" three headings below "我们如何收集您的信息".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from index.domain import Clause
from index.lexicon import Mention
from ingest import governors
from ingest.extract.fields_zh import holds
from ingest.governors import Cue

_LABEL = re.compile(r"^[^：:，。；]{0,30}[：:]")
_LABEL_BEFORE = re.compile(r"([^\n：:，。；]{1,30}[：:])[^\n：:。；]*$")
_CONTENT = re.compile(r"[^\s、，,。；;：:/（()）【】\[\]\-*]")
# A clause of which the words for data are this much is a list of them.
LISTED = 0.5
NEAR = 12


@dataclass(frozen=True)
class Lent:
    """What surrounds a clause and may lend it a verb; `before` is the clause before it in its section."""

    clause: Clause
    before: Clause | None
    mentions: Sequence[Mention]

    def verb(self, mention: Mention) -> Cue | None:
        """The verb that governs a word which has none in its clause; None where nothing around states or denies collecting."""
        clause = self.clause
        if clause.lead and holds("word", "no_data_list", clause.lead):
            return None
        # A cell is led by its row and column ("注册 – 收集的信息:"): the column says what is listed.
        head = (clause.lead or "").rpartition(" – ")[2]
        if cue := governors.last(head) or _column(head):
            return cue
        if self.before and holds("word", "goes_on", clause.plain) and (cue := governors.stated(self.before.plain)):
            return cue
        if (label := _LABEL_BEFORE.search(clause.plain, 0, mention.start)) and (cue := _column(label[1])):
            return cue
        if self._is_list:
            return self._of_headings
        if clause.lead or not clause.section or ("、" not in clause.plain and mention.start > NEAR):
            return None
        cue = governors.stated(clause.section[-1])
        return cue if cue and cue.kind == "take" else None

    @cached_property
    def _is_list(self) -> bool:
        """Whether the clause, below its label, is little but words for data."""
        label = _LABEL.match(self.clause.plain)
        start = label.end() if label else 0
        told = sum(len(_CONTENT.findall(self.clause.plain, one.start, one.end)) for one in self.mentions if one.start >= start)
        return told > LISTED * len(_CONTENT.findall(self.clause.plain, start))

    @cached_property
    def _of_headings(self) -> Cue | None:
        """The verb of the nearest heading that has one; a heading on another topic ends the search."""
        for title in reversed(self.clause.section):
            if holds("word", "elsewhere", title):
                return None
            cue = governors.stated(title)
            off_topic = holds("word", "off_topic", title)
            if cue and (cue.kind in ("take", "local") or not off_topic):
                return cue
            if off_topic:
                return None
        return None


def _column(head: str) -> Cue | None:
    """What a label that is all noun says of what stands under it (个人信息类型：): data is listed there because it is taken."""
    return Cue(0, len(head), "take", "collection.zh.column") if holds("word", "column", head) else None
