"""How many tokens of the model each user has spent in a day"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tokens_spent",
        sa.Column("user_id", sa.Text, primary_key=True),
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("tokens", sa.BigInteger, nullable=False),
    )
    op.execute(
        "CREATE TRIGGER refuse_deleted_user BEFORE INSERT ON public.tokens_spent"
        " FOR EACH ROW EXECUTE FUNCTION public.refuse_deleted_user()"
    )


def downgrade() -> None:
    op.drop_table("tokens_spent")
