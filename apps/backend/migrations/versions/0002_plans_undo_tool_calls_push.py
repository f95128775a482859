"""What plans, undo, tool calls and push need: columns of tasks and messages, and two tables"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def timestamp(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False)


def moment(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True))


def upgrade() -> None:
    for column in (
        sa.Column("priority", sa.SmallInteger, server_default=sa.text("0"), nullable=False),
        sa.Column("tags", ARRAY(sa.Text), server_default=sa.text("'{}'"), nullable=False),
        moment("due_at"),
        sa.Column("recurrence", sa.Text),
        sa.Column("time_zone", sa.Text, server_default="UTC", nullable=False),
        moment("recurs_from"),
        sa.Column("occurrence_of", sa.Integer, sa.ForeignKey("tasks.id", ondelete="SET NULL")),
        moment("reminded_at"),
        sa.Column("version", sa.Integer, server_default=sa.text("1"), nullable=False),
    ):
        op.add_column("tasks", column)
    op.alter_column("tasks", "title", type_=sa.String(200, collation="und-x-icu"))
    op.create_index("ix_tasks_user_id_title_id", "tasks", ["user_id", "title", "id"])
    op.create_index("ix_tasks_user_id_due_at_id", "tasks", ["user_id", "due_at", "id"])
    op.create_index("ix_tasks_user_id_priority_id", "tasks", ["user_id", "priority", "id"])
    to_remind = sa.text("reminded_at IS NULL AND NOT completed")
    op.create_index("ix_tasks_to_remind", "tasks", ["due_at"], postgresql_where=to_remind)
    op.create_index("uq_tasks_occurrence_of", "tasks", ["occurrence_of"], unique=True)
    op.create_check_constraint("ck_tasks_priority", "tasks", "priority BETWEEN 0 AND 3")
    op.create_check_constraint(
        "ck_tasks_recurrence", "tasks", "recurrence IN ('daily', 'weekly', 'monthly', 'yearly')"
    )
    op.create_check_constraint("ck_tasks_recurrence_due", "tasks", "recurrence IS NULL OR due_at IS NOT NULL")

    op.create_table(
        "deleted_tasks",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("user_id", sa.Text, nullable=False),
        timestamp("deleted_at"),
        sa.Column("task", JSONB, nullable=False),
    )
    op.create_index("ix_deleted_tasks_user_id_deleted_at", "deleted_tasks", ["user_id", "deleted_at"])

    op.add_column("conversations", sa.Column("title", sa.Text, server_default="", nullable=False))
    op.add_column("conversations", sa.Column("turn", sa.Integer, server_default=sa.text("0"), nullable=False))
    op.add_column("messages", sa.Column("tool_calls", JSONB, server_default=sa.text("'[]'"), nullable=False))
    op.add_column("messages", sa.Column("interrupted", sa.Boolean, server_default=sa.false(), nullable=False))

    op.create_table(
        "push_subscriptions",
        sa.Column("id", sa.Integer, sa.Identity(always=True), primary_key=True),
        sa.Column("user_id", sa.Text, nullable=False),
        sa.Column("endpoint", sa.Text, nullable=False, unique=True),
        sa.Column("p256dh", sa.Text, nullable=False),
        sa.Column("auth", sa.Text, nullable=False),
        timestamp("created_at"),
    )
    op.create_index("ix_push_subscriptions_user_id", "push_subscriptions", ["user_id"])


def downgrade() -> None:
    op.drop_table("push_subscriptions")
    for column in ("interrupted", "tool_calls"):
        op.drop_column("messages", column)
    for column in ("turn", "title"):
        op.drop_column("conversations", column)
    op.drop_table("deleted_tasks")
    op.drop_index("ix_tasks_user_id_title_id", "tasks")
    op.alter_column("tasks", "title", type_=sa.String(200))
    for column in (
        "version",
        "reminded_at",
        "occurrence_of",
        "recurs_from",
        "time_zone",
        "recurrence",
        "due_at",
        "tags",
        "priority",
    ):
        op.drop_column("tasks", column)
