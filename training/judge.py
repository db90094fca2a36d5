"""A style classifier: fixed colour and texture statistics, then multinomial logistic regression; one small ONNX file.

    python judge.py WORK OUT.onnx [--model MODEL_DIR]

A style is a change of a picture, so it sees the painting and the photo that it came from: a night scene in oil is no moonlight.
It learns from the training views and is tested on the held-out ones, all as the auto-encoder gives them back (with a little
noise on the latents), so that it knows what a style looks like after decoding; in most of what it learns from, up to a third of
the photo is left, as in paintings. Inputs `sample` and `source` [b, 3, h, w] in -1..1, output `logits` [b, classes]; the class
names are in the model's metadata (`classes`, comma-separated).
`enhance` is no class: an enhanced photo is a photo, and PSNR and acutance judge it.
"""
import argparse
import json
from pathlib import Path

import numpy as np
import onnx
import torch
import torch.nn.functional as F
from torch import nn

import styles
from networks import Decoder, half
from onnx_weights import read_state
from pack import read_renderings

NAMES = list(styles.ALL)
CLASSES = [s for s in styles.STYLES if s != "enhance"] + ["photo"]


class Statistics(nn.Module):
    """About 130 numbers of a picture of any size: colours, textures, and how the middle differs from the border."""

    def __init__(self):
        super().__init__()
        d = torch.tensor
        kernels = [d([[0, 0, 0], [-1, 1.0, 0], [0, 0, 0]]), d([[0, -1.0, 0], [0, 1, 0], [0, 0, 0]])]
        kernels += [d([[-1.0, 0, 0], [0, 1, 0], [0, 0, 0]]), d([[0, 0, -1.0], [0, 1, 0], [0, 0, 0]])]
        kernels += [d([[0, -0.25, 0], [-0.25, 1, -0.25], [0, -0.25, 0]])]
        self.register_buffer("kernels", torch.stack(kernels)[:, None])
        self.register_buffer("bins", torch.linspace(0.04, 0.96, 9).reshape(1, 9, 1, 1))

    def forward(self, sample):
        x = (sample + 1) / 2
        r, g, b = x[:, 0:1], x[:, 1:2], x[:, 2:3]
        light = 0.299 * r + 0.587 * g + 0.114 * b
        opponents = torch.cat([r - g, 0.5 * (r + g) - b], 1)
        found = []
        member = torch.exp(-0.5 * ((light - self.bins) / 0.06) ** 2)
        member = member / member.sum(1, keepdim=True)
        share = member.mean((2, 3))
        found.append(share)
        for k in range(2):  # the hue of every tone: what a palette does to a picture
            found.append((member * opponents[:, k : k + 1]).mean((2, 3)) / (share + 0.01))
        chroma = (opponents**2).sum(1, keepdim=True).add(1e-6).sqrt()
        found += [chroma.mean((2, 3)), torch.exp(-((chroma - self.bins[:, ::2] * 0.7) ** 2) / 0.02).mean((2, 3))]
        found.append(opponents.flatten(2).std(2))
        level, colour = light, opponents
        for _ in range(5):
            bands = F.conv2d(level, self.kernels)
            size = bands.abs().mean((2, 3)) + 1e-4
            power = (bands**2).mean((2, 3)).add(1e-8).sqrt()
            found += [size.log(), (power / size).log(), ((bands[:, 4:] ** 3).mean((2, 3)) / (power[:, 4:] ** 3 + 1e-7)).clamp(-5, 5)]
            tone = F.conv2d(colour[:, :1], self.kernels[4:]).abs().mean((2, 3))
            found.append((tone + 1e-4).log())
            level, colour = F.avg_pool2d(level, 2), F.avg_pool2d(colour, 2)
        down = torch.ones_like(light).cumsum(2) / light.shape[2] * 2 - 1
        right = torch.ones_like(light).cumsum(3) / light.shape[3] * 2 - 1
        middle = torch.exp(-(down**2 + right**2) / 0.35)
        border = (down**2 + right**2).clamp(0, 2) ** 2
        slope = F.conv2d(F.pad(light, (1, 1, 1, 1), mode="replicate"), self.kernels[4:]).abs() + 1e-3
        for weight in (middle, border, down + 1):
            share = weight / weight.mean((2, 3), keepdim=True)
            found += [(share * light).mean((2, 3)) - light.mean((2, 3)), (share * chroma).mean((2, 3)) - chroma.mean((2, 3))]
            found.append((share * slope).mean((2, 3)).log() - slope.mean((2, 3)).log())
        across = (light[..., 1:] - light[..., :-1]).abs().mean((1, 2))
        seams = (light[..., 8::8] - light[..., 7:-1:8]).abs().mean((1, 2, 3))
        found.append(((seams + 1e-4) / (across.mean(1) + 1e-4)).log()[:, None])
        return torch.cat(found, 1)


class Judge(nn.Module):
    """Multinomial logistic regression on a painting's statistics and how they differ from its source's."""

    def __init__(self, count):
        super().__init__()
        self.statistics = Statistics()
        self.register_buffer("mean", torch.zeros(2 * count))
        self.register_buffer("spread", torch.ones(2 * count))
        self.linear = nn.Linear(2 * count, len(CLASSES))

    def of_statistics(self, painting, source):
        return self.linear(((torch.cat([painting, painting - source], 1) - self.mean) / self.spread).clamp(-4, 4))

    def forward(self, sample, source):
        return self.of_statistics(self.statistics(sample), self.statistics(source))


@torch.no_grad()
def collect(folder, decoder, scale, left=0.0, noise=0.1):
    """Statistics of all renderings of a folder of views after the decoder, of their photos, and classes; up to `left` of the photo stays."""
    statistics, paintings, sources, labels = Statistics(), [], [], []
    rng = np.random.default_rng(2)
    for path in sorted(folder.glob("*.npy")):
        latents = np.load(path).astype(np.float32)
        z = latents[[NAMES.index(c) for c in CLASSES]]
        share = np.where(rng.random(len(z)) < 0.4, 0, rng.uniform(0, 1, len(z)) * left)[:, None, None, None]
        z = z + share * (latents[NAMES.index("photo")] - z)
        z = z + noise * rng.random((len(z), 1, 1, 1)) * rng.standard_normal(z.shape)
        with half("cpu"):
            decoded = [decoder(part.contiguous(memory_format=torch.channels_last)) for part in torch.from_numpy(z / scale).float().split(7)]
        paintings += [statistics(part.float().clamp(-1, 1)) for part in decoded]
        photo = torch.from_numpy(read_renderings(path.with_suffix(".zip"))[NAMES.index("photo")]).permute(2, 0, 1)[None]
        sources.append(statistics(photo.float() / 127.5 - 1).expand(len(z), -1))
        labels.append(torch.arange(len(z)))
    return torch.cat(paintings), torch.cat(sources), torch.cat(labels)


def fit(paintings, sources, labels, decay=1e-3):
    judge = Judge(paintings.shape[1])
    rows = torch.cat([paintings, paintings - sources], 1)
    judge.mean, judge.spread = rows.mean(0), rows.std(0) + 1e-3
    optimizer = torch.optim.LBFGS(judge.linear.parameters(), max_iter=300, line_search_fn="strong_wolfe")

    def loss():
        optimizer.zero_grad()
        value = F.cross_entropy(judge.of_statistics(paintings, sources), labels) + decay * judge.linear.weight.square().sum()
        value.backward()
        return value

    optimizer.step(loss)
    return judge


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("work", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--model", type=Path, default=Path(__file__).parents[1] / "models" / "overpaint-small")
    a = parser.parse_args()
    decoder = Decoder()
    decoder.load_state_dict(read_state(a.model / "vae_decoder" / "model.onnx"))
    decoder = decoder.to(memory_format=torch.channels_last)
    scale = json.loads((a.model / "vae_decoder" / "config.json").read_text())["scaling_factor"]
    judge = fit(*collect(a.work / "views", decoder, scale, left=0.35))
    for left in (0.0, 0.35):
        paintings, sources, labels = collect(a.work / "held-out", decoder, scale, left)
        with torch.no_grad():
            right = (judge.of_statistics(paintings, sources).argmax(1) == labels).float()
        print(f"held-out renderings named rightly, up to {left} of the photo left: {right.mean():.3f}")
        print({c: round(float(right[labels == k].mean()), 2) for k, c in enumerate(CLASSES) if right[labels == k].mean() < 0.95})
    axes = {name: {0: "batch", 2: "height", 3: "width"} for name in ("sample", "source")}
    pictures = (torch.rand(1, 3, 256, 320), torch.rand(1, 3, 320, 256))
    options = {"input_names": list(axes), "output_names": ["logits"], "dynamic_axes": axes, "opset_version": 17, "dynamo": False}
    torch.onnx.export(judge, pictures, str(a.out), **options)
    model = onnx.load(str(a.out))
    entry = model.metadata_props.add()
    entry.key, entry.value = "classes", ",".join(CLASSES)
    onnx.save(model, str(a.out))


if __name__ == "__main__":
    main()
