"""Everything we know of a user, removed at once; the account itself is the frontend's."""

from fastapi import APIRouter

from app.routes.dependencies import Database, UserId
from core.accounts import delete_account

router = APIRouter(prefix="/api/{user_id}/data", tags=["account"])


@router.delete("", status_code=204)
async def delete_data(user_id: UserId, database: Database) -> None:
    """Deletes all tasks, conversations and subscriptions of the user for good.

    For half an hour, until each token of the user has run out, storing anything new is answered with 401.
    """
    async with database.begin() as session:
        await delete_account(session, user_id)
