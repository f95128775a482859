"""What can be seen of a text."""

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
