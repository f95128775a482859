"""Nothing is stored for a user whose account was deleted; tasks by change, and by date backwards"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# Messages need a conversation.
GUARDED = ("tasks", "deleted_tasks", "conversations", "push_subscriptions")

# It does not wait for a deletion under way, which may be waiting for the transaction that inserts here.
# The lock comes first, in a statement of its own: the next one sees what was committed before it began.
REFUSE = """
CREATE OR REPLACE FUNCTION public.refuse_deleted_user() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  refused boolean := NOT pg_try_advisory_xact_lock_shared(hashtextextended(NEW.user_id, 0));
BEGIN
  refused := refused OR EXISTS (
    SELECT FROM public.deleted_users WHERE user_id = NEW.user_id AND refused_until > now()
  );
  IF refused THEN
    RAISE EXCEPTION 'the account was deleted' USING ERRCODE = 'TD401';
  END IF;
  RETURN NEW;
END
$$
"""


def upgrade() -> None:
    op.create_index("ix_tasks_user_id_updated_at_id", "tasks", ["user_id", "updated_at", "id"])
    op.create_index(
        "ix_tasks_user_id_due_at_desc_id",
        "tasks",
        ["user_id", sa.text("due_at DESC NULLS LAST"), sa.text("id DESC")],
    )
    op.create_table(
        "deleted_users",
        sa.Column("user_id", sa.Text, primary_key=True),
        sa.Column("refused_until", sa.DateTime(timezone=True), nullable=False),
    )
    op.execute(REFUSE)
    for table in GUARDED:
        op.execute(
            f"CREATE TRIGGER refuse_deleted_user BEFORE INSERT ON public.{table}"
            " FOR EACH ROW EXECUTE FUNCTION public.refuse_deleted_user()"
        )


def downgrade() -> None:
    for table in GUARDED:
        op.execute(f"DROP TRIGGER refuse_deleted_user ON public.{table}")
    op.execute("DROP FUNCTION public.refuse_deleted_user()")
    op.drop_table("deleted_users")
    op.drop_index("ix_tasks_user_id_due_at_desc_id", "tasks")
    op.drop_index("ix_tasks_user_id_updated_at_id", "tasks")
