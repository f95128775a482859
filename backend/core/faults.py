"""What an error of the database means when it does not mean that the database is away."""

from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DataError, IntegrityError, ProgrammingError

ACCOUNT_DELETED = "TD401"  # the SQLSTATE of the triggers
OUR_FAULT = (DataError, IntegrityError, ProgrammingError)


class AccountDeleted(Exception):
    """Something was to be stored for a user whose account is gone."""

    def __init__(self) -> None:
        super().__init__("This account has been deleted.")


class StatementRefused(Exception):
    """We asked the database wrongly."""


def fault_of(context: ExceptionContext) -> Exception | None:
    """Returns what to raise instead of the database's own error, if that is to be told from an outage."""
    error = context.sqlalchemy_exception
    if getattr(context.original_exception, "sqlstate", None) == ACCOUNT_DELETED:
        return AccountDeleted()
    return StatementRefused(str(error)) if isinstance(error, OUR_FAULT) else None
