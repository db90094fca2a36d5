"""Trains the auto-encoder, or only its decoder for latents that a denoiser left imperfect.

    python train_vae.py WORK --minutes 35 --both [--scratch]                the encoder's detail channels (with --scratch all of
                                                                            them) and the decoder, on the photos themselves
    python train_vae.py WORK --minutes 10 --decoder [--unet WORK/unet.pt]   decoder alone, on packed views; latents stay

State in WORK/vae.pt, written every two minutes, read back on the next run; a mode's minutes count from its own first run. Log:
WORK/vae.tsv. The loss is mostly the logarithm of the squared error, so that every picture counts by its PSNR. With --both a
third of a batch is decoded from the exact latents, the rest with noise; with --decoder a third as packed, a third with
Gaussian noise of up to 0.15 and, given a denoiser, a third as that one restores them from timesteps up to 320.
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
from networks import DETAIL_CHANNELS, LATENT_CHANNELS, PICTURE_CHANNELS, Decoder, Encoder, TextEncoder, UNet, half
from onnx_weights import read_state
from pack import cut_view, manifest, read_photo, resize_short
from tokenizer import Tokenizer
from train_unet import NAMES, alphas, captions, ramp

HERE = Path(__file__).parent
CELLS, BATCH = 16, 12  # a crop of 16 x 16 latents is 128 px a side; the denoiser wants multiples of 4
KL, NOISE = 1e-3, 0.08
TONES = ("pencil", "ink", "comic", "charcoal", "watercolor", "anime", "oil", "impressionist", "pastel", "cyberpunk", "winter")


class Photos:
    """Crops of photos at any scale, a third of them rendered in a style; drawn crops are kept for a while."""

    def __init__(self, work, rows, keep=200):
        self.photos = [resize_short(x, min(1000, min(x.shape[:2]))) for x in (read_photo(work / "pictures" / r["name"]) for r in rows)]
        self.rendered, self.keep = [], keep

    def crop(self, rng, side):
        x = self.photos[rng.integers(len(self.photos))]
        scale = min(1.15, rng.uniform(400, 1000) / min(x.shape[:2]))
        take = min(min(x.shape[:2]), max(48, round(side / scale)))
        top, left = rng.integers(0, x.shape[0] - take + 1), rng.integers(0, x.shape[1] - take + 1)
        x = x[top : top + take, left : left + take]
        x = cv2.resize(x, (side, side), interpolation=cv2.INTER_AREA if take > side else cv2.INTER_CUBIC)
        return np.ascontiguousarray(x[:, ::-1] if rng.random() < 0.5 else x)

    def rendering(self, rng):
        if len(self.rendered) < self.keep or rng.random() < 0.1:
            style = TONES[0] if rng.random() < 0.3 else str(rng.choice(TONES))
            self.rendered.append(styles.render(self.crop(rng, 224), style, int(rng.integers(2**31))))
            self.rendered = self.rendered[-self.keep :]
        x = self.rendered[rng.integers(len(self.rendered))]
        y, x0 = rng.integers(0, 224 - 8 * CELLS + 1, 2)
        return x[y : y + 8 * CELLS, x0 : x0 + 8 * CELLS]

    def draw(self, rng):
        return self.rendering(rng) if rng.random() < 0.33 else self.crop(rng, 8 * CELLS)


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


def distance(found, wanted, rim=1.0):
    """L1, gradients, a coarser scale and the logarithm of squares; `rim` weighs the outer 8 px more."""
    weight = torch.full_like(found[:1, :1], rim)
    weight[..., 8:-8, 8:-8] = 1
    weight = weight / weight.mean()
    error = found - wanted
    loss = (error.abs() * weight).mean() + 0.1 * ((error**2 * weight).mean((1, 2, 3)) + 1e-5).log().mean()
    loss = loss + 0.2 * sum((a - b).abs().mean() for a, b in zip(gradient(found), gradient(wanted)))
    return loss + 0.25 * F.avg_pool2d(error, 4).abs().mean()


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
        self.mode = "both" if a.both else "decoder"
        self.encoder, self.decoder = Encoder(), Decoder()
        self.scale = json.loads((a.start / "vae_encoder" / "config.json").read_text())["scaling_factor"]
        self.path = a.work / "vae.pt"
        saved = torch.load(self.path, map_location="cpu") if self.path.exists() else {}
        if saved:
            self.encoder.load_state_dict(saved["encoder"])
            self.decoder.load_state_dict(saved["decoder"])
            self.scale = saved["scaling_factor"]
        elif not a.scratch:
            self.encoder.load_state_dict(read_state(a.start / "vae_encoder" / "model.onnx"))
            self.decoder.load_state_dict(read_state(a.start / "vae_decoder" / "model.onnx"))
        for network in (self.encoder, self.decoder):
            network.to(self.device, memory_format=torch.channels_last)
        self.critic = Critic().to(self.device)
        groups = [{"params": list(self.decoder.parameters()), "share": 1.0}]
        self.encoder.net.requires_grad_(a.both and a.scratch)
        if a.both:  # a denoiser knows the picture channels: they stay as they are
            if a.scratch:
                groups.append({"params": list(self.encoder.net.parameters()), "share": 1.0})
            groups.append({"params": list(self.encoder.detail.parameters()), "share": 1.0})
        self.parameters = [p for g in groups for p in g["params"]]
        self.optimizer = torch.optim.AdamW(groups, lr=a.learning_rate, betas=(0.9, 0.99), weight_decay=0)
        self.critic_optimizer = torch.optim.AdamW(self.critic.parameters(), lr=2e-4, betas=(0.5, 0.9))
        self.state = {"seconds": 0.0, "samples": 0, "steps": 0}
        if saved.get("mode") == self.mode:
            self.optimizer.load_state_dict(saved["optimizer"])
            self.critic.load_state_dict(saved["critic"])
            self.state = saved["state"]

    def save(self):
        networks = {name: getattr(self, name).state_dict() for name in ("encoder", "decoder", "optimizer", "critic")}
        part = self.path.with_suffix(".part")
        torch.save({**networks, "mode": self.mode, "state": self.state, "scaling_factor": self.scale}, part)
        part.rename(self.path)

    def share(self):
        return self.state["seconds"] / (self.a.minutes * 60)

    def noised(self, pixels):
        """Latents of a batch and what they cost: a third exact, the others with the posterior's noise and more."""
        mean, log_variance = self.encoder(pixels).float().chunk(2, 1)
        cost = KL * 0.5 * (mean**2 + log_variance.exp() - 1 - log_variance).mean()
        level = torch.rand(len(mean), 1, 1, 1, device=mean.device)
        spread = ((0.5 * log_variance).exp() + NOISE * level) * (torch.arange(len(mean), device=mean.device) % 3 > 0)[:, None, None, None]
        return mean + spread * torch.randn_like(mean), cost

    def step(self, latents, pixels):
        for group in self.optimizer.param_groups:
            warm = min(1, (self.state["steps"] + 1) / 50)
            group["lr"] = group["share"] * self.a.learning_rate * warm * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * min(1, self.share()))))
        pixels = pixels.to(self.device).contiguous(memory_format=torch.channels_last)
        cost = 0.0
        with half(self.device):
            if latents is None:
                latents, cost = self.noised(pixels)
            else:
                latents = latents.to(self.device) / self.scale
            found = self.decoder(latents.contiguous(memory_format=torch.channels_last)).float()
        loss = distance(found, pixels, rim=2) + cost
        if self.a.critic_from is not None and self.share() > self.a.critic_from:
            loss = loss + self.judge(found, pixels)
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.parameters, 2.0)
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

    @torch.no_grad()
    def unit_variance(self, pictures):
        """Folds a scale into the last and first convolution, so that each scaled detail channel has unit variance."""
        rng = np.random.default_rng(0)
        crops = np.stack([pictures.crop(rng, 256) for _ in range(48)])
        x = torch.from_numpy(crops).permute(0, 3, 1, 2).float() / 127.5 - 1
        z = self.encoder(x.to(self.device))[:, PICTURE_CHANNELS:LATENT_CHANNELS].float()
        spread = z.std((0, 2, 3)) * self.scale
        last, first = self.encoder.detail[-1], self.decoder.net[0]
        last.weight[:DETAIL_CHANNELS] /= spread[:, None, None, None]
        last.bias[:DETAIL_CHANNELS] /= spread
        last.bias[DETAIL_CHANNELS:] -= 2 * spread.log()
        first.weight[:, PICTURE_CHANNELS:] *= spread[None, :, None, None]

    @torch.no_grad()
    def validate(self, held_out, noise):
        """Mean PSNR in dB of held-out renderings: photos, pencil, everything, and everything from noisy latents."""
        found = {"photo": [], "pencil": [], "all": [], "noisy": []}
        torch.manual_seed(3)
        for style, picture in held_out:
            pixels = torch.from_numpy(picture.copy()).permute(2, 0, 1)[None].float().to(self.device) / 127.5 - 1
            z = self.encoder(pixels)[:, :LATENT_CHANNELS]
            for kind, level in (("all", 0.0), ("noisy", noise)):
                out = self.decoder(z + level * torch.randn_like(z)).clamp(-1, 1)
                value = -10 * math.log10(float(((out - pixels) ** 2).mean() / 4))
                found[kind].append(value)
                if not level and style in found:
                    found[style].append(value)
        return {kind: float(np.mean(values)) for kind, values in found.items()}


def renderings(work, rows):
    """Fixed renderings of held-out pictures: (style, RGB of 0..255)."""
    views = [cut_view(read_photo(work / "pictures" / r["name"]), 0, 1) for r in rows]
    return [(style, styles.render(x, style, k)) for k, x in enumerate(views) for style in ("photo", "pencil", "oil", "anime")]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("work", type=Path)
    parser.add_argument("--minutes", type=float, required=True)
    mode = parser.add_mutually_exclusive_group(required=True)
    mode.add_argument("--decoder", action="store_true")
    mode.add_argument("--both", action="store_true")
    parser.add_argument("--scratch", action="store_true", help="start with random weights")
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
    rows = manifest()
    train = [r for r in rows if r["split"] == "train"]
    pictures = Photos(a.work, train) if a.both else Pictures(a.work / "views")
    held_out = renderings(a.work, [r for r in rows if r["split"] != "train"][:12])
    restore = Restorer(a.unet, Tokenizer(a.start / "tokenizer")) if a.unet else None
    log = a.work / "vae.tsv"
    if not log.exists():
        log.write_text("mode\tminutes\tsamples\tloss\tphoto\tpencil\tall\tnoisy\n")
    begun = saved = checked = time.monotonic()
    before, losses, first = run.state["seconds"], [], True
    while run.share() < 1 and not (a.steps and run.state["steps"] >= a.steps):
        losses.append(run.step(*(photo_batch(rng, pictures) if a.both else packed_batch(rng, pictures, restore))))
        now = time.monotonic()
        run.state["seconds"] = before + now - begun
        if first or now - checked > 150:
            v, checked, first = run.validate(held_out, 0.1), now, False
            figures = "\t".join(f"{v[k]:.2f}" for k in v)
            line = f"{run.mode}\t{run.state['seconds'] / 60:.1f}\t{run.state['samples']}\t{np.mean(losses[-100:]):.4f}\t{figures}"
            with open(log, "a") as out:
                out.write(line + "\n")
            print(line, flush=True)
        if now - saved > 120:
            run.save()
            saved = now
    if a.both and run.share() >= 1 and not run.state.get("folded"):
        run.unit_variance(pictures)
        run.state["folded"] = True
    run.save()
    print("done", json.dumps(run.state), run.validate(held_out, 0.1))


def photo_batch(rng, pictures):
    pixels = torch.from_numpy(np.stack([pictures.draw(rng) for _ in range(BATCH)])).permute(0, 3, 1, 2)
    return None, pixels.float() / 127.5 - 1


def packed_batch(rng, pictures, restore):
    rows = [pictures.draw(rng) for _ in range(BATCH)]
    latents, source = (torch.from_numpy(np.stack([r[k] for r in rows])) for k in (0, 1))
    third = BATCH // 3
    noisy = latents + 0.15 * torch.rand(BATCH, 1, 1, 1) * torch.randn_like(latents)
    noisy[:third] = latents[:third]
    if restore:
        noisy[-third - 1 :] = restore(rng, latents[-third - 1 :], source[-third - 1 :], [r[3] for r in rows[-third - 1 :]])
    return noisy, torch.from_numpy(np.stack([r[2] for r in rows])).permute(0, 3, 1, 2)


if __name__ == "__main__":
    main()
