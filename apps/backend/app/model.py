"""The model: one answer of an OpenAI-compatible endpoint, read as it is streamed."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from typing import Any

import httpx2

from app.endpoint import endpoint_of
from app.failures import AssistantFailure
from app.habits import Habits
from app.pieces import DONE, TooLong, pieces
from app.refusal import SHOWN, Refusal, refusal_of, shorten
from app.reply import ENDLESS, Message, Reply, Usage
from app.thoughts import Voice
from app.traced import answered, asked, count_tokens
from core.telemetry import telemetry

LONGEST_ANSWER = 180.0  # seconds for one answer, however steadily it comes; more if patience is above 60
LINGER = 5.0  # seconds for what may come after the end of an answer: what it cost
PAUSE = 0.5  # seconds before a question that failed at once is asked again
LARGEST_REFUSAL = 64 * 1024  # bytes

NO_COMPLETION = "The model's answer is not a chat completion: check OPENAI_BASE_URL."
BROKEN_OFF = "The model broke off in the middle of its answer; try again."
UNREACHABLE = "The model cannot be reached: check OPENAI_BASE_URL."

log = logging.getLogger(__name__)


class Model:
    """A model behind `base_url`; `patience` is how many seconds it may say nothing, retry included."""

    def __init__(self, base_url: str, api_key: str, name: str, patience: float) -> None:
        self.endpoint = endpoint_of(base_url)
        self.http = httpx2.AsyncClient(
            headers=self.endpoint.key_headers(api_key), timeout=patience, follow_redirects=True
        )
        self.key = api_key
        self.name = name
        self.patience = patience
        self.habits = Habits()
        self.unopened = False  # its thoughts have no opening tag

    @property
    def label(self) -> str:
        """Whose model it is: what one vendor wants back, another refuses."""
        return f"{self.endpoint.host} {self.name}"

    async def ask(
        self,
        messages: Sequence[Message],
        tools: Sequence[Message],
        request_id: str,
        voice: Voice,
        ids: Iterator[str],
        spend: Callable[[int], Awaitable[None]],
    ) -> Reply:
        """Has `voice` say the text of one answer, piece by piece, and returns it with the calls it asks for.

        `ids` name calls that come without an id; `spend` is told the tokens, also those of an answer that
        fails or that nobody waits for. Raises AssistantFailure; what was said until then has been said.
        """
        names = {tool["function"]["name"] for tool in tools}
        reply = Reply(voice, ids, self.key, self.unopened, names)
        question = {"model": self.name, "messages": messages, "tools": tools}
        with telemetry().span(f"chat {self.name}", asked(self.endpoint, question), "client") as span:
            try:
                await self.hear(question, request_id, reply)
            finally:
                self.unopened = self.unopened or reply.thoughts.unopened
                if reply.begun:
                    self.reckon(reply, question)
                    span.set(answered(reply, reply.text))
                    await spend(reply.usage.total)
        return reply

    async def hear(self, question: dict[str, Any], request_id: str, reply: Reply) -> None:
        """Has `reply` take the whole answer; raises AssistantFailure."""
        longest = LONGEST_ANSWER * max(1, self.patience / 60)
        whole_answer = asyncio.timeout(longest)
        try:
            async with whole_answer, asyncio.timeout(self.patience) as silence:
                await self.listen(question, request_id, reply, silence)
        except (TimeoutError, httpx2.TimeoutException) as error:
            if not reply.finish:
                limit = longest if whole_answer.expired() else self.patience
                raise AssistantFailure(
                    504, f"The model did not answer within {limit:.0f} s; try again."
                ) from error
        except Refusal as refusal:
            if not reply.begun:
                raise refusal.as_failure() from refusal
            if not reply.finish:
                quote = shorten(refusal.reason, SHOWN)
                raise AssistantFailure(502, f"{BROKEN_OFF} It said: {quote}") from refusal
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            log.warning("The connection to the model failed: %s", str(error) or type(error).__name__)
            if not reply.finish:
                raise AssistantFailure(502, BROKEN_OFF if reply.begun else UNREACHABLE) from error
        except TooLong as error:
            raise AssistantFailure(502, ENDLESS) from error
        except (ValueError, AttributeError, LookupError, TypeError, RecursionError) as error:
            if not reply.finish:
                raise AssistantFailure(502, NO_COMPLETION) from error
        if not reply.begun:
            raise AssistantFailure(502, NO_COMPLETION)
        if not reply.finish:
            raise AssistantFailure(502, BROKEN_OFF)
        reply.end()

    async def listen(
        self, question: dict[str, Any], request_id: str, reply: Reply, silence: asyncio.Timeout
    ) -> None:
        """Asks, once more where that helps, and has `reply` take what comes."""
        again = False
        while True:
            asked = self.habits.phrase(question)
            try:
                await self.listen_once(asked, request_id, reply, silence)
                return
            except Refusal as refusal:
                log.warning("The model refused with %d: %s", refusal.status, refusal.reason)
                self.habits.learn(refusal)
                # What it taught, another answer may have learnt meanwhile.
                if not reply.begun and self.habits.phrase(question) != asked:
                    continue
                if again or reply.begun or not refusal.passing:
                    raise
                again = True
                await asyncio.sleep(max(PAUSE, refusal.wait or 0))
            except (httpx2.NetworkError, httpx2.RemoteProtocolError):
                if again or reply.begun:
                    raise
                again = True
                await asyncio.sleep(PAUSE)

    async def listen_once(
        self, question: dict[str, Any], request_id: str, reply: Reply, silence: asyncio.Timeout
    ) -> None:
        accept = {"accept": "text/event-stream, application/json"}
        headers = {"x-request-id": request_id, **accept, **telemetry().headers()}
        async with self.http.stream("POST", self.endpoint.url, json=question, headers=headers) as response:
            if response.status_code >= 400:
                body = b""
                async for part in response.aiter_bytes():
                    body += part
                    if len(body) > LARGEST_REFUSAL:
                        break
                raise refusal_of(response.status_code, response.headers, body, self.key)

            async def arriving() -> AsyncIterator[bytes]:
                # Comments are signs of life, too: vendors send them while a question waits in their queue.
                async for part in response.aiter_bytes():
                    patience = min(LINGER, self.patience) if reply.finish else self.patience
                    silence.reschedule(asyncio.get_running_loop().time() + patience)
                    yield part

            async for piece in pieces(arriving()):
                reply.take(piece)
                if piece == DONE:
                    return

    def reckon(self, reply: Reply, question: dict[str, Any]) -> None:
        """Logs what an answer cost; where the vendor does not say, four characters are a token."""
        if not reply.usage.counted:
            sent = len(json.dumps([question["messages"], question["tools"]]))
            reply.usage = Usage(sent // 4, reply.size // 4)
        usage = reply.usage
        count_tokens(self.name, usage)
        log.info(
            "The model answered with %d tokens to %d",
            usage.answered,
            usage.asked,
            extra={
                "fields": {
                    "prompt_tokens": usage.asked,
                    "completion_tokens": usage.answered,
                    "tokens_counted": usage.counted,
                    "tool_calls": len(reply.calls),
                }
            },
        )
