"""Writes the small checkpoints beside this script as torch.save does, without torch: python3 make_checkpoints.py

torch pickles a tensor as a call of torch._utils._rebuild_tensor_v2 and its storage as a persistent id. Stand-ins under
the same module names make Python's own pickler write the same bytes.
"""
import collections
import gzip
import io
import os
import pickle
import struct
import sys
import types
import zipfile

HERE = os.path.dirname(os.path.abspath(__file__))


def module(name):
    made = types.ModuleType(name)
    sys.modules[name] = made
    return made


torch, torch_utils = module("torch"), module("torch._utils")
torch._utils = torch_utils


def function(home, name):
    def stand_in(*arguments):
        raise NotImplementedError

    stand_in.__module__, stand_in.__qualname__, stand_in.__name__ = home.__name__, name, name
    setattr(home, name, stand_in)
    return stand_in


rebuild_tensor = function(torch_utils, "_rebuild_tensor_v2")
rebuild_parameter = function(torch_utils, "_rebuild_parameter")

STORAGES = {}
for storage_name, code in {"FloatStorage": "f", "DoubleStorage": "d", "HalfStorage": "e", "LongStorage": "q", "IntStorage": "i",
                           "BoolStorage": "?", "BFloat16Storage": "H"}.items():
    STORAGES[storage_name] = type(storage_name, (), {"__module__": "torch", "code": code})
    setattr(torch, storage_name, STORAGES[storage_name])


class Storage:
    def __init__(self, kind, values):
        self.kind, self.values = STORAGES[kind], values

    def data(self):
        return struct.pack("<%d%s" % (len(self.values), self.kind.code), *self.values)


class Tensor:
    def __init__(self, storage, size, stride, offset=0):
        self.storage, self.size, self.stride, self.offset = storage, size, stride, offset

    def __reduce_ex__(self, protocol):
        return rebuild_tensor, (self.storage, self.offset, self.size, self.stride, False, collections.OrderedDict())


class Parameter:
    def __init__(self, tensor):
        self.tensor = tensor

    def __reduce_ex__(self, protocol):
        return rebuild_parameter, (self.tensor, True, collections.OrderedDict())


class Pickler(pickle._Pickler):  # the one in Python: it asks persistent_id first, and lets stand-ins be pickled by name
    def __init__(self, out, with_view):
        super().__init__(out, 2)
        self.storages, self.with_view = [], with_view

    def persistent_id(self, thing):
        if not isinstance(thing, Storage):
            return None
        if thing not in self.storages:
            self.storages.append(thing)
        key = str(self.storages.index(thing))
        tail = (None,) if self.with_view else ()
        return ("storage", thing.kind, key, "cpu", len(thing.values)) + tail


def state_dictionary(prefix=""):
    shared = Storage("FloatStorage", [0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5])
    state = collections.OrderedDict()
    state[prefix + "plain"] = Tensor(shared, (2, 3), (3, 1))
    state[prefix + "transposed"] = Tensor(shared, (3, 2), (1, 3))
    state[prefix + "offset"] = Tensor(shared, (2,), (2,), 3)
    state[prefix + "half"] = Tensor(Storage("HalfStorage", [1.0, -2.0]), (2,), (1,))
    state[prefix + "brain"] = Tensor(Storage("BFloat16Storage", [0x3F80, 0xC000]), (2,), (1,))
    state[prefix + "double"] = Tensor(Storage("DoubleStorage", [0.1]), (1,), (1,))
    state[prefix + "counter"] = Tensor(Storage("LongStorage", [300_000_000_000]), (), ())
    state[prefix + "mask"] = Tensor(Storage("BoolStorage", [True, False]), (2,), (1,))
    state[prefix + "parameter"] = Parameter(Tensor(Storage("FloatStorage", [7.0]), (1,), (1,)))
    return state


def write_zip(name, thing, method=zipfile.ZIP_STORED, byteorder="little"):
    out = io.BytesIO()
    pickler = Pickler(out, False)
    pickler.dump(thing)
    with zipfile.ZipFile(os.path.join(HERE, name), "w", method) as archive:
        def put(entry, data):
            archive.writestr(zipfile.ZipInfo("archive/" + entry), data, method)

        put("data.pkl", out.getvalue())
        put("byteorder", byteorder)
        for key, storage in enumerate(pickler.storages):
            put("data/%d" % key, storage.data())
        put("version", "3\n")


def legacy(thing):
    out = io.BytesIO()
    pickle.dump(0x1950A86A20F9469CFC6C, out, 2)
    pickle.dump(1001, out, 2)
    pickle.dump({"protocol_version": 1001, "little_endian": True, "type_sizes": {"short": 2, "int": 4, "long": 4}}, out, 2)
    pickler = Pickler(out, True)
    pickler.dump(thing)
    keys = [str(i) for i in range(len(pickler.storages))]
    pickle.dump(keys, out, 2)
    for storage in pickler.storages:
        out.write(struct.pack("<q", len(storage.values)) + storage.data())
    return out.getvalue()


def write(name, data):
    with open(os.path.join(HERE, name), "wb") as out:
        out.write(data)


class Command:
    def __reduce__(self):
        return os.system, ("echo this must never run",)


if __name__ == "__main__":
    checkpoint = {"state_dict": state_dictionary(), "iteration": 300_000, "best": 0.5, "note": ["a", None, True]}
    write_zip("stored.pth", checkpoint)
    write_zip("deflated.pth", checkpoint, zipfile.ZIP_DEFLATED)
    write_zip("bare.pth", state_dictionary())
    write_zip("parallel.pth", {"state_dict": state_dictionary("module.")})
    write_zip("big-endian.pth", checkpoint, byteorder="big")
    write("legacy.pth", legacy(checkpoint))
    write("legacy.pth.gz", gzip.compress(legacy(checkpoint), mtime=0))
    write_zip("command.pth", {"state_dict": state_dictionary(), "extra": Command()})
    write("command-legacy.pth", legacy({"state_dict": state_dictionary(), "extra": Command()}))
