"""Trains a segmentation pack in PyTorch: a plain loop around the network of facet_pack.py. Needs torch, numpy and Pillow.

    python train_pack.py --bank models/bank.safetensors --data mydata --out state.pt

The data lie as docs/evaluation.md says: images/ID.jpg, segmentation/ID.png, splits/train.txt, splits/val.txt, classes.txt.
What comes out is a state_dict with the names of docs/format.md; facet_pack.py makes the pack of it. Only the pack's own
tensors are trained: modulators, norms, shortcuts and the decoder. The bank is read and stays as it is.
"""
import argparse
import json
import os
import pathlib
import random
import time

# Threads of a pool that wait for work sleep: where others use the processors, spinning costs a multiple of the time. Before torch loads.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import numpy
import torch
from PIL import Image
from torch.nn.functional import cross_entropy, interpolate

from facet_pack import STAGES, forward, read

IGNORED = 255


def initial_state(bank, outputs, modulated_from, width=128, low_level_width=48):
    """Tensors to train: the encoder's as the bank's own network has them, the decoder's at random."""
    state = {}
    trained = STAGES[STAGES.index(modulated_from):]

    def norm(name, channels):
        state[name + ".weight"], state[name + ".bias"] = torch.ones(channels), torch.zeros(channels)
        state[name + ".running_mean"], state[name + ".running_var"] = torch.zeros(channels), torch.ones(channels)

    def kernel(*shape):
        return torch.nn.init.kaiming_normal_(torch.empty(shape), mode="fan_out", nonlinearity="relu")

    def unit(name, channels, outputs, size=1):
        if size == 1:
            state[name + ".conv.weight"] = kernel(outputs, channels, 1, 1)
        else:
            state[name + ".depthwise.weight"] = kernel(channels, 1, size, size)
            state[name + ".pointwise.weight"] = kernel(outputs, channels, 1, 1)
        norm(name + ".norm", outputs)

    for name, tensor in bank.items():
        if name.startswith("init."):
            # Norms, shortcuts and, where the bank is a basis of responses, the modulators that undo the change of basis.
            own = name[len("init."):]
            stage = "conv1" if own.split(".")[0] in ("conv1", "bn1") else own.split(".")[0]
            if stage in trained:
                state[own] = tensor.clone()
        elif name.split(".")[0] in trained and "init.%s.modulator" % name not in bank:
            state[name + ".modulator"] = torch.eye(len(tensor)).view(len(tensor), len(tensor), 1, 1)

    unit("decoder.aspp.0", 512, width)
    for branch in (1, 2, 3):
        unit("decoder.aspp.%d" % branch, 512, width, 3)
    unit("decoder.aspp.4", 512, width)
    unit("decoder.project", 5 * width, width)
    unit("decoder.low", 64, low_level_width)
    unit("decoder.fuse.0", width + low_level_width, width, 3)
    unit("decoder.fuse.1", width, width, 3)
    state["decoder.predict.weight"] = 0.01 * torch.randn(outputs, width, 1, 1)
    state["decoder.predict.bias"] = torch.zeros(outputs)
    return state


class Views:
    """Random views of a data set: scaled, cropped, mirrored, normalised."""

    def __init__(self, data, split, normalization, size):
        self.ids = (data / "splits" / (split + ".txt")).read_text().split()
        self.files = {file.stem: file for file in (data / "images").iterdir()}
        self.masks = data / "segmentation"
        self.mean = numpy.array(normalization["mean"], numpy.float32)
        self.std = numpy.array(normalization["std"], numpy.float32)
        self.size = size

    def pair(self, name):
        return Image.open(self.files[name]).convert("RGB"), Image.open(self.masks / (name + ".png"))

    def normalised(self, image):
        values = (numpy.asarray(image, numpy.float32) / 255 - self.mean) / self.std
        return torch.from_numpy(values.transpose(2, 0, 1).copy())

    def view(self):
        image, mask = self.pair(random.choice(self.ids))
        # The server never enlarges and reduces to 512; half and double that is what training varies.
        scale = min(1, 512 / max(image.size)) * random.choice([0.5, 0.75, 1, 1.25, 1.5, 1.75, 2])
        width, height = (max(1, round(side * scale)) for side in image.size)
        left, top = (random.randint(min(0, side - self.size), max(0, side - self.size)) for side in (width, height))
        image = image.resize((width, height), Image.BILINEAR).crop((left, top, left + self.size, top + self.size))
        # Beside the image there is nothing to learn: black there, and not counted.
        labels = numpy.full((self.size, self.size), IGNORED, numpy.int64)
        inside = numpy.asarray(mask.resize((width, height), Image.NEAREST))[max(0, top):, max(0, left):]
        y, x = max(0, -top), max(0, -left)
        inside = inside[: self.size - y, : self.size - x]
        labels[y : y + inside.shape[0], x : x + inside.shape[1]] = inside
        pixels, labels = self.normalised(image), torch.from_numpy(labels)
        if random.random() < 0.5:
            pixels, labels = pixels.flip(2), labels.flip(1)
        return pixels, labels

    def batch(self, count):
        pixels, labels = zip(*(self.view() for _ in range(count)))
        return torch.stack(pixels), torch.stack(labels)


def accuracy(views, bank, state, manifest):
    """The share of a split's pixels that are right; `facet evaluate` gives the score."""
    right = counted = 0
    with torch.no_grad():
        for name in views.ids:
            image, mask = views.pair(name)
            labels = torch.from_numpy(numpy.array(mask, numpy.int64))
            logits = forward(views.normalised(image)[None], bank, state, manifest)
            classes = interpolate(logits, labels.shape, mode="bilinear", align_corners=False)[0].argmax(0)
            valid = labels != IGNORED
            right += int((classes[valid] == labels[valid]).sum())
            counted += int(valid.sum())
    return right / max(1, counted)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--bank", required=True)
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--out", required=True, help="file for the state_dict")
    parser.add_argument("--from", dest="modulated_from", choices=STAGES, default="layer4")
    parser.add_argument("--steps", type=int, default=1200)
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--size", type=int, default=192, help="side of a view")
    parser.add_argument("--lr", type=float, default=0.1, help="of the decoder; modulators learn at a twentieth of it")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()

    random.seed(arguments.seed)
    torch.manual_seed(arguments.seed)
    metadata, bank = read(arguments.bank)
    about = json.loads(metadata["facet.bank"])
    # What forward() has to know of a pack; facet_pack.py writes the same into the file.
    manifest = {
        "architecture": about["architecture"], "modulatedFrom": arguments.modulated_from, "outputStride": 16,
        "decoder": {"rates": [2, 4, 6]},
    }
    classes = (arguments.data / "classes.txt").read_text().split("\n")
    state = initial_state(bank, len([name for name in classes if name.strip()]), arguments.modulated_from)
    trained = {name: tensor.requires_grad_() for name, tensor in state.items() if ".running_" not in name}
    optimizer = torch.optim.SGD(
        [
            {"params": [tensor for name, tensor in trained.items() if name.startswith("decoder.")]},
            {"params": [tensor for name, tensor in trained.items() if not name.startswith("decoder.")], "lr": arguments.lr / 20},
        ],
        lr=arguments.lr, momentum=0.9, weight_decay=1e-4)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: (1 - step / arguments.steps) ** 0.9)
    views = Views(arguments.data, "train", about["input"], arguments.size)

    begin, mean = time.monotonic(), None
    for step in range(1, arguments.steps + 1):
        pixels, labels = views.batch(arguments.batch)
        logits = forward(pixels, bank, state, manifest, training=True)
        logits = interpolate(logits, labels.shape[1:], mode="bilinear", align_corners=False)
        loss = cross_entropy(logits, labels, ignore_index=IGNORED)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        mean = loss.item() if mean is None else 0.9 * mean + 0.1 * loss.item()
        if step % 20 == 0 or step == arguments.steps:
            print("step %d of %d, loss %.3f, %.0f s" % (step, arguments.steps, mean, time.monotonic() - begin), flush=True)

    torch.save({name: tensor.detach() for name, tensor in state.items()}, arguments.out)
    right = accuracy(Views(arguments.data, "val", about["input"], arguments.size), bank, state, manifest)
    print("%s: %.1f %% of the pixels of val are right" % (arguments.out, 100 * right))


if __name__ == "__main__":
    main()
