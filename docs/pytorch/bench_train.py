"""Measures training steps of RC in PyTorch: the side that `facet bench train --pytorch PYTHON` compares with.

    python bench_train.py --bank models/bank.safetensors --data FOLDER --size 256 --batch 4 --decoder deeplabv3plus

The network is written as one writes it in PyTorch: modules, a frozen filter in front of each modulator, torch's own optimizer,
DataLoader and bf16 (`--precision bf16`: autocast). `--channels-last` lays out memory as oneDNN likes it. FOLDER is a data set in the
plain layout (docs/evaluation.md): images/, segmentation/, splits/train.txt, classes.txt. Every number on a line of stdin is a block
of so many steps, answered with one line of figures. Needs torch, numpy and Pillow.
"""
import argparse
import json
import pathlib
import random
import resource
import sys
import time

import numpy
import torch
from PIL import Image
from torch import nn
from torch.nn.functional import cross_entropy, interpolate, relu

from facet_pack import read

BLOCKS = (2, 2, 2, 2)
WIDTHS = (64, 128, 256, 512)
MARK = "@bench "
IGNORED = 255


class Reparameterized(nn.Module):
    """y = Wt · (Ws · x): a frozen filter, and the 1×1 modulator that is trained."""

    def __init__(self, inputs, outputs, kernel, stride=1, padding=0, dilation=1):
        super().__init__()
        self.filter = nn.Conv2d(inputs, outputs, kernel, stride, padding, dilation, bias=False)
        self.filter.weight.requires_grad_(False)
        self.modulator = nn.Conv2d(outputs, outputs, 1, bias=False)

    def forward(self, x):
        return self.modulator(self.filter(x))


class BasicBlock(nn.Module):
    def __init__(self, inputs, outputs, stride, dilation):
        super().__init__()
        self.conv1 = Reparameterized(inputs, outputs, 3, stride, dilation, dilation)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = Reparameterized(outputs, outputs, 3, 1, dilation, dilation)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.downsample = None
        if inputs != outputs:
            self.downsample = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x):
        y = relu(self.bn1(self.conv1(x)))
        y = self.bn2(self.conv2(y))
        return relu(y + (x if self.downsample is None else self.downsample(x)))


class Encoder(nn.Module):
    """ResNet-18 at output stride 16: features of stride 4 and of stride 16."""

    def __init__(self):
        super().__init__()
        self.conv1 = Reparameterized(3, 64, 7, 2, 3)
        self.bn1 = nn.BatchNorm2d(64)
        self.pool = nn.MaxPool2d(3, 2, 1)
        inputs = 64
        for stage, (blocks, outputs, stride, dilation) in enumerate(zip(BLOCKS, WIDTHS, (1, 2, 2, 1), (1, 1, 1, 2)), 1):
            layer = nn.Sequential()
            for index in range(blocks):
                layer.add_module(str(index), BasicBlock(inputs, outputs, stride if index == 0 else 1, dilation))
                inputs = outputs
            self.add_module("layer%d" % stage, layer)

    def forward(self, x):
        low = self.layer1(self.pool(relu(self.bn1(self.conv1(x)))))
        return low, self.layer4(self.layer3(self.layer2(low)))

    def start(self, bank):
        """Starts from the bank: its filters stay, the rest is its own network's."""
        own = self.state_dict()
        for name in own:
            if name.endswith("num_batches_tracked"):
                continue
            if name.endswith(".filter.weight"):
                value = bank[name[: -len(".filter.weight")]]
            elif name.endswith(".modulator.weight"):
                conv = name[: -len(".modulator.weight")]
                outputs = own[name].shape[0]
                value = bank.get("init.%s.modulator" % conv, torch.eye(outputs).view(outputs, outputs, 1, 1))
            else:
                value = bank["init." + name]
            own[name].copy_(value)


def unit(inputs, outputs, kernel, separable=False, rate=1):
    """A convolution, or a depthwise and a pointwise one, with norm and ReLU."""
    padding = rate * (kernel // 2)
    if separable and kernel > 1:
        convs = [
            nn.Conv2d(inputs, inputs, kernel, padding=padding, dilation=rate, groups=inputs, bias=False),
            nn.Conv2d(inputs, outputs, 1, bias=False),
        ]
    else:
        convs = [nn.Conv2d(inputs, outputs, kernel, padding=padding, dilation=rate, bias=False)]
    return nn.Sequential(*convs, nn.BatchNorm2d(outputs), nn.ReLU())


class Decoder(nn.Module):
    """DeepLabv3+: pyramid pooling, then joined with the features of stride 4."""

    def __init__(self, outputs, separable):
        super().__init__()
        width, rates = (128, (2, 4, 6)) if separable else (256, (6, 12, 18))
        self.branches = nn.ModuleList([unit(512, width, 1)])
        self.branches.extend(unit(512, width, 3, separable, rate) for rate in rates)
        self.pooled = unit(512, width, 1)
        self.project = unit(5 * width, width, 1)
        self.low = unit(64, 48, 1)
        self.fuse = nn.Sequential(unit(width + 48, width, 3, separable), unit(width, width, 3, separable))
        self.predict = nn.Conv2d(width, outputs, 1)

    def forward(self, low, x):
        branches = [branch(x) for branch in self.branches]
        branches.append(self.pooled(x.mean((2, 3), keepdim=True)).expand(-1, -1, *x.shape[2:]))
        x = self.project(torch.cat(branches, 1))
        x = interpolate(x, low.shape[2:], mode="bilinear", align_corners=False)
        return self.predict(self.fuse(torch.cat([x, self.low(low)], 1)))


class Network(nn.Module):
    def __init__(self, outputs, separable):
        super().__init__()
        self.encoder = Encoder()
        self.decoder = Decoder(outputs, separable)

    def forward(self, images):
        logits = self.decoder(*self.encoder(images))
        return interpolate(logits, images.shape[2:], mode="bilinear", align_corners=False)


class Views(torch.utils.data.IterableDataset):
    """Endless random views: scaled, cropped, mirrored, normalised; every image is decoded anew."""

    def __init__(self, data, size, mean, std):
        self.ids = (data / "splits" / "train.txt").read_text().split()
        self.data, self.size = data, size
        self.mean, self.std = numpy.float32(mean), numpy.float32(std)

    def __iter__(self):
        worker = torch.utils.data.get_worker_info()
        chance = random.Random(1 + (worker.id if worker else 0))
        while True:
            for name in chance.sample(self.ids, len(self.ids)):
                yield self.view(name, chance)

    def view(self, name, chance):
        image = Image.open(self.data / "images" / (name + ".jpg")).convert("RGB")
        mask = Image.open(self.data / "segmentation" / (name + ".png"))
        scale = chance.choice([0.5, 0.75, 1, 1.25, 1.5, 1.75, 2])
        width, height = (max(1, int(side * scale)) for side in image.size)
        # Only what the view shows is scaled.
        left, top = (chance.randint(min(0, side - self.size), max(0, side - self.size)) for side in (width, height))
        seen = (max(0, left), max(0, top), min(width, left + self.size), min(height, top + self.size))
        box = tuple(value / scale for value in seen)
        extent = (seen[2] - seen[0], seen[3] - seen[1])
        pixels = numpy.zeros((self.size, self.size, 3), numpy.float32)
        labels = numpy.full((self.size, self.size), IGNORED, numpy.int64)
        y, x = max(0, -top), max(0, -left)
        values = numpy.asarray(image.resize(extent, Image.BILINEAR, fit(box, image.size)), numpy.float32)
        pixels[y : y + extent[1], x : x + extent[0]] = (values / 255 - self.mean) / self.std
        labels[y : y + extent[1], x : x + extent[0]] = mask.resize(extent, Image.NEAREST, fit(box, mask.size))
        if chance.random() < 0.5:
            pixels, labels = pixels[:, ::-1], labels[:, ::-1]
        return torch.from_numpy(pixels.transpose(2, 0, 1).copy()), torch.from_numpy(labels.copy())


def fit(box, size):
    """A box without what rounding puts beside the image."""
    return box[0], box[1], min(box[2], size[0]), min(box[3], size[1])


class Training:
    def __init__(self, arguments):
        metadata, bank = read(arguments.bank)
        normalization = json.loads(metadata["facet.bank"])["input"]
        classes = (arguments.data / "classes.txt").read_text().split("\n")
        torch.manual_seed(1)
        self.network = Network(sum(bool(name.strip()) for name in classes), arguments.decoder == "separable")
        self.network.encoder.start(bank)
        self.format = torch.channels_last if arguments.channels_last else torch.contiguous_format
        self.network.to(memory_format=self.format).train()
        self.narrow = arguments.precision == "bf16"
        self.trained = [parameter for parameter in self.network.parameters() if parameter.requires_grad]
        self.optimizer = torch.optim.SGD(self.trained, lr=1e-3, momentum=0.9, weight_decay=1e-4)
        views = Views(arguments.data, arguments.size, normalization["mean"], normalization["std"])
        self.batches = iter(torch.utils.data.DataLoader(views, arguments.batch, num_workers=arguments.workers))
        self.workers = [worker.pid for worker in getattr(self.batches, "_workers", [])]

    def step(self):
        """One step; the loss before it, and the seconds that it waited for its batch."""
        begin = time.perf_counter()
        images, labels = next(self.batches)
        waited = time.perf_counter() - begin
        images = images.contiguous(memory_format=self.format)
        with torch.autocast("cpu", torch.bfloat16, enabled=self.narrow):
            logits = self.network(images)
        loss = cross_entropy(logits.float(), labels, ignore_index=IGNORED)
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        self.optimizer.step()
        return loss.item(), waited

    def block(self, steps):
        cpu, begin, waited, loss = self.cpu_seconds(), time.perf_counter(), 0.0, 0.0
        for _ in range(steps):
            loss, wait = self.step()
            waited += wait
        return {
            "steps": steps, "seconds": time.perf_counter() - begin, "cpuSeconds": self.cpu_seconds() - cpu,
            "waitedSeconds": waited, "peakBytes": self.peak_bytes(), "loss": loss,
        }

    def cpu_seconds(self):
        """Of this process and the loader's."""
        usage = resource.getrusage(resource.RUSAGE_SELF)
        total = usage.ru_utime + usage.ru_stime
        for pid in self.workers:
            # The name in parentheses may hold spaces; what follows it does not.
            fields = pathlib.Path("/proc/%d/stat" % pid).read_text().rsplit(")", 1)[1].split()
            total += (int(fields[11]) + int(fields[12])) / 100
        return total

    def peak_bytes(self):
        """Of this process and the loader's, which share pages: an upper bound."""
        total = 0
        for pid in ["self"] + self.workers:
            for line in pathlib.Path("/proc/%s/status" % pid).read_text().splitlines():
                if line.startswith("VmHWM:"):
                    total += 1024 * int(line.split()[1])
        return total


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--bank", required=True)
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--size", type=int, default=256)
    parser.add_argument("--batch", type=int, default=4)
    parser.add_argument("--workers", type=int, default=1, help="processes that make views")
    parser.add_argument("--decoder", choices=["separable", "deeplabv3plus"], default="deeplabv3plus")
    parser.add_argument("--precision", choices=["fp32", "bf16"], default="fp32")
    parser.add_argument("--channels-last", action="store_true")
    arguments = parser.parse_args()
    training = Training(arguments)
    print("torch %s, %d threads, %d numbers are trained" % (
        torch.__version__, torch.get_num_threads(), sum(tensor.numel() for tensor in training.trained)), flush=True)
    for line in sys.stdin:
        print(MARK + json.dumps(training.block(int(line))), flush=True)


if __name__ == "__main__":
    main()
