"""The model: one answer of an OpenAI-compatible endpoint, read as it is streamed."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterable

import httpx2
import openai
from openai.types.chat import (
    ChatCompletionChunk,
    ChatCompletionFunctionToolParam,
    ChatCompletionMessageParam,
)
from openai.types.chat.chat_completion_chunk import Choice, ChoiceDelta

from app.failures import AssistantFailure
from app.reply import Reply, RequestedCall

LONGEST_ANSWER = 180.0  # seconds for one answer, however steadily it comes

NO_COMPLETION = "The model's answer is not a chat completion: check OPENAI_BASE_URL."
BROKEN_OFF = "The model broke off in the middle of its answer; try again."


class Model:
    """A model behind `base_url`; `patience` is how many seconds it may say nothing, retry included."""

    def __init__(self, base_url: str, api_key: str, name: str, patience: float) -> None:
        self.client = openai.AsyncOpenAI(base_url=base_url, api_key=api_key, timeout=patience, max_retries=1)
        self.name = name
        self.patience = patience

    async def ask(
        self,
        messages: Iterable[ChatCompletionMessageParam],
        tools: Iterable[ChatCompletionFunctionToolParam],
        request_id: str,
        say: Callable[[str], None],
    ) -> list[RequestedCall]:
        """Hands the text of one answer to `say`, piece by piece, and returns the calls it asks for.

        Raises AssistantFailure; what was said until then has been said.
        """
        reply = Reply(say)
        whole_answer = asyncio.timeout(LONGEST_ANSWER)
        try:
            async with whole_answer, asyncio.timeout(self.patience) as silence:
                stream = await self.client.chat.completions.create(
                    model=self.name,
                    messages=messages,
                    tools=tools,
                    stream=True,
                    extra_headers={"x-request-id": request_id},
                )
                async with stream:
                    async for choice in choices(stream):
                        silence.reschedule(asyncio.get_running_loop().time() + self.patience)
                        reply.take(choice)
        except (TimeoutError, openai.APITimeoutError) as error:
            limit = LONGEST_ANSWER if whole_answer.expired() else self.patience
            raise AssistantFailure(
                504, f"The model did not answer within {limit:.0f} s; try again."
            ) from error
        except openai.AuthenticationError as error:
            raise AssistantFailure(502, "The model refused the key: check OPENAI_API_KEY.") from error
        except openai.APIStatusError as error:
            detail = f"The model answered {error.status_code}: check OPENAI_MODEL, or try again shortly."
            raise AssistantFailure(502, detail) from error
        except (openai.OpenAIError, httpx2.HTTPError) as error:
            unreachable = "The model cannot be reached: check OPENAI_BASE_URL."
            raise AssistantFailure(502, BROKEN_OFF if reply.begun else unreachable) from error
        except (ValueError, AttributeError, LookupError, TypeError, RecursionError) as error:
            raise AssistantFailure(502, NO_COMPLETION) from error
        if not reply.begun:
            raise AssistantFailure(502, NO_COMPLETION)
        if not reply.finished:
            raise AssistantFailure(502, BROKEN_OFF)
        return reply.calls


async def choices(stream: openai.AsyncStream[ChatCompletionChunk]) -> AsyncIterator[Choice]:
    # Some endpoints answer in one piece although they are asked to stream.
    if stream.response.headers.get("content-type", "").startswith("application/json"):
        yield whole(await stream.response.aread())
        return
    async for chunk in stream:
        if chunk.choices:
            yield chunk.choices[0]


def whole(body: bytes) -> Choice:
    message = json.loads(body)["choices"][0]["message"]
    calls = [{**call, "index": index} for index, call in enumerate(message.get("tool_calls") or [])]
    delta = ChoiceDelta.construct(content=message.get("content"), tool_calls=calls)
    return Choice.construct(index=0, delta=delta, finish_reason="stop")
