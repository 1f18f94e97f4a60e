"""Asks a Facet server for predictions: facet-client image.jpg --tasks segmentation,depth,edges --out answers/"""
from __future__ import annotations

import argparse
import pathlib

import numpy

from . import Facet, FacetError, Unreachable


def main() -> None:
    parser = argparse.ArgumentParser(prog="facet-client", description="Asks a Facet server for predictions of an image.")
    parser.add_argument("image")
    parser.add_argument("--server", default="http://localhost:8080")
    parser.add_argument("--tasks", type=lambda text: text.split(","), default=[], help="kinds, such as depth,edges")
    parser.add_argument("--packs", type=lambda text: text.split(","), default=[], help="packs, such as streets,depth@2")
    parser.add_argument("--out", type=pathlib.Path, help="folder for the arrays, as NAME.npy")
    arguments = parser.parse_args()
    if not arguments.tasks and not arguments.packs:
        parser.error("name --tasks, --packs or both")
    try:
        with Facet(arguments.server) as facet:
            answers = facet.predict_all(arguments.image, arguments.tasks, arguments.packs)
    except (FacetError, Unreachable, OSError) as error:
        raise SystemExit("facet-client: %s" % error)
    failed = False
    for name, answer in answers.items():
        if isinstance(answer, FacetError):
            failed = True
            print("%-14s %s" % (name, answer))
            continue
        array = answer.array
        quantity = ", " + answer.quantity if answer.quantity else ""
        print("%-14s %s %s, %.4g to %.4g%s" % (name, array.dtype, list(array.shape), array.min(), array.max(), quantity))
        if arguments.out:
            arguments.out.mkdir(parents=True, exist_ok=True)
            numpy.save(arguments.out / (name + ".npy"), array)
    raise SystemExit(1 if failed else 0)


if __name__ == "__main__":
    main()
