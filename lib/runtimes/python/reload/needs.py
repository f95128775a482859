"""`PYTHON THIS_FILE`: ends with why, where this interpreter has not what the loop serves with."""

import sys
from importlib.util import find_spec

NEEDS = ("starlette", "uvicorn", "watchfiles")

if __name__ == "__main__":
    missing = [name for name in NEEDS if find_spec(name) is None]
    if missing:
        sys.exit(f"error: the loop serves with {' and '.join(missing)}, which these packages do not have")
