"""Writes small checkpoints as trainers leave them, beside this script: python3 make_found_checkpoints.py (needs numpy)

What lies beside the weights is real (numpy, paths, dates, counters, settings); torch's and Lightning's classes are stand-ins
under the same names, as in make_checkpoints.py.
"""
import argparse
import collections
import datetime
import decimal
import enum
import fractions
import functools
import pathlib
import random
import types
import uuid

import numpy

import make_checkpoints as made
from make_checkpoints import Storage, Tensor, function, module


def stand_in(name, bases=(), **members):
    home, _, short = name.rpartition(".")
    parts = home.split(".")
    for end in range(1, len(parts) + 1):
        if ".".join(parts[:end]) not in made.sys.modules:
            module(".".join(parts[:end]))
    kind = type(short, bases, {"__module__": home, **members})
    setattr(made.sys.modules[home], short, kind)
    return kind


AttributeDict = stand_in("lightning.fabric.utilities.data.AttributeDict", (dict,))
Checkpointing = stand_in("lightning.pytorch.callbacks.ModelCheckpoint")
DictConfig = stand_in("omegaconf.dictconfig.DictConfig")
Stage = enum.Enum("Stage", ["PRETRAIN", "FINETUNE"], module="__main__")
rebuild_with_state = function(made.torch_utils, "_rebuild_parameter_with_state")
rebuild_quantized = function(made.torch_utils, "_rebuild_qtensor")
tensor_module = module("torch._tensor")
rebuild_type = function(tensor_module, "_rebuild_from_type_v2")
device = function(made.torch, "device")
size = function(made.torch, "Size")
Subclass = stand_in("torchvision.tv_tensors._image.Image")


class Reduced:
    def __init__(self, *reduced):
        self.reduced = reduced

    def __reduce_ex__(self, protocol):
        return self.reduced


def tensor(*values):
    return Tensor(Storage("FloatStorage", list(values)), (len(values),), (1,))


def encoder(prefix, value):
    """As much of an encoder as tells one: its first and its last convolution."""
    state = collections.OrderedDict()
    for i, name in enumerate(["conv1.weight", "bn1.weight", "layer1.0.conv1.weight", "layer4.1.conv2.weight"]):
        state[prefix + name] = tensor(value + i)
    state[prefix + "bn1.num_batches_tracked"] = Tensor(Storage("LongStorage", [7]), (), ())
    state[prefix + "fc.weight"] = tensor(value)
    return state


def beside():
    settings = AttributeDict(lr=0.1, root=pathlib.PurePosixPath("/data/imagenet"))
    callback = Checkpointing()
    callback.best_model_path, callback.best = pathlib.PurePosixPath("a.ckpt"), numpy.float64(0.5)
    config = DictConfig()
    config.__dict__.update(_content={"lr": 1e-3}, _parent=config)
    itself = []
    itself.append(itself)
    return {
        "epoch": 3,
        "pytorch-lightning_version": "2.4.0",
        "hyper_parameters": settings,
        "callbacks": {"ModelCheckpoint{'monitor': None}": callback},
        "config": config,
        "args": argparse.Namespace(device=Reduced(device, ("cuda", 0)), shape=Reduced(size, ((1, 2),))),
        "optimizer_states": [{"state": {0: {"step": tensor(1), "exp_avg": tensor(2)}}, "param_groups": [{"params": [0]}]}],
        "history": numpy.arange(6, dtype=numpy.float32).reshape(2, 3),
        "names": numpy.array(["a", "b"], dtype=object),
        "best": numpy.float32(0.5),
        "type": numpy.dtype("float16"),
        "random": random.getstate(),
        "date": datetime.datetime(2024, 5, 17, 12, 30, tzinfo=datetime.timezone.utc),
        "took": datetime.timedelta(seconds=5),
        "counts": collections.Counter("abca"),
        "defaults": collections.defaultdict(list, {1: [2]}),
        "many": [set("ab"), frozenset("c"), 1j, decimal.Decimal("0.1"), fractions.Fraction(1, 3), range(3), slice(1, 2), b"\x00\xff",
                 bytearray(b"x"), 2**100, uuid.UUID(int=5), functools.partial(int, base=2), types.SimpleNamespace(a=1), None, True, (1, (2,))],
        "stage": Stage.PRETRAIN,
        "itself": itself,
        (1, "tuple"): "a key of another kind",
    }


def wrapped():
    """Weights that are rebuilt in other ways than plain tensors."""
    state = encoder("model.backbone._orig_mod.", 1)
    inner = (made.rebuild_tensor, (Storage("FloatStorage", [8.0]), 0, (1,), (1,), False, collections.OrderedDict()))
    state["model.backbone._orig_mod.conv1.weight"] = Reduced(
        rebuild_with_state, (tensor(5), True, collections.OrderedDict(), {"tag": "stem", "at": pathlib.PurePosixPath("x")}))
    state["model.backbone._orig_mod.bn1.weight"] = Reduced(rebuild_type, (inner[0], Subclass, inner[1], {"extra": None}))
    state["model.backbone._orig_mod.fc.weight"] = Reduced(
        rebuild_quantized, (Storage("LongStorage", [1]), 0, (1,), (1,), None, False, collections.OrderedDict()))
    return state


def whole_model():
    """torch.save(model): modules in modules."""
    Module = stand_in("mymodels.Encoder")

    def made_of(parameters=None, buffers=None, modules=None):
        one = Module()
        one.__dict__.update(training=False, _parameters=parameters or {}, _buffers=buffers or {}, _modules=modules or {})
        return one

    conv = lambda value: made_of({"weight": tensor(value), "bias": None})
    block = made_of(modules={"conv1": conv(3), "conv2": conv(4)})
    layer = made_of(modules={"0": block, "1": block})
    return made_of(modules={"conv1": conv(1), "bn1": made_of({"weight": tensor(2)}, {"running_mean": tensor(0)}),
                            "layer1": layer, "layer4": made_of(modules={"0": block, "1": made_of(modules={"conv2": conv(9)})})})


if __name__ == "__main__":
    made.write_zip("lightning.ckpt", {"state_dict": wrapped(), **beside()}, made.zipfile.ZIP_DEFLATED)
    made.write("lightning-legacy.ckpt", made.legacy({"state_dict": wrapped(), **beside()}))
    made.write_zip("contrast.pth", {"state_dict": {**encoder("module.encoder_q.", 1), **encoder("module.encoder_k.", 11)},
                                    "state_dict_ema": encoder("module.encoder_q.", 21), "epoch": 1}, made.zipfile.ZIP_DEFLATED)
    made.write_zip("nested.pth", {"model": {"state_dict": encoder("", 1), "version": 2}, "params": encoder("", 31),
                                  "weights": {"backbone": encoder("", 41)}}, made.zipfile.ZIP_DEFLATED)
    made.write_zip("whole-model.pth", whole_model(), made.zipfile.ZIP_DEFLATED)
    broken = encoder("", 1)
    broken["conv1.weight"] = wrapped()["model.backbone._orig_mod.fc.weight"]
    made.write_zip("quantized.pth", broken, made.zipfile.ZIP_DEFLATED)
