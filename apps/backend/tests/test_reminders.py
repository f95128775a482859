"""Reminders by Web Push: who may be subscribed, what is sent and how often, and what follows a failure."""

import time
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime, timedelta
from os import urandom

import asyncpg
import httpx2
import pytest
from sqlalchemy.engine import make_url

from tests.conftest import Environment, fresh_database
from tests.issuer import Issuer
from tests.push_service import Browser, PushService, claims, encoded
from tests.servers import PATIENCE, Replica, ending, environment

NOWHERE = "http://127.0.0.1:9"
QUICK = {"app.reminders.PAUSE": 0.1, "app.reminders.FIRST_WAIT": 0.1}

Start = Callable[..., Replica]
Client = httpx2.AsyncClient


@pytest.fixture(scope="module")
def service() -> Iterator[PushService]:
    service = PushService()
    yield service
    service.stop()


@pytest.fixture
async def dsn(migrated: str) -> AsyncIterator[str]:
    """A database of the test's own: every server on it sends reminders."""
    async with fresh_database(migrated) as dsn:
        yield dsn


@pytest.fixture
def start(dsn: str, backend_environment: Environment, service: PushService) -> Iterator[Start]:
    """Starts a backend that sends reminders; all of one test have the same key."""
    started: list[Replica] = []
    secrets = {"DATABASE_URL": dsn, "VAPID_PRIVATE_KEY": encoded(urandom(32))}

    def starter(constants: dict[str, float] = QUICK, **changed: str) -> Replica:
        plain = backend_environment(dsn, NOWHERE)
        del plain["SECRETS_DIR"]
        settings = {"REMINDERS": "on", "PUSH_HOSTS": service.host, "PUSH_CONTACT": "ops@example.org"}
        server = Replica(
            "app.main:app", environment(secrets, {**plain, **settings, **changed}), constants=constants
        )
        started.append(server)
        return server

    yield starter
    for server in started:
        if server.process.poll() is None:
            assert server.stop() == 0


def client_of(server: Replica, issuer: Issuer, user_id: str) -> Client:
    headers = {"Authorization": f"Bearer {issuer.token(user_id)}"}
    return Client(base_url=f"{server.url}/api/{user_id}", headers=headers, timeout=PATIENCE)


async def subscribed(user: Client, browser: Browser) -> None:
    assert (await user.put("push-subscription", json=browser.subscription())).status_code == 204


async def due_task(user: Client, title: str, ago: timedelta = timedelta(0)) -> int:
    due = (datetime.now(UTC) - ago).isoformat()
    answer = await user.post("tasks", json={"title": title, "due_at": due})
    assert answer.status_code == 201
    task_id: int = answer.json()["id"]
    return task_id


async def test_a_due_task_is_said_once_encrypted_for_the_browser_and_signed(
    start: Start, issuer: Issuer, service: PushService
) -> None:
    server = start()
    browser = Browser(service)
    async with client_of(server, issuer, "ann") as ann:
        key = (await ann.get("push")).json()
        await subscribed(ann, browser)
        task_id = await due_task(ann, "Water the plants 🌱")
        due_at = (await ann.get(f"tasks/{task_id}")).json()["due_at"]
        service.wait_for(browser, 1)
    assert server.stop() == 0
    [message] = browser.read()
    assert datetime.fromisoformat(message.pop("due_at")) == datetime.fromisoformat(due_at)
    assert message == {"task_id": task_id, "title": "Water the plants 🌱", "url": "/"}
    [(_, headers, _)] = service.to(browser)
    sender = claims(headers, key["public_key"])
    assert key["enabled"] is True
    assert (sender["aud"], sender["sub"]) == ("http://127.0.0.1", "mailto:ops@example.org")
    assert time.time() < sender["exp"] <= time.time() + 24 * 3600
    assert (headers["content-encoding"], headers["ttl"], headers["urgency"]) == (
        "aes128gcm",
        "86400",
        "high",
    )


async def test_two_replicas_that_look_at_once_say_each_reminder_once_to_each_browser(
    start: Start, dsn: str, issuer: Issuer, service: PushService
) -> None:
    browsers = [Browser(service), Browser(service)]
    servers = [start(), start()]
    async with client_of(servers[0], issuer, "ann") as ann:
        for browser in browsers:
            await subscribed(ann, browser)
    database = await asyncpg.connect(dsn)
    async with database.transaction():
        # Both wait for this lock, then both see all that is due.
        await database.execute("LOCK TABLE tasks IN EXCLUSIVE MODE")
        rows = await database.fetch(
            "INSERT INTO tasks (user_id, title, due_at)"
            " SELECT 'ann', 'Task ' || n, now() FROM generate_series(1, 30) n RETURNING id"
        )
        waiting = "SELECT count(*) = 2 FROM pg_locks WHERE NOT granted AND relation = 'tasks'::regclass"
        while not await database.fetchval(waiting):
            pass
    for browser in browsers:
        service.wait_for(browser, len(rows))
    await database.close()
    # What is on its way when they end is sent before they do.
    assert [server.stop() for server in servers] == [0, 0]
    for browser in browsers:
        assert sorted(message["task_id"] for message in browser.read()) == [row["id"] for row in rows]


async def test_only_what_is_due_pending_and_not_long_gone_is_said(
    start: Start, issuer: Issuer, service: PushService
) -> None:
    server = start()
    browser, other = Browser(service), Browser(service)
    async with client_of(server, issuer, "ann") as ann, client_of(server, issuer, "bob") as bob:
        done = await due_task(ann, "Done already", timedelta(days=-1))
        await ann.patch(f"tasks/{done}/complete")
        await due_task(ann, "Tomorrow", timedelta(days=-1))
        await due_task(ann, "The day before yesterday", timedelta(days=2))
        await subscribed(ann, browser)
        await subscribed(bob, other)
        said = await due_task(ann, "Now")
        service.wait_for(browser, 1)
        # Nor does what was due already come again, when a task after it has come.
        last = await due_task(ann, "And now")
        service.wait_for(browser, 2)
    server.stop()
    assert [message["task_id"] for message in browser.read()] == [said, last]
    assert other.read() == []


async def test_a_task_that_is_planned_anew_is_said_anew(
    start: Start, issuer: Issuer, service: PushService
) -> None:
    server = start()
    browser = Browser(service)
    async with client_of(server, issuer, "ann") as ann:
        await subscribed(ann, browser)
        task_id = await due_task(ann, "Stretch")
        service.wait_for(browser, 1)
        before = (await ann.get(f"tasks/{task_id}")).json()
        await ann.put(f"tasks/{task_id}", json={"due_at": datetime.now(UTC).isoformat()})
        service.wait_for(browser, 2)
    # Being said is no change of the task: nobody's edit is refused for it.
    assert before["version"] == 1


@pytest.mark.parametrize("status", [404, 410])
async def test_a_browser_that_is_gone_is_forgotten(
    start: Start, issuer: Issuer, service: PushService, status: int
) -> None:
    server = start()
    gone, here = Browser(service, status), Browser(service)
    async with client_of(server, issuer, "ann") as ann:
        await subscribed(ann, gone)
        await subscribed(ann, here)
        await due_task(ann, "First")
        service.wait_for(here, 1)
        service.wait_for(gone, 1)
        server.logged(message="A reminder was sent", browsers=2, reached=1)
        await due_task(ann, "Second")
        service.wait_for(here, 2)
    server.stop()
    assert [message["title"] for message in gone.read()] == ["First"]


async def test_a_busy_push_service_is_asked_again_and_one_that_refuses_is_not(
    start: Start, issuer: Issuer, service: PushService
) -> None:
    server = start()
    busy, refusing = Browser(service, 503, 429), Browser(service, 403, 403)
    async with client_of(server, issuer, "ann") as ann:
        await subscribed(ann, busy)
        await subscribed(ann, refusing)
        await due_task(ann, "Call")
        service.wait_for(busy, 3)
        server.logged(message="A reminder was sent", browsers=2, reached=1)
    server.stop()
    assert len(busy.read()) == 3
    assert len(refusing.read()) == 1
    assert not [line for line in server.lines if busy.path in line]


async def test_a_browser_that_cannot_be_written_to_spoils_nothing_for_the_others(
    start: Start, dsn: str, issuer: Issuer, service: PushService
) -> None:
    server = start()
    broken, here = Browser(service), Browser(service)
    async with client_of(server, issuer, "ann") as ann:
        await subscribed(ann, broken)
        await subscribed(ann, here)
        database = await asyncpg.connect(dsn)
        spoilt = "UPDATE push_subscriptions SET endpoint = 'https://a b.example' WHERE endpoint = $1"
        await database.execute(spoilt, broken.endpoint)
        await database.close()
        await due_task(ann, "Call")
        server.logged(message="A reminder was sent", browsers=2, reached=1)
    assert [message["title"] for message in here.read()] == ["Call"]


async def test_those_who_hear_nothing_hold_nobody_up_and_a_full_batch_is_followed_by_the_next(
    start: Start, dsn: str, issuer: Issuer, service: PushService
) -> None:
    browser = Browser(service)
    few = {"app.reminders.AT_ONCE": 2, "app.reminders.PASSED_AT_ONCE": 2}
    server = start({**few, "app.reminders.PAUSE": 2})
    async with client_of(server, issuer, "ann") as ann:
        await subscribed(ann, browser)
    database = await asyncpg.connect(dsn)
    due = "INSERT INTO tasks (user_id, title, due_at) SELECT $1, n::text, now() - $2 * interval '1 second'"
    async with database.transaction():
        await database.execute(f"{due} FROM generate_series(1, 100) n", "nobody", 60)
        await database.execute(f"{due} FROM generate_series(1, 40) n", "ann", 30)
    # Two every two seconds would take longer than is waited for here.
    service.wait_for(browser, 40)
    unmarked = "SELECT count(*) FROM tasks WHERE reminded_at IS NULL"
    while await database.fetchval(unmarked):
        pass
    await database.close()
    assert server.stop() == 0
    assert len({message["task_id"] for message in browser.read()}) == len(browser.read()) == 40


async def test_what_could_not_be_sent_before_the_end_is_sent_by_another_replica(
    start: Start, issuer: Issuer, service: PushService
) -> None:
    first = start({**QUICK, "app.reminders.FIRST_WAIT": 60})
    browser = Browser(service, 503)
    async with client_of(first, issuer, "ann") as ann:
        await subscribed(ann, browser)
        await due_task(ann, "Call")
        service.wait_for(browser, 1)
    assert first.stop() == 0
    start()
    service.wait_for(browser, 2)


async def test_reminders_wait_for_a_database_that_is_away(
    start: Start, dsn: str, issuer: Issuer, service: PushService
) -> None:
    server = start()
    browser = Browser(service)
    name = make_url(dsn).database
    async with client_of(server, issuer, "ann") as ann:
        await subscribed(ann, browser)
        admin = await asyncpg.connect(make_url(dsn).set(database="postgres").render_as_string(False))
        await admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        await admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", name)
        server.logged(message="Reminders wait for the database")
        await admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
        await admin.close()
        await due_task(ann, "Back again")
        service.wait_for(browser, 1)


async def test_reminders_go_on_after_an_error_that_nobody_expected(
    start: Start, dsn: str, issuer: Issuer, service: PushService
) -> None:
    database = await asyncpg.connect(dsn)
    await database.execute("ALTER TABLE push_subscriptions RENAME TO elsewhere")
    server = start()
    server.logged(message="Reminders failed with an unexpected error")
    await database.execute("ALTER TABLE elsewhere RENAME TO push_subscriptions")
    await database.close()
    browser = Browser(service)
    async with client_of(server, issuer, "ann") as ann:
        await subscribed(ann, browser)
        await due_task(ann, "Found again")
        service.wait_for(browser, 1)


HOSTS = [
    "https://fcm.googleapis.com/fcm/send/abc",
    "https://updates.push.services.mozilla.com/wpush/v2/abc",
    "https://web.push.apple.com/abc",
    "https://wns2-by3p.notify.windows.com/w/?token=abc",
    "https://fcm.googleapis.com:443/abc",
    "https://jmt17.google.com/fcm/send/dYk0-WcT_5:APA91b",
    "https://fcm.google.com/preprod/wp/dYk0-WcT_5:APA91b",
]
ELSEWHERE = [
    "http://fcm.googleapis.com/fcm/send/abc",
    "https://fcm.googleapis.com:8443/abc",
    "https://jmt17.google.com/",
    "https://jmt17.google.com/fcm/send/",
    "https://jmt17.google.com/fcm/send/../../abc",
    "https://jmt17.google.com/fcm/send/%2e%2e/abc",
    "https://jmt17.google.com/fcm/send/..;/abc",
    "https://jmt18.google.com/fcm/send/abc",
    "https://a.jmt17.google.com/fcm/send/abc",
    "https://jmt17.google.com.example/fcm/send/abc",
    "http://jmt17.google.com/fcm/send/abc",
    "https://fcm.googleapis.com@internal.example/abc",
    "https://user:password@fcm.googleapis.com/abc",
    "https://fcm.googleapis.com.example/abc",
    "https://push.apple.com.example/abc",
    "https://evilpush.apple.com/abc",
    "https://example.org/abc",
    "https://127.0.0.1/abc",
    "http://127.0.0.1:8001/mcp",
    "http://localhost:5432/",
    "http://[::1]:8001/",
    "http://169.254.169.254/latest/meta-data",
    "https://postgres:5432/",
    "https://[::1",
    "https://fcm.google\tapis.com/abc",
    "https://fcm.googleapis.com/a\r\nb",
    " https://fcm.googleapis.com/abc",
    "https://fcm.googleapis.com/a b",
    "https://fcm.googleapis.com/ä",
    "https://evil.example%2f.push.apple.com/",
    "https://evil.example\\.push.apple.com/",
    "https://a b.push.apple.com/",
    "https://ä.push.apple.com/",
    "https://.push.apple.com/",
    f"https://{'a' * 64}.push.apple.com/",
    "file:///etc/passwd",
    "",
    "https://fcm.googleapis.com/" + "a" * 2000,
    7,
    None,
]


async def test_only_the_push_services_of_browsers_can_be_subscribed(
    start: Start, issuer: Issuer, service: PushService
) -> None:
    server = start()
    async with client_of(server, issuer, "ann") as ann:
        for endpoints, expected in ((HOSTS, 204), (ELSEWHERE, 422)):
            for endpoint in endpoints:
                subscription = Browser(service).subscription(endpoint=endpoint)
                answer = await ann.put("push-subscription", json=subscription)
                assert answer.status_code == expected, endpoint


USELESS_KEYS: list[dict[str, str | None] | None] = [
    {"p256dh": encoded(urandom(16))},
    {"p256dh": encoded(b"\4" + b"\1" * 64)},
    {"auth": encoded(urandom(15))},
    {"auth": "not base64!"},
    {"auth": "A" * 1001},
    {"auth": None},
    None,
]


async def test_keys_that_nothing_can_be_encrypted_for_are_refused(
    start: Start, issuer: Issuer, service: PushService
) -> None:
    server = start()
    browser = Browser(service)
    good = {"p256dh": encoded(browser.public), "auth": encoded(browser.secret)}
    async with client_of(server, issuer, "ann") as ann:
        for keys in USELESS_KEYS:
            given = browser.subscription(keys=keys and {**good, **keys})
            assert (await ann.put("push-subscription", json=given)).status_code == 422, keys


async def test_a_user_has_20_browsers_at_most_and_the_latest_stay(
    start: Start, issuer: Issuer, service: PushService
) -> None:
    server = start()
    browsers = [Browser(service) for _ in range(21)]
    async with client_of(server, issuer, "ann") as ann:
        for browser in browsers:
            await subscribed(ann, browser)
        await due_task(ann, "Now")
        for browser in browsers[1:]:
            service.wait_for(browser, 1)
    server.stop()
    assert browsers[0].read() == []


async def test_a_browser_belongs_to_who_signed_in_last_and_nobody_else_can_unsubscribe_it(
    start: Start, issuer: Issuer, service: PushService
) -> None:
    server = start()
    shared, left = Browser(service), Browser(service)
    async with client_of(server, issuer, "ann") as ann, client_of(server, issuer, "bob") as bob:
        for user in (ann, bob):
            await subscribed(user, shared)
            await subscribed(user, left)
        for browser, user, expected in ((shared, ann, 204), (left, bob, 204), (left, bob, 204)):
            answer = await user.delete("push-subscription", params={"endpoint": browser.endpoint})
            assert answer.status_code == expected
        await due_task(ann, "Of Ann")
        of_bob = await due_task(bob, "Of Bob")
        service.wait_for(shared, 1)
        assert (await ann.get(f"{server.url}/api/bob/push")).status_code == 403
    server.stop()
    assert [message["task_id"] for message in shared.read()] == [of_bob]
    assert left.read() == []


async def test_switched_off_nothing_is_subscribed_and_nothing_said(
    start: Start, issuer: Issuer, service: PushService
) -> None:
    silent = start(REMINDERS="off")
    browser = Browser(service)
    async with client_of(silent, issuer, "ann") as ann:
        assert (await ann.get("push")).json() == {"enabled": False, "public_key": None}
        answer = await ann.put("push-subscription", json=browser.subscription())
        assert (answer.status_code, answer.json()["detail"]) == (409, "Reminders are switched off here.")


@pytest.mark.parametrize(
    ("key", "changed", "sentence"),
    [
        (encoded(urandom(31)), {}, "VAPID_PRIVATE_KEY is not a P-256 key in URL-safe base64"),
        (encoded(b"\xff" * 32), {}, "VAPID_PRIVATE_KEY is not a P-256 key in URL-safe base64"),
        (uuid.uuid4().hex, {"REMINDERS": "maybe"}, "REMINDERS is 'maybe': set it to on or off."),
        (None, {}, "The secret VAPID_PRIVATE_KEY is missing"),
    ],
    ids=["short", "not of the curve", "neither on nor off", "none"],  # not the keys, which are new each time
)
def test_a_wrong_setting_ends_the_program_with_one_sentence(
    backend_environment: Environment, key: str | None, changed: dict[str, str], sentence: str
) -> None:
    dsn = "postgresql://todo@127.0.0.1:9/todo"
    secrets = {"DATABASE_URL": dsn, **({"VAPID_PRIVATE_KEY": key} if key else {})}
    plain = backend_environment(dsn, NOWHERE)
    del plain["SECRETS_DIR"]
    code, said = ending("app.main:app", environment(secrets, {**plain, "REMINDERS": "on", **changed}))
    assert code != 0
    assert sentence in said
    assert "Traceback" not in said
