"""What keeps the assistant from answering, as the caller is told it."""


class AssistantFailure(Exception):
    """The model or its tools cannot be used; `status` is 502 or 504, `detail` one sentence."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
