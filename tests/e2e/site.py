"""A whole site of its own for browser tests: the same processes that `make run` starts."""

import os
import secrets
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

ROOT = Path(__file__).resolve().parents[2]
PYTHON = ROOT / ".venv" / "bin" / "python"
START_SECONDS = 120
STOP_SECONDS = 40
STOPPED_BY_TERM = 128 + signal.SIGTERM


@dataclass(frozen=True)
class Site:
    """A running site: its address, its folder, and the environment its commands need."""

    url: str
    var: Path
    environment: dict[str, str]

    def manage(self, *arguments: str) -> str:
        """Runs a management command on this site and returns what it printed."""
        done = subprocess.run(
            [PYTHON, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"manage.py {' '.join(arguments)}:\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def log(self, name: str) -> str:
        """What a process wrote: `web`, `worker` or `run`."""
        path = self.var / "logs" / f"{name}.log"
        return path.read_text(encoding="utf-8") if path.exists() else ""


def free_port() -> str:
    """A port nobody listens on."""
    tool = ROOT / "tools" / "port_free.py"
    return subprocess.run([PYTHON, tool], capture_output=True, text=True, check=True).stdout.strip()


def with_path(url: str, path: str) -> str:
    """The same server, another database."""
    return urlunsplit(urlsplit(url)._replace(path=path))


def server_parts(name: str) -> dict[str, str]:
    """A PostgreSQL database of this site's own, and the second database of Redis; nothing on SQLite."""
    if os.environ.get("EVIDENCE_TEST_DATABASE", "sqlite") != "postgres":
        return {}
    owner, application = os.environ["TEST_POSTGRES_URL"], os.environ["TEST_POSTGRES_APP_URL"]
    with psycopg.connect(owner, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    return {
        "DATABASE_URL": with_path(application, f"/{name}"),
        "DATABASE_OWNER_URL": with_path(owner, f"/{name}"),
        "REDIS_URL": with_path(os.environ["TEST_REDIS_URL"], "/1"),
    }


def environment_of(var: Path) -> dict[str, str]:
    """The environment of a new site: nothing of the test run's own settings comes through."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("EVIDENCE_", "DJANGO_", "DATABASE_", "REDIS_", "PYTEST_", "COV_"))
    }
    return {
        **kept,
        "EVIDENCE_VAR": str(var),
        "EVIDENCE_PORT": free_port(),
        "EVIDENCE_SITE_KIND": "test",
        **server_parts(f"e2e_{secrets.token_hex(4)}"),
    }


def children_of(pid: int) -> list[int]:
    """The processes that a process started."""
    path = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(child) for child in path.read_text().split()] if path.exists() else []


def stop(process: subprocess.Popen[bytes]) -> None:
    """Asks the site to stop, as Ctrl-C does; one that does not stop in time is killed and fails the test."""
    children = children_of(process.pid)
    process.terminate()
    try:
        code = process.wait(timeout=STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        for child in children:
            os.killpg(child, signal.SIGKILL)
        raise AssertionError(f"the site did not stop within {STOP_SECONDS} s") from None
    assert code == STOPPED_BY_TERM, f"the site ended with {code} before it was stopped"
    left = [child for child in children if Path(f"/proc/{child}").exists()]
    assert not left, f"processes left behind: {left}"


@contextmanager
def running_site(var: Path) -> Iterator[Site]:
    """Starts tools/run.sh on a new folder, waits until it serves, stops it at the end."""
    environment = environment_of(var)
    (var / "logs").mkdir(parents=True)
    site = Site(f"http://127.0.0.1:{environment['EVIDENCE_PORT']}", var, environment)
    with (var / "logs" / "run.log").open("wb") as output:
        process = subprocess.Popen(
            [ROOT / "tools" / "run.sh"],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    deadline = time.monotonic() + START_SECONDS
    while "runs on" not in site.log("run"):
        if process.poll() is not None or time.monotonic() > deadline:
            process.kill()
            raise AssertionError(f"the site did not start:\n{site.log('run')[-3000:]}")
        time.sleep(0.1)
    try:
        yield site
    finally:
        stop(process)
