"""Where a browser says that it wants reminders, and where to send them."""

from base64 import urlsafe_b64decode
from typing import Annotated

from cryptography.hazmat.primitives.asymmetric import ec
from fastapi import APIRouter, Depends, HTTPException, Query, Request
from pydantic import AfterValidator, BaseModel, Field
from pydantic_core import PydanticCustomError

from app.push_key import PushKey
from app.push_services import PushServices
from app.routes.dependencies import Database, UserId
from app.routes.responses import may_fail
from core import subscriptions
from core.fields import refuse_nul

router = APIRouter(prefix="/api/{user_id}", tags=["reminders"])

SECRET_LENGTH = 16


def decode(text: str) -> bytes:
    try:
        return urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        raise PydanticCustomError("base64", "This is not URL-safe base64") from None


def public_key(text: str) -> str:
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), decode(text))
    except ValueError:
        raise PydanticCustomError("key", "This is not a public key of a browser's subscription") from None
    return text


def auth_secret(text: str) -> str:
    if len(decode(text)) != SECRET_LENGTH:
        raise PydanticCustomError("secret", "This is not the secret of a browser's subscription")
    return text


Endpoint = Annotated[
    str,
    Field(min_length=1, max_length=2000, examples=["https://push.example/v1/5dYk0WcT"]),
    AfterValidator(refuse_nul),
]
Base64 = Field(max_length=100, pattern=r"^[A-Za-z0-9_-]+=*$")


class PushView(BaseModel):
    """Whether there are reminders here, and the key that a browser subscribes with."""

    enabled: bool
    public_key: str | None


class SubscriptionKeys(BaseModel):
    """What only the browser that subscribed can decrypt with."""

    p256dh: Annotated[str, Base64, AfterValidator(public_key)]
    auth: Annotated[str, Base64, AfterValidator(auth_secret)]


class NewSubscription(BaseModel):
    """A subscription as `PushSubscription.toJSON()` of a browser gives it."""

    endpoint: Endpoint
    keys: SubscriptionKeys


def push_key(request: Request) -> PushKey | None:
    key: PushKey | None = request.app.state.push_key
    return key


def push_services(request: Request) -> PushServices:
    services: PushServices = request.app.state.push_services
    return services


Key = Annotated[PushKey | None, Depends(push_key)]
Services = Annotated[PushServices, Depends(push_services)]


@router.get("/push")
async def push(_: UserId, key: Key) -> PushView:
    """Whether reminders are switched on, and the key to subscribe with."""
    return PushView(enabled=key is not None, public_key=key.public if key else None)


@router.put("/push-subscription", status_code=204, responses=may_fail(409))
async def subscribe(
    user_id: UserId, database: Database, key: Key, services: Services, new: NewSubscription
) -> None:
    """Sends this user's reminders to a browser from now on; one that was known already is this user's now."""
    if key is None:
        raise HTTPException(409, "Reminders are switched off here.")
    if not services.include(new.endpoint):
        raise HTTPException(422, "The endpoint is not an address of a push service that we know.")
    async with database.begin() as session:
        await subscriptions.keep(session, user_id, new.endpoint, new.keys.p256dh, new.keys.auth)


@router.delete("/push-subscription", status_code=204)
async def unsubscribe(user_id: UserId, database: Database, endpoint: Annotated[Endpoint, Query()]) -> None:
    """Sends no more reminders to a browser, whether it was known or not."""
    async with database.begin() as session:
        await subscriptions.forget(session, user_id, endpoint)
