"""Asks a Facet server with KServe's client, unchanged: the Open Inference Protocol over HTTP and gRPC.

    pip install kserve
    python kserve_client.py image.jpg --server localhost:8080
"""
import argparse
import asyncio
import base64
import pathlib

import numpy
from kserve import InferenceGRPCClient, InferenceRESTClient, InferInput, InferRequest, RESTConfig


def request(model, array, datatype, shape, binary=True):
    tensor = InferInput("image", shape, datatype)
    tensor.set_data_from_numpy(array, binary_data=binary)
    return InferRequest(model, [tensor], request_id="9")


async def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("image", type=pathlib.Path)
    parser.add_argument("--server", default="localhost:8080")
    arguments = parser.parse_args()
    values = numpy.random.default_rng(1).normal(size=(2, 3, 64, 96)).astype(numpy.float32)
    file = numpy.array([arguments.image.read_bytes()], dtype=numpy.object_)
    address = "http://" + arguments.server

    async with InferenceRESTClient(RESTConfig(protocol="v2", timeout=60)) as client:
        assert await client.is_server_live(address)
        assert await client.is_server_ready(address)
        assert await client.is_model_ready(address, "edges")
        binary = await client.infer(address, request("edges", values, "FP32", [2, 3, 64, 96]), model_name="edges")
        edges = binary.get_output_by_name("output").as_numpy()
        assert edges.shape == (2, 1, 64, 96) and binary.id == "9"
        text = await client.infer(address, request("edges", values, "FP32", [2, 3, 64, 96], False), model_name="edges")
        assert numpy.array_equal(text.get_output_by_name("output").as_numpy(), edges)
        # As text: of bytes this client takes only those that are UTF-8.
        answer = await client.infer(address, request("edges.image", file, "BYTES", [1]), model_name="edges.image")
        png = base64.b64decode(answer.get_output_by_name("prediction").as_numpy()[0])
        assert png.startswith(b"\x89PNG")
    print("HTTP: ok")

    async with InferenceGRPCClient(arguments.server, timeout=60) as client:
        assert await client.is_server_live()
        assert await client.is_server_ready()
        assert await client.is_model_ready("edges")
        answer = await client.infer(request("edges", values, "FP32", [2, 3, 64, 96]))
        assert numpy.array_equal(answer.get_output_by_name("output").as_numpy(), edges)
        typed = await client.infer(request("edges", values, "FP32", [2, 3, 64, 96], False))
        assert numpy.array_equal(typed.get_output_by_name("output").as_numpy(), edges)
        answer = await client.infer(request("edges.image", file, "BYTES", [1]))
        assert answer.get_output_by_name("prediction").as_numpy()[0] == png
    print("gRPC: ok")


if __name__ == "__main__":
    asyncio.run(main())
