"""One polite connection to the publishers: it waits, tries again, and says in one sentence what went wrong."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3 import Retry
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from nplv_analysis import __version__
from nplv_analysis.errors import NplvError

#: Answers that may be better in a moment.
BUSY = (408, 429, 500, 502, 503, 504)
#: What the text of a fault may take of a sentence.
LONGEST_REASON = 200


class DownloadError(NplvError):
    """Something that was asked for did not come, or not as expected."""


class ContentError(DownloadError):
    """What came cannot be right, so it must not be the beginning of the next try."""


class NoConnectionError(DownloadError):
    """The publisher could not be reached at all.

    Parameters
    ----------
    host : str
        Name of the server.
    reason : str
        What may be done about it.
    """

    def __init__(self, host: str, reason: str = "is there a network?") -> None:
        self.host, self.reason = host, reason
        super().__init__(f"no connection with {host}: {reason}")


@dataclass(frozen=True)
class Patience:
    """How long to wait: seconds to connect and for the next bytes, how often to try, and the waits in between."""

    connect: float = 10
    read: float = 120
    tries: int = 5
    backoff: float = 1
    longest_wait: int = 300


class Connection:
    """A session that tries again what may be better in a moment, and waits as long as a server asks for.

    Parameters
    ----------
    patience : Patience
        How long to wait and how often to try.
    """

    def __init__(self, patience: Patience) -> None:
        self.patience = patience
        self._session = requests.Session()
        self._session.headers["User-Agent"] = f"nplv_analysis/{__version__}"
        retry = Retry(
            total=patience.tries - 1,
            # Without a network every try fails at once, so two more are enough to see that.
            connect=min(2, patience.tries - 1),
            status_forcelist=BUSY,
            backoff_factor=patience.backoff,
            raise_on_status=False,
            retry_after_max=patience.longest_wait,
        )
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, HTTPAdapter(max_retries=retry))

    def __enter__(self) -> Connection:
        return self

    def __exit__(self, *_: object) -> None:
        self._session.close()

    def tries(self) -> Iterator[int]:
        """Count the tries of one request, and wait longer before each next one."""
        for number in range(self.patience.tries):
            if number:
                time.sleep(self.patience.backoff * 2 ** (number - 1))
            yield number

    @contextmanager
    def open(self, url: str, headers: dict[str, str] | None = None) -> Iterator[requests.Response]:
        """Ask for an address; the answer is not read yet, and may have any status below 500.

        Parameters
        ----------
        url : str
            The address, with spaces as ``%20``.
        headers : dict, optional
            More headers.

        Yields
        ------
        requests.Response
            The answer.

        Raises
        ------
        NoConnectionError
            When the server cannot be reached.
        DownloadError
            When it keeps us waiting, or keeps answering that it is busy or broken.
        """
        host, place = urlsplit(url).netloc, url.split("?")[0]
        times = (self.patience.connect, self.patience.read)
        try:
            response = self._session.get(url, headers=headers, timeout=times, stream=True)
        except requests.exceptions.SSLError:
            raise NoConnectionError(
                host, "its certificate is not trusted here (REQUESTS_CA_BUNDLE can name the certificates of a network)"
            ) from None
        except (requests.exceptions.ProxyError, requests.exceptions.ConnectTimeout):
            raise NoConnectionError(host) from None
        except (requests.exceptions.ConnectionError, requests.exceptions.ReadTimeout) as error:
            reason = getattr(error.args[0] if error.args else None, "reason", None)
            if isinstance(reason, NewConnectionError | ConnectTimeoutError):
                raise NoConnectionError(host) from None
            waited = f"(waited {self.patience.read:g} seconds, {self.patience.tries} times)"
            raise DownloadError(f"{place}: {host} gave no answer {waited}") from None
        except requests.exceptions.RequestException as error:
            raise DownloadError(f"{place}: this address cannot be asked for ({type(error).__name__})") from None
        with response:
            if response.status_code in BUSY:
                reason = _reason(response)
                raise DownloadError(
                    f"{place}: the server answered {response.status_code}, {self.patience.tries} times{reason}"
                )
            yield response

    def json(self, url: str) -> dict[str, Any]:
        """Get one JSON object, whole.

        Parameters
        ----------
        url : str
            The address, with spaces as ``%20``.

        Returns
        -------
        dict
            The object.

        Raises
        ------
        DownloadError
            For another status than 200, another type than JSON, and a text that ends early every time.
        """
        fault, place = "", url.split("?")[0]
        for _ in self.tries():
            with self.open(url) as response:
                if response.status_code != 200:
                    raise DownloadError(f"{place}: the server answered {response.status_code}{_reason(response)}")
                kind = response.headers.get("Content-Type", "no type")
                if "json" not in kind:
                    raise DownloadError(f"{place}: the server answered with {kind.split(';')[0]}; expected JSON")
                try:
                    found = json.loads(response.content.decode("utf-8-sig"))
                except requests.exceptions.RequestException:
                    fault = "the answer was cut off"
                    continue
                except ValueError:
                    fault = "the JSON is damaged or ends early"
                    continue
            if not isinstance(found, dict):
                raise DownloadError(f"{place}: the server answered with a list or a value; expected a JSON object")
            return found
        raise DownloadError(f"{place}: {fault}, {self.patience.tries} times")


def _reason(response: requests.Response) -> str:
    """Give the text of an OData fault, where the answer has one."""
    try:
        found = json.loads(response.content)
        fault = found.get("odata.error") or found.get("error")
        message = fault["message"]
        text = message["value"] if isinstance(message, dict) else message
    except (requests.exceptions.RequestException, ValueError, KeyError, TypeError, AttributeError):
        return ""
    return f" ({' '.join(str(text).split())[:LONGEST_REASON]})"
