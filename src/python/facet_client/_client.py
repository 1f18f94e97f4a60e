"""The two clients: one that waits for each answer, and one for asyncio."""
from __future__ import annotations

import asyncio
import os
import time
from typing import TYPE_CHECKING, Any, Dict, Iterable, List, Mapping, Optional, TypeVar, Union

import httpx
from PIL import Image

from . import _operations
from ._answers import Prediction
from ._errors import FacetError, Unreachable
from ._images import ImageLike
from ._operations import Answer, Call, Operation, Options

if TYPE_CHECKING:
    from typing_extensions import Unpack

T = TypeVar("T")
Results = Dict[str, Union[Prediction, FacetError]]

#: Statuses that pass: the queue is full, or the server is about to stop and another may answer.
_PASSING = (429, 503)
_LONGEST_WAIT_SECONDS = 30.0


class _Sender:
    """How calls are sent, whatever sends them."""

    def __init__(self, server: str, key: Optional[str], timeout: float, tries: int):
        if tries < 1:
            raise ValueError("tries: expected at least 1, but got %d" % tries)
        self._tries = tries
        self._http: Dict[str, Any] = {
            "base_url": server.rstrip("/"),
            "timeout": httpx.Timeout(timeout, connect=min(timeout, 10.0)),
            "headers": {"Authorization": "Bearer " + key} if key else {},
        }

    @staticmethod
    def request(call: Call) -> Dict[str, Any]:
        return {
            "method": call.method,
            "url": call.path,
            "params": dict(call.params),
            "headers": dict(call.headers),
            "content": call.content,
        }

    @staticmethod
    def answer(response: httpx.Response) -> Answer:
        if response.status_code >= 300:
            raise FacetError.of(response.status_code, response.content)
        return Answer({name.lower(): value for name, value in response.headers.items()}, response.content)

    def wait_seconds(self, response: httpx.Response, attempt: int) -> Optional[float]:
        """How long to wait before the next attempt; None if there is none."""
        after = response.headers.get("Retry-After", "")
        if response.status_code not in _PASSING or not after.isdecimal() or attempt == self._tries:
            return None
        milliseconds = FacetError.of(response.status_code, response.content).problem.get("retryAfterMs")
        seconds = milliseconds / 1000 if isinstance(milliseconds, (int, float)) else float(after)
        return min(max(seconds, 0.0), _LONGEST_WAIT_SECONDS)

    @staticmethod
    def unreachable(call: Call, error: httpx.TransportError) -> Unreachable:
        return Unreachable("no answer to %s %s: %s" % (call.method, call.path, error or type(error).__name__))


class Facet:
    """A server that answers one call after the other. It may be shared by threads; close it, or use it in a ``with`` block.

    server: address such as "https://facet.example"
    key: an API key, for servers that want one
    timeout: seconds without an answer after which a call fails with Unreachable
    tries: how often a call is sent in all if the server says that it is busy; in between it waits as long as the server says

    Images are paths, the bytes of a JPEG, PNG, WebP or TIFF file, PIL images, or uint8 arrays of shape [H, W], [H, W, 3] or [H, W, 4].
    Every method raises FacetError if the server refuses, and Unreachable if there is no answer.
    """

    def __init__(self, server: str = "http://localhost:8080", *, key: Optional[str] = None, timeout: float = 60, tries: int = 5):
        self._sender = _Sender(server, key, timeout, tries)
        self._client = httpx.Client(**self._sender._http)

    def predict(self, image: ImageLike, kind: str, **options: "Unpack[Options]") -> Prediction:
        """The answer of a kind's default pack, or of ``pack``, as an array of the image's height and width."""
        return self._run(_operations.predict(image, kind, options))

    def predict_all(
        self, image: ImageLike, kinds: Iterable[str] = (), packs: Iterable[str] = (), **options: "Unpack[Options]"
    ) -> Results:
        """Answers of several kinds and packs by name, from one call. One that failed has a FacetError in its place."""
        return self._run(_operations.predict_all(image, kinds, packs, options))

    def picture(self, image: ImageLike, kind: str, *, render: Optional[str] = None, alpha: Optional[float] = None,
                **options: "Unpack[Options]") -> Image.Image:
        """The answer as a picture: classes in colours, grey levels, or with ``render`` "overlay", "turbo" or "magma"."""
        return self._run(_operations.picture(image, kind, {**options, "render": render, "alpha": alpha}))

    def summary(self, image: ImageLike, kind: str, *, threshold: Optional[float] = None, **options: "Unpack[Options]") -> Dict[str, Any]:
        """The answer as JSON: classes with pixel counts and run lengths, or minimum, maximum and mean."""
        return self._run(_operations.summary(image, kind, {**options, "threshold": threshold}))

    def packs(self) -> List[Dict[str, Any]]:
        """All versions of all packs."""
        return self._run(_operations.packs())

    def pack(self, name: str) -> Dict[str, Any]:
        """A pack and its versions."""
        return self._run(_operations.pack(name))

    def classes(self, pack: str) -> List[str]:
        """The names of the classes of a pack's active version, in the order of the ids in its answers."""
        return self._run(_operations.classes(pack))

    def upload(self, file: Union[str, "os.PathLike[str]"], *, activate: Optional[bool] = None, plan: Optional[str] = None,
               signature: Optional[str] = None, dry_run: bool = False) -> Dict[str, Any]:
        """Stores a pack under the name and version that its file says, and by default lets it answer for its name.

        With ``dry_run`` the server checks it and keeps nothing."""
        return self._run(_operations.upload(file, activate, plan, signature, dry_run))

    def activate(self, name: str, version: str) -> None:
        """Lets a stored version answer for its name."""
        self._run(_operations.activate(name, version))

    def remove(self, name: str, version: str) -> None:
        """Removes a version."""
        self._run(_operations.remove(name, version))

    def traffic(self, name: str) -> Dict[str, Any]:
        """How requests to a name are divided between its versions."""
        return self._run(_operations.traffic(name))

    def set_traffic(self, name: str, weights: Mapping[Any, int]) -> Dict[str, Any]:
        """Divides the requests to a name: percent by version, such as {1: 95, 2: 5}."""
        return self._run(_operations.set_traffic(name, weights))

    def end_traffic(self, name: str) -> None:
        """Lets the active version answer all requests to a name again."""
        self._run(_operations.end_traffic(name))

    def promote(self, name: str, version: Optional[str] = None) -> Dict[str, Any]:
        """Lets a version on trial answer all requests; it must be named if several are."""
        return self._run(_operations.promote(name, version))

    def roll_back(self, name: str, version: Optional[str] = None) -> Dict[str, Any]:
        """Goes back to the version that answered before a trial or a promotion."""
        return self._run(_operations.roll_back(name, version))

    def set_default(self, kind: str, pack: str) -> None:
        """Lets a pack answer requests of a kind that name no pack."""
        self._run(_operations.set_default(kind, pack))

    def is_ready(self) -> bool:
        """Whether the server takes requests; False if it can't be reached, too."""
        try:
            return self._run(_operations.is_ready())
        except (FacetError, Unreachable):
            return False

    def close(self) -> None:
        """Closes the connections."""
        self._client.close()

    def __enter__(self) -> "Facet":
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()

    def _run(self, operation: "Operation[T]") -> T:
        try:
            call = next(operation)
            while True:
                call = operation.send(self._send(call))
        except StopIteration as done:
            return done.value

    def _send(self, call: Call) -> Answer:
        attempt = 1
        while True:
            try:
                response = self._client.request(**self._sender.request(call))
            except httpx.TransportError as error:
                raise self._sender.unreachable(call, error) from error
            wait = self._sender.wait_seconds(response, attempt)
            if wait is None:
                return self._sender.answer(response)
            time.sleep(wait)
            attempt += 1


class AsyncFacet:
    """A server for asyncio: the methods of Facet, to be awaited. Many calls may be under way at once."""

    def __init__(self, server: str = "http://localhost:8080", *, key: Optional[str] = None, timeout: float = 60, tries: int = 5):
        self._sender = _Sender(server, key, timeout, tries)
        self._client = httpx.AsyncClient(**self._sender._http)

    async def predict(self, image: ImageLike, kind: str, **options: "Unpack[Options]") -> Prediction:
        """See Facet.predict."""
        return await self._run(_operations.predict(image, kind, options))

    async def predict_all(
        self, image: ImageLike, kinds: Iterable[str] = (), packs: Iterable[str] = (), **options: "Unpack[Options]"
    ) -> Results:
        """See Facet.predict_all."""
        return await self._run(_operations.predict_all(image, kinds, packs, options))

    async def picture(self, image: ImageLike, kind: str, *, render: Optional[str] = None, alpha: Optional[float] = None,
                      **options: "Unpack[Options]") -> Image.Image:
        """See Facet.picture."""
        return await self._run(_operations.picture(image, kind, {**options, "render": render, "alpha": alpha}))

    async def summary(self, image: ImageLike, kind: str, *, threshold: Optional[float] = None,
                      **options: "Unpack[Options]") -> Dict[str, Any]:
        """See Facet.summary."""
        return await self._run(_operations.summary(image, kind, {**options, "threshold": threshold}))

    async def packs(self) -> List[Dict[str, Any]]:
        """See Facet.packs."""
        return await self._run(_operations.packs())

    async def pack(self, name: str) -> Dict[str, Any]:
        """See Facet.pack."""
        return await self._run(_operations.pack(name))

    async def classes(self, pack: str) -> List[str]:
        """See Facet.classes."""
        return await self._run(_operations.classes(pack))

    async def upload(self, file: Union[str, "os.PathLike[str]"], *, activate: Optional[bool] = None, plan: Optional[str] = None,
                     signature: Optional[str] = None, dry_run: bool = False) -> Dict[str, Any]:
        """See Facet.upload."""
        return await self._run(_operations.upload(file, activate, plan, signature, dry_run))

    async def activate(self, name: str, version: str) -> None:
        """See Facet.activate."""
        await self._run(_operations.activate(name, version))

    async def remove(self, name: str, version: str) -> None:
        """See Facet.remove."""
        await self._run(_operations.remove(name, version))

    async def traffic(self, name: str) -> Dict[str, Any]:
        """See Facet.traffic."""
        return await self._run(_operations.traffic(name))

    async def set_traffic(self, name: str, weights: Mapping[Any, int]) -> Dict[str, Any]:
        """See Facet.set_traffic."""
        return await self._run(_operations.set_traffic(name, weights))

    async def end_traffic(self, name: str) -> None:
        """See Facet.end_traffic."""
        await self._run(_operations.end_traffic(name))

    async def promote(self, name: str, version: Optional[str] = None) -> Dict[str, Any]:
        """See Facet.promote."""
        return await self._run(_operations.promote(name, version))

    async def roll_back(self, name: str, version: Optional[str] = None) -> Dict[str, Any]:
        """See Facet.roll_back."""
        return await self._run(_operations.roll_back(name, version))

    async def set_default(self, kind: str, pack: str) -> None:
        """See Facet.set_default."""
        await self._run(_operations.set_default(kind, pack))

    async def is_ready(self) -> bool:
        """See Facet.is_ready."""
        try:
            return await self._run(_operations.is_ready())
        except (FacetError, Unreachable):
            return False

    async def close(self) -> None:
        """Closes the connections."""
        await self._client.aclose()

    async def __aenter__(self) -> "AsyncFacet":
        return self

    async def __aexit__(self, *_: Any) -> None:
        await self.close()

    async def _run(self, operation: "Operation[T]") -> T:
        try:
            call = next(operation)
            while True:
                call = operation.send(await self._send(call))
        except StopIteration as done:
            return done.value

    async def _send(self, call: Call) -> Answer:
        attempt = 1
        while True:
            try:
                response = await self._client.request(**self._sender.request(call))
            except httpx.TransportError as error:
                raise self._sender.unreachable(call, error) from error
            wait = self._sender.wait_seconds(response, attempt)
            if wait is None:
                return self._sender.answer(response)
            await asyncio.sleep(wait)
            attempt += 1
