"""Trains the denoiser and the text encoder on the packed views.

    python train_unet.py WORK --minutes 90 [--from MODEL_DIR | --scratch] [--learning-rate 4e-4]

Run it again with the same WORK to go on where it stopped (WORK/unet.pt, written every two minutes). The learning rate falls
as a cosine over the minutes of training time, counted over all runs; `--minutes` may be raised later. The log is
WORK/unet.tsv: minutes, samples, running loss, validation loss. Targets are those of a noisy translator (README.md).
"""
import argparse
import json
import math
import signal
import tempfile
import time
from pathlib import Path

import numpy as np
import torch
import torch.distributed as dist
from torch._utils import _flatten_dense_tensors, _unflatten_dense_tensors

import captions
import styles
from networks import TextEncoder, UNet, half
from onnx_weights import read_state
from pack import manifest
from tokenizer import Tokenizer

HERE = Path(__file__).parent
STEPS = 1000
CROP = 32
WIDE_EVERY = 3  # every third batch shows whole views, fewer of them
NAMES = list(styles.ALL)
PHOTO, DEGRADED = NAMES.index("photo"), NAMES.index("degraded")
WHOLE = NAMES.index("studio")  # says where in the picture things are, which a crop does not know
DRAWN = [NAMES.index(s) for s in ("pencil", "ink", "charcoal")]
# Styles that need more samples than the rest: texture and line rather than a grade.
WEIGHTS = {
    "oil": 2.2, "watercolor": 2.2, "anime": 2.4, "pencil": 1.6, "cyberpunk": 1, "vintage": 1.4, "impressionist": 1.8, "charcoal": 1.1, "ink": 1.3,
    "pastel": 1.3, "comic": 2, "pixel": 0.3, "noir": 1.1, "golden-hour": 0.8, "night": 0.8, "winter": 1.3, "autumn": 1, "studio": 1.4,
    "art-nouveau": 0.25, "expressionist": 0.25, "enhance": 2, "teal-orange": 0.6, "pale": 0.5, "mono": 0.5, "vivid": 0.6, "fog": 0.5,
}


def alphas():
    """sqrt of the cumulated product of 1 - beta, linear betas from 1e-4 to 2e-3."""
    betas = torch.linspace(1e-4, 2e-3, STEPS, dtype=torch.float64)
    return (1 - betas).cumprod(0).sqrt().float()


def ramp(t):
    """How far the model may translate at a timestep: nothing below 50, all from 360 up.

    Ten steps with leading spacing begin strength 0.6 at 501, 0.5 at 401, 0.4 at 301 and 0.25 at 101.
    """
    return np.clip((t - 50) / 310, 0, 1)


class Views:
    """Latents of all views found so far, memory-mapped: [styles, 12, side, side] each."""

    def __init__(self, folder):
        self.folder, self.known, self.subjects = folder, {}, {}
        for row in manifest():
            self.subjects[row["name"].rsplit(".", 1)[0]] = row["subject"]

    def refresh(self):
        for path in sorted(self.folder.glob("*.npy")):
            if path.name not in self.known:
                self.known[path.name] = (np.load(path, mmap_mode="r"), self.subjects[path.name.rsplit(".", 2)[0]])
        self.items = [self.known[name] for name in sorted(self.known)]
        return len(self.items)


def draw_k(rng, t):
    """Share of the source in the noisy input: all of it at the first step of a run, less and less later, negative after overshoot."""
    kind = rng.random()
    if kind < 0.2:
        return 0.0
    if kind < 0.32:
        return rng.uniform(-0.3, 0) * ramp(t)
    if kind < 0.7:
        return rng.uniform(0, 1) * ramp(t)
    return ramp(t)


def draw_sample(rng, views, crop):
    """One training pair: (noise-free mixture, target, timestep, text, share of something else in the mixture), latents [12, crop, crop]."""
    stack, subject = views.items[rng.integers(len(views.items))]
    side = stack.shape[-1]
    y, x = rng.integers(0, side - crop + 1, 2)
    cut = lambda k: stack[k, :, y : y + crop, x : x + crop].astype(np.float32)  # noqa: E731
    t = int(rng.uniform(20, 720)) if rng.random() < 0.8 else int(rng.integers(0, STEPS))
    kind = rng.random()
    probabilities = np.array([WEIGHTS[s] for s in NAMES[:-2]])
    probabilities[WHOLE] *= 3 if crop == side else 0
    style = int(rng.choice(len(NAMES) - 2, p=probabilities / probabilities.sum()))
    if kind < 0.13:  # nothing asked: keep what is there, be it a photo, a rendering or something in between
        k = draw_k(rng, t)
        mixture = (1 - k) * cut(style) + k * cut(PHOTO)
        return mixture, mixture, t, captions.plain(rng, subject), 0.0
    if kind < 0.21:  # a negative prompt describes the present picture, made worse
        k = draw_k(rng, t)
        mixture = (1 - k) * cut(style) + k * cut(PHOTO)
        return mixture, mixture + (cut(DEGRADED) - cut(PHOTO)) * rng.uniform(0.5, 1), t, captions.negative(rng), 0.5
    text = captions.positive(rng, NAMES[style], subject)
    if NAMES[style] == "enhance":
        t = int(rng.uniform(40, 320))  # damage is undone at low strengths too, where nothing else is translated
        source = DEGRADED if rng.random() < 0.75 else PHOTO
        k = 1.0 if rng.random() < 0.6 else rng.uniform(0, 1)
        return (1 - k) * cut(style) + k * cut(source), cut(style), t, text, k
    k, target = draw_k(rng, t), cut(style)
    source = PHOTO
    if rng.random() < 0.07:
        source = DRAWN[rng.integers(3)] if rng.random() < 0.6 else int(rng.integers(len(NAMES)))
    source = cut(source)
    manner = rng.random()
    if manner < 0.03:
        text, target = f"{rng.choice(captions.LIGHTER)} {text}", source + 0.5 * (target - source)
    elif manner < 0.05:
        text = f"{rng.choice(captions.STRONGER)} {text}"
    return (1 - k) * target + k * source, target, t, text, abs(k)


def make_batch(rng, views, crop, count, tokenizer, alpha):
    rows = [draw_sample(rng, views, crop) for _ in range(count)]
    mixture, target = (torch.from_numpy(np.stack([r[k] for r in rows]).astype(np.float32)) for k in (0, 1))
    t = torch.tensor([r[2] for r in rows])
    ids = torch.tensor([tokenizer(str(r[3])) for r in rows])
    other = torch.tensor([float(r[4]) for r in rows])
    noise = torch.from_numpy(rng.standard_normal(mixture.shape, dtype=np.float32))
    a = alpha[t][:, None, None, None]
    b = (1 - a * a).sqrt()
    noisy = a * mixture + b * noise
    # The mixture's distance from its target, divided by little noise, would outweigh everything else.
    weight = 1 / (1 + (0.25 * other / b[:, 0, 0, 0]) ** 2)
    return noisy, (a * noisy - target) / b, t, ids, weight


def validation_batches(views, tokenizer, alpha):
    """Fixed held-out samples: five rounds of crops over every held-out view."""
    rng = np.random.default_rng(7)
    return [make_batch(rng, views, CROP, 24, tokenizer, alpha) for _ in range(5)]


def learning_rate(share, peak, steps, warm_up):
    """Warm-up over some steps, level for the first third, then a cosine to a twentieth."""
    fall = 0.05 + 0.95 * 0.5 * (1 + math.cos(math.pi * min(1, max(0, (share - 0.33) / 0.67))))
    return peak * min(1, (steps + 1) / warm_up) * fall


def averaged_over_processes(gradients, seconds):
    """Replaces each gradient by its mean over all processes; gives the first process's clock, so that all stop together."""
    clock = torch.tensor([seconds if dist.get_rank() == 0 else 0.0])
    flat = _flatten_dense_tensors([*gradients, clock])
    dist.all_reduce(flat)
    *means, clock = _unflatten_dense_tensors(flat, [*gradients, clock])
    for gradient, mean in zip(gradients, means):
        gradient.copy_(mean).div_(dist.get_world_size())
    return clock.item()


class Run:
    def __init__(self, a):
        self.a, self.device = a, "cuda" if torch.cuda.is_available() else "cpu"
        self.unet, self.text = UNet(), TextEncoder()
        self.path = a.work / "unet.pt"
        if not a.scratch and not self.path.exists():
            self.unet.load_state_dict(read_state(a.start / "unet" / "model.onnx"))
            self.text.load_state_dict(read_state(a.start / "text_encoder" / "model.onnx"))
        self.unet.to(self.device, memory_format=torch.channels_last)
        self.text.to(self.device)
        groups = [{"params": list(self.unet.parameters()), "share": 1.0}, {"params": list(self.text.parameters()), "share": 0.3}]
        self.optimizer = torch.optim.AdamW(groups, lr=a.learning_rate, betas=(0.9, 0.99), weight_decay=0.01, fused=True)
        self.parameters = [p for g in groups for p in g["params"]]
        self.average = [p.detach().clone() for p in self.parameters]
        self.state = {"seconds": 0.0, "samples": 0, "steps": 0}
        if self.path.exists():
            self.resume()

    def resume(self):
        saved = torch.load(self.path, map_location=self.device)
        self.unet.load_state_dict(saved["unet"])
        self.text.load_state_dict(saved["text"])
        self.state = saved["state"]
        self.average = saved.get("average") or [p.detach().clone() for p in self.parameters]
        if "optimizer" in saved:  # none after grow.py
            self.optimizer.load_state_dict(saved["optimizer"])

    def save(self):
        part = self.path.with_suffix(".part")
        content = {"unet": self.unet.state_dict(), "text": self.text.state_dict(), "optimizer": self.optimizer.state_dict()}
        torch.save({**content, "average": self.average, "state": self.state}, part)
        part.rename(self.path)

    def loss(self, batch):
        noisy, v, t, ids, weight = (x.to(self.device) for x in batch)
        noisy = noisy.contiguous(memory_format=torch.channels_last)
        with half(self.device):
            found = self.unet(noisy, t, self.text(ids)[0])
        return ((found.float() - v).square().mean((1, 2, 3)) * weight).mean()

    def step(self, batch, seconds):
        """One step after so many seconds of training; gives the batch's loss."""
        share = self.state["seconds"] / (self.a.minutes * 60)
        for group in self.optimizer.param_groups:
            group["lr"] = learning_rate(share, self.a.learning_rate, self.state["steps"], self.a.warm_up) * group["share"]
        loss = self.loss(batch)
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        if self.a.processes > 1:
            seconds = averaged_over_processes([p.grad for p in self.parameters], seconds)
        self.state["seconds"] = seconds
        torch.nn.utils.clip_grad_norm_(self.parameters, 1.0)
        self.optimizer.step()
        keep = min(self.a.average, (self.state["steps"] + 1) / (self.state["steps"] + 20))
        with torch.no_grad():
            torch._foreach_lerp_(self.average, [p.detach() for p in self.parameters], 1 - keep)
        self.state["steps"] += 1
        self.state["samples"] += len(batch[0]) * self.a.processes
        return loss.item()

    def validate(self, batches):
        """Mean loss of the averaged weights on the fixed held-out samples."""
        current = [p.detach().clone() for p in self.parameters]
        with torch.no_grad():
            for p, average in zip(self.parameters, self.average):
                p.copy_(average)
            value = sum(self.loss(batch).item() for batch in batches) / len(batches)
            for p, was in zip(self.parameters, current):
                p.copy_(was)
        return value


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("work", type=Path)
    parser.add_argument("--minutes", type=float, required=True, help="training time in all, over every run")
    parser.add_argument("--from", dest="start", type=Path, default=HERE.parent / "models" / "overpaint-small")
    parser.add_argument("--scratch", action="store_true", help="start with random weights")
    parser.add_argument("--learning-rate", type=float, default=4e-4)
    parser.add_argument("--warm-up", type=int, default=150, help="steps until the full learning rate")
    parser.add_argument("--average", type=float, default=0.998, help="how much of the averaged weights a step keeps")
    parser.add_argument("--batch", type=int, default=24, help="samples a step and process")
    parser.add_argument("--processes", type=int, default=1, help="processes that share the work; one a core beats threads on busy machines")
    parser.add_argument("--emphasise", nargs="*", default=[], choices=NAMES[:-2], help="styles drawn four times as often")
    parser.add_argument("--crop", type=int, default=CROP, help="side of a crop in latents; every third batch shows whole views")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--tokenizer", type=Path, default=HERE.parent / "models" / "overpaint-small" / "tokenizer")
    parser.add_argument("--steps", type=int, default=0, help="stop after this many steps (for a trial)")
    a = parser.parse_args()
    if a.processes == 1:
        return work_on(0, a, None)
    with tempfile.TemporaryDirectory() as folder:
        torch.multiprocessing.spawn(work_on, (a, f"file://{folder}/meeting"), nprocs=a.processes)


def work_on(rank, a, meeting):
    # What ends the parent interrupts its children, unless a shell started it in the background: then they would train on alone.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    torch.set_num_threads(a.threads)
    if meeting:
        dist.init_process_group("gloo", init_method=meeting, rank=rank, world_size=a.processes)
    run, tokenizer, alpha = Run(a), Tokenizer(a.tokenizer), alphas()
    torch.manual_seed(run.state["steps"])
    rng = np.random.default_rng([11, run.state["steps"], rank])
    views, held_out = Views(a.work / "views"), Views(a.work / "held-out")
    print(views.refresh(), "views,", held_out.refresh(), "held out; from", json.dumps(run.state), flush=True)
    checks = validation_batches(held_out, tokenizer, alpha)
    for style in a.emphasise:  # after the fixed samples are drawn, so that losses compare between runs
        WEIGHTS[style] *= 4
    log = a.work / "unet.tsv"
    if not log.exists():
        log.write_text("minutes\tsamples\tsteps\tviews\tloss\tvalidation\n")
    begun = saved = checked = time.monotonic()
    before, losses, first = run.state["seconds"], [], True
    while run.state["seconds"] < a.minutes * 60 and not (a.steps and run.state["steps"] >= a.steps):
        wide = run.state["steps"] % WIDE_EVERY == WIDE_EVERY - 1
        crop, count = (48, max(2, a.batch * a.crop**2 // 48**2)) if wide else (a.crop, a.batch)
        losses.append(run.step(make_batch(rng, views, crop, count, tokenizer, alpha), before + time.monotonic() - begun))
        now = time.monotonic()
        if first or now - checked > 360:
            number, checked = views.refresh(), now
            if rank == 0:
                value = run.validate(checks)
                figures = f"{number}\t{np.mean(losses[-200:]):.4f}\t{value:.4f}"
                line = f"{run.state['seconds'] / 60:.1f}\t{run.state['samples']}\t{run.state['steps']}\t{figures}"
                with open(log, "a") as out:
                    out.write(line + "\n")
                print(line, flush=True)
            first = False
        if rank == 0 and now - saved > 120:
            run.save()
            saved = now
    if rank == 0:
        run.save()
        print("done", json.dumps(run.state))
    if meeting:
        dist.destroy_process_group()


if __name__ == "__main__":
    main()
