"""What keeps the assistant from answering, as the caller is told it."""


class AssistantFailure(Exception):
    """The model or its tools cannot be used; `detail` is one sentence, two where a vendor's words are added.

    `status` is 401 when the token ran out meanwhile, 413 or 422 when the user has to ask otherwise, 429 or
    503 when it may pass, 502 or 504 else. `wait` is after how many seconds to try again, where it is known.
    """

    def __init__(self, status: int, detail: str, wait: int | None = None) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.wait = wait

    @property
    def headers(self) -> dict[str, str]:
        """What to send along."""
        return {} if self.wait is None else {"Retry-After": str(self.wait)}


class TurnLost(AssistantFailure):
    """The conversation has gone on without this answer."""

    def __init__(self) -> None:
        super().__init__(409, "A newer request in this conversation took over: load it again.")
