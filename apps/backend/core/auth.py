"""The door of both servers: nothing behind it runs without a valid Bearer token."""

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from core.problems import problem
from core.tokens import InvalidToken, KeysUnavailable, TokenVerifier


class BearerGate:
    """ASGI middleware for every path that starts with `prefix`; leaves `user_id` and `token` in the state.

    Clients look below /.well-known/ (RFC 8615), there too, for what a server tells whoever has no token yet.
    """

    def __init__(self, app: ASGIApp, verifier: TokenVerifier, prefix: str) -> None:
        self.app = app
        self.verifier = verifier
        self.prefix = prefix

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        is_public = path.startswith(f"{self.prefix}/.well-known/")
        if scope["type"] != "http" or not path.startswith(self.prefix) or is_public:
            await self.app(scope, receive, send)
            return
        scheme, _, token = Headers(scope=scope).get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            refusal = refuse("Bearer", "Sign in first: this request carries no Bearer token.")
            await refusal(scope, receive, send)
            return
        try:
            user_id = await self.verifier.user_id(token.strip())
        except InvalidToken:
            refusal = refuse('Bearer error="invalid_token"', "Sign in again: the token is not valid here.")
            await refusal(scope, receive, send)
        except KeysUnavailable:
            detail = "The token cannot be checked because its issuer does not answer; try again shortly."
            await problem(503, detail, {"Retry-After": "2"})(scope, receive, send)
        else:
            scope.setdefault("state", {}).update(user_id=user_id, token=token.strip())
            await self.app(scope, receive, send)


def refuse(challenge: str, detail: str) -> JSONResponse:
    return problem(401, detail, {"WWW-Authenticate": challenge})
