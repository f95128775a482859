"""Why a vendor refuses: its own words, made safe to show, and what they mean for who asked."""

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from app.failures import AssistantFailure

SHOWN = 200  # characters of a vendor's words that the user gets to see
LOGGED = 1000  # characters of them in the log

# Keys as vendors make them, what is left of masked ones, and anything that looks as random.
SECRETS = re.compile(
    r"\b(?:(?:sk|gsk|pk|org|proj|key|xai|hf|nvapi)[-_]|AIza|Bearer )[\w-]{8,}"
    r"|\S*\*{3,}\S*"
    r"|\b(?=\w*\d)(?=\w*[A-Za-z])[A-Za-z0-9]{24,}\b"
)

FILTERED = re.compile(r"content.?filter|content management policy|responsibleai|moderation|flagged", re.I)
TOO_LONG = re.compile(
    r"context.?(?:length|window|size)|maximum (?:context|number of tokens)|prompt is too long|too many tokens"
    r"|input is too long|reduce the length|request too large|request entity too large",
    re.I,
)
NO_TOOLS = re.compile(
    r"(?:not support|support for|that support) (?:tool|function)|tool.?choice requires"
    r"|tools? (?:is|are) not supported",
    re.I,
)
NO_CREDIT = re.compile(r"insufficient.?(?:quota|balance|credit|fund)|out of credits|more credits", re.I)
WRONG_KEY = re.compile(r"invalid.?api.?key|incorrect api key|api.?key.?(?:not valid|invalid)", re.I)

AGAIN_IN = re.compile(r"(?:try again|retry) (?:in|after) (?:(\d+)m)?(\d+(?:\.\d+)?)(ms|s)", re.I)


@dataclass(eq=False)
class Refusal(Exception):
    """The vendor answered with an error: HTTP's status, its own words, and the seconds to wait if it says."""

    status: int
    reason: str
    wait: float | None = None

    @property
    def passing(self) -> bool:
        """Whether it may well be gone when it is tried again at once."""
        soon = self.wait is None or self.wait <= 1
        return soon and (self.status in (408, 409, 429) or self.status >= 500)

    def as_failure(self) -> AssistantFailure:
        """Returns the failure that the caller gets to see."""
        status, sentence = self.meaning()
        wait = None if self.wait is None else max(1, math.ceil(self.wait))
        if status in (429, 503):
            wait = wait or 5
            sentence = f"{sentence} Try again in {wait} s."
        quote = f" It said: {shorten(self.reason, SHOWN)}" if self.reason else ""
        return AssistantFailure(status, sentence + quote, wait)

    def meaning(self) -> tuple[int, str]:
        status, words = self.status, self.reason
        if FILTERED.search(words):
            return 422, "The model's content filter refused this: say it in other words."
        if status == 413 or TOO_LONG.search(words):
            return 413, "This is too long for the model: start a new conversation, or ask for less."
        if NO_TOOLS.search(words):
            return 502, "The model cannot call tools: choose another one in OPENAI_MODEL."
        if status == 402 or NO_CREDIT.search(words):
            return 502, "The model's account has no credit left: see to it at its vendor."
        if status == 401 or WRONG_KEY.search(words):
            return 502, "The model refused the key: check OPENAI_API_KEY."
        if status == 403:
            return 502, "The model refused access: check OPENAI_API_KEY and OPENAI_MODEL."
        if status in (404, 405):
            return 502, f"The model answered {status}: check OPENAI_MODEL and OPENAI_BASE_URL."
        if status == 429:
            return 429, "The model is asked too often."
        if status in (503, 529):
            return 503, "The model is overloaded."
        if status >= 500:
            return 502, f"The model answered {status}: try again shortly."
        return 502, f"The model answered {status}: it does not take what it was asked."


def refusal_of(status: int, headers: Mapping[str, str], body: bytes, key: str) -> Refusal:
    """Reads an answer with an error status; nothing of `key` is left in the reason."""
    try:
        error = json.loads(body)
    except ValueError:
        text = body.decode(errors="replace").strip()
        error = "" if text.startswith("<") else text
    return Refusal(status, safe(words_of(error), key), wait_of(headers, error))


def refusal_in(error: Any, key: str) -> Refusal:
    """Reads an error that came within an answer with status 200."""
    code = error.get("code") if isinstance(error, dict) else None
    if not (isinstance(code, int) and 400 <= code < 600):
        code = 429 if "rate" in str(code).lower() and "limit" in str(code).lower() else 502
    return Refusal(code, safe(words_of(error), key), wait_of({}, error))


def words_of(error: Any) -> str:
    """Returns what an error says in words; vendors put them in a dozen places."""
    if isinstance(error, str):
        return error
    if isinstance(error, list):
        return "; ".join(filter(None, map(words_of, error)))
    if not isinstance(error, dict):
        return ""
    for name in ("error", "message", "msg", "detail", "errors"):
        if words := words_of(error.get(name)):
            break
    else:
        words = ""
    metadata = error.get("metadata")
    behind = metadata.get("raw") if isinstance(metadata, dict) else None
    place = error.get("loc")
    return " ".join(
        filter(
            None,
            [
                ".".join(map(str, place)) if isinstance(place, list) else "",
                words,
                f"({error['code']})" if isinstance(error.get("code"), str) else "",
                # OpenRouter passes on what the vendor behind it said.
                f"({behind})" if isinstance(behind, str) else "",
            ],
        )
    )


def wait_of(headers: Mapping[str, str], error: Any) -> float | None:
    """Returns how many seconds to wait, from the headers or from the words; None if nobody says."""
    for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1)):
        try:
            return max(0.0, float(headers.get(name, "")) * unit)
        except ValueError:
            pass
    try:
        moment = parsedate_to_datetime(headers.get("retry-after", ""))
        return max(0.0, (moment.astimezone(UTC) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        pass
    text = json.dumps(error)
    if delay := re.search(r'"retryDelay": "(\d+(?:\.\d+)?)s"', text):  # Gemini
        return float(delay[1])
    if match := AGAIN_IN.search(text):
        minutes, number, unit_name = match.groups()
        return int(minutes or 0) * 60 + float(number) * (0.001 if unit_name == "ms" else 1)
    return None


def safe(words: str, key: str) -> str:
    """Returns words in one line without keys, long enough for a log."""
    line = " ".join("".join(c if c.isprintable() else " " for c in words).split())
    if len(key) >= 8:
        line = line.replace(key, "[…]")
    return shorten(SECRETS.sub("[…]", line), LOGGED)


def shorten(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"
