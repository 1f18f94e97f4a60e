"""Asks a Facet server with NVIDIA's client for Triton, unchanged: over HTTP and gRPC, blocking and asyncio, in a loop of many callers.

    pip install 'tritonclient[http,grpc]' pillow
    python triton_client.py image.jpg --server localhost:8080 --key "$(cat data/management.key)" --file ../../models/extra/streets.safetensors

Every step checks what it gets. Loading and unloading (--key, --file) are left out without a key.
"""
import argparse
import asyncio
import io
import pathlib
import threading
import time

import numpy
import tritonclient.grpc as grpcclient
import tritonclient.grpc.aio as grpcaio
import tritonclient.http as httpclient
import tritonclient.http.aio as httpaio
from PIL import Image
from tritonclient.utils import InferenceServerException


def normalised(path, properties, side=512):
    """The image as a tensor [1, 3, height, width], as the model's metadata says."""
    image = Image.open(path).convert("RGB")
    scale = side / max(image.size)
    multiple = int(properties["facet.input.multiple"])
    size = [max(multiple, round(extent * scale) // multiple * multiple) for extent in image.size]
    values = numpy.asarray(image.resize(size, Image.Resampling.BILINEAR), dtype=numpy.float32) / 255
    mean, std = (numpy.array(properties["facet.input." + name].split(), dtype=numpy.float32) for name in ("mean", "std"))
    return numpy.ascontiguousarray(((values - mean) / std).transpose(2, 0, 1)[None])


def tensor_input(module, tensor, **options):
    tensor_in = module.InferInput("image", tensor.shape, "FP32")
    tensor_in.set_data_from_numpy(tensor, **options)
    return [tensor_in]


def image_input(module, content):
    image_in = module.InferInput("image", [1], "BYTES")
    image_in.set_data_from_numpy(numpy.array([content], dtype=numpy.object_))
    return [image_in]


def refused(call, word):
    try:
        call()
    except InferenceServerException as error:
        assert word in error.message(), error
        return
    raise AssertionError("not refused: expected '%s'" % word)


def http(server, tensor, content):
    client = httpclient.InferenceServerClient(server, concurrency=4)
    assert client.is_server_live() and client.is_server_ready()
    assert client.is_model_ready("edges") and not client.is_model_ready("nobody")
    assert "binary_tensor_data" in client.get_server_metadata()["extensions"]
    metadata = client.get_model_metadata("edges")
    assert metadata["inputs"][0]["shape"] == [-1, 3, -1, -1], metadata
    assert client.get_model_config("edges")["max_batch_size"] > 0
    assert any(model["name"] == "edges.image" for model in client.get_model_repository_index())

    binary = client.infer("edges", tensor_input(httpclient, tensor), request_id="1", priority=1, timeout=30_000_000)
    assert binary.get_response()["id"] == "1"
    edges = binary.as_numpy("output")
    assert edges.dtype == numpy.float32 and edges.shape == (1, 1) + tensor.shape[2:]

    version = metadata["versions"][-1]
    asked = httpclient.InferRequestedOutput("output", binary_data=False)
    text = client.infer("edges", tensor_input(httpclient, tensor, binary_data=False), model_version=version, outputs=[asked])
    assert numpy.array_equal(text.as_numpy("output"), edges)
    for coding in ("gzip", "deflate"):
        packed = client.infer(
            "edges",
            tensor_input(httpclient, tensor),
            request_compression_algorithm=coding,
            response_compression_algorithm=coding)
        assert numpy.array_equal(packed.as_numpy("output"), edges)
    waiting = [client.async_infer("edges", tensor_input(httpclient, tensor)) for _ in range(4)]
    assert all(numpy.array_equal(answer.get_result().as_numpy("output"), edges) for answer in waiting)

    png = client.infer("edges.image", image_input(httpclient, content)).as_numpy("prediction")[0]
    assert Image.open(io.BytesIO(png)).size == Image.open(io.BytesIO(content)).size
    npy = client.infer("edges.image", image_input(httpclient, content), parameters={"format": "npy"}).as_numpy("prediction")[0]
    assert numpy.load(io.BytesIO(npy)).dtype == numpy.float32

    refused(lambda: client.infer("edges", tensor_input(httpclient, tensor[:, :2])), "shape")
    refused(lambda: client.infer("nobody", tensor_input(httpclient, tensor)), "nobody")
    refused(lambda: client.infer("edges", tensor_input(httpclient, tensor), timeout=1), "deadline")
    statistics = client.get_inference_statistics("edges")["model_stats"][0]
    assert statistics["inference_stats"]["success"]["count"] >= 8
    return edges


def grpc(server, tensor, content, edges):
    client = grpcclient.InferenceServerClient(server)
    assert client.is_server_live() and client.is_server_ready() and client.is_model_ready("edges")
    assert client.get_server_metadata().name == "facet"
    metadata = client.get_model_metadata("edges")
    assert list(metadata.inputs[0].shape) == [-1, 3, -1, -1]
    assert client.get_model_config("edges").config.parameters["facet.task"].string_value == "edges"
    assert any(model.name == "edges.image" for model in client.get_model_repository_index().models)

    answer = client.infer("edges", tensor_input(grpcclient, tensor), request_id="2", priority=1, timeout=30_000_000)
    assert answer.get_response().id == "2"
    assert numpy.array_equal(answer.as_numpy("output"), edges)
    packed = client.infer("edges", tensor_input(grpcclient, tensor), compression_algorithm="gzip", client_timeout=30)
    assert numpy.array_equal(packed.as_numpy("output"), edges)
    png = client.infer("edges.image", image_input(grpcclient, content)).as_numpy("prediction")[0]
    assert Image.open(io.BytesIO(png)).size == Image.open(io.BytesIO(content)).size

    answers, done = [], threading.Event()

    def received(result, error):
        answers.append((result, error))
        if len(answers) == 6:
            done.set()

    client.start_stream(received)
    for i in range(6):
        client.async_stream_infer("nobody" if i == 3 else "edges", tensor_input(grpcclient, tensor), request_id=str(i))
    assert done.wait(120)
    client.stop_stream()
    for i, (result, error) in enumerate(answers):
        assert (error is not None) == (i == 3), (i, error)
        assert error or (result.get_response().id == str(i) and numpy.array_equal(result.as_numpy("output"), edges))

    refused(lambda: client.infer("edges", tensor_input(grpcclient, tensor[:, :2])), "shape")
    refused(lambda: client.infer("edges", tensor_input(grpcclient, tensor), client_timeout=0.0001), "Deadline")
    assert client.get_inference_statistics("edges").model_stats[0].inference_count >= 8


async def asynchronous(server, tensor, edges):
    async with httpaio.InferenceServerClient(server) as client:
        answers = await asyncio.gather(*(client.infer("edges", tensor_input(httpaio, tensor)) for _ in range(4)))
        assert all(numpy.array_equal(answer.as_numpy("output"), edges) for answer in answers)
    async with grpcaio.InferenceServerClient(server) as client:
        answers = await asyncio.gather(*(client.infer("edges", tensor_input(grpcaio, tensor)) for _ in range(4)))
        assert all(numpy.array_equal(answer.as_numpy("output"), edges) for answer in answers)

        async def requests():
            for i in range(3):
                yield {"model_name": "edges", "inputs": tensor_input(grpcaio, tensor), "request_id": str(i)}

        seen = [result.get_response().id async for result, error in client.stream_infer(requests())]
        assert seen == ["0", "1", "2"], seen


def repository(server, key, file):
    name, content = file.name.removesuffix(".safetensors"), file.read_bytes()
    header = {"authorization": "Bearer " + key}
    http_client, grpc_client = httpclient.InferenceServerClient(server), grpcclient.InferenceServerClient(server)
    refused(lambda: http_client.load_model(name), "management needs")
    version = next(v for v in range(1, 100) if b'\\"version\\":\\"%d\\"' % v in content[:65536])
    for client in (http_client, grpc_client):
        client.load_model(name, headers=header, config="{}", files={"file:%d/model.safetensors" % version: content})
        assert http_client.is_model_ready(name) and grpc_client.is_model_ready(name + ".image")
        client.unload_model(name, headers=header)
        assert not http_client.is_model_ready(name)


def load(server, tensor, callers, seconds):
    """What perf_analyzer does: so many callers, each with the next request as soon as it has its answer."""
    for module, label in ((httpclient, "HTTP"), (grpcclient, "gRPC")):
        client = module.InferenceServerClient(server, **({"concurrency": callers} if module is httpclient else {}))
        times, end = [], time.monotonic() + seconds

        def call():
            own = client if module is grpcclient else module.InferenceServerClient(server)
            while time.monotonic() < end:
                begin = time.monotonic()
                own.infer("edges", tensor_input(module, tensor))
                times.append(time.monotonic() - begin)

        threads = [threading.Thread(target=call) for _ in range(callers)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        times.sort()
        print("%s: %d callers, %d answers in %d s, median %.0f ms, 95 %% %.0f ms" % (
            label, callers, len(times), seconds, 1000 * times[len(times) // 2], 1000 * times[len(times) * 95 // 100]))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("image", type=pathlib.Path)
    parser.add_argument("--server", default="localhost:8080")
    parser.add_argument("--key", help="the management key, for loading and unloading")
    parser.add_argument("--file", type=pathlib.Path, help="a pack that the server doesn't have")
    parser.add_argument("--callers", type=int, default=2)
    parser.add_argument("--seconds", type=int, default=10)
    arguments = parser.parse_args()

    content = arguments.image.read_bytes()
    properties = httpclient.InferenceServerClient(arguments.server).get_model_metadata("edges")["properties"]
    tensor = normalised(arguments.image, properties)
    edges = http(arguments.server, tensor, content)
    print("HTTP: ok")
    grpc(arguments.server, tensor, content, edges)
    print("gRPC: ok")
    asyncio.run(asynchronous(arguments.server, tensor, edges))
    print("asyncio: ok")
    if arguments.key and arguments.file:
        repository(arguments.server, arguments.key, arguments.file)
        print("repository: ok")
    load(arguments.server, tensor, arguments.callers, arguments.seconds)


if __name__ == "__main__":
    main()
