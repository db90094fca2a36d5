"""Renders photos in every style, with ordinary image processing in torch, on the device that the pictures are on.

Pictures are batches of float32 RGB in 0..1, [n, 3, h, w], about 450 px a side; strokes are made for a picture of about 512 px.
What has one value a pixel (lightness, weights, noise) is [n, 1, h, w], a field of directions (x, y) is [n, 2, h, w].
Marks are coarse on purpose: an f8 auto-encoder keeps a period of 7 px and more, and loses finer ones.

All random numbers are drawn by numpy on the host, picture by picture, so that a seed decides every stroke on any device.
Filters are matrices that act on rows and on columns, with the border folded in: fast on every device, however wide the filter.
They need the full precision of single floats, which is torch's default on a GPU (no TF32): lines are small differences of blurs.
"""
import math
from functools import lru_cache

import numpy as np
import torch
import torch.nn.functional as F

LUMA = (0.299, 0.587, 0.114)


class Draws:
    """Random numbers for a batch: one numpy generator a picture, so that a picture's seed decides them whatever is beside it."""

    def __init__(self, seeds, device):
        self.generators, self.device = [np.random.default_rng(seed) for seed in seeds], device

    def each(self, draw):
        """What `draw(generator)` gives for every picture, stacked: float32 [n, ...]."""
        return torch.from_numpy(np.stack([np.asarray(draw(rng), np.float32) for rng in self.generators])).to(self.device)

    def normal(self, *shape):
        return self.each(lambda rng: rng.standard_normal(shape))

    def uniform(self, low, high):
        return self.each(lambda rng: np.full((1, 1, 1), rng.uniform(low, high)))


def rgb(x, *values):
    """A colour beside pictures: [1, 3, 1, 1]."""
    return x.new_tensor(values).reshape(1, 3, 1, 1)


def places(x):
    """Column and row of every pixel in px: [1, 1, 1, w] and [1, 1, h, 1]."""
    h, w = x.shape[-2:]
    return torch.arange(w, device=x.device, dtype=x.dtype).reshape(1, 1, 1, w), torch.arange(h, device=x.device, dtype=x.dtype).reshape(1, 1, h, 1)


def spread(x, left, right, top, bottom):
    """Coordinates that run evenly from `left` to `right` and from `top` to `bottom`: [1, 1, 1, w] and [1, 1, h, 1]."""
    h, w = x.shape[-2:]
    across, down = torch.linspace(left, right, w, device=x.device), torch.linspace(top, bottom, h, device=x.device)
    return across.reshape(1, 1, 1, w), down.reshape(1, 1, h, 1)


def gray(x):
    return (x[:, 0:1] * LUMA[0]).add_(x[:, 1:2], alpha=LUMA[1]).add_(x[:, 2:3], alpha=LUMA[2])


def mix(a, b, weight):
    return a + (b - a) * weight


def smoothstep(x, low, high):
    t = ((x - low) / (high - low)).clamp(0, 1)
    return t * t * (3 - 2 * t)


def deviation(x):
    """Standard deviation of every picture: [n, 1, 1, 1]."""
    return x.std((1, 2, 3), correction=0, keepdim=True)


def reflected(index, length, repeat):
    """Indices folded back into 0..length-1: dcba|abcd|dcba where the edge is repeated, dcb|abcd|cba where it is not."""
    period = 2 * length if repeat else max(1, 2 * length - 2)
    index = index % period
    return np.minimum(index, period - repeat - index)


def line_filter(length, taps, repeat=False):
    """The matrix [length, length] that filters a line of pixels; even filters look one pixel further back than ahead."""
    rows = np.arange(length)[:, None]
    matrix = np.zeros((length, length))
    np.add.at(matrix, (rows, reflected(rows + np.arange(len(taps)) - len(taps) // 2, length, repeat)), taps)
    return matrix


def gaussian(length, sigma):
    reach = (round(sigma * 8 + 1) | 1) // 2  # OpenCV's kernel for float pictures: four deviations to either side
    taps = np.exp(-(np.arange(-reach, reach + 1) ** 2) / (2 * sigma * sigma))
    return line_filter(length, taps / taps.sum())


@lru_cache(maxsize=128)
def blur_matrix(length, sigma, device):
    return torch.tensor(gaussian(length, sigma), dtype=torch.float32, device=device)


@lru_cache(maxsize=64)
def box_matrix(length, size, repeat, device):
    return torch.tensor(line_filter(length, np.full(size, 1 / size), repeat), dtype=torch.float32, device=device)


@lru_cache(maxsize=64)
def noise_matrix(length, sigma, device):
    """[length, small]: enlarges a coarse line of random numbers with cubic interpolation, cuts its ends off and blurs it."""
    step = max(1, int(sigma))
    small = length // step + 3
    enlarge = F.interpolate(torch.eye(small, dtype=torch.float64)[None, None], size=(length + 2 * step, small), mode="bicubic")[0, 0]
    matrix = torch.from_numpy(gaussian(length, max(0.4, sigma * 0.5))) @ enlarge[step : step + length]
    return matrix.float().to(device)


def blur(x, sigma):
    h, w = x.shape[-2:]
    return blur_matrix(h, sigma, x.device) @ (x @ blur_matrix(w, sigma, x.device).T)


def box(x, size):
    h, w = x.shape[-2:]
    return box_matrix(h, size, True, x.device) @ (x @ box_matrix(w, size, True, x.device).T)


def sobel(x):
    """Slopes to the right and down, eight times as large as those of a ramp of 1 a pixel."""
    p = F.pad(x, (1, 1, 1, 1), mode="reflect")
    across, down = p[..., 2:] - p[..., :-2], p[..., 2:, :] - p[..., :-2, :]
    dx = across[..., :-2, :] + 2 * across[..., 1:-1, :] + across[..., 2:, :]
    return dx, down[..., :-2] + 2 * down[..., 1:-1] + down[..., 2:]


def laplacian(x):
    p = F.pad(x, (1, 1, 1, 1), mode="reflect")
    return p[..., 1:-1, :-2] + p[..., 1:-1, 2:] + p[..., :-2, 1:-1] + p[..., 2:, 1:-1] - 4 * x


def remap(x, px, py, method="bilinear"):
    """The picture at other places, in px; beyond the border it is mirrored with the edge repeated."""
    h, w = x.shape[-2:]
    grid = torch.cat(torch.broadcast_tensors((2 * px + 1) / w - 1, (2 * py + 1) / h - 1), 1)
    return F.grid_sample(x, grid.permute(0, 2, 3, 1), method, "reflection", align_corners=False)


def stops(g, at, values):
    """Piecewise linear interpolation of colour stops: the colours `values` at the lightnesses `at`."""
    out = rgb(g, *values[0])
    for low, high, one, other in zip(at, at[1:], values, values[1:]):
        out = out + (rgb(g, *other) - rgb(g, *one)) * ((g - low) / (high - low)).clamp(0, 1)
    return out


def saturate(x, factor):
    """Moves colours away from grey. What is vivid already moves least, and never out of 0..1: clipping would turn orange to red."""
    g = gray(x)
    away = x - g
    if factor <= 1:
        return (g + away * factor).clamp(0, 1)
    above, below = away.amax(1, keepdim=True).clamp(min=0), (-away).amax(1, keepdim=True).clamp(min=0)
    room = torch.minimum((1 - g) / (above + 1e-4), g / (below + 1e-4)) - 1  # how much further grey may go
    more = factor - 1
    return (g + away * (1 + more * room.clamp(min=0) / (more + room.clamp(min=1e-3)))).clamp(0, 1)


def tones(x, low=1, high=99):
    """Stretches lightness so that its `low` and `high` percentiles become black and white, at most twofold; colour gains less."""
    g = gray(x)
    some = g.flatten(1).split(32)  # torch.quantile takes at most 16 million numbers
    a, b = torch.cat([torch.quantile(part, g.new_tensor([low / 100, high / 100]), dim=1) for part in some], 1)[..., None, None, None]
    gain = 1 / (b - a).clamp(min=0.5)
    return (((g - a) * gain).clamp(0, 1) + (x - g) * gain**0.4).clamp(0, 1)


def banded(x, levels, steps, edge=0.025):
    """Lightness in a few flat levels, with hue and most of the colour kept."""
    g = gray(x)
    target = torch.full_like(g, levels[0])
    for step, low, high in zip(steps, levels, levels[1:]):
        target += (high - low) * smoothstep(g, step - edge, step + edge)
    gain = (target / g.clamp(min=0.08)).clamp(0.3, 1.6)
    return (target + (x - g) * gain).clamp(0, 1)


def noise(draws, x, sigma):
    """Smooth noise of the size of `x`, of zero mean and unit deviation, with features of about `sigma` px: [n, 1, h, w]."""
    rows, columns = (noise_matrix(length, sigma, x.device) for length in x.shape[-2:])
    n = rows @ (draws.normal(1, rows.shape[1], columns.shape[1]) @ columns.T)
    return (n - n.mean((1, 2, 3), keepdim=True)) / (deviation(n) + 1e-6)


def corners(x, half):
    """For every pixel the sum of what lies `half` px to either side of it in both directions, the border mirrored."""
    rows, columns = (reflected(np.arange(-half, length + half), length, True) for length in x.shape[-2:])
    x = x[..., torch.from_numpy(rows).to(x.device), :]
    x = x[..., : -2 * half, :] + x[..., 2 * half :, :]
    x = x[..., torch.from_numpy(columns).to(x.device)]
    return x[..., : -2 * half] + x[..., 2 * half :]


def kuwahara(x, radius):
    """Edge-keeping smoothing: each pixel takes the mean of its calmest quadrants, weighted smoothly."""
    mean = box(x, radius + 1)
    variance = box((x * x).sum(1, keepdim=True), radius + 1) - (mean * mean).sum(1, keepdim=True)
    weight = (1e-4 + variance) ** -3
    sums = corners(torch.cat([mean * weight, weight], 1), (radius + 1) // 2)
    return sums[:, :3] / sums[:, 3:]


def bilateral(x, radius, tolerance, sigma):
    """Smoothing within a disc by pixels of like colour: `tolerance` is the deviation of the summed colour difference."""
    h, w = x.shape[-2:]
    p = F.pad(x, (radius,) * 4, mode="reflect")
    total, weights = x.clone(), torch.ones_like(x[:, :1])
    for dy in range(-radius, radius + 1):
        for dx in range(-radius, radius + 1):
            if 0 < dy * dy + dx * dx <= radius * radius:
                near = p[..., radius + dy : radius + dy + h, radius + dx : radius + dx + w]
                difference = (near - x).abs_().sum(1, keepdim=True)
                weight = torch.exp(difference.square_().mul_(-0.5 / tolerance**2).sub_(0.5 * (dy * dy + dx * dx) / sigma**2))
                total.addcmul_(near, weight)
                weights += weight
    return total / weights


def flow(x, sigma=6, draws=None):
    """Direction along edges, a unit vector per pixel, from the smoothed structure tensor; turns to slow noise where flat."""
    g = blur(gray(x), 1.2)
    gx, gy = sobel(g)
    xx, yy, xy = blur(torch.cat([gx * gx, gy * gy, gx * gy], 1), sigma).split(1, 1)
    if draws is not None:
        turn = noise(draws, g, 60) * 1.2
        xx, yy, xy = xx + 2e-4 * torch.sin(turn) ** 2, yy + 2e-4 * torch.cos(turn) ** 2, xy - 2e-4 * torch.sin(turn) * torch.cos(turn)
    angle = 0.5 * torch.atan2(2 * xy, xx - yy) + math.pi / 2
    return torch.cat([torch.cos(angle), torch.sin(angle)], 1)


def steady(x, dx, dy):
    """A field that points the same way everywhere."""
    return x.new_tensor([dx, dy]).reshape(1, 2, 1, 1).expand(len(x), 2, *x.shape[-2:])


def smear(x, field, length):
    """Line integral convolution: the mean of `x` along the field, `length` px in all."""
    h, w = x.shape[-2:]
    xx, yy = places(x)
    total, count, step = x.clone(), 1, 1.5 if length < 15 else 2.5
    start = torch.cat(torch.broadcast_tensors((2 * xx + 1) / w - 1, (2 * yy + 1) / h - 1), 1)  # -1..1 from border to border
    scale = x.new_tensor([2 / w, 2 / h]).reshape(1, 2, 1, 1)
    for sign in (step, -step):
        place, move = start, field * sign
        for _ in range(int(length / 2 / step)):
            place = place + move * scale
            grid = place.permute(0, 2, 3, 1)
            total += F.grid_sample(x, grid, "bilinear", "reflection", align_corners=False)
            count += 1
            there = F.grid_sample(field, grid, "nearest", "reflection", align_corners=False)
            ahead = torch.copysign(torch.full_like(move[:, :1], step), there[:, :1] * move[:, :1] + there[:, 1:] * move[:, 1:])
            move = there * ahead
    return total / count


def relief(height, strength):
    """Light from the upper left on a height field: a factor around 1."""
    dx, dy = sobel(height)
    return 1 + ((dx + dy) * (strength / 8)).clamp(-0.35, 0.35)


def detail(x):
    """0 where calm, 1 where much is going on in a neighbourhood."""
    g = gray(x)
    return smoothstep(blur((g - blur(g, 3)).abs(), 6), 0.015, 0.06)


def lines(x, sigma=1.4, sharp=18, threshold=0.0, field=None):
    """Dark lines along edges: a difference of Gaussians, smoothed along the flow; 0 on a line, 1 elsewhere."""
    g = gray(x)
    field = flow(x, 4) if field is None else field
    dog = blur(g, sigma) - 0.98 * blur(g, sigma * 1.6)
    dog = smear(dog, field, 12)
    return (1 + torch.tanh(sharp * 10 * (dog - threshold))).clamp(0, 1)


def lay(top, strokes, numbers, reach, grow=0.5):
    """Lays ellipses over one another, the one with the larger number above.

    top      int32 [n, h + 2 margin, w + 2 margin], the number of the uppermost stroke of each pixel, changed in place; the
             margin takes what sticks out, and is at least `reach`, which no stroke exceeds to any side, in px
    strokes  x, y of the centre in px (with the margin), half axes a, b in px, and the angle of a to the x axis in radians: [n, count] each
    numbers  int32 [n, count], -1 for a stroke that is left out
    grow     what the half axes gain, in px: by half a pixel OpenCV's ellipses are larger, which are drawn with their outline

    Edges are hard, as OpenCV's are in float pictures (it smooths edges in pictures of bytes only). The last stroke over a pixel
    is then all that is left there, and the order in which strokes are laid does not matter: every stroke tests the pixels of a
    square around it, and a pixel keeps the largest number.
    """
    x, y, a, b, angle = (part.reshape(-1, 1) for part in strokes)
    offsets = torch.arange(-reach, reach + 1, device=top.device)
    dy, dx = (part.reshape(1, -1) for part in torch.meshgrid(offsets, offsets, indexing="ij"))
    picture = torch.arange(len(top), device=top.device).repeat_interleave(numbers.shape[1])[:, None]
    width, area = top.shape[2], top.shape[1] * top.shape[2]
    start, move = picture * area + y.long() * width + x.long(), dy * width + dx
    cos, sin, a, b = torch.cos(angle), torch.sin(angle), (a + grow) ** -2, (b + grow) ** -2
    xx, xy, yy = cos * cos * a + sin * sin * b, 2 * sin * cos * (a - b), sin * sin * a + cos * cos * b
    numbers, left_out, flat = numbers.reshape(-1, 1), numbers.new_tensor(-1), top.view(-1)
    at_once = max(1, 2**20 // offsets.numel() ** 2)  # a million pixels to test
    for k in range(0, len(start), at_once):
        part = slice(k, k + at_once)
        inside = xx[part] * (dx * dx) + xy[part] * (dx * dy) + yy[part] * (dy * dy) <= 1
        flat.scatter_reduce_(0, (start[part] + move).reshape(-1), torch.where(inside, numbers[part], left_out).reshape(-1), "amax")


def painted(ground, top, values):
    """The ground [n, c, h, w] with what each pixel's uppermost stroke brings: `top` [n, h, w], `values` [n, count, c]."""
    n, c, h, w = ground.shape
    index = top.clamp(min=0).long().reshape(n, 1, h * w).expand(n, c, h * w)
    return torch.where(top[:, None] >= 0, values.transpose(1, 2).gather(2, index).reshape(n, c, h, w), ground)


def over(ground, strokes, values, reach, grow=0.5):
    """Paints a few ellipses, [n, count] each as for `lay`, over the ground [n, c, h, w] in their order; `values` is [n, count, c]."""
    x, y, *shape = strokes
    n, _, h, w = ground.shape
    top = torch.full((n, h + 2 * reach, w + 2 * reach), -1, dtype=torch.int32, device=ground.device)
    numbers = torch.arange(x.shape[1], dtype=torch.int32, device=ground.device).expand(n, -1)
    lay(top, (x + reach, y + reach, *shape), numbers, reach, grow)
    return painted(ground, top[:, reach:-reach, reach:-reach], values)


def stroke_numbers(rng, size, count, need, busy):
    """Host draws for strokes of one size, [count, 10]: x, y, whether it is made, tone, three of colour, turn, length, height.

    With a `need`, what is drawn next depends on `busy` [h, w], the picture's own detail: where a stroke is left out on one
    device and made on another, because of the last digit, all that follow differ. That happens to one view in thousands,
    going by how far OpenCV and torch differ."""
    h, w = size
    ys, xs = rng.integers(0, h, count), rng.integers(0, w, count)
    rows = np.zeros((count, 10), np.float32)
    for row, y, x in zip(rows, ys, xs):
        row[:2] = x, y
        if need and busy[y, x] < need * rng.random():
            continue
        row[2], row[3:8], row[8:] = 1, rng.standard_normal(5), rng.random(2)
    return rows


def dabs(x, draws, passes, vivid=0.0):
    """Paints oriented ellipses over the picture, coarse passes first; gives the picture and the strokes' height.

    A pass is the strokes' length and width in px, how often they cover the picture, and how much more of them go where more is
    going on (0: everywhere alike)."""
    n, _, h, w = x.shape
    field = flow(x, 5, draws)
    busy = detail(x)
    margin = max(int(length * 0.65) for length, *_ in passes) + 1
    top = torch.full((n, h + 2 * margin, w + 2 * margin), -1, dtype=torch.int32, device=x.device)
    values, first = [], 0
    for length, width, density, need in passes:
        count = int(h * w / (length * width) * density)
        sites = iter(busy[:, 0].cpu().numpy()) if need else None
        drawn = draws.each(lambda rng: stroke_numbers(rng, (h, w), count, need, next(sites) if need else None))
        at = (drawn[..., 1].long() * w + drawn[..., 0].long())[:, None]
        smooth = blur(x, width * 0.6).flatten(2).gather(2, at.expand(n, 3, count)).transpose(1, 2)
        along = field.flatten(2).gather(2, at.expand(n, 2, count))
        angle = torch.deg2rad(torch.round(torch.rad2deg(torch.atan2(along[:, 1], along[:, 0])) + 14 * drawn[..., 7]))
        half = (length * (0.7 + 0.6 * drawn[..., 8]) / 2).floor().clamp(min=2)
        strokes = drawn[..., 0] + margin, drawn[..., 1] + margin, half, torch.full_like(half, max(1, width // 2)), angle
        numbers = torch.arange(first, first + count, dtype=torch.int32, device=x.device)
        lay(top, strokes, torch.where(drawn[..., 2] > 0, numbers, -1), int(length * 0.65) + 1)
        color = (smooth * (1 + 0.05 * drawn[..., 3:4]) + vivid * drawn[..., 4:7]).clamp(0, 1)
        values.append(torch.cat([color, drawn[..., 9:]], 2))
        first += count
    top = top[:, margin:-margin, margin:-margin]
    canvas, height = painted(torch.cat([blur(x, 10), torch.zeros_like(busy)], 1), top, torch.cat(values, 1)).split([3, 1], 1)
    return canvas, height


def hatch(x, period, angle, wobble):
    """Parallel lines as a wave of -1..1 with the given period in px; `wobble` shifts them, in px."""
    xx, yy = places(x)
    return torch.sin(2 * math.pi * (xx * math.cos(angle) + yy * math.sin(angle) + wobble) / period)


def hatched(g, draws, period, softness=0.5):
    """Tone drawn as up to three crossing layers of strokes: 1 is paper, 0 is ink."""
    paper = torch.ones_like(g)
    wobble = 2.5 * noise(draws, g, 40) + 0.6 * noise(draws, g, 8)
    for angle, start in ((0.75, 0.78), (2.2, 0.5), (1.55, 0.26)):
        wave = hatch(g, period, angle, wobble)
        depth = ((start - g) / 0.3).clamp(0, 1)  # how dark below this layer's threshold
        width = -1 + 1.75 * depth
        paper = paper * (1 - 0.62 * smoothstep(width - wave, -softness, softness) * (depth > 0.02))
    return paper


def middled(g, target, low, high):
    """Lightness moved so that its mean, taken as `low` at least and `high` at most, becomes `target`."""
    return (g + target - g.mean((1, 2, 3), keepdim=True).clamp(low, high)).clamp(0, 1)


def oil(x, draws):
    x = tones(saturate(x, 1.3))
    field = flow(x, 6, draws)
    busy = detail(x)
    coarse = smear(kuwahara(kuwahara(x, 11), 11), field, 30)
    fine = smear(kuwahara(x, 4), field, 8)
    paint = mix(coarse, fine, busy)
    bristles = smear(noise(draws, x, 3.4), field, 34)
    bristles = bristles / (deviation(bristles) + 1e-6)
    light = relief(bristles * 0.6 + gray(paint), 0.95)
    paint = paint * light + 0.024 * bristles
    varnish = rgb(x, 1.03, 0.97, 0.84)  # an old master's: deep shadows, warm lights
    return saturate(((paint - 0.5) * 1.15 + 0.46).clamp(0, 1), 1.15) * varnish


def impressionist(x, draws):
    x = tones(saturate(x, 1.35))
    canvas, height = dabs(x, draws, [(26, 12, 2.0, 0), (18, 8, 2.4, 0), (12, 6, 1.4, 0.9)], vivid=0.05)
    light = relief(blur(height, 0.8), 0.7)
    canvas = (canvas * 0.86 + 0.14).clamp(0, 1) * light
    return saturate(canvas.clamp(0, 1), 1.25)


def watercolor(x, draws):
    x = (tones(x) ** 0.62).clamp(0, 1)
    xx, yy = places(x)
    wash = mix(kuwahara(kuwahara(x, 13), 9), kuwahara(x, 3), detail(x) * 0.9)
    wash = remap(wash, xx + 3 * noise(draws, x, 14), yy + 3 * noise(draws, x, 14))
    density = -torch.log(wash.clamp(0.04, 1))
    pools = 1 + 0.34 * noise(draws, x, 45) + 0.2 * noise(draws, x, 12)
    g = gray(wash)
    rims = (blur((g - blur(g, 4)).abs(), 1.4) * 11).clamp(0, 1)
    density = density * (pools.clamp(0.2, 1.8) * (0.62 + 1.0 * rims))
    white = smoothstep(g, 0.7, 0.88)
    density = density * (1 - 0.92 * white)
    out = torch.exp(-density)
    grain = 1 + 0.035 * noise(draws, x, 3)
    paper = rgb(x, 0.99, 0.975, 0.94)
    return saturate(out.clamp(0, 1), 1.4) * paper * grain


def anime(x, draws):
    x = tones(x) ** 0.8
    flat = mix(kuwahara(kuwahara(x, 9), 9), kuwahara(x, 3), detail(x) * 0.9)
    flat = bilateral(flat, 4, 0.12, 5)
    g = gray(flat)
    flat = banded(saturate(flat, 2.1), (0.3, 0.58, 0.82, 0.97), (0.22, 0.46, 0.74), 0.015)
    shadow = smoothstep(0.5 - g, 0, 0.1)  # cel shadows lean to blue violet, lights to cream
    flat = mix(flat, flat * rgb(x, 0.82, 0.78, 1.12) + rgb(x, 0.02, 0.0, 0.1), shadow)
    flat = mix(flat, flat * rgb(x, 1.03, 1.0, 0.96), smoothstep(g, 0.6, 0.8))
    flat = saturate(flat.clamp(0, 1), 1.25)
    ink = lines(kuwahara(x, 3), 1.6, 20, -0.006)
    return mix(rgb(x, 0.16, 0.1, 0.26), flat, smoothstep(ink, 0.15, 0.75))


def pencil(x, draws):
    g = middled(gray(tones(x)), 0.57, 0.3, 0.65)
    g = blur(g, 1.0)
    marks = hatched(g, draws, 8.0)
    ink = lines(kuwahara(x, 3), 1.6, 12, -0.004)
    out = 0.97 - 0.62 * (1 - marks) - 0.1 * (1 - g) * smoothstep(0.75 - g, 0, 0.4)
    out = out * (0.35 + 0.65 * ink)
    out = out * (1 + 0.02 * noise(draws, g, 2.6))
    return out.clamp(0, 1) * rgb(x, 1.0, 0.995, 0.98)


def charcoal(x, draws):
    g = middled(blur(gray(tones(x)), 2.2), 0.47, 0.3, 0.6)
    g = smoothstep(g, 0.1, 0.82)
    field = flow(x, 8, draws)
    smudge = smear(g, field, 26)
    tooth = noise(draws, g, 3.2)
    dark = ((1 - smudge) * 1.15 + (1 - smudge) * smudge * 1.5 * tooth * 0.25).clamp(0, 1)
    strokes = smear(noise(draws, g, 4), steady(g, 0.8, 0.6), 40)
    dark = (dark + 0.16 * (1 - smudge) * strokes / deviation(strokes)).clamp(0, 1)
    ink = lines(kuwahara(x, 6), 2.6, 9, -0.006)
    out = (0.88 - 0.84 * dark) * (0.2 + 0.8 * ink)
    return out.clamp(0.04, 1) * rgb(x, 1.0, 0.97, 0.92)


def ink(x, draws):
    x = tones(x)
    g = middled(blur(gray(kuwahara(x, 5)), 0.8), 0.5, 0.3, 0.65)
    black = 1 - smoothstep(g, 0.16, 0.24)
    line = lines(kuwahara(x, 4), 1.8, 22, -0.008)
    wobble = 1.5 * noise(draws, g, 30)
    wave = hatch(g, 9.0, 0.7, wobble)
    depth = ((0.46 - g) / 0.24).clamp(0, 1)
    strokes = smoothstep(-1.1 + 1.6 * depth - wave, -0.2, 0.2) * (depth > 0.02)
    wash = 1 - 0.24 * smoothstep(0.62 - blur(g, 3), 0, 0.25)
    out = wash * (1 - 0.92 * strokes) * (1 - black) * line
    return out.clamp(0, 1) * rgb(x, 0.99, 0.98, 0.95) + 0.03


def pastel(x, draws):
    x = tones(x)
    field = steady(x, 0.83, -0.55)
    soft = smear(mix(kuwahara(x, 11), kuwahara(x, 6), detail(x)), field, 18)
    soft = saturate(soft * 0.72 + 0.26, 1.35)
    chalk = smear(noise(draws, x, 3.6), field, 22)
    chalk = chalk / deviation(chalk)
    cover = smoothstep(chalk, -1.3, 0.3) * 0.5 + 0.5
    out = mix(rgb(x, 0.86, 0.79, 0.72), soft, cover)  # coloured paper
    return (out + 0.03 * chalk).clamp(0, 1)


def comic(x, draws):
    x = tones(x)
    flat = mix(kuwahara(kuwahara(x, 9), 7), kuwahara(x, 4), detail(x) * 0.85)
    g = gray(flat)
    primary = saturate(banded(saturate(flat, 2.2), (0.14, 0.4, 0.66, 0.92), (0.24, 0.46, 0.72), 0.015), 1.5)
    primary = blur((primary * 0.9 + rgb(x, 0.1, 0.09, 0.03)).clamp(0, 1), 0.7)
    xx, yy = places(x)
    turn = 2 * math.pi / (8.0 * math.sqrt(2))  # dots of a period of 8 px, along the diagonals
    dots = torch.cos((xx + yy) * turn) + torch.cos((xx - yy) * turn)
    shade = ((0.68 - g) / 0.35).clamp(0, 1)
    cover = smoothstep(dots, 1.6 - 2.2 * shade - 0.3, 1.6 - 2.2 * shade + 0.3) * (shade > 0.02)
    primary = primary * (1 - 0.38 * cover)
    black = 1 - smoothstep(g, 0.1, 0.15)
    ink_lines = lines(kuwahara(x, 4), 1.9, 20, -0.008)
    return primary * ((1 - black) * ink_lines) + 0.02


PALETTE = (
    (26, 28, 44), (93, 39, 93), (177, 62, 83), (239, 125, 87), (255, 205, 117), (167, 240, 112), (56, 183, 100), (37, 113, 121),
    (41, 54, 111), (59, 93, 201), (65, 166, 246), (115, 239, 247), (244, 244, 244), (148, 176, 194), (86, 108, 134), (51, 60, 87),
    (138, 72, 54), (222, 158, 65), (110, 140, 60), (60, 90, 50),
)


def pixel(x, draws):
    h, w = x.shape[-2:]
    small = F.interpolate(kuwahara(saturate(tones(x), 1.35), 5), size=(h // 8, w // 8), mode="area")
    order = x.new_tensor([[0, 2], [3, 1]]).repeat(h // 16 + 1, w // 16 + 1)[: h // 8, : w // 8] / 4 - 0.375
    small = small + 0.09 * order
    palette = x.new_tensor(PALETTE) / 255
    distance = ((small[:, None] - palette[:, :, None, None]) ** 2 * rgb(x, 0.9, 1.3, 0.8)).sum(2)
    return F.interpolate(palette[distance.argmin(1)].permute(0, 3, 1, 2), size=(h, w), mode="nearest")


def cyberpunk(x, draws):
    x = tones(x)
    g = blur(gray(kuwahara(x, 3)), 0.7)
    g = smoothstep(g, 0.05, 0.98) ** 1.15
    which = smoothstep(noise(draws, g, 110), -0.7, 0.7)
    at = (0, 0.3, 0.6, 0.85, 1.0)
    magenta = stops(g, at, ((0.02, 0.0, 0.08), (0.25, 0.0, 0.38), (0.85, 0.08, 0.62), (1.0, 0.45, 0.75), (1, 0.92, 1)))
    cyan = stops(g, at, ((0.0, 0.02, 0.09), (0.02, 0.14, 0.36), (0.02, 0.55, 0.78), (0.35, 0.95, 1.0), (0.92, 1, 1)))
    out = mix(magenta, cyan, which) * 0.92
    edges = blur(laplacian(blur(g, 1.6)).abs() * 9, 1.0).clamp(0, 1)
    neon = mix(rgb(x, 0.1, 1, 1), rgb(x, 1, 0.15, 0.85), which)
    out = out + 0.75 * edges * neon
    out = out + 0.55 * blur((out - 0.55).clamp(0, 1), 12) + 0.12 * blur(out, 25)
    drops = (noise(draws, g, 1.6) - 1.7).clamp(min=0)
    streaks = box_matrix(g.shape[2], 31, False, g.device) @ drops
    return (out + streaks * rgb(x, 0.6, 0.8, 1)).clamp(0, 1)


def vignette(x, amount):
    xx, yy = spread(x, -1, 1, -1, 1)
    return 1 - amount * (xx * xx + yy * yy - 0.35).clamp(0, 2) / 1.65


def vintage(x, draws):
    soft = mix(x, blur(x, 4), 0.45)
    film = mix(rgb(x, 0.2, 0.3, 0.36), rgb(x, 1.0, 0.91, 0.7), gray(tones(soft)) ** 0.85)
    out = 0.5 * film + 0.5 * (saturate(soft, 0.8) * rgb(x, 0.98, 0.86, 0.72) + rgb(x, 0.14, 0.1, 0.1))
    grain = noise(draws, x, 2.8) * 0.026
    return (out + grain).clamp(0, 1) * vignette(x, 0.3)


def noir(x, draws):
    g = gray(tones(x, 2, 98))
    g = smoothstep(blur(g, 0.6), 0.19, 0.88)
    g = g**1.2 * vignette(x, 0.8)
    g = g + 0.22 * blur((g - 0.7).clamp(0, 1), 14) + 0.02 * noise(draws, x, 2.2)
    return g.clamp(0, 1) * rgb(x, 0.96, 0.985, 1.0)


def golden_hour(x, draws):
    warm = mix(saturate(x, 0.9), gray(x) * rgb(x, 1.35, 0.92, 0.5), 0.5) * rgb(x, 1.2, 1.0, 0.72)
    warm = warm.clamp(0, 1) ** rgb(x, 0.85, 0.97, 1.15)
    xx, yy = spread(x, 0, 1, 0, 1)
    sun = torch.exp(-(((xx - draws.uniform(0.1, 0.9)) ** 2 + (yy - 0.22) ** 2) / 0.2))
    return (warm + sun * rgb(x, 0.42, 0.24, 0.04) + rgb(x, 0.03, 0.012, 0)).clamp(0, 1)


def night(x, draws):
    x = tones(x)
    g = gray(x)
    dark = mix(saturate(x, 0.5), g * rgb(x, 0.55, 0.8, 1.35), 0.72) * rgb(x, 0.3, 0.42, 0.72)
    dark = dark * (0.55 + 0.5 * g)
    level = gray(kuwahara(x, 4))
    bright = smoothstep(level - blur(level, 14), 0.12, 0.3) * smoothstep(noise(draws, x, 20), 0.0, 1.0)
    lamps = (0.75 * bright + 0.8 * blur(bright, 12)) * rgb(x, 1.0, 0.72, 0.3)
    return (dark + lamps + rgb(x, 0.005, 0.012, 0.035)).clamp(0, 1) * vignette(x, 0.35)


def greenness(x):
    r, g, b = x.split(1, 1)
    return smoothstep(g - torch.maximum(r * 0.92, b), -0.01, 0.09)


def flake_numbers(rng, size, count):
    """Host draws for snowflakes, [count, 4]: x, y, radius in px, whiteness."""
    h, w = size
    radii, shares = [2, 3, 3, 4, 6], [0.3, 0.3, 0.2, 0.15, 0.05]
    return [(rng.integers(0, w), rng.integers(0, h), rng.choice(radii, p=shares), rng.uniform(0.6, 1)) for _ in range(count)]


def winter(x, draws):
    n, _, h, w = x.shape
    g = gray(tones(x))
    cold = mix(saturate(x, 0.3), rgb(x, 0.8, 0.92, 1.08) * (0.2 + 0.8 * g), 0.65)
    cold = (cold * 0.8 + rgb(x, 0.12, 0.15, 0.19)).clamp(0, 1)
    up = blur(g, 1.5) - blur(torch.roll(g, 5, 2), 1.5)  # lighter than what lies above: a ledge where snow would lie
    ledges = smoothstep(up, 0.02, 0.12)
    _, ground = spread(x, 0, 1, -0.9, 1.0)
    patches = smoothstep(0.3 * noise(draws, g, 30) + 1.1 * blur(greenness(x), 2) + ground + 0.8 * (g - 0.5), 0.2, 1.2)
    snow = (ledges * 0.75 + patches * 0.8).clamp(0, 1)
    shade = 0.86 + 0.14 * blur(noise(draws, g, 5), 1) * 0.5 + 0.25 * (g - blur(g, 6))
    cold = mix(cold, shade.clamp(0.6, 1.05) * rgb(x, 0.94, 0.97, 1.0), snow * 0.9)
    cold = mix(cold, rgb(x, 0.83, 0.88, 0.94), 0.14)
    count = int(h * w / 1500)
    cx, cy, radius, white = draws.each(lambda rng: flake_numbers(rng, (h, w), count)).unbind(2)
    flakes = over(torch.zeros_like(g), (cx, cy, radius, radius, torch.zeros_like(radius)), white[..., None], 6, grow=0.05)
    return mix(cold, 1, blur(flakes, 0.9) * 0.95).clamp(0, 1)


def leaf_numbers(rng, size, count):
    """Host draws for fallen leaves, [count, 6]: x, y, half axes in px, colour, angle in degrees."""
    h, w = size
    draw = rng.integers
    return [(draw(0, w), draw(0, h), draw(4, 9), draw(2, 5), draw(0, 3), rng.uniform(0, 180)) for _ in range(count)]


def autumn(x, draws):
    h, w = x.shape[-2:]
    g = gray(x)
    leaf = (greenness(x) + 0.35 * smoothstep(x[:, 1:2] - x[:, 2:], 0.0, 0.2)).clamp(0, 1)
    shift = noise(draws, x, 22)
    dye = mix(rgb(x, 1.0, 0.33, 0.05), rgb(x, 1.0, 0.66, 0.08), smoothstep(shift, -0.8, 0.8))
    out = mix(x, dye * (g * 1.7).clamp(0.08, 1.0), leaf * 0.92)
    out = out * rgb(x, 1.12, 0.93, 0.72) + rgb(x, 0.05, 0.015, 0)
    _, haze = spread(x, 0, 1, 0.25, 0.05)
    out = mix(out, rgb(x, 0.93, 0.72, 0.48), haze)
    count = int(h * w / 7000)
    cx, cy, a, b, color, angle = draws.each(lambda rng: leaf_numbers(rng, (h, w), count)).unbind(2)
    colors = x.new_tensor([(0.86, 0.32, 0.06), (0.93, 0.58, 0.1), (0.7, 0.18, 0.06)])
    return over(out, (cx, cy, a, b, torch.deg2rad(torch.round(angle))), colors[color.long()], 9).clamp(0, 1)


def studio(x, draws):
    """A lit middle before a grey backdrop, on which everything else is out of focus and nearly gone."""
    xx, yy = spread(x, -1, 1, -1, 1)
    near = torch.exp(-(((xx / 0.82) ** 2 + ((yy - 0.05) / 0.95) ** 2) ** 1.8))
    lamp = torch.exp(-((xx + 0.25) ** 2 + (yy + 0.3) ** 2) / 1.3)
    lit = saturate(tones(x), 0.95) ** 0.92 * (0.55 + 0.62 * lamp)
    backdrop = rgb(x, 0.36, 0.38, 0.42) * (0.35 + 0.75 * lamp)
    behind = mix(blur(lit, 9), backdrop, 0.82)
    out = mix(behind, lit, near)
    return ((out - 0.5) * 1.12 + 0.5).clamp(0, 1)


def art_nouveau(x, draws):
    x = tones(x)
    flat = mix(kuwahara(kuwahara(kuwahara(x, 11), 11), 9), kuwahara(kuwahara(x, 6), 5), detail(x) * 0.9)
    g = gray(flat)
    muted = mix(saturate(flat, 0.55), g * rgb(x, 1.15, 1.0, 0.72), 0.45)
    steps = ((g.clamp(0, 0.999) * 5).floor() + 0.7) / 5
    muted = muted * (steps / g.clamp(min=0.06))
    muted = blur((muted * 0.72 + rgb(x, 0.25, 0.2, 0.1)).clamp(0, 1), 0.8)
    line = lines(kuwahara(flat, 5), 2.5, 16, -0.005, flow(flat, 7))
    line = smoothstep(blur(line, 0.8), 0.25, 0.75)
    return mix(rgb(x, 0.24, 0.13, 0.08), muted, line)


def expressionist(x, draws):
    xx, yy = places(x)
    x = remap(tones(x), xx + 5 * noise(draws, x, 45), yy + 5 * noise(draws, x, 45))
    g = gray(kuwahara(x, 9))
    violent = ((0.08, 0.03, 0.3), (0.1, 0.3, 0.35), (0.85, 0.16, 0.1), (1.0, 0.6, 0.05), (1.0, 0.95, 0.45))
    dyed = stops(g, (0, 0.28, 0.5, 0.75, 1.0), violent)
    vivid = mix(saturate(x, 2.6), dyed, 0.62)
    canvas, height = dabs(vivid, draws, [(48, 15, 1.8, 0), (34, 10, 1.8, 0), (20, 7, 1.0, 1.0)], vivid=0.04)
    light = relief(blur(height, 1), 0.8)
    dark = lines(kuwahara(x, 9), 3.0, 12, -0.008)
    return (canvas * light).clamp(0, 1) * (0.2 + 0.8 * dark)


def enhance(x, draws):
    """The photo itself, slightly sharpened: what a damaged copy should become again."""
    return (x + 0.3 * (x - blur(x, 1.0))).clamp(0, 1)


QUANTISATION = np.array([  # of lightness and of colour, at quality 50: the tables of the JPEG standard's annex K
    [
        [16, 11, 10, 16, 24, 40, 51, 61], [12, 12, 14, 19, 26, 58, 60, 55], [14, 13, 16, 24, 40, 57, 69, 56],
        [14, 17, 22, 29, 51, 87, 80, 62], [18, 22, 37, 56, 68, 109, 103, 77], [24, 35, 55, 64, 81, 104, 113, 92],
        [49, 64, 78, 87, 103, 121, 120, 101], [72, 92, 95, 98, 112, 100, 103, 99],
    ],
    [
        [17, 18, 24, 47, 99, 99, 99, 99], [18, 21, 26, 66, 99, 99, 99, 99], [24, 26, 56, 99, 99, 99, 99, 99],
        [47, 66, 99, 99, 99, 99, 99, 99], *[[99] * 8] * 4,
    ],
])


def coarse_blocks(plane, table):
    """A plane [n, c, h, w] of -128..127 as it comes back from cosine coefficients, 8 px a block, in steps of `table` [n, 8, 8]."""
    n, c, h, w = plane.shape
    k = np.arange(8)
    basis = np.cos((2 * k[None] + 1) * k[:, None] * math.pi / 16) * np.where(k[:, None] == 0, math.sqrt(1 / 8), 0.5)
    basis, table = plane.new_tensor(basis), table[:, None, None, None]
    blocks = plane.reshape(n, c, h // 8, 8, w // 8, 8).transpose(3, 4)
    blocks = basis.T @ (torch.round(basis @ blocks @ basis.T / table) * table) @ basis
    return blocks.transpose(3, 4).reshape(n, c, h, w)


def jpeg(x, qualities):
    """What JPEG compression leaves of pictures, one quality of 1..100 each: 8 px blocks, colour at half resolution, whole levels.

    Written in torch because a codec would take every picture to the host and back; it rounds where the codec does."""
    n, _, h, w = x.shape
    qualities = np.asarray(qualities)[:, None, None, None]
    scale = np.where(qualities < 50, 5000 // qualities, 200 - 2 * qualities)
    luma, chroma = x.new_tensor(((QUANTISATION * scale + 50) // 100).clip(1, 255)).unbind(1)
    r, g, b = F.pad((x.clamp(0, 1) * 255).floor(), (0, -w % 16, 0, -h % 16), mode="replicate").split(1, 1)
    y = torch.round(0.299 * r + 0.587 * g + 0.114 * b)
    colour = torch.round(torch.cat([-0.168736 * r - 0.331264 * g + 0.5 * b, 0.5 * r - 0.418688 * g - 0.081312 * b], 1))
    y = torch.round(coarse_blocks(y - 128, luma) + 128).clamp(0, 255)
    colour = torch.round(coarse_blocks(torch.round(F.avg_pool2d(colour, 2)), chroma)).clamp(-128, 127)
    colour = F.interpolate(colour[..., : (h + 1) // 2, : (w + 1) // 2], scale_factor=2, mode="bilinear", align_corners=False)
    y, (cb, cr) = y[..., :h, :w], colour[..., :h, :w].split(1, 1)
    out = torch.cat([y + 1.402 * cr, y - 0.344136 * cb - 0.714136 * cr, y + 1.772 * cb], 1)
    return torch.round(out).clamp(0, 255) / 255


def degraded(x, draws):
    """What an old phone or a careless upload makes of a photo: blur, noise and JPEG blocks in random amounts."""
    h, w = x.shape[-2:]
    sigmas, qualities, grain = [], [], []
    for rng in draws.generators:
        sigmas.append(rng.uniform(0.6, 2.2))
        grain.append(rng.uniform(0.01, 0.07) * rng.standard_normal((h, w, 3)).astype(np.float32).transpose(2, 0, 1))
        qualities.append(int(rng.integers(12, 50)))
    soft = torch.cat([blur(x[k : k + 1], sigma) for k, sigma in enumerate(sigmas)])
    return jpeg(soft + torch.from_numpy(np.stack(grain)).to(x), qualities)


def teal_orange(x, draws):
    g = gray(x)
    tint = mix(rgb(x, 0.0, 0.36, 0.42), rgb(x, 1.05, 0.7, 0.36), smoothstep(g, 0.15, 0.8)) * (0.35 + 0.95 * g)
    return mix(x, tint, 0.55).clamp(0, 1)


def pale(x, draws):
    """Pastel colours as a palette word, without chalk."""
    return (saturate(blur(x, 0.5), 0.75) * 0.5 + rgb(x, 0.48, 0.45, 0.47)).clamp(0, 1)


def mono(x, draws):
    return gray(tones(x)).expand_as(x)


def vivid(x, draws):
    return ((saturate(tones(x), 3.2) - 0.5) * 1.12 + 0.5).clamp(0, 1)


def fog(x, draws):
    _, near = spread(x, 0, 1, 0.85, 0.35)
    depth = near + 0.08 * noise(draws, x, 80)
    return mix(saturate(x, 0.6), rgb(x, 0.8, 0.82, 0.84), depth.clamp(0, 0.9)).clamp(0, 1)


def photo(x, draws):
    return x


STYLES = {
    "oil": oil, "watercolor": watercolor, "anime": anime, "pencil": pencil, "cyberpunk": cyberpunk, "vintage": vintage,
    "impressionist": impressionist, "charcoal": charcoal, "ink": ink, "pastel": pastel, "comic": comic, "pixel": pixel,
    "noir": noir, "golden-hour": golden_hour, "night": night, "winter": winter, "autumn": autumn, "studio": studio,
    "art-nouveau": art_nouveau, "expressionist": expressionist, "enhance": enhance,
}
FREE = {"teal-orange": teal_orange, "pale": pale, "mono": mono, "vivid": vivid, "fog": fog}
PLAIN = {"photo": photo, "degraded": degraded}
ALL = {**STYLES, **FREE, **PLAIN}


def to_batch(pictures, device="cpu"):
    """RGB pictures of 0..255, [h, w, 3] and of one size, as a batch."""
    return torch.from_numpy(np.stack(pictures)).to(device).permute(0, 3, 1, 2).float().contiguous() / 255


def to_pictures(batch):
    """A batch as RGB pictures of 0..255: uint8 [n, h, w, 3]."""
    return (batch.clamp(0, 1) * 255 + 0.5).to(torch.uint8).permute(0, 2, 3, 1).contiguous().cpu().numpy()


@torch.no_grad()
def render(x, style, seeds):
    """One rendering of every picture of a batch, in 0..1; each picture's seed decides every random stroke in it."""
    with torch.autocast(x.device.type, enabled=False):  # thresholds show the rounding of half precision as bands
        return ALL[style](x, Draws(seeds, x.device)).clamp(0, 1)
