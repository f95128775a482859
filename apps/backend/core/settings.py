"""Where settings come from: plain ones from the environment, secrets from one file per key."""

import os
from pathlib import Path


def setting(name: str) -> str:
    """Returns the environment variable `name`; ends the program with one sentence if it is absent."""
    value = os.environ.get(name, "").strip()
    if not value:
        raise SystemExit(f"The setting {name} is missing: set the environment variable {name}.")
    return value


def switch(name: str) -> bool:
    """Returns whether the environment variable `name` is on; off if absent, and nothing else is taken."""
    value = os.environ.get(name) or "off"
    if value not in ("on", "off"):
        raise SystemExit(f"{name} is {value!r}: set it to on or off.")
    return value == "on"


def amount(name: str, default: int) -> int:
    """Returns the environment variable `name` as a whole number of at least 0, `default` if absent."""
    value = os.environ.get(name, "").strip() or str(default)
    if not (value.isascii() and value.isdecimal()):
        raise SystemExit(f"{name} is {value!r}: set it to a whole number.")
    return int(value)


def optional_secret(name: str) -> str | None:
    """Returns the content of the file `name` in the folder SECRETS_DIR, or None if there is no such file."""
    path = Path(setting("SECRETS_DIR")) / name
    try:
        return path.read_text(encoding="utf-8").strip() or None
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise SystemExit(f"The secret {name} cannot be read from {path}: {reason}.") from error


def secret(name: str) -> str:
    """Returns the secret `name`; ends the program with one sentence if it is absent or empty."""
    value = optional_secret(name)
    if value is None:
        path = Path(setting("SECRETS_DIR")) / name
        raise SystemExit(f"The secret {name} is missing: put its value into the file {path}.")
    return value
