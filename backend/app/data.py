"""Everything we know of a user, removed at once; the account itself is the frontend's."""

from fastapi import APIRouter
from sqlalchemy import delete

from app.dependencies import Database, UserId
from core.models import Conversation, DeletedTask, PushSubscription, Task

router = APIRouter(prefix="/api/{user_id}/data", tags=["account"])

# Messages go with their conversation.
OWNED = (PushSubscription, Conversation, DeletedTask, Task)


@router.delete("", status_code=204)
async def delete_data(user_id: UserId, database: Database) -> None:
    """Deletes all tasks, conversations and subscriptions of the user for good."""
    async with database.begin() as session:
        for table in OWNED:
            await session.execute(delete(table).where(table.user_id == user_id))
