"""What is served while there is nothing to serve: why."""

import importlib
import signal
import traceback
from pathlib import Path

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

MACHINERY = (str(Path(__file__).parent), str(Path(importlib.__file__).parent), "<frozen importlib")


def reason_of(error: BaseException) -> str:
    """Returns on one line what `error` says and which line of ours it comes from."""
    lines = "".join(traceback.format_exception_only(error)).strip().splitlines()
    words = lines[-1 if isinstance(error, SyntaxError) else 0]
    if isinstance(error, SystemExit):
        return str(error)
    if isinstance(error, SyntaxError) and error.filename:
        return f"{words} ({relative(error.filename)}:{error.lineno})"
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if ours(frame.filename)]
    return f"{words} ({relative(frames[-1].filename)}:{frames[-1].lineno})" if frames else words


def traceback_of(error: BaseException) -> str:
    """Returns the traceback of `error` without the reloader and the machinery of imports."""
    report = traceback.TracebackException.from_exception(error)
    passed = [frame for frame in report.stack if not frame.filename.startswith(MACHINERY)]
    report.stack = traceback.StackSummary.from_list(passed)
    return "".join(report.format())


def ending_of(exit_code: int | None) -> str:
    """Returns how a server ended by itself, from the exit code of its process."""
    if exit_code is not None and exit_code < 0:
        how = f"by signal {signal.Signals(-exit_code).name}"
    else:
        how = f"with exit code {exit_code}"
    return f"Ended {how}: its log has the cause. The next save starts it again."


def answer_503(reason: str) -> ASGIApp:
    """Returns an app that gives `reason` to probes and users alike, in the words they look for."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        answer = JSONResponse({"status": "not ready", "cause": reason, "detail": reason}, 503)
        await answer(scope, receive, send)

    return app


def ours(filename: str) -> bool:
    return Path(filename).is_relative_to(Path.cwd()) and not filename.startswith(MACHINERY)


def relative(filename: str) -> str:
    return str(Path(filename).relative_to(Path.cwd())) if ours(filename) else filename
