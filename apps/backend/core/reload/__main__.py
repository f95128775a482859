"""`python -m core.reload --service NAME --host HOST --port PORT --watch FOLDER ... MODULE:APP`."""

from argparse import ArgumentParser

from core.reload.program import Program
from core.reload.supervisor import supervise


def main() -> None:
    parser = ArgumentParser(
        prog="python -m core.reload", description="Serves an ASGI app, anew after each save."
    )
    parser.add_argument("app", help="where the app is, like app.main:app")
    parser.add_argument("--service", required=True, help="whose log lines these are")
    parser.add_argument("--host", required=True)
    parser.add_argument("--port", required=True, type=int)
    parser.add_argument("--watch", required=True, action="append", metavar="FOLDER", help="a package of ours")
    given = parser.parse_args()
    supervise(Program(given.app, given.service, tuple(given.watch)), given.host, given.port)


if __name__ == "__main__":
    main()
