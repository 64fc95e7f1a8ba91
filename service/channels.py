"""Adapters for channels outside this house, as the settings name them. What is not named is published by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import orjson

from processes.channels import ChannelAdapter, ChannelFailed, Publication

#: A channel that does not answer within this time is tried again later.
TIMEOUT_SECONDS = 10

#: The longest answer that is read; it only has to hold an address.
_LONGEST_ANSWER = 64 * 1024


@dataclass(frozen=True, slots=True)
class HttpChannel:
    """A channel that takes publications as JSON by POST and answers `{"url": …}`.

    The same publication always carries the same `Idempotency-Key`, so that a repeated one is published once.
    """

    address: str
    token: str | None = None

    def publish(self, publication: Publication) -> str:
        """See ChannelAdapter."""
        headers = {"Content-Type": "application/json", "Idempotency-Key": publication.key}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        request = Request(self.address, data=_body(publication), headers=headers, method="POST")
        try:
            with urlopen(request, timeout=TIMEOUT_SECONDS) as answer:
                url = orjson.loads(answer.read(_LONGEST_ANSWER)).get("url")
        except HTTPError as error:
            raise ChannelFailed(f"{publication.channel}拒绝了发布（HTTP {error.code}）") from error
        except (URLError, TimeoutError, OSError) as error:
            raise ChannelFailed(f"{publication.channel}没有响应（{type(error).__name__}）") from error
        except (orjson.JSONDecodeError, AttributeError) as error:
            raise ChannelFailed(f"{publication.channel}的回答读不懂") from error
        if not isinstance(url, str) or not url.startswith(("https://", "http://")) or len(url) > 500:
            raise ChannelFailed(f"{publication.channel}没有返回可用的链接")
        return url


def _body(publication: Publication) -> bytes:
    return orjson.dumps(
        {
            "key": publication.key,
            "channel": publication.channel,
            "action": publication.action,
            "subject": publication.subject,
            **publication.content,
        }
    )


def adapters_for(addresses: Mapping[str, str], token: str | None) -> dict[str, ChannelAdapter]:
    """One adapter per channel that has an address."""
    return {channel: HttpChannel(address, token) for channel, address in addresses.items()}
