"""What keeps the assistant from answering, as the caller is told it."""


class AssistantFailure(Exception):
    """The model or its tools cannot be used; `detail` is one sentence.

    `status` is 502 or 504, or 401 when the token ran out meanwhile.
    """

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail


class TurnLost(AssistantFailure):
    """The conversation has gone on without this answer."""

    def __init__(self) -> None:
        super().__init__(409, "A newer request in this conversation took over: load it again.")
