"""Asks a Facet server for predictions and gets NumPy arrays. Needs numpy and nothing else.

    python predict.py image.jpg --tasks segmentation,depth,edges
    python predict.py image.jpg --packs streets --server https://facet.example --out answers/

In a program:

    facet = Facet("http://localhost:8080")
    mask = facet.predict("image.jpg", "segmentation")               # uint8 [H, W], the class of each pixel
    metres = facet.predict("image.jpg", "depth")                    # float32 [H, W]
    answers = facet.predict_all("image.jpg", ["edges", "normals"])  # {"edges": …, "normals": …}, one call
"""
import argparse
import io
import json
import pathlib
import time
import urllib.error
import urllib.parse
import urllib.request
import zipfile

import numpy


class Problem(Exception):
    """What the server answers instead of a prediction: a problem document (RFC 9457)."""

    def __init__(self, document):
        super().__init__("%s: %s" % (document["code"], document["detail"]))
        self.status = document["status"]
        self.code = document["code"]
        self.retry_after_ms = document.get("retryAfterMs", 1000)


class Facet:
    """A server. Every array has the height and the width of the image that was sent."""

    def __init__(self, server="http://localhost:8080", timeout_seconds=60, tries=5):
        self.server = server.rstrip("/")
        self.timeout_seconds = timeout_seconds
        self.tries = tries

    def predict(self, image, kind, pack=None):
        """The array that a kind gives for an image: a path, or the bytes of a JPEG, PNG, WebP or TIFF file."""
        answer = self._post("/v1/%s.npy" % kind, image, {"pack": pack} if pack else {})
        return numpy.load(io.BytesIO(answer))

    def predict_all(self, image, tasks=(), packs=()):
        """Arrays by task, or else by pack, from one call: the server decodes the image once. A task that failed has a Problem."""
        asked = list(dict.fromkeys(tasks or packs))
        query = {"format": "npy", "tasks" if tasks else "packs": ",".join(asked)}
        with zipfile.ZipFile(io.BytesIO(self._post("/v1/predict.zip", image, query))) as bundle:
            # One part for each of what was asked for, in that order.
            parts = json.loads(bundle.read("facet.json"))["parts"]
            return {name: self._array(bundle, part) for name, part in zip(asked, parts)}

    def classes(self, pack):
        """The names of a pack's classes, in the order of the numbers in its masks."""
        with urllib.request.urlopen("%s/v1/packs/%s" % (self.server, pack), timeout=self.timeout_seconds) as response:
            versions = json.load(response)["versions"]
        active = next(version for version in versions if version["active"])
        return [c["name"] for c in active["parameters"]["classes"]]

    @staticmethod
    def _array(bundle, part):
        if "problem" in part:
            return Problem(part["problem"])
        return numpy.load(io.BytesIO(bundle.read(part["file"])))

    def _post(self, path, image, query):
        content = image if isinstance(image, bytes) else pathlib.Path(image).read_bytes()
        # The type by name: without one urllib would say that this is a form.
        headers = {"Content-Type": "application/octet-stream"}
        address = self.server + path + "?" + urllib.parse.urlencode(query)
        for attempt in range(1, self.tries + 1):
            try:
                request = urllib.request.Request(address, content, headers)
                with urllib.request.urlopen(request, timeout=self.timeout_seconds) as response:
                    return response.read()
            except urllib.error.HTTPError as error:
                problem = Problem(json.load(error))
                # The server is busy, and says when it will have time.
                if problem.status != 429 or attempt == self.tries:
                    raise problem from None
                time.sleep(problem.retry_after_ms / 1000)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("image")
    parser.add_argument("--server", default="http://localhost:8080")
    asked = parser.add_mutually_exclusive_group(required=True)
    asked.add_argument("--tasks", type=lambda text: text.split(","), default=[])
    asked.add_argument("--packs", type=lambda text: text.split(","), default=[])
    parser.add_argument("--out", type=pathlib.Path, help="folder for the arrays, as NAME.npy")
    arguments = parser.parse_args()

    facet = Facet(arguments.server)
    try:
        answers = facet.predict_all(arguments.image, arguments.tasks, arguments.packs)
    except Problem as problem:
        raise SystemExit(str(problem))
    except urllib.error.URLError as error:
        raise SystemExit("no answer from %s: %s" % (arguments.server, error.reason))
    for name, answer in answers.items():
        if isinstance(answer, Problem):
            print("%-14s %s" % (name, answer))
            continue
        print("%-14s %s %s, %.4g to %.4g" % (name, answer.dtype, list(answer.shape), answer.min(), answer.max()))
        if arguments.out:
            arguments.out.mkdir(parents=True, exist_ok=True)
            numpy.save(arguments.out / (name + ".npy"), answer)


if __name__ == "__main__":
    main()
