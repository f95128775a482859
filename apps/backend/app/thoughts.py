"""Models that think aloud: what stands in <think> at the beginning of an answer is not said to the user."""

OPENS, CLOSES = "<think>", "</think>"


class Thoughts:
    """Takes a text in pieces and gives what is to be said of it."""

    def __init__(self) -> None:
        self.held = ""
        self.thinking = False
        self.over = False

    def take(self, text: str) -> str:
        """Returns what can be said by now."""
        if self.over:
            return text
        self.held += text
        if not self.thinking:
            begun = self.held.lstrip()
            if OPENS.startswith(begun):
                return ""
            if not begun.startswith(OPENS):
                return self.rest()
            self.thinking = True
        _, closed, after = self.held.partition(CLOSES)
        if not closed:
            self.held = self.held[-len(CLOSES) :]
            return ""
        self.held = after.lstrip()
        return self.rest()

    def rest(self) -> str:
        """Returns what was held back, once no thought can come any more."""
        self.over = True
        held, self.held = self.held, ""
        return held

    def end(self) -> str:
        """Returns what was held back when the text ended; an open thought is none of it."""
        return "" if self.thinking and not self.over else self.rest()
