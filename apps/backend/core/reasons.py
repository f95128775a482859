"""Why something of ours cannot be imported."""

import traceback
from pathlib import Path


def reason_of(error: BaseException) -> str:
    """Returns on one line what `error` says and which line of ours it comes from."""
    words = "".join(traceback.format_exception_only(error)).strip().splitlines()[-1]
    if isinstance(error, SyntaxError) and error.filename:
        return f"{words} ({relative(error.filename)}:{error.lineno})"
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if ours(frame.filename)]
    return f"{words} ({relative(frames[-1].filename)}:{frames[-1].lineno})" if frames else words


def ours(filename: str) -> bool:
    return Path(filename).is_relative_to(Path.cwd())


def relative(filename: str) -> str:
    return str(Path(filename).relative_to(Path.cwd())) if ours(filename) else filename
