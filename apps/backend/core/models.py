"""The tables, all in the schema `public`; a user is only known by the id in the token."""

from datetime import date, datetime
from typing import Any, Literal, get_args

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    Dialect,
    ForeignKey,
    Identity,
    Index,
    SmallInteger,
    String,
    Text,
    TypeDecorator,
    false,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

LARGEST_ID = 2**31 - 1  # PostgreSQL refuses a larger one instead of finding nothing
TITLE_LENGTH = 200
DESCRIPTION_LENGTH = 1000

# PostgreSQL's own rules for letters: with the collation C, as on the host target, it would not know that
# ä is the small Ä, and would sort all small letters after all capitals.
LETTERS = "und-x-icu"

Role = Literal["user", "assistant"]
Priority = Literal["none", "low", "medium", "high"]
Recurrence = Literal["daily", "weekly", "monthly", "yearly"]


class Base(DeclarativeBase):
    """The tables that Alembic looks after."""


class PriorityRank(TypeDecorator[Priority]):
    """A priority as a number, so that an index can sort by it."""

    impl = SmallInteger
    cache_ok = True
    ranks: tuple[Priority, ...] = get_args(Priority)

    def process_bind_param(self, value: Priority | None, dialect: Dialect) -> int | None:
        return None if value is None else self.ranks.index(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> Priority | None:
        return None if value is None else self.ranks[value]


class Task(Base):
    """One thing a user wants to get done."""

    __tablename__ = "tasks"
    __table_args__ = (
        Index("ix_tasks_user_id_id", "user_id", "id"),
        Index("ix_tasks_user_id_completed_id", "user_id", "completed", "id"),
        Index("ix_tasks_user_id_title_id", "user_id", "title", "id"),
        Index("ix_tasks_user_id_due_at_id", "user_id", "due_at", "id"),
        # Read backwards, the one above has what has no date first.
        Index("ix_tasks_user_id_due_at_desc_id", "user_id", text("due_at DESC NULLS LAST"), text("id DESC")),
        Index("ix_tasks_user_id_priority_id", "user_id", "priority", "id"),
        Index("ix_tasks_user_id_updated_at_id", "user_id", "updated_at", "id"),
        Index("ix_tasks_to_remind", "due_at", postgresql_where=text("reminded_at IS NULL AND NOT completed")),
        Index("uq_tasks_occurrence_of", "occurrence_of", unique=True),
        CheckConstraint("priority BETWEEN 0 AND 3", name="ck_tasks_priority"),
        CheckConstraint("recurrence IN ('daily', 'weekly', 'monthly', 'yearly')", name="ck_tasks_recurrence"),
        CheckConstraint("recurrence IS NULL OR due_at IS NOT NULL", name="ck_tasks_recurrence_due"),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    user_id: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(String(TITLE_LENGTH, collation=LETTERS))
    description: Mapped[str | None] = mapped_column(String(DESCRIPTION_LENGTH))
    completed: Mapped[bool] = mapped_column(server_default=false())
    priority: Mapped[Priority] = mapped_column(PriorityRank, server_default=text("0"))
    tags: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    due_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    recurrence: Mapped[Recurrence | None] = mapped_column(Text)
    # A day is the user's day: in it the next occurrence is reckoned, also across a change of the clocks.
    time_zone: Mapped[str] = mapped_column(Text, server_default="UTC")
    # The first due date of the series: counted from it, the 31st comes back after a shorter month.
    recurs_from: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    occurrence_of: Mapped[int | None] = mapped_column(ForeignKey("tasks.id", ondelete="SET NULL"))
    reminded_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    version: Mapped[int] = mapped_column(server_default=text("1"))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())


class DeletedTask(Base):
    """A task's row as it was when it was deleted, kept for a while so that the deletion can be undone."""

    __tablename__ = "deleted_tasks"
    __table_args__ = (Index("ix_deleted_tasks_user_id_deleted_at", "user_id", "deleted_at"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    user_id: Mapped[str] = mapped_column(Text)
    deleted_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    task: Mapped[dict[str, Any]] = mapped_column(JSONB)


class DeletedUser(Base):
    """Somebody whose tokens outlive the account: until then, triggers refuse what is stored for them."""

    __tablename__ = "deleted_users"

    user_id: Mapped[str] = mapped_column(Text, primary_key=True)
    refused_until: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Conversation(Base):
    """A chat of one user with the assistant."""

    __tablename__ = "conversations"
    __table_args__ = (Index("ix_conversations_user_id_updated_at", "user_id", "updated_at"),)

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    user_id: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text, server_default="")
    # Counts the messages and retries: only the latest may call tools and keep its answer.
    turn: Mapped[int] = mapped_column(server_default=text("0"))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())


class Message(Base):
    """One thing that the user or the assistant said."""

    __tablename__ = "messages"
    __table_args__ = (
        CheckConstraint("role IN ('user', 'assistant')", name="ck_messages_role"),
        Index("ix_messages_conversation_id_id", "conversation_id", "id"),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    user_id: Mapped[str] = mapped_column(Text)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"))
    role: Mapped[Role] = mapped_column(Text)
    content: Mapped[str] = mapped_column(Text)
    tool_calls: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default=text("'[]'"))
    # An answer that was stopped or failed half-way.
    interrupted: Mapped[bool] = mapped_column(server_default=false())
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())


class PushSubscription(Base):
    """Where a browser of a user takes reminders, as the Push API hands it out."""

    __tablename__ = "push_subscriptions"
    __table_args__ = (Index("ix_push_subscriptions_user_id", "user_id"),)

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    user_id: Mapped[str] = mapped_column(Text)
    endpoint: Mapped[str] = mapped_column(Text, unique=True)
    p256dh: Mapped[str] = mapped_column(Text)
    auth: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())


class TokensSpent(Base):
    """How many tokens of the model a user has spent in a day of UTC."""

    __tablename__ = "tokens_spent"

    user_id: Mapped[str] = mapped_column(Text, primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    tokens: Mapped[int] = mapped_column(BigInteger)
