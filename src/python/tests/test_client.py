"""Asks a running server; FACET_SERVER says where. FACET_KEY and FACET_PACK (a pack's file that the server doesn't have) allow changes."""
import asyncio
import io
import os
import socket
import threading
import unittest
from http.server import BaseHTTPRequestHandler, HTTPServer

import numpy
from PIL import Image

from facet_client import AsyncFacet, Facet, FacetError, Unreachable

SERVER = os.environ.get("FACET_SERVER", "http://localhost:8080")
KEY = os.environ.get("FACET_KEY")
PACK = os.environ.get("FACET_PACK")


def pixels():
    """A picture with shapes, 120 × 90."""
    array = numpy.full((90, 120, 3), (40, 90, 160), numpy.uint8)
    array[20:70, 30:80] = (220, 200, 60)
    array[50:, 90:] = (20, 140, 30)
    return array


def encoded(picture, form, **options):
    file = io.BytesIO()
    picture.save(file, form, **options)
    return file.getvalue()


class PredictionTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.facet = Facet(SERVER)

    @classmethod
    def tearDownClass(cls):
        cls.facet.close()

    def test_arrays_have_the_image_s_size_and_name_the_pack(self):
        edges = self.facet.predict(pixels(), "edges")
        self.assertEqual((edges.array.dtype, edges.array.shape), (numpy.float32, (90, 120)))
        self.assertEqual((edges.kind, len(edges.digest)), ("edges", 64))
        self.assertGreater(edges.timings["compute"], 0)
        self.assertTrue(edges.request_id)
        self.assertGreaterEqual(numpy.max(edges), 0)

    def test_every_form_of_an_image_gives_the_same_answer(self):
        picture = Image.fromarray(pixels())
        expected = self.facet.predict(pixels(), "edges").array
        for image in (picture, encoded(picture, "PNG"), bytearray(encoded(picture, "PNG")), picture.convert("RGBA")):
            numpy.testing.assert_array_equal(self.facet.predict(image, "edges").array, expected)

    def test_pil_pixels_are_sent_as_they_lie(self):
        exif = Image.Exif()
        exif[0x0112] = 6
        jpeg = encoded(Image.fromarray(pixels()), "JPEG", exif=exif)
        self.assertEqual(self.facet.predict(jpeg, "edges").array.shape, (120, 90))
        self.assertEqual(self.facet.predict(Image.open(io.BytesIO(jpeg)), "edges").array.shape, (90, 120))

    def test_grey_and_palette_images(self):
        grey = self.facet.predict(pixels()[:, :, 0], "edges").array
        numpy.testing.assert_array_equal(self.facet.predict(pixels()[:, :, :1], "edges").array, grey)
        self.assertEqual(self.facet.predict(Image.fromarray(pixels()).convert("P"), "edges").array.shape, (90, 120))

    def test_images_that_are_none_are_refused_before_they_are_sent(self):
        for image, expected in ((pixels() / 255.0, "uint8"), (None, "path"), (pixels()[:, :, :2], "shape")):
            with self.assertRaisesRegex((TypeError, ValueError), expected):
                self.facet.predict(image, "edges")

    def test_several_tasks_in_one_call(self):
        answers = self.facet.predict_all(pixels(), ["edges", "depth"], packs=["no-such-pack"])
        self.assertEqual(list(answers), ["edges", "depth", "no-such-pack"])
        self.assertIn(answers["depth"].quantity, ("distance", "inverse-depth"))
        self.assertEqual(answers["no-such-pack"].code, "UNKNOWN_PACK")
        numpy.testing.assert_array_equal(answers["edges"].array, self.facet.predict(pixels(), "edges").array)

    def test_options(self):
        self.assertEqual(self.facet.predict(pixels(), "depth", side=64, route_key="camera-1").array.shape, (48, 64))
        logits = self.facet.predict(pixels(), "segmentation", raw=True)
        self.assertEqual(logits.array.shape, (len(self.facet.classes(logits.pack)), 90, 120))

    def test_pictures_and_summaries(self):
        overlay = self.facet.picture(pixels(), "segmentation", render="overlay", alpha=0.4)
        self.assertEqual(overlay.size, (120, 90))
        self.assertEqual(self.facet.summary(pixels(), "saliency", threshold=0.9)["height"], 90)

    def test_refusals_name_their_reason(self):
        with self.assertRaises(FacetError) as refused:
            self.facet.predict(pixels(), "edges", pack="no-such-pack")
        self.assertEqual((refused.exception.status, refused.exception.code), (404, "UNKNOWN_PACK"))
        with self.assertRaises(FacetError) as refused:
            self.facet.predict(b"no image", "edges")
        self.assertEqual(refused.exception.status, 415)
        with self.assertRaises(ValueError):
            self.facet.predict_all(pixels())

    def test_asyncio(self):
        async def ask():
            async with AsyncFacet(SERVER) as facet:
                answers = await asyncio.gather(*(facet.predict(pixels(), "edges") for _ in range(4)))
                return answers, await facet.is_ready(), await facet.packs()

        answers, ready, packs = asyncio.run(ask())
        expected = self.facet.predict(pixels(), "edges").array
        for answer in answers:
            numpy.testing.assert_array_equal(answer.array, expected)
        self.assertTrue(ready)
        self.assertEqual(packs, self.facet.packs())

    @unittest.skipUnless(KEY and PACK, "FACET_KEY and FACET_PACK aren't set")
    def test_packs_come_and_go(self):
        with Facet(SERVER, key=KEY) as facet:
            tried = facet.upload(PACK, dry_run=True)
            self.assertTrue(tried["dryRun"]["created"])
            self.assertNotIn(tried["name"], [pack["name"] for pack in facet.packs()])
            stored = facet.upload(PACK)
            name, version = stored["name"], stored["version"]
            try:
                self.assertEqual(facet.predict(pixels(), stored["kind"], pack=name).digest, stored["digest"])
                facet.activate(name, version)
                self.assertEqual(facet.traffic(name)["weights"], {version: 100})
                with self.assertRaises(FacetError) as refused:
                    facet.set_traffic(name, {version: 95, 999: 5})
                self.assertEqual(refused.exception.code, "UNKNOWN_PACK")
                with self.assertRaises(FacetError) as refused:
                    facet.promote(name)
                self.assertEqual(refused.exception.code, "WRONG_VERSION")
                facet.end_traffic(name)
                self.assertIn(name, [pack["name"] for pack in facet.packs()])
            finally:
                facet.remove(name, version)
            self.assertNotIn(name, [pack["name"] for pack in facet.packs()])
            with self.assertRaises(FacetError), Facet(SERVER, key="wrong") as stranger:
                stranger.remove("edges", "1")
        with self.assertRaisesRegex(ValueError, "manifest"):
            self.facet.upload(__file__)


class Busy(BaseHTTPRequestHandler):
    """Refuses the first request of each path and then says that it is no Facet."""

    seen = set()

    def do_GET(self):
        first = self.path not in self.seen
        self.seen.add(self.path)
        self.send_response(429 if first else 502)
        if first:
            self.send_header("Retry-After", "0")
        self.send_header("Content-Length", "11")
        self.end_headers()
        self.wfile.write(b"Bad gateway")

    def log_message(self, *_):
        pass


class OtherServersTest(unittest.TestCase):
    def test_a_busy_server_is_asked_again_and_foreign_answers_are_told(self):
        with HTTPServer(("127.0.0.1", 0), Busy) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            with Facet("http://127.0.0.1:%d" % server.server_port) as facet:
                with self.assertRaises(FacetError) as refused:
                    facet.pack("edges")
            server.shutdown()
        self.assertEqual((refused.exception.status, refused.exception.detail), (502, "Bad gateway"))
        self.assertIsNone(refused.exception.code)

    def test_no_server(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            address = "http://127.0.0.1:%d" % free.getsockname()[1]
        with Facet(address) as facet:
            self.assertFalse(facet.is_ready())
            with self.assertRaisesRegex(Unreachable, "/v1/packs"):
                facet.packs()


if __name__ == "__main__":
    unittest.main()
