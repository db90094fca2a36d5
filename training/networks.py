"""The four networks of Overpaint Small, with the parameter names of their ONNX files.

Latents are f8 with 12 channels. Shapes: pictures [b, 3, 8h, 8w] in -1..1, latents [b, 12, h, w], text [b, 77, 192].
"""
import math
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn

LATENT_CHANNELS = 12
RIM = 2  # cells that the auto-encoder repeats around its input and cuts off again
TEXT_WIDTH = 192
TEXT_LENGTH = 77
VOCABULARY = 3072


def half(device):
    """bf16 where it pays: on a GPU, and on processors that multiply in it (AMX, avx512_bf16); elsewhere single precision."""
    flags = Path("/proc/cpuinfo").read_text() if device == "cpu" and Path("/proc/cpuinfo").exists() else ""
    pays = device == "cuda" or "amx_bf16" in flags or "avx512_bf16" in flags
    return torch.autocast(device, torch.bfloat16, enabled=pays)


class Activated(nn.Module):
    """Pre-activation residual block without normalisation: x + b(silu(a(silu(x))))."""

    def __init__(self, width):
        super().__init__()
        self.a = nn.Conv2d(width, width, 3, padding=1)
        self.b = nn.Conv2d(width, width, 3, padding=1)

    def forward(self, x):
        return x + self.b(F.silu(self.a(F.silu(x))))


class Encoder(nn.Module):
    """Picture to mean and log variance (clamped to -12..4), 24 channels, f8.

    Its border is repeated first and cut off again: cells at the border then look like any others, to the denoiser too.
    """

    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(
            nn.PixelUnshuffle(4),
            nn.Conv2d(48, 64, 3, padding=1),
            Activated(64),
            nn.Conv2d(64, 128, 3, stride=2, padding=1),
            Activated(128),
            Activated(128),
            nn.SiLU(),
            nn.Conv2d(128, 2 * LATENT_CHANNELS, 3, padding=1),
        )

    def forward(self, x):
        moments = self.net(F.pad(x, (8 * RIM,) * 4, mode="replicate"))[..., RIM:-RIM, RIM:-RIM]
        mean, log_variance = moments.chunk(2, 1)
        return torch.cat([mean, log_variance.clamp(-12, 4)], 1)


class Decoder(nn.Module):
    """Unscaled latents to a picture. Two cells are repeated around them first and cut off again at the end.

    The convolutions pad with zeros, which draws a dotted line along the border wherever latents are not a photo's own.
    """

    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(
            nn.Conv2d(LATENT_CHANNELS, 160, 3, padding=1),
            Activated(160),
            Activated(160),
            Activated(160),
            nn.Conv2d(160, 256, 3, padding=1),
            nn.PixelShuffle(2),
            Activated(64),
            Activated(64),
            nn.SiLU(),
            nn.Conv2d(64, 96, 3, padding=1),
            nn.PixelShuffle(2),
            Activated(24),
            nn.SiLU(),
            nn.Conv2d(24, 12, 3, padding=1),
            nn.PixelShuffle(2),
        )

    def forward(self, z):
        rim = 8 * RIM
        return self.net(F.pad(z, (RIM,) * 4, mode="replicate"))[..., rim:-rim, rim:-rim]


class Attention(nn.Module):
    """Multi-head attention of `x` over `context` (itself when none), without masks; q, k and v carry no bias."""

    def __init__(self, width, context_width, head):
        super().__init__()
        self.heads = width // head
        self.q = nn.Linear(width, width, bias=False)
        self.k = nn.Linear(context_width, width, bias=False)
        self.v = nn.Linear(context_width, width, bias=False)
        self.o = nn.Linear(width, width)

    def forward(self, x, context=None):
        context = x if context is None else context
        b, n, width = x.shape
        m, d = context.shape[1], width // self.heads
        q = self.q(x).reshape(b, n, self.heads, d).transpose(1, 2)
        k = self.k(context).reshape(b, m, self.heads, d).permute(0, 2, 3, 1)
        v = self.v(context).reshape(b, m, self.heads, d).transpose(1, 2)
        weights = ((q @ k) * d**-0.5).softmax(-1)
        return self.o((weights @ v).transpose(1, 2).reshape(b, n, width))


class Block(nn.Module):
    """Transformer block: self-attention (where asked), attention to the text (where given), feed-forward."""

    def __init__(self, width, head, factor, itself=True, text=0):
        super().__init__()
        if itself:
            self.n1, self.a1 = nn.LayerNorm(width), Attention(width, width, head)
        if text:
            self.n2, self.a2 = nn.LayerNorm(width), Attention(width, text, head)
        self.n3 = nn.LayerNorm(width)
        self.f1, self.f2 = nn.Linear(width, factor * width), nn.Linear(factor * width, width)
        self.itself, self.text = itself, bool(text)

    def forward(self, x, text=None):
        if self.itself:
            x = x + self.a1(self.n1(x))
        if self.text:
            x = x + self.a2(self.n2(x), text)
        return x + self.f2(F.silu(self.f1(self.n3(x))))


class TextEncoder(nn.Module):
    """Token ids [b, 77] to states [b, 77, 192] and the state at the first end token."""

    def __init__(self, vocabulary=VOCABULARY):
        super().__init__()
        self.tok = nn.Embedding(vocabulary, TEXT_WIDTH)
        self.pos = nn.Parameter(torch.zeros(1, TEXT_LENGTH, TEXT_WIDTH))
        self.blocks = nn.ModuleList([Block(TEXT_WIDTH, 48, 4) for _ in range(2)])
        self.ln = nn.LayerNorm(TEXT_WIDTH)
        self.end = vocabulary - 1

    def forward(self, ids):
        x = self.tok(ids) + self.pos[:, : ids.shape[1]]
        for block in self.blocks:
            x = block(x)
        x = self.ln(x)
        at = (ids == self.end).to(torch.int32).argmax(-1)
        return x, x.gather(1, at[:, None, None].expand(-1, 1, x.shape[-1]))[:, 0]


class Residual(nn.Module):
    """Convolutional block whose second normalisation is scaled and shifted by time and text."""

    def __init__(self, wide_in, wide_out, embedding=320, mode="zeros"):
        super().__init__()
        self.n1, self.c1 = nn.GroupNorm(16, wide_in), nn.Conv2d(wide_in, wide_out, 3, padding=1, padding_mode=mode)
        self.e = nn.Linear(embedding, 2 * wide_out)
        self.n2, self.c2 = nn.GroupNorm(16, wide_out), nn.Conv2d(wide_out, wide_out, 3, padding=1, padding_mode=mode)
        self.s = nn.Conv2d(wide_in, wide_out, 1) if wide_in != wide_out else nn.Identity()

    def forward(self, x, embedding):
        h = self.c1(F.silu(self.n1(x)))
        scale, shift = self.e(embedding)[:, :, None, None].chunk(2, 1)
        h = self.c2(F.silu(self.n2(h) * (1 + scale) + shift))
        return self.s(x) + h


class Spatial(nn.Module):
    """Transformer block over the positions of a feature map, added to it."""

    def __init__(self, width, itself):
        super().__init__()
        self.blk = Block(width, 32, 2, itself, TEXT_WIDTH)
        self.out = nn.Linear(width, width)

    def forward(self, x, text):
        b, c, h, w = x.shape
        y = self.out(self.blk(x.reshape(b, c, h * w).transpose(1, 2), text))
        return x + y.transpose(1, 2).reshape(b, c, h, w)


class UNet(nn.Module):
    """Predicts v from noisy scaled latents, a timestep (scalar or [b], 0..999) and the text's states.

    Convolutions at the latents' own size pad by repetition, the coarser ones with zeros: that keeps lines off the border.
    """

    def __init__(self, widths=(80, 160, 256), blocks=2):
        super().__init__()
        w0, w1, w2 = widths
        e = 320
        self.t1, self.t2 = nn.Linear(128, e), nn.Linear(e, e)
        self.pk = nn.Linear(TEXT_WIDTH, TEXT_WIDTH, bias=False)
        self.pq = nn.Parameter(torch.randn(TEXT_WIDTH) * 0.05)
        self.pv = nn.Linear(TEXT_WIDTH, e)
        edge = "replicate"
        self.cin = nn.Conv2d(LATENT_CHANNELS, w0, 3, padding=1, padding_mode=edge)
        stack = lambda a, b, mode="zeros": nn.ModuleList([Residual(a, b, mode=mode) for _ in range(blocks)])  # noqa: E731
        self.d0, self.s0 = stack(w0, w0, edge), nn.Conv2d(w0, w1, 3, stride=2, padding=1)
        self.d1, self.x1 = stack(w1, w1), Spatial(w1, itself=False)
        self.s1 = nn.Conv2d(w1, w2, 3, stride=2, padding=1)
        self.d2, self.x2 = stack(w2, w2), Spatial(w2, itself=True)
        self.m = Residual(w2, w2)
        self.u2, self.y2 = stack(2 * w2, w2), Spatial(w2, itself=True)
        self.r2 = nn.Conv2d(w2, w1, 3, padding=1)
        self.u1, self.y1 = stack(2 * w1, w1), Spatial(w1, itself=False)
        self.r1 = nn.Conv2d(w1, w0, 3, padding=1, padding_mode=edge)
        self.u0 = stack(2 * w0, w0, edge)
        self.no, self.co = nn.GroupNorm(16, w0), nn.Conv2d(w0, LATENT_CHANNELS, 3, padding=1, padding_mode=edge)
        self.register_buffer("frequencies", torch.exp(-math.log(10000) * torch.arange(64) / 64)[None], persistent=False)

    def forward(self, sample, timestep, text):
        phase = timestep.float().reshape(-1, 1) * self.frequencies
        time = self.t2(F.silu(self.t1(torch.cat([phase.cos(), phase.sin()], -1))))
        weights = (self.pk(text) * self.pq).sum(-1).softmax(-1)
        embedding = F.silu(time + self.pv((weights[..., None] * text).sum(1)))
        x, skips = self.cin(sample), []
        for block in self.d0:
            x = block(x, embedding)
            skips.append(x)
        x = self.s0(x)
        for block in self.d1:
            x = block(x, embedding)
            skips.append(x)
        x = self.s1(self.x1(x, text))
        for block in self.d2:
            x = block(x, embedding)
            skips.append(x)
        x = self.m(self.x2(x, text), embedding)
        for block in self.u2:
            x = block(torch.cat([x, skips.pop()], 1), embedding)
        x = self.r2(F.interpolate(self.y2(x, text), scale_factor=2.0, mode="nearest"))
        for block in self.u1:
            x = block(torch.cat([x, skips.pop()], 1), embedding)
        x = self.r1(F.interpolate(self.y1(x, text), scale_factor=2.0, mode="nearest"))
        for block in self.u0:
            x = block(torch.cat([x, skips.pop()], 1), embedding)
        return self.co(F.silu(self.no(x)))
