"""Writes a Facet pack from a PyTorch state_dict, with torch, numpy and docs/format.md alone.

    python facet_pack.py --bank models/bank.safetensors --state state.pt --out mine.safetensors \
        --name mine --kind segmentation --classes background,road,car --from layer4

The state_dict has the names of docs/format.md: <conv>.modulator (or .modulator.g and .modulator.v, gains and rows of a
weight normalization), norms, shortcuts, decoder. `forward` below is the network itself, modulation rc, differentiable: train
with it, or compare your own network with it. What it answers to a small picture goes into the file as the self-test, and the
server refuses the pack if its engine answers something else.
"""
import argparse
import hashlib
import json
import re
import struct

import numpy
import torch
from torch.nn.functional import batch_norm, conv2d, interpolate, max_pool2d, relu

STAGES = ["conv1", "layer1", "layer2", "layer3", "layer4"]
BLOCKS = {"resnet18": [2, 2, 2, 2], "resnet34": [3, 4, 6, 3]}
TYPES = {"F32": numpy.float32, "F16": numpy.float16, "U8": numpy.uint8}


def read(path):
    """The metadata and the tensors of a safetensors file, fp16 widened."""
    with open(path, "rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        data = file.read()
    metadata = header.pop("__metadata__", {})
    tensors = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        values = numpy.frombuffer(data[begin:end], TYPES[entry["dtype"]]).reshape(entry["shape"])
        tensors[name] = torch.from_numpy(values.astype(numpy.float32) if entry["dtype"] == "F16" else values.copy())
    return metadata, tensors


def fingerprint(metadata, tensors):
    """Of a bank: what its packs are bound to."""
    manifest = json.loads(metadata["facet.bank"])
    numbers = lambda values: " ".join(numpy.format_float_positional(numpy.float32(v), trim="-") for v in values)
    text = "%s\n%s\n%s\n" % (manifest["architecture"], numbers(manifest["input"]["mean"]), numbers(manifest["input"]["std"]))
    digest = hashlib.sha256(text.encode())
    for name in sorted(tensors, key=str.encode):
        shape = tensors[name].shape
        digest.update(name.encode() + b"\0" + struct.pack("<i%dq" % len(shape), len(shape), *shape))
        digest.update(tensors[name].numpy().astype("<f4").tobytes())
    return digest.hexdigest()


def forward(images, bank, state, manifest, training=False):
    """[N, 3, H, W], normalised -> the stride-4 map [N, outputs, H/4, W/4]."""
    prefix = STAGES[: STAGES.index(manifest["modulatedFrom"])]

    def norm(x, name, values):
        part = lambda p: values["%s.%s" % (name, p)]
        batch = training and values is state
        return batch_norm(x, part("running_mean"), part("running_var"), part("weight"), part("bias"), batch, 0.1, 1e-5)

    def modulator(conv):
        if conv + ".modulator.v" not in state:
            return state[conv + ".modulator"]
        rows = state[conv + ".modulator.v"]
        return state[conv + ".modulator.g"] * rows / rows.flatten(1).norm(dim=1).view(-1, 1, 1, 1)

    def unit(x, conv, name, stride=1, padding=0, dilation=1):
        pretrained = conv.split(".")[0] in prefix
        if "downsample" in conv:
            weight = bank["init.%s.weight" % conv] if pretrained else state[conv + ".weight"]
            x = conv2d(x, weight, stride=stride)
        else:
            x = conv2d(x, bank[conv], stride=stride, padding=padding, dilation=dilation)
            if not pretrained:
                x = conv2d(x, modulator(conv))
            elif "init.%s.modulator" % conv in bank:
                x = conv2d(x, bank["init.%s.modulator" % conv])
        return norm(x, "init." + name, bank) if pretrained else norm(x, name, state)

    def block(x, name, stride, dilation):
        y = relu(unit(x, name + ".conv1", name + ".bn1", stride, dilation, dilation))
        y = unit(y, name + ".conv2", name + ".bn2", 1, dilation, dilation)
        if name.endswith(".0") and not name.startswith("layer1"):
            x = unit(x, name + ".downsample.0", name + ".downsample.1", stride)
        return relu(y + x)

    def head(x, name, rate=1):
        if name + ".depthwise.weight" in state:
            x = conv2d(x, state[name + ".depthwise.weight"], padding=rate, dilation=rate, groups=x.shape[1])
            x = conv2d(x, state[name + ".pointwise.weight"])
        else:
            weight = state[name + ".conv.weight"]
            x = conv2d(x, weight, padding=rate * (weight.shape[2] // 2), dilation=rate)
        return relu(norm(x, name + ".norm", state))

    x = max_pool2d(relu(unit(images, "conv1", "bn1", 2, 3)), 3, 2, 1)
    strides = {32: [1, 2, 2, 2], 16: [1, 2, 2, 1], 8: [1, 2, 1, 1]}[manifest["outputStride"]]
    dilations = {32: [1, 1, 1, 1], 16: [1, 1, 1, 2], 8: [1, 1, 2, 4]}[manifest["outputStride"]]
    for stage in range(4):
        for index in range(BLOCKS[manifest["architecture"]][stage]):
            x = block(x, "layer%d.%d" % (stage + 1, index), strides[stage] if index == 0 else 1, dilations[stage])
        if stage == 0:
            low = x
    branches = [head(x, "decoder.aspp.0")]
    branches += [head(x, "decoder.aspp.%d" % (i + 1), rate) for i, rate in enumerate(manifest["decoder"]["rates"])]
    branches.append(head(x.mean((2, 3), keepdim=True), "decoder.aspp.4").expand(-1, -1, *x.shape[2:]))
    x = head(torch.cat(branches, 1), "decoder.project")
    x = interpolate(x, low.shape[2:], mode="bilinear", align_corners=False)
    x = head(torch.cat([x, head(low, "decoder.low")], 1), "decoder.fuse.0")
    x = head(x, "decoder.fuse.1")
    return conv2d(x, state["decoder.predict.weight"], state["decoder.predict.bias"])


def predict(pixels, bank, state, manifest, normalization):
    """What the server's self-test expects for RGB [h, w, 3]: the map at the picture's size, normals of unit length."""
    images = torch.from_numpy(pixels).permute(2, 0, 1)[None].float() / 255
    images = (images - torch.tensor(normalization["mean"]).view(1, 3, 1, 1)) / torch.tensor(normalization["std"]).view(1, 3, 1, 1)
    with torch.no_grad():
        output = forward(images, bank, state, manifest)
        output = interpolate(output, images.shape[2:], mode="bilinear", align_corners=False)
    if manifest["task"]["kind"] == "normals":
        output = output / output.norm(dim=1, keepdim=True).clamp_min(1e-12)
    return output


def merged(state):
    """Without what only training needs: gains are merged into their rows, counters dropped."""
    result = {}
    for name, tensor in state.items():
        if name.endswith(".modulator.v"):
            rows = tensor.detach().double()
            gains = state[name[:-1] + "g"].detach().double()
            result[name[:-2]] = (gains * rows / rows.flatten(1).norm(dim=1).view(-1, 1, 1, 1)).float()
        elif not name.endswith((".modulator.g", ".num_batches_tracked")):
            result[name] = tensor.detach().float()
    return result


def pack(bank_path, manifest, state, half=True):
    """The bytes of a pack; `bank`, `ranks` and the self-test are filled in."""
    metadata, bank = read(bank_path)
    about = json.loads(metadata["facet.bank"])
    manifest = dict(manifest, bank=fingerprint(metadata, bank), ranks=about["ranks"], architecture=about["architecture"])
    # Matrices may be fp16; norms and biases are small, and their range is wide.
    state = {k: v.half() if half and v.dim() > 1 else v for k, v in merged(state).items()}
    pixels = numpy.random.default_rng(1).integers(0, 256, (64, 64, 3), numpy.uint8)
    answer = predict(pixels, bank, {k: v.float() for k, v in state.items()}, manifest, about["input"])
    tensors = dict(state, **{"selftest.image": torch.from_numpy(pixels), "selftest.output": answer})

    text = json.dumps(manifest, ensure_ascii=False)
    digest = hashlib.sha256(text.encode() + b"\0")
    header, data = {}, b""
    for name, tensor in tensors.items():
        values = tensor.contiguous().numpy()
        dtype = {"float32": "F32", "float16": "F16", "uint8": "U8"}[str(values.dtype)]
        header[name] = {"dtype": dtype, "shape": list(values.shape), "data_offsets": [len(data), len(data) + values.nbytes]}
        data += values.tobytes()
        digest.update(name.encode() + b"\0" + dtype.encode() + b"\0")
        digest.update(struct.pack("<i%dq" % values.ndim, values.ndim, *values.shape))
    digest.update(data)
    header["__metadata__"] = {"facet.pack": text, "facet.digest": digest.hexdigest()}
    # json.dumps separates with spaces and never with other white space, as the format wants it.
    encoded = json.dumps(header).encode()
    return struct.pack("<Q", len(encoded)) + encoded + data


def task(kind, classes, quantity="distance"):
    """The `task` of a manifest. Depth is a distance in metres, or inverse depth: larger is nearer, without a unit."""
    if kind in ("segmentation", "human-parts"):
        colors = ["#000000"] + ["#%06x" % (2654435761 * (i + 1) % (1 << 24)) for i in range(len(classes))]
        return {"kind": kind, "classes": [{"name": n, "color": c} for n, c in zip(classes, colors)]}
    return {
        "depth": {"kind": kind, "quantity": quantity} if quantity == "inverse-depth" else {"kind": kind, "unit": "metre", "pngScale": 0.001},
        "normals": {"kind": kind, "axes": "x right, y down, z forward"},
        "saliency": {"kind": kind},
        "edges": {"kind": kind, "counted": "boundaries that people draw"},
    }[kind]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    for option in ("bank", "state", "out", "name", "kind"):
        parser.add_argument("--" + option, required=True)
    parser.add_argument("--version", default="1")
    parser.add_argument("--classes", type=lambda text: text.split(","), default=[])
    parser.add_argument("--quantity", choices=["distance", "inverse-depth"], default="distance", help="of depth")
    parser.add_argument("--from", dest="modulated_from", choices=STAGES, default="conv1")
    parser.add_argument("--output-stride", type=int, choices=[8, 16, 32], default=16)
    parser.add_argument("--rates", type=lambda text: [int(rate) for rate in text.split(",")], default=[2, 4, 6])
    parser.add_argument("--size", type=int, default=512, help="longer side of the network's input")
    parser.add_argument("--licence", default="")
    arguments = parser.parse_args()
    state = torch.load(arguments.state, map_location="cpu", weights_only=True)
    state = state.get("state_dict", state)
    separable = any(re.search("depthwise", name) for name in state)
    manifest = {
        "format": 1, "name": arguments.name, "version": arguments.version, "description": "Written by facet_pack.py.",
        "task": task(arguments.kind, arguments.classes, arguments.quantity), "bank": None, "architecture": None,
        "outputStride": arguments.output_stride, "modulation": "rc", "modulatedFrom": arguments.modulated_from, "ranks": {},
        "decoder": {
            "kind": "separable" if separable else "deeplabv3plus",
            "width": state["decoder.predict.weight"].shape[1],
            "lowLevelWidth": state["decoder.low.conv.weight"].shape[0],
            "rates": arguments.rates,
        },
        "input": {"size": arguments.size, "enlarge": False, "multiple": max(16, arguments.output_stride)}, "plans": {"factored": 0}, "scores": [],
        "provenance": {"dataset": "", "split": "", "command": "", "seed": 0, "steps": 0, "trainer": "facet_pack.py"},
        "licence": arguments.licence, "selfTestTolerance": 0.001,
    }
    with open(arguments.out, "wb") as out:
        out.write(pack(arguments.bank, manifest, state))


if __name__ == "__main__":
    main()
