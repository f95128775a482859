"""`python THIS_FILE < FILES.tar`: puts the packages that these files name in the place of those that serve.

FILES are pyproject.toml and uv.lock, and `ca.pem` where a proxy needs it. Makes a new environment beside the
others in the volume, and leads the link there once it is whole. Prints `{"packages": NAME}`, or
`{"error": WHY}` where they cannot be had, which changes nothing.
"""

import compileall
import fcntl
import hashlib
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tarfile
import time
from pathlib import Path
from tempfile import TemporaryDirectory

IMAGE = Path("/opt/venv")  # with the packages that the image was built with
VOLUME = Path("/packages")
KEPT = 4  # environments that stay, those that were asked for last


def main() -> None:
    with TemporaryDirectory() as folder, (VOLUME / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        project = Path(folder)
        with tarfile.open(fileobj=sys.stdin.buffer, mode="r|") as files:
            files.extractall(project, filter="data")
        requirements = project / "requirements.txt"
        uv(
            project,
            *("export", "--quiet", "--frozen", "--no-header", "--no-default-groups", "--group", "reload"),
            *("--output-file", str(requirements)),
        )
        identity = identify(requirements)
        link = VOLUME / "current"
        if identity != (IMAGE / "id").read_text().strip() or link.is_symlink():
            replace(link, environment(identity, requirements))
            forget(link.resolve())
        elif os.fork() == 0:
            # Goes on, with the lock, when this is over: so that the first change does not wait for it.
            os.setsid()
            os.nice(19)
            nothing = os.open(os.devnull, os.O_RDWR)
            for number in range(3):
                os.dup2(nothing, number)
            nearest()
            os._exit(0)
    print(json.dumps({"packages": identity}))


def environment(identity: str, requirements: Path) -> Path:
    """Returns the environment with these packages, and makes it where there is none."""
    whole = VOLUME / "environments" / identity
    if not whole.is_dir():
        part = whole.with_name(f".{identity}")
        shutil.rmtree(part, ignore_errors=True)
        # What an environment has is never written over, only replaced: so most of one can be shared.
        run("cp", "-al", str(nearest()), str(part))
        python, begin = str(part / "bin" / "python"), time.time()
        uv(
            requirements.parent,
            "pip",
            "sync",
            "--quiet",
            "--require-hashes",
            "--python",
            python,
            str(requirements),
        )
        run(python, str(Path(__file__).with_name("needs.py")))
        compile_new(part, begin)
        (part / "id").unlink()
        (part / "id").write_text(identity)
        part.rename(whole)
    os.utime(whole)
    return whole


def compile_new(environment: Path, since: float) -> None:
    """Compiles the packages that came since, as those of the image are: who serves can write nothing."""
    # Each folder by itself: one that came may be deep in a namespace whose own folder stays as it is.
    for packages in environment.glob("lib/python*/site-packages"):
        for folder, _, _ in os.walk(packages):
            if Path(folder).stat().st_mtime >= since:
                compileall.compile_dir(folder, maxlevels=0, quiet=2)


def nearest() -> Path:
    """Returns the environment that serves, to begin with; first a copy of the image's."""
    link = VOLUME / "current"
    if link.is_dir():
        return link.resolve()
    copy = VOLUME / "environments" / (IMAGE / "id").read_text().strip()
    if not copy.is_dir():
        part = copy.with_name(f".{copy.name}")
        shutil.rmtree(part, ignore_errors=True)
        part.parent.mkdir(exist_ok=True)
        run("cp", "-a", str(IMAGE), str(part))
        (part / "current").unlink()
        part.rename(copy)
    return copy


def identify(requirements: Path) -> str:
    """Returns a short name for these packages, the one that the Dockerfile gives them too."""
    python = f"Python {platform.python_version()}\n"
    return hashlib.sha256(requirements.read_bytes() + python.encode()).hexdigest()[:16]


def replace(link: Path, target: Path) -> None:
    part = link.with_name(f".{link.name}")
    part.unlink(missing_ok=True)
    part.symlink_to(target)
    part.replace(link)


def forget(present: Path) -> None:
    """Removes the environments that were not asked for lately."""
    others = [path for path in (VOLUME / "environments").glob("[!.]*") if path != present]
    others.sort(key=lambda path: path.stat().st_mtime, reverse=True)
    for path in others[KEPT - 1 :]:
        shutil.rmtree(path)


def uv(project: Path, *words: str) -> None:
    authorities = project / "ca.pem"
    trust = {"SSL_CERT_FILE": str(authorities)} if authorities.exists() else {}
    run("uv", *words, cwd=project, env={**os.environ, "UV_CACHE_DIR": str(VOLUME / "cache"), **trust})


def run(
    *command: str, check: bool = True, cwd: Path | None = None, env: dict[str, str] | None = None
) -> None:
    """Runs a program; tells what it said is wrong where it fails, and ends."""
    # The words are our own.
    done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True)  # noqa: S603
    if check and done.returncode:
        lines = [line.strip() for line in f"{done.stderr}{done.stdout}".splitlines()]
        # Without the places in a file that are quoted between.
        words = "; ".join(line for line in lines if line and not re.match(r"\d*\s*\|", line))
        print(json.dumps({"error": words or f"{command[0]} ended with {done.returncode}"}))
        sys.exit()


if __name__ == "__main__":
    main()
