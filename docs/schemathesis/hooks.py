"""What schemathesis has to know of Facet to get more than refusals: images, a pack, and the names that a server has.

docs/clients.md has the command. It plugs and deletes packs: run it against a server with a data folder of its own.
"""
import os
import pathlib
import struct
import zlib

import schemathesis
from hypothesis import strategies

KINDS = ["segmentation", "human-parts", "depth", "normals", "saliency", "edges"]
NAME, VERSION = "streets", "2"


def png(height, width):
    """A grey PNG: small, so that thousands of predictions take minutes."""
    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    rows = b"".join(b"\0" + bytes((x * 7 + y * 3) % 256 for x in range(width)) for y in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


IMAGE = png(40, 56)
# The server tells the format by the bytes, so one image will do for all types; what isn't one is refused.
IMAGES = strategies.sampled_from([IMAGE, png(17, 64), png(1, 1), IMAGE, IMAGE[:60], b"", b"\xff\xd8\xff\xe0 no JPEG"])
PACK = pathlib.Path(os.environ["FACET_PACK"]).read_bytes()
BYTES = strategies.one_of(IMAGES, strategies.binary(max_size=100), strategies.sampled_from([IMAGE, PACK, PACK[:5000]]))

for media_type in ["image/jpeg", "image/png", "image/webp", "image/tiff"]:
    schemathesis.openapi.media_type(media_type, IMAGES)
schemathesis.openapi.media_type("application/octet-stream", BYTES)


def or_known(generated, known):
    """What was generated, or something that the server has."""
    return strategies.sampled_from([generated] + known)


@schemathesis.hook
def flatmap_path_parameters(context, parameters):
    """Names and versions of packs that are there."""
    if not parameters:
        return strategies.just(parameters)
    known = {"name": [NAME] if context.operation.method.upper() == "PUT" else [NAME, "edges"], "version": [VERSION] * 2, "kind": KINDS}
    return strategies.fixed_dictionaries(
        {name: or_known(value, known.get(name, [])) for name, value in parameters.items()})


@schemathesis.hook
def before_call(context, case, kwargs):
    """What comes with the models isn't deleted, so that predictions go on."""
    if case.method.upper() == "DELETE" and case.path_parameters.get("name") in KINDS:
        case.path_parameters["name"] = NAME


@schemathesis.hook
def flatmap_query(context, query):
    """Small sizes, packs that are there, times that suffice."""
    if not query:
        return strategies.just(query)
    known = {
        "pack": ["edges", "segmentation", "depth@2"],
        "packs": ["edges,depth@2", NAME],
        "tasks": ["edges", ",".join(KINDS)],
        "side": [16, 100],
        "tile": [64],
        "overlap": [16],
        "timeout": ["5s", "1ms"],
    }
    return strategies.fixed_dictionaries(
        {name: or_known(value, known.get(name, [])) for name, value in query.items()})
