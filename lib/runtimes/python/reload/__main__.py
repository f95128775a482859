"""`python THIS_FOLDER --service NAME --host HOST --port PORT --watch FOLDER ... MODULE:APP`."""

import sys
from argparse import ArgumentParser
from pathlib import Path


def main() -> None:
    parser = ArgumentParser(prog="reload", description="Serves an ASGI app, anew after each save.")
    parser.add_argument("app", help="where the app is, like app.main:app")
    parser.add_argument("--service", required=True, help="whose log lines these are")
    parser.add_argument("--host", required=True)
    parser.add_argument("--port", required=True, type=int)
    parser.add_argument("--watch", required=True, action="append", metavar="FOLDER", help="a package of ours")
    parser.add_argument("--debug", metavar="HOST:PORT", help="where a debugger may come")
    parser.add_argument(
        "--migrate",
        nargs=2,
        metavar=("MODULE", "FOLDER"),
        help="what brings the database to the newest of the migrations in FOLDER, which is watched too",
    )
    given = parser.parse_args()
    # Python looks first in the folder that it runs. That shall be the one of what we serve; ours is the last.
    sys.path[0] = str(Path.cwd())
    sys.path.append(str(Path(__file__).resolve().parent.parent))
    from reload.packages import change, has_changed

    if has_changed():
        change()
    from reload.program import Migration, Program
    from reload.supervisor import supervise

    migration = Migration(*given.migrate) if given.migrate else None
    program = Program(given.app, given.service, tuple(given.watch), migration)
    supervise(program, given.host, given.port, given.debug)


if __name__ == "__main__":
    main()
