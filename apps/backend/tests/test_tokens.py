"""The issuer's keys: fetched once, again for an unknown one, and never as often as somebody likes."""

import asyncio
import uuid

import pytest

from core.tokens import BURST, MAX_AGE, PAUSE, InvalidToken, KeySet, KeysUnavailable, TokenVerifier
from tests.issuer import Issuer


class Clock:
    """Time that passes when the test says so."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        self.seconds += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def own_issuer() -> Issuer:
    return Issuer()


@pytest.fixture
def verifier(own_issuer: Issuer, clock: Clock) -> TokenVerifier:
    return TokenVerifier(KeySet(own_issuer.jwks_url, clock, clock.sleep), "todo", "todo")


def made_up(issuer: Issuer) -> str:
    return issuer.token("mallory", headers={"kid": uuid.uuid4().hex})


def renewal(verifier: TokenVerifier) -> asyncio.Task[None]:
    assert verifier.keys.renewal
    return verifier.keys.renewal


async def test_many_tokens_at_once_fetch_the_keys_once(own_issuer: Issuer, verifier: TokenVerifier) -> None:
    tokens = [own_issuer.token(f"user-{number}") for number in range(20)]
    users = await asyncio.gather(*[verifier.user_id(token) for token in tokens])
    assert users == [f"user-{number}" for number in range(20)]
    assert own_issuer.fetches == 1


async def test_made_up_key_ids_cannot_hammer_the_issuer(
    own_issuer: Issuer, verifier: TokenVerifier, clock: Clock
) -> None:
    for _ in range(50):
        with pytest.raises(InvalidToken):
            await verifier.user_id(made_up(own_issuer))
    assert own_issuer.fetches <= BURST + clock.seconds
    before = own_issuer.fetches
    crowd = [verifier.user_id(made_up(own_issuer)) for _ in range(50)]
    refused = await asyncio.gather(*crowd, return_exceptions=True)
    assert {type(result) for result in refused} == {InvalidToken}
    assert own_issuer.fetches <= before + 2
    assert await verifier.user_id(own_issuer.token("alice")) == "alice"


async def test_a_valid_token_is_valid_however_short_ago_its_key_was_made(
    own_issuer: Issuer, verifier: TokenVerifier
) -> None:
    for number in range(3 * BURST):
        own_issuer.rotate()
        crowd = [verifier.user_id(own_issuer.token("alice")), verifier.user_id(made_up(own_issuer))]
        valid, invalid = await asyncio.gather(*crowd, return_exceptions=True)
        assert (valid, type(invalid)) == ("alice", InvalidToken)
        assert own_issuer.fetches <= 2 * (number + 1)


async def test_an_answer_from_before_the_key_was_made_refuses_nobody(
    own_issuer: Issuer, verifier: TokenVerifier
) -> None:
    own_issuer.talks.clear()
    early = asyncio.create_task(verifier.user_id(made_up(own_issuer)))
    await asyncio.to_thread(own_issuer.wait_for, 1)
    own_issuer.rotate()
    late = asyncio.create_task(verifier.user_id(own_issuer.token("alice")))
    await asyncio.sleep(0)  # it waits for the answer too
    own_issuer.talks.set()
    with pytest.raises(InvalidToken):
        await early
    assert await late == "alice"


async def test_a_rotated_key_is_found_and_a_withdrawn_one_forgotten(
    own_issuer: Issuer, verifier: TokenVerifier, clock: Clock
) -> None:
    old = own_issuer.token("alice", exp=2**40)
    assert await verifier.user_id(old) == "alice"
    own_issuer.rotate()
    assert await verifier.user_id(old) == "alice"
    assert await verifier.user_id(own_issuer.token("bob")) == "bob"
    with pytest.raises(InvalidToken):
        await verifier.user_id(old)

    kept = own_issuer.token("carol", exp=2**40)
    own_issuer.rotate()
    assert await verifier.user_id(kept) == "carol"
    clock.seconds += MAX_AGE + 1
    assert await verifier.user_id(kept) == "carol"
    await renewal(verifier)
    with pytest.raises(InvalidToken):
        await verifier.user_id(kept)


async def test_an_issuer_that_is_away_stops_only_tokens_whose_key_is_unknown(
    own_issuer: Issuer, verifier: TokenVerifier, clock: Clock
) -> None:
    own_issuer.up = False
    token = own_issuer.token("alice", exp=2**40)
    for _ in range(3):
        with pytest.raises(KeysUnavailable):
            await verifier.user_id(token)
    assert own_issuer.fetches == 1
    own_issuer.up = True
    clock.seconds += PAUSE
    assert await verifier.user_id(token) == "alice"

    own_issuer.up = False
    clock.seconds += MAX_AGE + 1
    assert await verifier.user_id(token) == "alice"
    await renewal(verifier)
    assert await verifier.user_id(token) == "alice"
    own_issuer.rotate()
    clock.seconds += PAUSE
    with pytest.raises(KeysUnavailable):
        await verifier.user_id(own_issuer.token("bob"))


async def test_nobody_whose_key_is_known_waits_for_a_silent_issuer(
    own_issuer: Issuer, verifier: TokenVerifier, clock: Clock
) -> None:
    token = own_issuer.token("alice", exp=2**40)
    assert await verifier.user_id(token) == "alice"
    clock.seconds += MAX_AGE + 1
    own_issuer.talks.clear()
    for _ in range(3):
        assert await verifier.user_id(token) == "alice"
    await asyncio.to_thread(own_issuer.wait_for, 2)
    # It is the only one, and waits still.
    assert not renewal(verifier).done()
    await verifier.keys.close()
    assert renewal(verifier).cancelled()
    own_issuer.talks.set()
    assert own_issuer.fetches == 2


@pytest.mark.parametrize(
    "published", [[], [{"kid": "x"}], [{"kid": "x", "crv": "Ed25519", "kty": "OKP"}], "no", [7]]
)
async def test_nonsense_from_the_issuer_is_never_a_key(
    own_issuer: Issuer, verifier: TokenVerifier, published: object
) -> None:
    own_issuer.published = published  # type: ignore[assignment]
    with pytest.raises((InvalidToken, KeysUnavailable)):
        await verifier.user_id(own_issuer.token("alice"))
