"""What the server can be asked: each operation yields its calls and gets the answers. How calls are sent isn't its concern."""
from __future__ import annotations

import base64
import hashlib
import io
import json
import os
import pathlib
import urllib.parse
import zipfile
from dataclasses import dataclass, field
from typing import Any, Dict, Generator, Iterable, List, Mapping, Optional, Tuple, TypedDict, TypeVar, Union

from PIL import Image

from ._answers import Prediction
from ._errors import FacetError
from ._images import ImageLike, encoded

T = TypeVar("T")


@dataclass(frozen=True)
class Call:
    """A request."""

    method: str
    path: str
    params: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    content: Optional[bytes] = None


@dataclass(frozen=True)
class Answer:
    """A response with a status below 300; names of headers are in lower case."""

    headers: Mapping[str, str]
    content: bytes

    def json(self) -> Any:
        return json.loads(self.content)


Operation = Generator[Call, Answer, T]


class Options(TypedDict, total=False):
    """Options of a prediction; the server's page on its HTTP API describes them.

    route_key: the same key gets the same version of a pack while a new one is rolled out
    """

    pack: str
    side: int
    tile: int
    overlap: int
    unknown: float
    raw: bool
    timeout: Union[str, float]
    priority: int
    route_key: str


def predict(image: ImageLike, kind: str, options: Mapping[str, Any]) -> Operation[Prediction]:
    answer = yield _ask("/v1/%s.npy" % _segment(kind), image, options)
    return Prediction.of(answer.content, answer.headers, answer.headers)


def predict_all(
    image: ImageLike, kinds: Iterable[str], packs: Iterable[str], options: Mapping[str, Any]
) -> Operation[Dict[str, Union[Prediction, FacetError]]]:
    if isinstance(kinds, str) or isinstance(packs, str):
        raise TypeError("kinds and packs: expected several names, but got one string")
    kinds, packs = list(dict.fromkeys(kinds)), list(dict.fromkeys(packs))
    if not kinds and not packs:
        raise ValueError("kinds and packs: expected at least one name")
    asked = {"tasks": ",".join(kinds), "packs": ",".join(packs), "format": "npy"}
    answer = yield _ask("/v1/predict.zip", image, {**options, **{name: value for name, value in asked.items() if value}})
    with zipfile.ZipFile(io.BytesIO(answer.content)) as bundle:
        parts = json.loads(bundle.read("facet.json"))["parts"]
        # One part for each of what was asked for, in that order.
        return {name: _part(bundle, part, answer) for name, part in zip(kinds + packs, parts)}


def _part(bundle: zipfile.ZipFile, part: Mapping[str, Any], answer: Answer) -> Union[Prediction, FacetError]:
    if "problem" in part:
        return FacetError(int(part["problem"]["status"]), part["problem"])
    headers = {name.lower(): value for name, value in part["headers"].items()}
    return Prediction.of(bundle.read(part["file"]), headers, answer.headers)


def picture(image: ImageLike, kind: str, options: Mapping[str, Any]) -> Operation[Image.Image]:
    answer = yield _ask("/v1/%s.png" % _segment(kind), image, options)
    picture = Image.open(io.BytesIO(answer.content))
    picture.load()
    return picture


def summary(image: ImageLike, kind: str, options: Mapping[str, Any]) -> Operation[Dict[str, Any]]:
    answer = yield _ask("/v1/%s.json" % _segment(kind), image, options)
    return answer.json()


def packs() -> Operation[List[Dict[str, Any]]]:
    listed: List[Dict[str, Any]] = []
    after = None
    while True:
        page = (yield Call("GET", "/v1/packs", {"limit": "1000", **({"after": after} if after else {})})).json()
        listed += page["packs"]
        after = _after(page.get("next"))
        if not after:
            return listed


def _after(address: Optional[str]) -> Optional[str]:
    query = urllib.parse.urlsplit(address or "").query
    return urllib.parse.parse_qs(query).get("after", [None])[0]


def pack(name: str) -> Operation[Dict[str, Any]]:
    return (yield Call("GET", "/v1/packs/" + _segment(name))).json()


def classes(name: str) -> Operation[List[str]]:
    versions = (yield from pack(name))["versions"]
    active = next(version for version in versions if version["active"])
    return [entry["name"] for entry in active["parameters"]["classes"]]


def upload(
    file: Union[str, "os.PathLike[str]"], activate: Optional[bool], plan: Optional[str], signature: Optional[str], dry_run: bool
) -> Operation[Dict[str, Any]]:
    content = pathlib.Path(file).read_bytes()
    name, version = _name_and_version(content, file)
    digest = base64.b64encode(hashlib.sha256(content).digest()).decode("ascii")
    headers = {"Content-Type": "application/octet-stream", "Content-Digest": "sha-256=:%s:" % digest}
    if signature:
        headers["Facet-Signature"] = signature
    answer = yield Call("PUT", _version(name, version), _params({"activate": activate, "plan": plan, "dry-run": dry_run or None}), headers, content)
    return answer.json()


def _name_and_version(content: bytes, file: Union[str, "os.PathLike[str]"]) -> Tuple[str, str]:
    """As the manifest has them, in the header of the safetensors file."""
    try:
        header = json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")])
        manifest = json.loads(header["__metadata__"]["facet.pack"])
        return manifest["name"], manifest["version"]
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError("%s isn't a modulator pack: it has no manifest" % os.fspath(file)) from error


def activate(name: str, version: str) -> Operation[None]:
    yield Call("POST", "/v1/packs/%s/activate" % _segment(name), {"version": str(version)})


def remove(name: str, version: str) -> Operation[None]:
    yield Call("DELETE", _version(name, version))


def traffic(name: str) -> Operation[Dict[str, Any]]:
    return (yield Call("GET", _traffic(name))).json()


def set_traffic(name: str, weights: Mapping[Any, int]) -> Operation[Dict[str, Any]]:
    content = json.dumps({"weights": {str(version): weight for version, weight in weights.items()}}).encode("utf-8")
    return (yield Call("PUT", _traffic(name), {}, {"Content-Type": "application/json"}, content)).json()


def end_traffic(name: str) -> Operation[None]:
    yield Call("DELETE", _traffic(name))


def promote(name: str, version: Optional[str]) -> Operation[Dict[str, Any]]:
    return (yield Call("POST", "/v1/packs/%s/promote" % _segment(name), _params({"version": version}))).json()


def roll_back(name: str, version: Optional[str]) -> Operation[Dict[str, Any]]:
    return (yield Call("POST", "/v1/packs/%s/rollback" % _segment(name), _params({"version": version}))).json()


def set_default(kind: str, name: str) -> Operation[None]:
    yield Call("PUT", "/v1/defaults/" + _segment(kind), {"pack": name})


def is_ready() -> Operation[bool]:
    yield Call("GET", "/q/health/ready")
    return True


def _ask(path: str, image: ImageLike, options: Mapping[str, Any]) -> Call:
    options = dict(options)
    if options.pop("raw", False):
        options["raw"] = "logits"
    headers = {"Content-Type": "application/octet-stream"}
    route_key = options.pop("route_key", None)
    if route_key is not None:
        headers["Facet-Route-Key"] = str(route_key)
    return Call("POST", path, _params(options), headers, encoded(image))


def _params(values: Mapping[str, Any]) -> Dict[str, str]:
    return {name: _text(value) for name, value in values.items() if value is not None}


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _segment(name: str) -> str:
    return urllib.parse.quote(str(name), safe="")


def _traffic(name: str) -> str:
    return "/v1/packs/%s/traffic" % _segment(name)


def _version(name: str, version: str) -> str:
    return "/v1/packs/%s/versions/%s" % (_segment(name), _segment(version))
