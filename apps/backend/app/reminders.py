"""Reminds users of tasks that have come due, beside the requests and never in their way."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from app.push_key import PushKey
from app.push_message import Outcome, Postman
from core.database import UNREACHABLE, cause_of
from core.models import PushSubscription
from core.reminders import Reminder, claim, pass_over, release
from core.sessions import Sessions
from core.subscriptions import forget, subscriptions_of
from core.telemetry import telemetry

PAUSE = 2.0  # seconds between two looks at the clock
LONGEST_PAUSE = 30.0  # seconds, while the database is away
AT_ONCE = 50  # reminders on their way
PASSED_AT_ONCE = 1000  # tasks that nobody is to hear of
ATTEMPTS = 4
FIRST_WAIT = 1.0  # seconds after the first attempt; each further one is four times as long
FAREWELL = 6.0  # seconds for what is on its way when the server ends

log = logging.getLogger(__name__)


class Reminders:
    """One replica's share: it claims what is due, then sends it to each browser of the user.

    Claimed first: if this process is killed, a reminder is lost rather than said twice.
    """

    def __init__(self, sessions: Sessions) -> None:
        self.sessions = sessions
        self.ending = asyncio.Event()
        self.under_way: set[asyncio.Task[None]] = set()
        telemetry().watch("reminders.active", "{reminder}", "state", lambda: {"sent": len(self.under_way)})

    async def run(self, key: PushKey, contact: str) -> None:
        """Works until `ending` is set, then finishes what is under way."""
        if await self.ends_within(PAUSE):
            return
        # Reading the authorities takes a while, which no request shall wait for.
        postman = await asyncio.to_thread(Postman, key, contact)
        pause = PAUSE
        while not self.ending.is_set():
            try:
                there_is_more = await self.look(postman)
                pause = PAUSE
            except Exception as error:
                if pause == PAUSE:
                    log_failure(error)
                pause = min(2 * pause, LONGEST_PAUSE)
                there_is_more = False
            if not there_is_more:
                await self.ends_within(pause)
            elif len(self.under_way) == AT_ONCE:
                await asyncio.wait(self.under_way, return_when=asyncio.FIRST_COMPLETED)
        if self.under_way:
            await asyncio.wait(self.under_way)
        await postman.close()

    async def look(self, postman: Postman) -> bool:
        """Starts what is due and returns whether there may be more."""
        room = AT_ONCE - len(self.under_way)
        async with self.sessions.begin() as session:
            claimed = await claim(session, room)
            passed = await pass_over(session, PASSED_AT_ONCE)
        for reminder in claimed:
            self.start(reminder, postman)
        return len(claimed) == room or passed == PASSED_AT_ONCE

    def start(self, reminder: Reminder, postman: Postman) -> None:
        task = asyncio.create_task(self.trace(reminder, postman))
        self.under_way.add(task)
        task.add_done_callback(self.under_way.discard)

    async def trace(self, reminder: Reminder, postman: Postman) -> None:
        with telemetry().span("remind", {"task_id": reminder.task_id}):
            await self.remind(reminder, postman)

    async def remind(self, reminder: Reminder, postman: Postman) -> None:
        try:
            async with self.sessions() as session:
                browsers = await subscriptions_of(session, reminder.user_id)
            message = payload(reminder)
            sent = await asyncio.gather(*(self.reaches(browser, message, postman) for browser in browsers))
            if browsers:
                fields = {"task_id": reminder.task_id, "browsers": len(browsers), "reached": sum(sent)}
                log.info("A reminder was sent", extra={"fields": fields})
            if self.ending.is_set() and browsers and not any(sent):
                async with self.sessions.begin() as session:
                    await release(session, reminder)
        except UNREACHABLE as error:
            log.warning("A reminder was lost with the database: %s", cause_of(error))
        except Exception:
            log.exception("A reminder failed with an unexpected error")

    async def reaches(self, browser: PushSubscription, message: bytes, postman: Postman) -> bool:
        """Returns whether the push service took the message; a failure is this browser's alone."""
        try:
            return await self.send(browser, message, postman)
        except Exception:
            log.exception("A push message failed with an unexpected error")
            return False

    async def send(self, browser: PushSubscription, message: bytes, postman: Postman) -> bool:
        """Returns whether the push service took the message, after a bounded number of attempts."""
        for attempt in range(ATTEMPTS):
            if attempt and await self.ends_within(FIRST_WAIT * 4 ** (attempt - 1)):
                return False
            outcome = await postman.post(browser, message)
            if outcome is Outcome.GONE:
                async with self.sessions.begin() as session:
                    await forget(session, browser.user_id, browser.endpoint)
            if outcome is not Outcome.BUSY:
                return outcome is Outcome.TAKEN
        return False

    async def ends_within(self, seconds: float) -> bool:
        """Waits, but not longer than until the server ends, and returns whether it does."""
        try:
            async with asyncio.timeout(seconds):
                return await self.ending.wait()
        except TimeoutError:
            return False


def log_failure(error: Exception) -> None:
    if isinstance(error, UNREACHABLE):
        log.warning("Reminders wait for the database", extra={"fields": {"cause": cause_of(error)}})
    else:
        log.error("Reminders failed with an unexpected error", exc_info=error)


def payload(reminder: Reminder) -> bytes:
    """Returns what the service worker is told."""
    content = {
        "task_id": reminder.task_id,
        "title": reminder.title,
        "due_at": reminder.due_at.isoformat(),
        "url": "/",
    }
    return json.dumps(content, ensure_ascii=False).encode()


@asynccontextmanager
async def reminding(sessions: Sessions, key: PushKey | None, contact: str) -> AsyncIterator[None]:
    """Reminds users for as long as the block lasts; without a key, it does nothing."""
    if key is None:
        yield
        return
    reminders = Reminders(sessions)
    worker = asyncio.create_task(reminders.run(key, contact))
    try:
        yield
    finally:
        reminders.ending.set()
        _, late = await asyncio.wait({worker}, timeout=FAREWELL)
        for task in late | reminders.under_way:
            task.cancel()
        await asyncio.gather(worker, *reminders.under_way, return_exceptions=True)
