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
    r"(?<!\S)\S*\*{3,}\S*"  # looked for from the beginning of a word alone: a word may be all that there is
    r"|\b(?:(?:sk|gsk|pk|ak|org|proj|key|xai|hf|nvapi)[-_]|AIza|Bearer )[\w-]{8,}"
    r"|\b(?=\w*\d)(?=\w*[A-Za-z])[A-Za-z0-9]{24,}\b"
)

FILTERED = re.compile(r"content.?filter|content management policy|responsibleai|moderation|flagged", re.I)
TOO_LONG = re.compile(
    r"context.?(?:length|window|size)|maximum (?:context|prompt length|number of tokens)|prompt is too long"
    r"|too many tokens|exceeded model token limit|exceeds max length|inputs.? tokens"
    r"|input is too long|reduce the length|request too large|request entity too large"
    r"|must have less than \d+ tokens|range of input length|exceed max message tokens",
    re.I,
)
NO_TOOLS = re.compile(
    r"(?:n[o']t support|support for|that support) (?:tool|function)|tool.?choice requires"
    r"|tools param requires"
    r"|(?:tools?|(?:tool|function) call(?:s|ing)?)\W? (?:is|are) not (?:supported|enabled)",
    re.I,
)
NO_CREDIT = re.compile(
    r"insufficient.?(?:quota|balance|credit|fund)|out of credits|more credits|credit balance is too low"
    r"|any credits|included credits|spending.limit|not in good standing|account is in good standing"
    r"|billing_not_active|account .{0,80}is (?:suspended|not active)|余额不足",
    re.I,
)
UNKNOWN_MODEL = re.compile(
    r"model_not_found|model_decommissioned|invalid model|not a valid model|model identifier is invalid"
    r"|\bmodel\b.{0,120}(?:not exist|not found|decommissioned)",
    re.I,
)
WRONG_KEY = re.compile(
    r"invalid.?api.?key|incorrect api key|api.?key.?(?:not valid|not found|invalid|expired)", re.I
)

# 7m12.8s, 1h0m0s, 20 seconds
AGAIN_IN = re.compile(r"(?:try again|retry) (?:in|after) ((?:\d[\d.]* ?[a-z]+ ?)+)", re.I)
PERIOD = re.compile(r"(\d+(?:\.\d+)?) ?(ms|[smhd])", re.I)
SECONDS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400}
RESET = re.compile(r'"X-RateLimit-Reset": "?(\d{13})\b', re.I)  # milliseconds since 1970


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
        # Groq refuses with 400 the call that its model has written badly.
        return soon and (
            self.status in (408, 409, 429) or self.status >= 500 or "tool_use_failed" in self.reason
        )

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
        if UNKNOWN_MODEL.search(words):
            return 502, "The model is not known to its vendor: check OPENAI_MODEL."
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
    told = str(error.get("code", error.get("status")) if isinstance(error, dict) else "").lower()
    code = int(told) if re.fullmatch("[45][0-9]{2}", told) else 502
    if "rate" in told and "limit" in told:
        code = 429
    return Refusal(code, safe(words_of(error), key), wait_of({}, error))


def words_of(error: Any) -> str:
    """Returns what an error says in words; vendors put them in a dozen places."""
    if isinstance(error, str):
        return error
    if isinstance(error, list):
        return "; ".join(filter(None, map(words_of, error)))
    if not isinstance(error, dict):
        return ""
    for name in ("error", "message", "msg", "detail", "errors", "base_resp", "status_msg"):
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
                *(f"({error[name]})" for name in ("code", "param") if isinstance(error.get(name), str)),
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
    if reset := RESET.search(text):  # OpenRouter
        return max(0.0, int(reset[1]) / 1000 - datetime.now(UTC).timestamp())
    if match := AGAIN_IN.search(text):
        return sum(float(number) * SECONDS[unit.lower()] for number, unit in PERIOD.findall(match[1])) or None
    return None


def safe(words: str, key: str) -> str:
    """Returns words in one line without keys, long enough for a log."""
    line = " ".join("".join(c if c.isprintable() else " " for c in words).split())
    if len(key) >= 8:
        line = line.replace(key, "[…]")
    return shorten(SECRETS.sub("[…]", line), LOGGED)


def shorten(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"
