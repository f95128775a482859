"""How both servers begin and end."""

import asyncio
import gc
import multiprocessing
import os
import signal
import threading
from types import FrameType

from core.telemetry import Current, telemetry

FAREWELL = 2.0  # seconds between SIGTERM and the moment the server stops listening

leaving = threading.Event()  # set once SIGTERM has come: each answer asks its client to connect anew


def start_telemetry(service: str) -> None:
    """Has this process say what it does, as `service`, if the variables of OpenTelemetry ask for it."""
    if {os.environ.get(f"OTEL_{signal}_EXPORTER") or "none" for signal in ("TRACES", "METRICS")} == {"none"}:
        return
    from core.open_telemetry import OpenTelemetry

    Current.telemetry = OpenTelemetry(service)


def keep_imports() -> None:
    """Exempts what has been imported so far from garbage collection; to be called when imports are done."""
    # It lives as long as the process. At its end, and so in every reload, going through it took 0.1 to 0.2 s.
    gc.freeze()


def say_farewell() -> None:
    """Puts a farewell before uvicorn's own answer to SIGTERM; to be called when its lifespan begins."""
    # uvicorn closes idle connections at once, and so resets those that are just about to be used again.
    if multiprocessing.parent_process():
        return  # a reload ends its server with SIGTERM too, and nobody wants to wait for it
    stop = signal.getsignal(signal.SIGTERM)
    if not callable(stop):
        return
    loop = asyncio.get_running_loop()

    def take_leave(number: int, frame: FrameType | None) -> None:
        leaving.set()
        loop.call_soon_threadsafe(loop.call_later, FAREWELL, stop, number, frame)

    signal.signal(signal.SIGTERM, take_leave)


def end_with_success() -> None:
    """Makes a server that has drained after SIGTERM exit 0; to be called when its lifespan ends."""
    # uvicorn raises the signal it caught once more after draining, which would end the process with 143.
    telemetry().end()
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
