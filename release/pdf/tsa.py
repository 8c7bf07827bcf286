"""Time stamps from an authority by RFC 3161, over plain HTTP of the standard library."""

import asyncio
import urllib.error
import urllib.request

from asn1crypto import tsp
from pyhanko.sign.timestamps import TimeStamper, TimestampRequestError

SECONDS = 10
REPLY = "application/timestamp-reply"


class UrlTimeStamper(TimeStamper):
    """Asks one authority. Every failure is named as it happened (PDS-05)."""

    def __init__(self, url: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        if not url.startswith(("http://", "https://")):
            raise TimestampRequestError(f"{url} is not an http address")
        self.url = url

    def _ask(self, query: bytes) -> bytes:
        headers = {"Content-Type": "application/timestamp-query", "Accept": REPLY}
        request = urllib.request.Request(self.url, query, headers)  # noqa: S310 - scheme checked above
        try:
            with urllib.request.urlopen(request, timeout=SECONDS) as answer:  # noqa: S310 - the same
                kind = answer.headers.get_content_type()
                data: bytes = answer.read()
        except urllib.error.HTTPError as error:
            raise TimestampRequestError(f"HTTP {error.code} {error.reason}") from error
        except urllib.error.URLError as error:
            raise TimestampRequestError(str(error.reason)) from error
        except OSError as error:
            raise TimestampRequestError(str(error)) from error
        if kind != REPLY:
            raise TimestampRequestError(f"answered {kind}, not {REPLY}")
        return data

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """Send the request and read the answer. Refuses when the answer is no time stamp."""
        data = await asyncio.to_thread(self._ask, req.dump())
        try:
            return tsp.TimeStampResp.load(data, strict=True)
        except ValueError as error:
            raise TimestampRequestError(f"the answer cannot be read: {error}") from error
