"""What routes ask for: whose request it is, the database, the page, the versions the client knows."""

import re
from typing import Annotated

from fastapi import Depends, Header, HTTPException, Path, Query, Request

from core.models import LARGEST_ID
from core.sessions import Sessions

# A proxy that compresses makes a tag weak; a version is one and the same either way.
ENTITY_TAG = re.compile(r'(?:W/)?"(\d{1,9})"')


def path_user(
    request: Request, user_id: Annotated[str, Path(description="The user the token belongs to")]
) -> str:
    """Returns the user in the path, who must be the user in the token."""
    if user_id != request.state.user_id:
        raise HTTPException(403, "This token belongs to another user.")
    return user_id


def sessions(request: Request) -> Sessions:
    factory: Sessions = request.app.state.sessions
    return factory


def known_versions(
    if_match: Annotated[
        str | None,
        Header(
            description="The ETag of the version that is meant; another one is left alone", examples=['"3"']
        ),
    ] = None,
) -> list[int] | None:
    """Returns the versions named in If-Match, or None if any will do."""
    if if_match is None or if_match.strip() == "*":
        return None
    return [int(version) for version in ENTITY_TAG.findall(if_match)]


UserId = Annotated[str, Depends(path_user)]
Database = Annotated[Sessions, Depends(sessions)]
Versions = Annotated[list[int] | None, Depends(known_versions)]
Limit = Annotated[int, Query(ge=1, le=200, description="How many to return")]
Offset = Annotated[int, Query(ge=0, le=LARGEST_ID, description="How many to skip")]

PAGE = 200
