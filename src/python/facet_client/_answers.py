"""What the server answers."""
from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any, Dict, Mapping, Optional

import numpy


@dataclass(frozen=True)
class Prediction:
    """A task's answer for one image; NumPy's functions take it as its array.

    array: segmentation and human-parts, class ids as uint8 [H, W]; depth, saliency and edges float32 [H, W]; normals float32 [H, W, 3];
        with raw=True the network's outputs, float32 [C, H, W]
    kind: such as "depth"
    pack, version: which pack answered
    digest: SHA-256 of the pack's file
    plan: how the pack ran: "factored", "merged" or "int8"
    quantity: depth alone: "distance" is larger where it is farther, "inverse-depth" where it is nearer, without a unit
    unit: of distances
    timings: milliseconds by stage on the server, of the whole call
    request_id: id by which the server's log names the request
    """

    array: numpy.ndarray
    kind: str
    pack: str
    version: str
    digest: str
    plan: str
    quantity: Optional[str] = None
    unit: Optional[str] = None
    timings: Mapping[str, float] = None  # type: ignore[assignment]
    request_id: Optional[str] = None

    def __array__(self, dtype: Any = None, copy: Optional[bool] = None) -> numpy.ndarray:
        if copy:
            return numpy.array(self.array, dtype=dtype)
        return numpy.asarray(self.array, dtype=dtype)

    @classmethod
    def of(cls, content: bytes, headers: Mapping[str, str], call: Mapping[str, str]) -> "Prediction":
        """The prediction of a NumPy file, of the headers that belong to it and those of the call."""
        return cls(
            array=numpy.load(io.BytesIO(content), allow_pickle=False),
            kind=headers["facet-task"],
            pack=headers["facet-pack"],
            version=headers["facet-pack-version"],
            digest=headers["facet-pack-digest"],
            plan=headers["facet-pack-plan"],
            quantity=headers.get("x-depth-quantity"),
            unit=headers.get("x-depth-unit"),
            timings=_timings(headers.get("server-timing") or call.get("server-timing") or ""),
            request_id=call.get("x-request-id"),
        )


def _timings(header: str) -> Dict[str, float]:
    """Server-Timing: NAME;dur=MILLIS entries."""
    timings = {}
    for entry in header.split(","):
        name, *parameters = (part.strip() for part in entry.split(";"))
        for parameter in parameters:
            if parameter.startswith("dur="):
                timings[name] = float(parameter[4:])
    return timings
