"""Trains the auto-encoder, or only its decoder for latents that a denoiser left imperfect.

    python train_vae.py WORK --minutes 10 --decoder [--unet WORK/unet.pt]   decoder alone, encoder and latents stay as they are
    python train_vae.py WORK --minutes 60 --scratch                         both, new latents with unit variance in every channel

State in WORK/vae.pt, written every two minutes, read back on the next run. Log: WORK/vae.tsv.
The decoder sees the packed latents as they are (a third), with Gaussian noise of up to 0.15, and, given a denoiser, as that
one restores them from noise at timesteps up to 320.
"""
import argparse
import json
import math
import time
import zipfile
from pathlib import Path

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

import styles
from networks import LATENT_CHANNELS, Decoder, Encoder, TextEncoder, UNet, half
from onnx_weights import read_state
from tokenizer import Tokenizer
from train_unet import NAMES, alphas, captions, ramp

HERE = Path(__file__).parent
CELLS, BATCH = 16, 12  # a crop of 16 x 16 latents is 128 px a side; the denoiser wants multiples of 4
KL, NOISE = 3e-3, 0.05


class Pictures:
    """Renderings as pixels beside their latents; JPEGs are decoded as they are drawn and kept for a while."""

    def __init__(self, folder, keep=400):
        self.latents = {p.name[:-4]: np.load(p, mmap_mode="r") for p in sorted(folder.glob("*.npy"))}
        self.archives = {name: zipfile.ZipFile(folder / f"{name}.zip") for name in self.latents}
        self.names, self.cache, self.keep = list(self.latents), {}, keep

    def picture(self, name, style):
        key = (name, style)
        if key not in self.cache:
            if len(self.cache) >= self.keep:
                self.cache.pop(next(iter(self.cache)))
            code = np.frombuffer(self.archives[name].read(f"{NAMES[style]}.jpg"), np.uint8)
            self.cache[key] = cv2.imdecode(code, 1)[..., ::-1]
        return self.cache[key]

    def draw(self, rng):
        """(latents, photo's latents, pixels, style) of one crop; crops at the border of a view are three times as likely."""
        if self.cache and rng.random() < 0.7:
            keys = list(self.cache)
            name, style = keys[rng.integers(len(keys))]
        else:
            name, style = self.names[rng.integers(len(self.names))], int(rng.integers(len(NAMES)))
        stack, side = self.latents[name], self.latents[name].shape[-1]
        y, x = (int(np.clip(rng.integers(-4, side - CELLS + 5), 0, side - CELLS)) for _ in range(2))
        cut = lambda k: stack[k, :, y : y + CELLS, x : x + CELLS].astype(np.float32)  # noqa: E731
        pixels = self.picture(name, style)[8 * y : 8 * (y + CELLS), 8 * x : 8 * (x + CELLS)]
        return cut(style), cut(NAMES.index("photo")), pixels.astype(np.float32) / 127.5 - 1, style


def gradient(x):
    return x[..., 1:, :] - x[..., :-1, :], x[..., :, 1:] - x[..., :, :-1]


def distance(found, wanted, rim=0):
    """L1, gradients, two coarser scales and squares; `rim` weighs the outer 8 px more."""
    weight = torch.ones_like(found[:1, :1])
    if rim:
        weight[..., 8:-8, 8:-8] = 1
        for part in (weight[..., :8, :], weight[..., -8:, :], weight[..., :8], weight[..., -8:]):
            part.fill_(rim)
    loss = ((found - wanted).abs() * weight).mean() + ((found - wanted) ** 2 * weight).mean()
    loss = loss + 0.4 * sum((a - b).abs().mean() for a, b in zip(gradient(found), gradient(wanted)))
    for factor in (2, 4):
        loss = loss + 0.5 * (F.avg_pool2d(found, factor) - F.avg_pool2d(wanted, factor)).abs().mean()
    return loss


class Critic(nn.Module):
    """Judges patches of about 34 px, for the last part of a long training."""

    def __init__(self):
        super().__init__()
        layers, wide = [], 3
        for out in (32, 64, 128):
            layers += [nn.Conv2d(wide, out, 4, stride=2, padding=1), nn.LeakyReLU(0.2)]
            wide = out
        self.net = nn.Sequential(*layers, nn.Conv2d(wide, 1, 3, padding=1))

    def forward(self, x):
        return self.net(x)


class Restorer:
    """Latents as a trained denoiser gives them back."""

    def __init__(self, path, tokenizer):
        from export import averaged

        unet, text, _ = averaged(path)
        self.unet, self.text = UNet(), TextEncoder()
        self.unet.load_state_dict(unet)
        self.text.load_state_dict(text)
        self.unet.eval(), self.text.eval()
        self.alpha, self.tokenizer = alphas(), tokenizer

    def __call__(self, rng, target, source, style):
        t = torch.tensor(rng.integers(60, 320, len(target)))
        k = torch.tensor(rng.uniform(0, 1, len(target)) * ramp(t.numpy())).float()[:, None, None, None]
        a = self.alpha[t][:, None, None, None]
        b = (1 - a * a).sqrt()
        ids = torch.tensor([self.tokenizer(captions.positive(rng, NAMES[s], "") if NAMES[s] in captions.PHRASES else "") for s in style])
        noisy = a * ((1 - k) * target + k * source) + b * torch.randn_like(target)
        with torch.no_grad(), half("cpu"):
            v = self.unet(noisy, t, self.text(ids)[0]).float()
        return a * noisy - b * v


class Run:
    def __init__(self, a):
        self.a, self.device = a, "cuda" if torch.cuda.is_available() else "cpu"
        self.encoder, self.decoder = Encoder(), Decoder()
        self.scale = json.loads((a.start / "vae_encoder" / "config.json").read_text())["scaling_factor"]
        if not a.scratch:
            self.encoder.load_state_dict(read_state(a.start / "vae_encoder" / "model.onnx"))
            self.decoder.load_state_dict(read_state(a.start / "vae_decoder" / "model.onnx"))
        for network in (self.encoder, self.decoder):
            network.to(self.device, memory_format=torch.channels_last)
        self.parameters = [*self.decoder.parameters(), *(self.encoder.parameters() if a.scratch else [])]
        self.optimizer = torch.optim.AdamW(self.parameters, lr=a.learning_rate, betas=(0.9, 0.99), weight_decay=0)
        self.critic = Critic().to(self.device)
        self.critic_optimizer = torch.optim.AdamW(self.critic.parameters(), lr=2e-4, betas=(0.5, 0.9))
        self.state = {"seconds": 0.0, "samples": 0, "steps": 0}
        self.path = a.work / "vae.pt"
        if self.path.exists():
            saved = torch.load(self.path, map_location=self.device)
            self.encoder.load_state_dict(saved.get("encoder", self.encoder.state_dict()))
            self.decoder.load_state_dict(saved["decoder"])
            self.optimizer.load_state_dict(saved["optimizer"])
            self.critic.load_state_dict(saved["critic"])
            self.state = saved["state"]

    def save(self):
        content = {"decoder": self.decoder.state_dict(), "optimizer": self.optimizer.state_dict(), "critic": self.critic.state_dict()}
        content |= {"state": self.state, "scaling_factor": self.scale}
        if self.a.scratch:
            content["encoder"] = self.encoder.state_dict()
        part = self.path.with_suffix(".part")
        torch.save(content, part)
        part.rename(self.path)

    def share(self):
        return self.state["seconds"] / (self.a.minutes * 60)

    def step(self, latents, pixels):
        for group in self.optimizer.param_groups:
            warm = min(1, (self.state["steps"] + 1) / 50)
            group["lr"] = self.a.learning_rate * warm * (0.03 + 0.97 * 0.5 * (1 + math.cos(math.pi * min(1, self.share()))))
        pixels = pixels.to(self.device).contiguous(memory_format=torch.channels_last)
        with half(self.device):
            extra = 0.0
            if self.a.scratch:
                mean, log_variance = self.encoder(pixels).float().chunk(2, 1)
                extra = KL * 0.5 * (mean**2 + log_variance.exp() - 1 - log_variance).mean()
                spread = (0.5 * log_variance).exp() + NOISE * float(torch.rand(()))
                latents = mean + spread * torch.randn_like(mean)
            else:
                latents = latents.to(self.device) / self.scale
            found = self.decoder(latents.contiguous(memory_format=torch.channels_last)).float()
        loss = distance(found, pixels, rim=3) + extra
        if self.a.critic_from is not None and self.share() > self.a.critic_from:
            loss = loss + self.judge(found, pixels)
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.parameters, 0.5)
        self.optimizer.step()
        self.state["steps"] += 1
        self.state["samples"] += len(pixels)
        return loss.item()

    def judge(self, found, pixels):
        """Trains the critic by the hinge loss and gives what the decoder owes it."""
        real, fake = self.critic(pixels), self.critic(found.detach())
        loss = F.relu(1 - real).mean() + F.relu(1 + fake).mean()
        self.critic_optimizer.zero_grad(set_to_none=True)
        loss.backward()
        self.critic_optimizer.step()
        return -0.02 * self.critic(found).mean()

    def unit_variance(self, pictures):
        """Folds a scale per channel into the last and first convolution, so that each latent channel has unit variance."""
        total = []
        with torch.no_grad():
            for name in pictures.names[:40]:
                x = torch.from_numpy(pictures.picture(name, NAMES.index("photo")).copy()).permute(2, 0, 1)[None].float() / 127.5 - 1
                total.append(self.encoder(x.to(self.device))[:, :LATENT_CHANNELS].float().cpu())
            spread = torch.cat([z.flatten(2) for z in total], 2).std((0, 2)).to(self.device)
            last, first = self.encoder.net[-1], self.decoder.net[0]
            last.weight[:LATENT_CHANNELS] /= spread[:, None, None, None]
            last.bias[:LATENT_CHANNELS] /= spread
            last.bias[LATENT_CHANNELS:] -= 2 * spread.log()
            first.weight *= spread[None, :, None, None]
        self.scale = 1.0

    @torch.no_grad()
    def validate(self, pictures, noise):
        """Mean PSNR in dB of held-out renderings: photos, pencil, everything, and everything from noisy latents."""
        found = {"photo": [], "pencil": [], "all": [], "noisy": []}
        torch.manual_seed(3)
        for name in pictures.names[:12]:
            for style in ("photo", "pencil", "oil", "anime"):
                k = NAMES.index(style)
                pixels = torch.from_numpy(pictures.picture(name, k).copy()).permute(2, 0, 1)[None].float() / 127.5 - 1
                pixels = pixels.to(self.device)
                z = torch.from_numpy(pictures.latents[name][k].astype(np.float32))[None].to(self.device) / self.scale
                z = self.encoder(pixels)[:, :LATENT_CHANNELS] if self.a.scratch else z
                for kind, level in (("all", 0.0), ("noisy", noise)):
                    out = self.decoder(z + level * torch.randn_like(z)).clamp(-1, 1)
                    value = -10 * math.log10(float(((out - pixels) ** 2).mean() / 4))
                    found[kind].append(value)
                    if not level and style in found:
                        found[style].append(value)
        return {kind: float(np.mean(values)) for kind, values in found.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("work", type=Path)
    parser.add_argument("--minutes", type=float, required=True)
    mode = parser.add_mutually_exclusive_group(required=True)
    mode.add_argument("--decoder", action="store_true")
    mode.add_argument("--scratch", action="store_true")
    parser.add_argument("--unet", type=Path)
    parser.add_argument("--from", dest="start", type=Path, default=HERE.parent / "models" / "overpaint-small")
    parser.add_argument("--learning-rate", type=float, default=4e-4)
    parser.add_argument("--critic-from", type=float, help="share of the training after which a patch critic joins, such as 0.75")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--steps", type=int, default=0)
    a = parser.parse_args()
    torch.set_num_threads(a.threads)
    cv2.setNumThreads(1)
    run = Run(a)
    rng = np.random.default_rng([5, run.state["steps"]])
    torch.manual_seed(run.state["steps"])
    pictures, held_out = Pictures(a.work / "views"), Pictures(a.work / "held-out")
    restore = Restorer(a.unet, Tokenizer(a.start / "tokenizer")) if a.unet else None
    log = a.work / "vae.tsv"
    if not log.exists():
        log.write_text("minutes\tsamples\tloss\tphoto\tpencil\tall\tnoisy\n")
    begun = saved = checked = time.monotonic()
    before, losses, first = run.state["seconds"], [], True
    while run.share() < 1 and not (a.steps and run.state["steps"] >= a.steps):
        rows = [pictures.draw(rng) for _ in range(BATCH)]
        latents, source = (torch.from_numpy(np.stack([r[k] for r in rows])) for k in (0, 1))
        pixels = torch.from_numpy(np.stack([r[2] for r in rows])).permute(0, 3, 1, 2)
        third = BATCH // 3
        noisy = latents + 0.15 * torch.rand(BATCH, 1, 1, 1) * torch.randn_like(latents)
        noisy[:third] = latents[:third]
        if restore:
            noisy[-third - 1 :] = restore(rng, latents[-third - 1 :], source[-third - 1 :], [r[3] for r in rows[-third - 1 :]])
        losses.append(run.step(noisy, pixels))
        now = time.monotonic()
        run.state["seconds"] = before + now - begun
        if first or now - checked > 150:
            v, checked, first = run.validate(held_out, 0.1), now, False
            line = f"{run.state['seconds'] / 60:.1f}\t{run.state['samples']}\t{np.mean(losses[-100:]):.4f}\t" + "\t".join(f"{v[k]:.2f}" for k in v)
            with open(log, "a") as out:
                out.write(line + "\n")
            print(line, flush=True)
        if now - saved > 120:
            run.save()
            saved = now
    if a.scratch:
        run.unit_variance(pictures)
    run.save()
    print("done", json.dumps(run.state), run.validate(held_out, 0.1))


if __name__ == "__main__":
    main()
