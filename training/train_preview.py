"""Trains the small decoder that draws previews while a picture is painted, and writes its ONNX file.

    python train_preview.py WORK OUT_MODEL_DIR [--minutes 2]

Unscaled latents to a picture of half the size, 40,000 parameters, a few milliseconds. Written to vae_decoder_preview/.
"""
import argparse
import json
import math
import time
from pathlib import Path

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from export import SPACE, write
from networks import LATENT_CHANNELS
from train_vae import CELLS, Pictures


class PreviewDecoder(nn.Module):
    def __init__(self, width=40):
        super().__init__()
        self.net = nn.Sequential(
            nn.Conv2d(LATENT_CHANNELS, width, 3, padding=1, padding_mode="replicate"),
            nn.SiLU(),
            nn.Conv2d(width, width, 3, padding=1, padding_mode="replicate"),
            nn.SiLU(),
            nn.Conv2d(width, 3 * 16, 3, padding=1, padding_mode="replicate"),
            nn.PixelShuffle(4),
        )

    def forward(self, z):
        return self.net(z)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("work", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--minutes", type=float, default=2)
    parser.add_argument("--batch", type=int, default=24)
    a = parser.parse_args()
    torch.manual_seed(4)
    cv2.setNumThreads(1)
    rng, pictures = np.random.default_rng(4), Pictures(a.work / "views")
    scale = json.loads((a.out / "vae_decoder" / "config.json").read_text())["scaling_factor"]
    network, begun, steps, losses = PreviewDecoder(), time.monotonic(), 0, []
    optimizer = torch.optim.AdamW(network.parameters(), lr=3e-3)
    while (share := (time.monotonic() - begun) / (60 * a.minutes)) < 1:
        for group in optimizer.param_groups:
            group["lr"] = 3e-3 * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * share)))
        rows = [pictures.draw(rng) for _ in range(a.batch)]
        z = torch.from_numpy(np.stack([r[0] for r in rows]))
        z = (z + 0.2 * torch.rand(a.batch, 1, 1, 1) * torch.randn_like(z)) / scale
        wanted = F.avg_pool2d(torch.from_numpy(np.stack([r[2] for r in rows])).permute(0, 3, 1, 2), 2)
        found = network(z)
        loss = (found - wanted).abs().mean() + (found - wanted).square().mean()
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        steps, losses = steps + 1, [*losses[-200:], loss.item()]
    print(f"{steps} steps of {a.batch} crops of {8 * CELLS} px, loss {np.mean(losses):.4f}")
    axes = {"latent_sample": SPACE, "sample": SPACE}
    write(network, a.out / "vae_decoder_preview" / "model.onnx", {"latent_sample": torch.randn(1, LATENT_CHANNELS, 12, 16)}, ["sample"], axes)


if __name__ == "__main__":
    main()
