"""Waits until URL answers 200: exit 0; answers otherwise, process PID ends, or 60 s pass: exit 1."""

import http.client
import os
import sys
import time
from urllib.error import HTTPError, URLError
from urllib.request import ProxyHandler, build_opener

LIMIT_SECONDS = 60.0


def answers(url: str) -> bool:
    """True when the URL answers, False while nobody listens. No proxy: the server is on this machine."""
    try:
        with build_opener(ProxyHandler({})).open(url, timeout=5):
            return True
    except HTTPError:
        raise  # a server that answers wrongly now will do so in a minute
    except (URLError, OSError, http.client.HTTPException):
        return False


def alive(pid: int) -> bool:
    """True while the process runs."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def main(url: str, pid: str) -> int:
    """Polls until one of the three ends is met."""
    deadline = time.monotonic() + LIMIT_SECONDS
    try:
        while time.monotonic() < deadline and alive(int(pid)):
            if answers(url):
                return 0
            time.sleep(0.1)
    except HTTPError as error:
        print(f"{url} answers {error.code}", file=sys.stderr)
    else:
        print(f"No answer from {url}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
