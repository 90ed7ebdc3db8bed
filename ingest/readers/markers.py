"""Numbers of list items as a browser or a word processor shows them."""

from __future__ import annotations

ROMAN = (
    (1000, "m"),
    (900, "cm"),
    (500, "d"),
    (400, "cd"),
    (100, "c"),
    (90, "xc"),
    (50, "l"),
    (40, "xl"),
    (10, "x"),
    (9, "ix"),
    (5, "v"),
    (4, "iv"),
    (1, "i"),
)
HAN = "零一二三四五六七八九"


def marker(number: int, style: str) -> str:
    """`3. `, `c. `, `III. `: the marker of an HTML list item of this `type`."""
    return f"{numeral(number, {'a': 'lowerLetter', 'A': 'upperLetter', 'i': 'lowerRoman', 'I': 'upperRoman'}.get(style, 'decimal'))}. "


def numeral(number: int, form: str) -> str:
    """A number in one of Word's number formats; decimal where the format is not known or the number does not fit it."""
    if not 0 < number < 4000:
        return str(number)
    match form:
        case "lowerLetter":
            return letters(number)
        case "upperLetter":
            return letters(number).upper()
        case "lowerRoman":
            return roman(number)
        case "upperRoman":
            return roman(number).upper()
        case "decimalZero":
            return f"{number:02d}"
        case "chineseCounting" | "chineseCountingThousand" | "japaneseCounting" | "taiwaneseCountingThousand" if number < 100:
            return han(number)
        case _:
            return str(number)


def letters(number: int) -> str:
    """a … z, aa … zz, as Word counts on."""
    return chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)


def roman(number: int) -> str:
    written = ""
    for value, letter in ROMAN:
        count, number = divmod(number, value)
        written += letter * count
    return written


def han(number: int) -> str:
    tens, ones = divmod(number, 10)
    return ("" if tens == 0 else "十" if tens == 1 else HAN[tens] + "十") + (HAN[ones] if ones or not tens else "")
