"""Work that neither the end of its request nor a cancellation breaks off."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

import anyio

LAST_WORDS = 5.0  # seconds that work has to come to its end once the server has to end

Result = TypeVar("Result")

running: set[asyncio.Task[Any]] = set()


def start(work: Coroutine[Any, Any, Result]) -> asyncio.Task[Result]:
    """Starts `work` in a task of its own, which the end of its request does not end."""
    task = asyncio.create_task(work)
    running.add(task)
    task.add_done_callback(running.discard)
    return task


async def finish(work: Coroutine[Any, Any, Result]) -> Result:
    """Awaits `work` to its end, however often it is cancelled meanwhile; only then that is raised."""
    task = start(work)
    cancellation: asyncio.CancelledError | None = None
    # anyio would cancel again and again, at each turn of the event loop.
    with anyio.CancelScope(shield=True):
        while not task.done():
            try:
                await asyncio.wait([task])
            except asyncio.CancelledError as error:
                cancellation = error
    if cancellation:
        raise cancellation from task.exception()
    return task.result()


async def stop(task: asyncio.Task[Any]) -> None:
    """Cancels a task that has been started, and waits until it has put its things in order."""
    task.cancel()
    with anyio.CancelScope(shield=True):
        await asyncio.wait([task])


async def settle() -> None:
    """Waits for what the end of the server broke off; to be called before the database is let go."""
    if running:
        await asyncio.wait(running, timeout=LAST_WORDS)
