"""What routes ask for: whose request it is, the database, the page."""

from typing import Annotated

from fastapi import Depends, HTTPException, Path, Query, Request
from fastapi.security import HTTPBearer

from core.database import Sessions

# Only documents the scheme in /openapi.json: BearerGate has checked the token before a route is chosen.
bearer = HTTPBearer(auto_error=False, description="A token from the frontend's /api/auth/token")


def path_user(request: Request, user_id: Annotated[str, Path()]) -> str:
    """Returns the user in the path, who must be the user in the token."""
    if user_id != request.state.user_id:
        raise HTTPException(403, "This token belongs to another user.")
    return user_id


def sessions(request: Request) -> Sessions:
    factory: Sessions = request.app.state.sessions
    return factory


UserId = Annotated[str, Depends(path_user)]
Database = Annotated[Sessions, Depends(sessions)]
Limit = Annotated[int, Query(ge=1, le=200, description="How many to return")]
Offset = Annotated[int, Query(ge=0, le=2**31 - 1, description="How many to skip")]

PAGE = 200
