"""Run by hand, in a minute: python -m unittest discover training (from the repository's root, with requirements.txt installed)."""
import json
import sys
import tempfile
import unittest
from pathlib import Path

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

    def test_renderings_are_the_same_for_the_same_seed_and_keep_the_size(self):
        x = (np.random.default_rng(0).random((96, 128, 3)) * 255).astype(np.uint8)
        for style in styles.ALL:
            one, other = styles.render(x, style, 5), styles.render(x, style, 5)
            self.assertEqual(one.shape, x.shape, style)
            self.assertTrue((one == other).all(), style)


if __name__ == "__main__":
    unittest.main()
