"""Paints held-out pictures with a model folder and measures them, without the product (bench/quality.ts does it in the product).

    python evaluate.py WORK MODEL_DIR --judge JUDGE.onnx [--sheet SHEET.jpg] [--photos 8] [--side 512]

Prints the share of outputs in which the style classifier names the asked style first (each at its default strength and
guidance), the auto-encoder's PSNR, and how the empty prompt at 0.5 compares with the bare round trip.
"""
import argparse
import json
from pathlib import Path

import cv2
import numpy as np
import onnxruntime

import captions
import styles
from pack import manifest, read_photo, resize_short
from tokenizer import Tokenizer
from train_unet import alphas


class Model:
    """A model folder with a ten-step DDIM of the product's kind: leading spacing, offset 1, guidance by two passes, fidelity by
    a third, a reflected rim, and encodings that are compared with the picture."""

    def __init__(self, folder, threads=2):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        open_part = lambda part: onnxruntime.InferenceSession(str(folder / part / "model.onnx"), options)  # noqa: E731
        self.text, self.unet = open_part("text_encoder"), open_part("unet")
        self.encoder, self.decoder = open_part("vae_encoder"), open_part("vae_decoder")
        vae = json.loads((folder / "vae_decoder" / "config.json").read_text())
        self.scale, self.rim = vae["scaling_factor"], vae.get("reflected_rim", 0)
        self.comparisons = vae.get("decoder_inversion_steps", 0)
        self.tokenizer = Tokenizer(folder / "tokenizer")
        self.timestep = np.int64 if "int64" in self.unet.get_inputs()[1].type else np.float32
        self.ids = np.int64 if "int64" in self.text.get_inputs()[0].type else np.int32
        about = json.loads((folder / "overpaint.json").read_text())
        self.guidance = about["defaults"]["guidance"].get("scale", {"from": [1, 30], "to": [1, 30]})
        self.fidelity = about["defaults"].get("fidelity", {"from": [0, 1], "to": [0, 0]})
        self.steps = about["defaults"]["steps"]
        self.fits = about["styles"] if isinstance(about.get("styles"), dict) else {}  # where the model does a style best
        self.signal = alphas().numpy()

    def own_guidance(self, asked):
        (a, b), (c, d) = self.guidance["from"], self.guidance["to"]
        return c + (asked - a) / (b - a) * (d - c)

    def own_fidelity(self, strength):
        return float(np.interp(strength, self.fidelity["from"], self.fidelity["to"]))

    def mean(self, pixels):
        moments = self.encoder.run(None, {"sample": pixels})[0]
        return moments[:, : moments.shape[1] // 2]

    def encode(self, x):
        framed = np.pad(x, ((self.rim,) * 2, (self.rim,) * 2, (0, 0)), "reflect")
        target = self.mean(framed.astype(np.float32).transpose(2, 0, 1)[None] / 127.5 - 1)
        z = target
        for _ in range(self.comparisons):
            z = z + target - self.mean(np.clip(self.decoder.run(None, {"latent_sample": z})[0], -1, 1))
        return z * self.scale

    def decode(self, z):
        out = self.decoder.run(None, {"latent_sample": (z / self.scale).astype(np.float32)})[0][0]
        out = out[:, self.rim : out.shape[1] - self.rim, self.rim : out.shape[2] - self.rim]
        return (np.clip(out.transpose(1, 2, 0) * 127.5 + 127.5, 0, 255) + 0.5).astype(np.uint8)

    def paint(self, x, prompt, negative="", strength=0.6, guidance=7.0, seed=1, steps=None, fidelity=None):
        steps = steps or self.steps
        times = [k * (1000 // steps) + 1 for k in range(steps)][::-1][steps - int(steps * strength) :]
        source = z = self.encode(x)
        if not times:
            return self.decode(z)
        texts = np.array([self.tokenizer(words) for words in (negative, prompt, "")], self.ids)
        states = self.text.run(None, {"input_ids": texts})[0]
        a = self.signal[times[0]]
        start = np.random.default_rng(seed).standard_normal(z.shape)
        z = (a * z + np.sqrt(1 - a * a) * start).astype(np.float32)
        g = self.own_guidance(guidance)
        kept = self.own_fidelity(strength) if fidelity is None else fidelity
        for t in times:
            a, b = self.signal[t], np.sqrt(1 - self.signal[t] ** 2)
            noisy = (a * source + b * start).astype(np.float32)
            rows = {"sample": np.concatenate([z, z, noisy]), "timestep": np.array(t, self.timestep), "encoder_hidden_states": states}
            plain, asked, seen = self.unet.run(None, rows)[0]
            v = plain + g * (asked - plain) - kept / b * (source - (a * noisy - b * seen))
            clean, noise = a * z - b * v, a * v + b * z
            later = t - 1000 // steps
            a = self.signal[later] if later > 0 else self.signal[0]
            z = (a * clean + np.sqrt(1 - a * a) * noise).astype(np.float32)
        return self.decode(z)

    def style(self, x, name, **changes):
        preset = captions.PRESETS[name] | self.fits.get(name, {})
        settings = {"strength": preset["strength"][2], "guidance": preset["guidance"][2], **changes}
        return self.paint(x, preset["prompt"], preset["negative"], **settings)


class Judge:
    def __init__(self, path):
        self.session = onnxruntime.InferenceSession(str(path))
        self.classes = self.session.get_modelmeta().custom_metadata_map["classes"].split(",")

    def __call__(self, x, source):
        """Class names of a painting of a source, likeliest first."""
        pixels = lambda picture: picture.astype(np.float32).transpose(2, 0, 1)[None] / 127.5 - 1  # noqa: E731
        logits = self.session.run(None, {"sample": pixels(x), "source": pixels(source)})[0][0]
        return [self.classes[k] for k in np.argsort(-logits)]


def psnr(a, b):
    return -10 * np.log10(max(1e-10, np.mean((a.astype(np.float64) / 255 - b.astype(np.float64) / 255) ** 2)))


def held_out(work, side, number):
    """Held-out photos, cut to a square of `side`; portraits and animals first."""
    first = ["astronaut", "chelsea", "singap", "coffee", "china", "koala", "mansion", "young-woman", "cat.", "citrus"]
    rows = [r["name"] for r in manifest() if r["split"] != "train"]
    rows.sort(key=lambda n: next((k for k, word in enumerate(first) if word in n), 99))
    for name in rows[:number]:
        x = resize_short(read_photo(work / "pictures" / name), side)
        top, left = (x.shape[0] - side) // 2, (x.shape[1] - side) // 2
        yield name, np.ascontiguousarray(x[top : top + side, left : left + side])


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("work", type=Path)
    parser.add_argument("model", type=Path)
    parser.add_argument("--judge", type=Path)
    parser.add_argument("--sheet", type=Path)
    parser.add_argument("--photos", type=int, default=8)
    parser.add_argument("--side", type=int, default=512)
    parser.add_argument("--thumb", type=int, default=192)
    parser.add_argument("--styles", nargs="*")
    parser.add_argument("--threads", type=int, default=2)
    a = parser.parse_args()
    model, judge = Model(a.model, a.threads), Judge(a.judge) if a.judge else None
    names = a.styles or [s for s in styles.STYLES]
    hits, said, rows, plain, trips = {s: [] for s in names}, {}, [], [], []
    for name, x in held_out(a.work, a.side, a.photos):
        row = [x]
        trip = model.decode(model.encode(x))
        trips.append(psnr(x, trip))
        empty = model.paint(x, "", strength=0.5)
        plain.append(np.sqrt(np.mean((x / 255.0 - empty / 255.0) ** 2)) / np.sqrt(np.mean((x / 255.0 - trip / 255.0) ** 2)))
        for style in names:
            y = model.style(x, style)
            row.append(y)
            if judge and style in judge.classes:
                found = judge(y, x)
                hits[style].append(found[0] == style)
                if found[0] != style:
                    said.setdefault(style, []).append(found[0])
        rows.append(np.concatenate([cv2.resize(y, (a.thumb, a.thumb), interpolation=cv2.INTER_AREA) for y in row], 1))
    if a.sheet:
        cv2.imwrite(str(a.sheet), np.concatenate(rows)[..., ::-1])
    judged = {s: float(np.mean(h)) for s, h in hits.items() if h}
    print("named first:", {s: round(v, 2) for s, v in judged.items()})
    print("taken for:", said)
    if judged:
        print(f"mean {np.mean(list(judged.values())):.3f}")
    print(f"round trip {np.mean(trips):.2f} dB; empty prompt at 0.5 changes {np.mean(plain):.2f} times as much")


if __name__ == "__main__":
    main()
