"""How requests talk to the database: in as few round trips as can be, for it may be far away."""

from contextlib import AbstractAsyncContextManager

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Delete,
    Select,
    Update,
    bindparam,
    event,
    func,
    select,
)
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker
from sqlalchemy.orm import ORMExecuteState, Session

from core.logs import request_id

LONGEST_NAME = 63  # bytes of an application_name


class RequestSession(Session):
    """A session whose statements name their connection after the request that they work for."""


class Sessions:
    """Opens sessions on `engine`, whose connections are named `service` and the id of the request.

    Objects stay readable when their session has ended.
    """

    def __init__(self, engine: AsyncEngine, service: str) -> None:
        self.transactions = async_sessionmaker(
            engine,
            expire_on_commit=False,
            sync_session_class=RequestSession,
            info={"name": name_after_request(service)},
        )
        self.autocommit = engine.execution_options(isolation_level="AUTOCOMMIT")

    def __call__(self) -> AsyncSession:
        """Returns a session in which each statement is a transaction by itself, and takes one round trip."""
        return self.transactions(bind=self.autocommit)

    def begin(self) -> AbstractAsyncContextManager[AsyncSession]:
        """Opens a session with one transaction for all statements, which takes two round trips more."""
        return self.transactions.begin()


def name_after_request(service: str) -> ColumnElement[bool]:
    """Returns a condition that is always true and, before anything else is done, names the connection.

    The name lasts as long as the transaction, also behind a pooler.
    """
    name: BindParameter[str] = bindparam(
        "request", callable_=lambda: f"{service} {request_id.get()}"[:LONGEST_NAME]
    )
    return select(func.set_config("application_name", name, True)).scalar_subquery().is_not(None)


@event.listens_for(RequestSession, "do_orm_execute")
def name_connection(state: ORMExecuteState) -> None:
    statement = state.statement
    # An INSERT has no conditions; it waits for nobody.
    if request_id.get() and isinstance(statement, Select | Update | Delete):
        state.statement = statement.where(state.session.info["name"])
