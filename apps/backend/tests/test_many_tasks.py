"""Somebody with 10,000 tasks, among others who have as many."""

from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import httpx2
import pytest
from sqlalchemy import Select, event
from sqlalchemy.orm import ORMExecuteState

from core import tasks
from core.database import create_engine
from core.fields import TaskQuery
from core.sessions import Sessions
from tests.conftest import fresh_database

MANY = 10_000
FILLED = """
    INSERT INTO tasks (user_id, title, completed, priority, tags, due_at)
    SELECT u, 'Task ' || n, n % 3 = 0, n % 4, ARRAY['t' || n % 5], now() + n * interval '1 hour'
    FROM unnest($1::text[]) AS u, generate_series(1, $2::int) AS n
"""

QUERIES: dict[str, dict[str, Any]] = {
    "as added": {},
    "pending": {"status": "pending"},
    "by title": {"sort": "title"},
    "by title, backwards": {"sort": "title", "order": "desc"},
    "by date": {"sort": "due_date"},
    "by date, backwards": {"sort": "due_date", "order": "desc"},
    "by priority": {"sort": "priority", "order": "desc"},
    "by change": {"sort": "updated", "order": "desc"},
    "due soon": {"due_before": "2030-01-01T00:00:00Z", "status": "pending"},
    "found": {"q": "task 99"},
    "tagged": {"tag": ["t1"], "priority": ["high"]},
}
# What an index gives in order is not sorted again, however many tasks there are.
ORDERED = (
    "as added",
    "pending",
    "by title",
    "by title, backwards",
    "by date",
    "by date, backwards",
    "by priority",
    "by change",
)


@pytest.fixture(scope="module")
async def crowded(migrated: str) -> AsyncIterator[str]:
    """A database in which 20 users have 10,000 tasks each."""
    async with fresh_database(migrated) as dsn:
        connection = await asyncpg.connect(dsn)
        await connection.execute(FILLED, [f"user-{number}" for number in range(20)], MANY)
        await connection.execute("VACUUM ANALYZE tasks")
        await connection.close()
        yield dsn


async def plans(dsn: str, query: TaskQuery) -> list[str]:
    """Returns how PostgreSQL goes about the statements that a list, its count and the tags send."""
    engine = create_engine(dsn, "test")
    sent: list[Select[Any]] = []
    factory = Sessions(engine, "test")
    async with factory() as session:

        @event.listens_for(session.sync_session, "do_orm_execute")
        def keep(state: ORMExecuteState) -> None:
            assert isinstance(state.statement, Select)
            sent.append(state.statement)

        await tasks.find_tasks(session, "user-7", query, 201)
        await tasks.count_tasks(session, "user-7", query)
        await tasks.list_tags(session, "user-7")
    await engine.dispose()
    connection = await asyncpg.connect(dsn)
    explained = []
    for statement in sent:
        sql = str(statement.compile(dialect=engine.dialect, compile_kwargs={"literal_binds": True}))
        explained.append("\n".join(row[0] for row in await connection.fetch(f"EXPLAIN {sql}")))
    await connection.close()
    return explained


@pytest.mark.parametrize("what", QUERIES)
async def test_no_list_reads_everybodys_tasks(crowded: str, what: str) -> None:
    found = await plans(crowded, TaskQuery(**QUERIES[what]))
    assert len(found) == 3
    for plan in found:
        assert "Seq Scan" not in plan, plan
        assert "user_id = 'user-7'" in plan, plan
    if what in ORDERED:
        assert "Sort" not in found[0], found[0]


async def test_all_10_000_come_page_by_page(api: httpx2.AsyncClient, database: str, user_id: str) -> None:
    connection = await asyncpg.connect(database)
    await connection.execute(FILLED, [user_id], MANY)
    await connection.close()
    seen: list[int] = []
    query: dict[str, Any] = {"sort": "due_date", "order": "desc", "limit": 200}
    answer = await api.get("/tasks", params=query)
    while True:
        assert answer.headers["x-total-count"] == str(MANY)
        seen += [task["id"] for task in answer.json()]
        if "next" not in answer.links:
            break
        answer = await api.get(answer.links["next"]["url"].removeprefix(f"/api/{user_id}"))
    assert len(seen) == len(set(seen)) == MANY
    assert seen == sorted(seen, reverse=True)
    assert [tag["count"] for tag in (await api.get("/tags")).json()] == [MANY // 5] * 5
    found = await api.get("/tasks", params={"q": "task 999", "sort": "title"})
    assert found.headers["x-total-count"] == "11"
    # Titles are in the order of letters, not of numbers.
    assert found.json()[0]["title"] == "Task 999"
    assert (await api.delete("/data")).status_code == 204
    assert (await api.get("/tasks")).headers["x-total-count"] == "0"
