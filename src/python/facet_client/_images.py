"""From what a program holds to the bytes of an image file."""
from __future__ import annotations

import io
import os
import pathlib
from typing import Union

import numpy
from PIL import Image

#: A path, the bytes of a file, a PIL image, or a uint8 array of shape [H, W], [H, W, 3] or [H, W, 4].
ImageLike = Union[str, "os.PathLike[str]", bytes, bytearray, memoryview, Image.Image, numpy.ndarray]


def encoded(image: ImageLike) -> bytes:
    """The image as a file. Files are sent as they are; pixels become a PNG, which loses nothing."""
    if isinstance(image, (bytes, bytearray, memoryview)):
        return bytes(image)
    if isinstance(image, Image.Image):
        return _png(image)
    if isinstance(image, numpy.ndarray):
        return _png(_picture(image))
    if isinstance(image, (str, os.PathLike)):
        return pathlib.Path(image).read_bytes()
    raise TypeError("image: expected a path, bytes, a PIL image or a NumPy array, but got %s" % type(image).__name__)


def _picture(array: numpy.ndarray) -> Image.Image:
    if array.dtype != numpy.uint8:
        raise TypeError("image: expected uint8 values from 0 to 255, but got %s" % array.dtype)
    if array.ndim == 3 and array.shape[2] == 1:
        array = array[:, :, 0]
    if array.size == 0 or array.ndim != 2 and not (array.ndim == 3 and array.shape[2] in (3, 4)):
        raise ValueError("image: expected the shape [H, W], [H, W, 3] or [H, W, 4], but got %s" % list(array.shape))
    return Image.fromarray(numpy.ascontiguousarray(array))


def _png(picture: Image.Image) -> bytes:
    # The pixels as they lie in memory: an EXIF orientation isn't sent, so that the answer fits the image that the program holds.
    profile = picture.info.get("icc_profile") if picture.mode in ("RGB", "RGBA", "L") else None
    if picture.mode not in ("L", "RGB", "RGBA"):
        picture = picture.convert("RGBA" if "transparency" in picture.info or picture.mode in ("LA", "PA") else "RGB")
    file = io.BytesIO()
    # Level 1: the time of the packing counts for more than the bytes.
    picture.save(file, "PNG", compress_level=1, icc_profile=profile, exif=b"")
    return file.getvalue()
