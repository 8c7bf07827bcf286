"""The broker of plain files, with whole messages only.

kombu's own opens a message under its final name and writes afterwards; a reader that comes in between takes an empty
file and the worker dies of it. Here a message gets its name once it is written.
"""

from __future__ import annotations

import time
import uuid
from pathlib import Path
from typing import Any

from kombu.exceptions import ChannelError
from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.utils.json import dumps

SCHEME = "evidence-files"
TRIES = 100
WAIT_SECONDS = 0.01


class Channel(filesystem.Channel):
    """Messages as files that appear whole."""

    def _put(self, queue: str, payload: Any, **_kwargs: Any) -> None:  # type: ignore[override]
        name = f"{round(time.monotonic() * 1000)}_{uuid.uuid4()}.{queue}.msg"
        folder = Path(self.data_folder_out)
        aside = folder / f".{name}.part"
        try:
            aside.write_bytes(dumps(payload).encode())
            aside.replace(folder / name)
        except OSError as error:
            raise ChannelError(f"Cannot add the message {name}: {error}") from error

    def get_table(self, exchange: str) -> list[Any]:
        """The queues of an exchange. One that is being written at this moment is read again."""
        for _ in range(TRIES):
            try:
                return list(super().get_table(exchange))
            except ValueError:
                time.sleep(WAIT_SECONDS)
        return list(super().get_table(exchange))


class Transport(filesystem.Transport):
    """kombu's transport over such a channel."""

    Channel = Channel


def register() -> None:
    """Makes `evidence-files://` known to Celery."""
    TRANSPORT_ALIASES[SCHEME] = f"{__name__}:Transport"
