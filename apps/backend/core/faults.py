"""What an error of the database means when it does not mean that the database is away."""

from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DataError, IntegrityError, ProgrammingError

OUR_FAULT = (DataError, IntegrityError, ProgrammingError)


class AccountDeleted(Exception):
    """Something was to be stored for a user whose account is gone."""

    def __init__(self) -> None:
        super().__init__("This account has been deleted.")


class Busy(Exception):
    """What is to be changed was held by somebody else for too long."""

    def __init__(self) -> None:
        super().__init__("Another request is still at work on this; try again shortly.")


class StatementRefused(Exception):
    """We asked the database wrongly."""


def fault_of(context: ExceptionContext) -> Exception | None:
    """Returns what to raise instead of the database's own error, if that is to be told from an outage."""
    error = context.sqlalchemy_exception
    match getattr(context.original_exception, "sqlstate", None):
        case "TD401":  # of our own triggers
            return AccountDeleted()
        case "55P03":  # lock_not_available
            return Busy()
    return StatementRefused(str(error)) if isinstance(error, OUR_FAULT) else None
