"""Typed readers for the environment: a wrong value stops the start, with its name."""

import os
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


def text(name: str, default: str = "") -> str:
    """A string; a missing name gives the default."""
    return os.environ.get(name, default)


def flag(name: str, *, default: bool) -> bool:
    """A switch, written 1/0, yes/no, true/false or on/off."""
    raw = os.environ.get(name)
    if raw is None:
        return default
    value = {"1": True, "yes": True, "true": True, "on": True, "0": False, "no": False, "false": False, "off": False}
    try:
        return value[raw.strip().lower()]
    except KeyError:
        raise ImproperlyConfigured(f"{name} is {raw!r}; write 1 or 0.") from None


def whole(name: str, default: int, *, low: int = 0) -> int:
    """A whole number not below `low`."""
    raw = os.environ.get(name, str(default))
    if not raw.isascii() or not raw.isdigit() or int(raw) < low:
        raise ImproperlyConfigured(f"{name} is {raw!r}; write a whole number of at least {low}.")
    return int(raw)


def choice(name: str, default: str, allowed: tuple[str, ...]) -> str:
    """One of the named words."""
    value = os.environ.get(name, default)
    if value not in allowed:
        raise ImproperlyConfigured(f"{name} is {value!r}; write one of {', '.join(allowed)}.")
    return value


def kept_choice(name: str, path: Path, default: str, allowed: tuple[str, ...]) -> str:
    """One of the named words from the environment, else as set-up wrote it into a file of the site."""
    kept = path.read_text().strip() if path.exists() else default
    return choice(name, kept, allowed)


def networks(name: str, default: str) -> tuple[IPv4Network | IPv6Network, ...]:
    """Networks with their length, separated by commas, such as `10.0.0.0/8, fd00::/8`; empty for none."""
    raw = os.environ.get(name, default)
    try:
        return tuple(ip_network(one.strip()) for one in raw.split(",") if one.strip())
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} is {raw!r}: {error}.") from error


def folder(name: str, default: Path) -> Path:
    """A folder, made when it is not there."""
    path = Path(os.environ.get(name, str(default))).resolve()
    path.mkdir(parents=True, exist_ok=True)
    return path


def postgres(name: str) -> dict[str, object] | None:
    """Connection settings from `postgresql://user:password@host:port/name`, or None when not set."""
    raw = os.environ.get(name)
    if not raw:
        return None
    url = urlsplit(raw)
    if url.scheme not in {"postgres", "postgresql"} or not url.path.strip("/"):
        raise ImproperlyConfigured(f"{name} must read postgresql://user:password@host:port/name.")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": url.path.strip("/"),
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": url.hostname or "",
        "PORT": str(url.port or ""),
    }


def secret(name: str, path: Path) -> str:
    """A secret from the environment, else from its key file (made by set-up); none of both stops the start."""
    value = os.environ.get(name)
    if value:
        return value
    try:
        value = path.read_text().strip()
    except OSError as error:
        raise ImproperlyConfigured(
            f"No secret: set {name} or run `python tools/make_keys.py`. ({path}: {error.strerror})"
        ) from error
    if len(value) < 50:
        raise ImproperlyConfigured(f"{path} holds fewer than 50 characters; make a new key.")
    return value
