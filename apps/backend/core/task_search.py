"""Which tasks a query asks for, and in which order."""

import re
from typing import Any

from sqlalchemy import ColumnElement, UnaryExpression, func, literal

from core.fields import Sort, TaskQuery
from core.models import LETTERS, Task

# What no tag contains, so that it can stand between texts that are searched as one.
SEPARATOR = "\x1f"


def conditions(user_id: str, query: TaskQuery) -> list[ColumnElement[bool]]:
    conditions = [Task.user_id == user_id]
    if query.status != "all":
        conditions.append(Task.completed.is_(query.status == "completed"))
    if query.priority:
        conditions.append(Task.priority.in_(query.priority))
    if query.due_after:
        conditions.append(Task.due_at >= query.due_after)
    if query.due_before:
        conditions.append(Task.due_at < query.due_before)
    tags = func.array_to_string(Task.tags, SEPARATOR)
    if query.q:
        texts = func.concat_ws(SEPARATOR, Task.title, Task.description, tags)
        conditions.append(contains(texts, query.q))
    for tag in query.tag:
        enclosed = func.concat(SEPARATOR, tags, SEPARATOR)
        conditions.append(contains(enclosed, f"{SEPARATOR}{tag}{SEPARATOR}"))
    return conditions


def contains(texts: ColumnElement[str], needle: str) -> ColumnElement[bool]:
    """Tells whether `texts` contain the letters of `needle`, large or small."""
    # For ASCII letters the plain rules are enough, and take a third of the time.
    letters = "C" if needle.isascii() else LETTERS
    pattern = literal("%" + re.sub("[%_/]", r"/\g<0>", needle) + "%").collate(letters)
    return func.lower(texts.collate(letters)).like(func.lower(pattern), escape="/")


def ordering(query: TaskQuery) -> tuple[UnaryExpression[Any], UnaryExpression[Any]]:
    columns: dict[Sort, Any] = {
        "created": Task.id,
        "title": Task.title,
        "due_date": Task.due_at,
        "priority": Task.priority,
        "updated": Task.updated_at,
    }
    column = columns[query.sort]
    if query.order == "asc":
        return column.asc(), Task.id.asc()
    first = column.desc().nulls_last() if query.sort == "due_date" else column.desc()
    return first, Task.id.desc()
