"""What a change of a task does, in one statement, which does nothing where the version is another by now."""

from datetime import datetime
from typing import Any

from sqlalchemy import CTE, Select, delete, func, literal, literal_column, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import aliased

from core.fields import UNDATED
from core.models import DeletedTask, Task
from core.recurrence import next_due

COLUMNS = Task.__table__.columns
# What an occurrence has of the one before.
COPIED = (
    "user_id",
    "title",
    "description",
    "priority",
    "tags",
    "recurrence",
    "time_zone",
    "recurs_from",
)

Values = dict[str, Any]

NEWER: Values = {"version": Task.version + 1, "updated_at": func.now()}


class PlanRefused(Exception):
    """The change would leave a recurring task without a due date."""

    def __init__(self) -> None:
        super().__init__(f"{UNDATED}: set one, or clear its recurrence too.")


def plan(task: Task, given: Values) -> Values:
    """Returns what is to be stored where `given` is to be changed; raises PlanRefused."""
    due_at = given.get("due_at", task.due_at)
    recurrence = given.get("recurrence", task.recurrence)
    if recurrence and due_at is None:
        raise PlanRefused
    values = dict(given)
    # The same plan sent again must not make the 28th the first day of a series that began on the 31st.
    if (due_at, recurrence) != (task.due_at, task.recurrence):
        values["recurs_from"] = due_at if recurrence else None
    if due_at != task.due_at:
        values["reminded_at"] = None
    return values


def alter(task: Task, values: Values) -> Select[Task]:
    return select(aliased(Task, altered(task, values)))


def complete(task: Task, now: datetime) -> Select[Task]:
    done = altered(task, {"completed": True})
    statement = select(aliased(Task, done))
    if not (task.recurrence and task.due_at):
        return statement
    latest = max(task.due_at, now)
    due_at = next_due(task.recurs_from or task.due_at, task.recurrence, task.time_zone, latest)
    if due_at is None:
        return statement
    occurrence = select(*(done.c[name] for name in COPIED), literal(due_at), done.c.id)
    following = insert(Task).from_select([*COPIED, "due_at", "occurrence_of"], occurrence)
    return statement.add_cte(
        following.on_conflict_do_nothing(index_elements=["occurrence_of"]).cte("following")
    )


def reopen(task: Task) -> Select[Task]:
    pending = altered(task, {"completed": False})
    untouched = (~Task.completed, Task.version == 1)
    following = delete(Task).where(Task.occurrence_of.in_(select(pending.c.id)), *untouched)
    return select(aliased(Task, pending)).add_cte(following.cte("following"))


def discard(task: Task) -> Select[Task]:
    gone = delete(Task).where(*as_read(task)).returning(*COLUMNS).cte("gone")
    following = select(Task.id).where(Task.occurrence_of == gone.c.id).scalar_subquery()
    row = func.to_jsonb(literal_column("gone")).op("||")(func.jsonb_build_object("next", following))
    kept = insert(DeletedTask).from_select(["id", "user_id", "task"], select(gone.c.id, gone.c.user_id, row))
    return select(aliased(Task, gone)).add_cte(kept.cte("kept"))


def altered(task: Task, values: Values) -> CTE:
    return update(Task).where(*as_read(task)).values(**values, **NEWER).returning(*COLUMNS).cte("altered")


def as_read(task: Task) -> tuple[Any, Any]:
    return Task.id == task.id, Task.version == task.version
