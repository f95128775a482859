"""What a reader sees of a text, which is not what it is stored as."""

import re
import unicodedata

# Format characters have the category Cf, of which these alone are drawn: they enclose numbers.
# https://www.unicode.org/reports/tr44/#Default_Ignorable_Code_Point, and PropList.txt for the rest.
DRAWN = re.compile(r"[\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd]")
# Letters that leave nothing behind (Other_Default_Ignorable_Code_Point), and the empty Braille cell.
EMPTY = re.compile(r"[\u115f\u1160\u2065\u2800\u3164\uffa0\ufff0-\ufff8\U000e0000-\U000e0fff]")
# Controls, format characters, separators, and marks, which need something to stand on.
UNSEEN = {"Cc", "Cf", "Zs", "Zl", "Zp", "Mn", "Me", "Mc"}


def is_blank(text: str) -> bool:
    """Tells whether there is nothing to see in `text`."""
    return not any(is_seen(character) for character in text)


def is_seen(character: str) -> bool:
    if DRAWN.match(character):
        return True
    # A character that this Python does not know yet may be an emoji of a newer Unicode.
    return unicodedata.category(character) not in UNSEEN and not EMPTY.match(character)


HALVES = re.compile("[\ud800-\udbff][\udc00-\udfff]")
FIRST_HALF = re.compile("[\ud800-\udbff]$")


def join_halves(text: str) -> str:
    """Returns `text` with the characters whole that came as two halves: in JSON, each may be sent alone."""
    return HALVES.sub(lambda pair: pair[0].encode("utf-16", "surrogatepass").decode("utf-16"), text)


def glue(before: str, text: str) -> str:
    """Returns `text` behind `before`, also where they part a character."""
    return join_halves(before + text) if FIRST_HALF.search(before) else before + text


JOINER = "\u200d"
# Skin tones and the letters of a flag's tag; variation selectors and accents are marks.
FOLLOWERS = re.compile(r"[\u200d\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]")
FLAG_LETTERS = re.compile("[\U0001f1e6-\U0001f1ff]+$")


def cut(text: str, length: int) -> str:
    """Returns the beginning of `text`, at most `length` code points, that ends where a reader sees an end."""
    end = length
    while 0 < end < len(text) and is_one(text[:end], text[end]):
        end -= 1
    return text[: end or length]


def is_one(before: str, character: str) -> bool:
    """Tells whether `character` is seen as a part of what `before` ends with (UAX 29, without Hangul)."""
    if before.endswith(JOINER) or FOLLOWERS.match(character) or unicodedata.category(character)[0] == "M":
        return True
    letters = FLAG_LETTERS.search(before)
    return bool(FLAG_LETTERS.match(character) and letters and len(letters[0]) % 2)
