"""Writes a small pack from docs/format.md alone, without Facet: python3 foreign_pack.py BANK_FINGERPRINT

The pack modulates the norms of layer4 of a ResNet-18 bank and has a decoder of width 1. Its values are random and its
self-test is not what an engine answers: it is for reading, not for plugging.
"""
import hashlib
import json
import math
import os
import random
import struct
import sys

WIDTHS = {"F32": "f", "F16": "e", "U8": "B"}


def layout():
    def norm(name, channels):
        for part in ("weight", "bias", "running_mean", "running_var"):
            yield "%s.%s" % (name, part), [channels]

    def separable(name, channels, width):
        yield name + ".depthwise.weight", [channels, 1, 3, 3]
        yield name + ".pointwise.weight", [width, channels, 1, 1]
        yield from norm(name + ".norm", width)

    def plain(name, channels, width):
        yield name + ".conv.weight", [width, channels, 1, 1]
        yield from norm(name + ".norm", width)

    for block in range(2):
        for index in (1, 2):
            yield from norm("layer4.%d.bn%d" % (block, index), 512)
    yield from norm("layer4.0.downsample.1", 512)
    yield from plain("decoder.aspp.0", 512, 1)
    for branch in (1, 2, 3):
        yield from separable("decoder.aspp.%d" % branch, 512, 1)
    yield from plain("decoder.aspp.4", 512, 1)
    yield from plain("decoder.project", 5, 1)
    yield from plain("decoder.low", 64, 1)
    yield from separable("decoder.fuse.0", 2, 1)
    yield from separable("decoder.fuse.1", 1, 1)
    yield "decoder.predict.weight", [2, 1, 1, 1]
    yield "decoder.predict.bias", [2]


def tensors():
    generator = random.Random(1)
    for name, shape in layout():
        low = 0.5 if name.endswith("running_var") else -0.5
        yield name, "F16", shape, [low + generator.random() for _ in range(math.prod(shape))]
    yield "selftest.image", "U8", [2, 3, 3], list(range(18))
    yield "selftest.output", "F32", [1, 2, 2, 3], [0.0] * 12


def pack(fingerprint):
    manifest = json.dumps({
        "format": 1, "name": "foreign", "version": "7", "description": "Written by a Python script: «élan».",
        "task": {"kind": "segmentation", "classes": [{"name": "sky", "color": "#0000ff"}, {"name": "ground", "color": "#00ff00"}]},
        "bank": fingerprint, "architecture": "resnet18", "outputStride": 16, "modulation": "norm", "modulatedFrom": "layer4",
        "ranks": {}, "decoder": {"kind": "separable", "width": 1, "lowLevelWidth": 1, "rates": [1, 2, 3]},
        "input": {"size": 64, "enlarge": False, "multiple": 16}, "plans": {"factored": 0}, "scores": [],
        "provenance": {"dataset": "", "split": "", "command": "", "seed": 1, "steps": 0, "trainer": "foreign_pack.py"},
        "licence": "CC0-1.0", "selfTestTolerance": 0.001}, ensure_ascii=False)
    digest = hashlib.sha256(manifest.encode() + b"\0")
    header, data = {}, b""
    for name, dtype, shape, values in tensors():
        begin = len(data)
        data += struct.pack("<%d%s" % (len(values), WIDTHS[dtype]), *values)
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [begin, len(data)]}
        digest.update(name.encode() + b"\0" + dtype.encode() + b"\0" + struct.pack("<i%dq" % len(shape), len(shape), *shape))
    digest.update(data)
    header["__metadata__"] = {"facet.pack": manifest, "facet.digest": digest.hexdigest()}
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data


if __name__ == "__main__":
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "foreign-v1.safetensors"), "wb") as out:
        out.write(pack(sys.argv[1]))
