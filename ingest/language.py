"""Which language a piece of text is in, from its script and its commonest words. BCP 47."""

from __future__ import annotations

import re
from collections import Counter

_SCRIPTS = (
    ("ja", re.compile(r"[぀-ヿ]")),
    ("ko", re.compile(r"[가-힯]")),
    ("zh", re.compile(r"[㐀-鿿]")),
    ("ru", re.compile(r"[Ѐ-ӿ]")),
    ("ar", re.compile(r"[؀-ۿ]")),
    ("el", re.compile(r"[Ͱ-Ͽ]")),
    ("he", re.compile(r"[֐-׿]")),
    ("th", re.compile(r"[฀-๿]")),
)
_LATIN = re.compile(r"[A-Za-zÀ-ɏ]+")
# The commonest function words of each language; a word that several of them share counts for each.
_WORDS = {
    language: frozenset(words.split())
    for language, words in {
        "en": "the of and to in a is that for it with as was on be by this are or from at which you we your our may not have will any if",
        "de": "der die das und ist nicht mit von zu den im ein eine für auf sie wir oder ihre ihrer werden daten zur dem des sich bei auch",
        "fr": "le la les des et est une dans pour que qui vous nous par sur avec au aux du ou vos votre notre nos ce ces sont données",
        "es": "el la los las de y en que es una por con para su sus se del al como o más datos usted nuestro nuestra nuestros",
        "it": "il la le di e che è un una per con non del della dei delle i gli dati sono si nel alla o vostri nostro nostra",
        "pt": "o a os as de e que é um uma para com não do da dos das em no na se seus suas por ou dados você nosso nossa",
        "nl": "de het een en van is dat die in te voor met op niet zijn wij uw je we of aan door worden gegevens onze ons",
        "pl": "i w na z do nie się że jest o dla oraz przez lub są danych które od po jak ich może",
        "sv": "och att det som en på är av för med till den inte vi du din dina ditt vår vårt eller om personuppgifter",
    }.items()
}


def of(text: str, default: str = "und") -> str:
    """The language of `text`, or `default` where nothing tells it (a number, a name, an address)."""
    scripts = Counter({language: len(script.findall(text)) for language, script in _SCRIPTS})
    words = _LATIN.findall(text.lower())
    # A Han character says about as much as half a Latin word; kana and hangul decide at once, they are never borrowed at length.
    for language in ("ja", "ko"):
        if scripts[language] > max(2, scripts["zh"] // 10, len(words)):
            return language
    language, count = scripts.most_common(1)[0]
    if count and count / (2 if language == "zh" else 4) > len(words) / 2:
        return language
    known = Counter({name: sum(word in common for word in words) for name, common in _WORDS.items()})
    best, hits = known.most_common(1)[0]
    if best == default or (hits >= 3 and hits * 6 >= len(words) and hits > known[default] * 1.5):
        return best  # a street or a company's name holds a foreign word or two
    return default if default != "und" or not hits else best


def all_of(texts: list[tuple[str, int]]) -> tuple[str, ...]:
    """The languages of a document from those of its clauses `(language, length)`, the one with most text first; traces are left out."""
    sizes: Counter[str] = Counter()
    for language, size in texts:
        sizes[language] += size
    total = sum(sizes.values())
    return tuple(language for language, size in sizes.most_common() if size >= total * 0.1 and language != "und")
