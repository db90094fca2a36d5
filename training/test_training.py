"""Run by hand, in a minute: python -m unittest discover training (from the repository's root, with requirements.txt installed)."""
import json
import sys
import tempfile
import unittest
from pathlib import Path

import cv2
import numpy as np
import torch

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

import captions  # noqa: E402
import fetch  # noqa: E402
import styles  # noqa: E402
import train_unet  # noqa: E402
from export import write  # noqa: E402
from networks import Decoder, Encoder, UNet  # noqa: E402
from onnx_weights import largest_differences, read_state  # noqa: E402
from pack import manifest  # noqa: E402
from tokenizer import Tokenizer  # noqa: E402

MODEL = HERE.parent / "models" / "overpaint-small"


class Networks(unittest.TestCase):
    def test_torch_gives_what_the_bundled_onnx_files_give(self):
        for name, difference in largest_differences(MODEL).items():
            self.assertLess(difference, 1e-3, name)

    def test_an_exported_decoder_reads_back_with_half_precision(self):
        decoder = Decoder()
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "vae_decoder" / "model.onnx"
            write(decoder, path, {"latent_sample": torch.randn(1, 12, 8, 8)}, ["sample"], {"latent_sample": {2: "h", 3: "w"}})
            back = read_state(path)
        for name, value in decoder.state_dict().items():
            self.assertLess((back[name] - value).abs().max().item(), 1e-3, name)

    def test_every_crop_size_passes_through_encoder_unet_and_decoder(self):
        z = Encoder()(torch.zeros(1, 3, 64, 96))[:, :12]
        v = UNet()(z, torch.tensor(3), torch.zeros(1, 77, 192))
        self.assertEqual(tuple(Decoder()(v).shape), (1, 3, 64, 96))


class Targets(unittest.TestCase):
    def test_nothing_is_translated_at_small_timesteps_and_everything_at_large_ones(self):
        self.assertEqual(train_unet.ramp(40), 0)
        self.assertEqual(train_unet.ramp(401), 1)

    def test_v_leads_from_the_noisy_mixture_to_the_target(self):
        class Views:
            items = [(np.random.default_rng(0).standard_normal((len(styles.ALL), 12, 48, 48)).astype(np.float16), "a cat")]

        alpha, rng = train_unet.alphas(), np.random.default_rng(1)
        noisy, v, t, ids, _ = train_unet.make_batch(rng, Views(), 32, 8, Tokenizer(MODEL / "tokenizer"), alpha)
        a = alpha[t][:, None, None, None]
        target = a * noisy - (1 - a * a).sqrt() * v
        self.assertEqual(tuple(ids.shape), (8, 77))
        self.assertLess(target.abs().max().item(), 20)
        self.assertTrue(torch.isfinite(v).all())


class Words(unittest.TestCase):
    def test_every_style_of_the_product_has_phrases_and_a_rendering(self):
        for style in captions.PRESETS:
            self.assertIn(style, captions.PHRASES)
            self.assertIn(style, styles.STYLES)

    def test_the_tokenizer_gives_the_ids_of_the_reference(self):
        cases = json.loads((HERE.parent / "test" / "golden" / "tokenizer" / "cases.json").read_text())["cases"]
        tokenizer = Tokenizer(HERE.parent / "test" / "golden" / "tokenizer")
        plain = [c for c in cases if c["prompt"].isascii()]
        self.assertGreater(len(plain), 20)
        for case in plain:
            ids = tokenizer(case["prompt"])
            self.assertEqual(ids[: len(case["ids"])], case["ids"], case["prompt"])


class Pictures(unittest.TestCase):
    def test_every_picture_has_a_licence_and_a_sum(self):
        for row in manifest():
            self.assertTrue(fetch.FREE.match(row["licence"]), row)
            self.assertTrue(row["author"], row)
            self.assertEqual(len(row["sha256"]), 64)


class Renderings(unittest.TestCase):
    def setUp(self):
        rng = np.random.default_rng(0)
        smooth = [cv2.resize(rng.random((6, 8, 3), np.float32), (128, 96), interpolation=cv2.INTER_CUBIC) for _ in range(2)]
        self.x = torch.from_numpy(np.stack(smooth)).permute(0, 3, 1, 2) + 0.1 * torch.from_numpy(rng.random((2, 3, 96, 128), np.float32))
        self.x = self.x.clamp(0, 1).contiguous()

    def test_the_seed_decides_each_picture_of_a_batch_whatever_is_beside_it(self):
        for style in styles.ALL:
            both, again = styles.render(self.x, style, [5, 6]), styles.render(self.x, style, [5, 6])
            self.assertEqual(both.shape, self.x.shape, style)
            self.assertTrue(torch.equal(both, again), style)
            self.assertTrue(((both >= 0) & (both <= 1)).all(), style)  # no NaN either
            alone = styles.render(self.x[1:], style, [6])
            self.assertLess((alone - both[1:]).abs().mean().item(), 1e-3, style)

    @unittest.skipUnless(torch.accelerator.is_available(), "no device but the CPU")
    def test_another_device_gives_the_same_pictures(self):
        device = torch.accelerator.current_accelerator()
        for style in styles.ALL:
            here, there = styles.render(self.x, style, [5, 6]), styles.render(self.x.to(device), style, [5, 6]).cpu()
            self.assertLess((here - there).abs().mean().item(), 1 / 255, style)

    def test_strokes_lie_as_if_painted_one_after_the_other(self):
        rng, n, h, w, margin = np.random.default_rng(1), 2, 40, 50, 12
        ground = rng.random((n, 3, h, w), np.float32)
        top = torch.full((n, h + 2 * margin, w + 2 * margin), -1, dtype=torch.int32)
        colors = rng.random((n, 90, 3), np.float32)
        yy, xx = np.mgrid[0:h, 0:w]
        expected = ground.copy()
        for first, count, longest in ((0, 30, 11), (30, 60, 7)):
            x, y = rng.integers(0, w, (n, count)), rng.integers(0, h, (n, count))
            a, b, angle = rng.integers(2, longest, (n, count)), rng.integers(1, 4, (n, count)), rng.uniform(0, 7, (n, count))
            numbers = np.where(rng.random((n, count)) < 0.8, np.arange(first, first + count), -1)
            for picture, k in np.ndindex(n, count):
                across, down = xx - x[picture, k], yy - y[picture, k]
                cos, sin = np.cos(angle[picture, k]), np.sin(angle[picture, k])
                u, v = across * cos + down * sin, down * cos - across * sin
                inside = (u / (a[picture, k] + 0.5)) ** 2 + (v / (b[picture, k] + 0.5)) ** 2 <= 1
                if numbers[picture, k] >= 0:
                    expected[picture][:, inside] = colors[picture, first + k][:, None]
            strokes = [torch.from_numpy(part.astype(np.float32)) for part in (x + margin, y + margin, a, b, angle)]
            styles.lay(top, strokes, torch.from_numpy(numbers.astype(np.int32)), margin)
        top = top[:, margin:-margin, margin:-margin]
        found = styles.painted(torch.from_numpy(ground), top, torch.from_numpy(colors)).numpy()
        np.testing.assert_array_equal(found, expected)

    def test_an_ellipse_covers_what_the_one_of_opencv_covers(self):
        for a, b, angle in ((20, 6, 33), (12, 4, 160), (9, 3, 90), (5, 5, 0)):  # OpenCV's are polygons of a dozen sides and more
            expected = np.zeros((64, 64), np.float32)
            cv2.ellipse(expected, (30, 33), (a, b), angle, 0, 360, 1.0, -1)
            strokes = [torch.full((1, 1), float(v)) for v in (30, 33, a, b, np.radians(angle))]
            found = styles.over(torch.zeros(1, 1, 64, 64), strokes, torch.ones(1, 1, 1), 21)[0, 0].numpy()
            self.assertLess((found != expected).sum() / expected.sum(), 0.1, (a, b, angle))

    def test_jpeg_leaves_what_the_codec_leaves(self):
        for width, quality in ((128, 12), (128, 49), (117, 30), (117, 90)):
            levels = (self.x[0, :, :91, :width] * 255).floor()
            code = cv2.imencode(".jpg", levels.byte().permute(1, 2, 0).numpy()[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
            expected = styles.to_batch([np.ascontiguousarray(cv2.imdecode(code, 1)[..., ::-1])])
            found = styles.jpeg((levels[None] + 0.5) / 255, [quality])
            lost = (expected - levels / 255).abs().mean().item()
            self.assertLess((found - expected).abs().mean().item(), 0.004, (width, quality))
            self.assertGreater(lost, 0.01, "the picture is too plain to test with")


if __name__ == "__main__":
    unittest.main()
