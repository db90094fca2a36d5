"""Renders a photo in every style, with ordinary image processing (numpy and OpenCV).

Pictures are float32 RGB in 0..1, [h, w, 3], about 450 px a side; strokes are made for a picture of about 512 px.
Marks are coarse on purpose: an f8 auto-encoder keeps a period of 7 px and more, and loses finer ones.
"""
import cv2
import numpy as np

LUMA = np.array([0.299, 0.587, 0.114], np.float32)


def gray(x):
    return cv2.transform(np.ascontiguousarray(x, np.float32), LUMA[None])


def blur(x, sigma):
    return cv2.GaussianBlur(np.ascontiguousarray(x, np.float32), (0, 0), sigma)


def mix(a, b, weight):
    weight = weight[..., None] if np.ndim(weight) == 2 and np.ndim(a) == 3 else weight
    return a * (1 - weight) + b * weight


def smoothstep(x, low, high):
    t = np.clip((x - low) / (high - low), 0, 1)
    return t * t * (3 - 2 * t)


def saturate(x, factor):
    """Moves colours away from grey. What is vivid already moves least, and never out of 0..1: clipping would turn orange to red."""
    g = gray(x)[..., None]
    away = x - g
    if factor <= 1:
        return np.clip(g + away * factor, 0, 1)
    room = (np.where(away > 0, 1 - g, g) / (np.abs(away) + 1e-4)).min(-1, keepdims=True) - 1  # how much further grey may go
    more = factor - 1
    return np.clip(g + away * (1 + more * np.clip(room, 0, None) / (more + np.clip(room, 1e-3, None))), 0, 1)


def tones(x, low=1, high=99):
    """Stretches lightness so that its `low` and `high` percentiles become black and white, at most twofold; colour gains less."""
    g = gray(x)[..., None]
    a, b = np.percentile(g, [low, high])
    gain = 1 / max(b - a, 0.5)
    return np.clip(np.clip((g - a) * gain, 0, 1) + (x - g) * gain**0.4, 0, 1)


def banded(x, levels, steps, edge=0.025):
    """Lightness in a few flat levels, with hue and most of the colour kept."""
    g = gray(x)
    target = np.full_like(g, levels[0])
    for step, low, high in zip(steps, levels, levels[1:]):
        target += (high - low) * smoothstep(g, step - edge, step + edge)
    gain = np.clip(target / np.maximum(g, 0.08), 0.3, 1.6)
    return np.clip(target[..., None] + (x - g[..., None]) * gain[..., None], 0, 1)


def noise(rng, shape, sigma):
    """Smooth noise of zero mean and unit deviation, with features of about `sigma` px."""
    h, w = shape[:2]
    step = max(1, int(sigma))
    small = rng.standard_normal((h // step + 3, w // step + 3)).astype(np.float32)
    n = cv2.resize(small, (w + 2 * step, h + 2 * step), interpolation=cv2.INTER_CUBIC)[step : step + h, step : step + w]
    n = blur(n, max(0.4, sigma * 0.5))
    return (n - n.mean()) / (n.std() + 1e-6)


def kuwahara(x, radius):
    """Edge-keeping smoothing: each pixel takes the mean of its calmest quadrants, weighted smoothly."""
    x, k = np.ascontiguousarray(x, np.float32), radius + 1
    m = cv2.blur(x, (k, k), borderType=cv2.BORDER_REFLECT)
    s = cv2.blur((x * x), (k, k), borderType=cv2.BORDER_REFLECT) - m * m
    variance = cv2.transform(s, np.float32([[1, 1, 1]]))
    total, weights = np.zeros_like(x), np.zeros_like(variance)
    half = k // 2
    for dy in (-half, half):
        for dx in (-half, half):
            move = np.float32([[1, 0, dx], [0, 1, dy]])
            size = (x.shape[1], x.shape[0])
            mean = cv2.warpAffine(m, move, size, borderMode=cv2.BORDER_REFLECT)
            spread = cv2.warpAffine(variance, move, size, borderMode=cv2.BORDER_REFLECT)
            weight = 1e-4 + spread
            weight = 1 / (weight * weight * weight)
            total, weights = cv2.add(total, cv2.multiply(mean, cv2.merge([weight] * 3))), weights + weight
    return cv2.divide(total, cv2.merge([weights] * 3))


def flow(x, sigma=6, rng=None):
    """Direction along edges, a unit vector per pixel, from the smoothed structure tensor; turns to slow noise where flat."""
    g = blur(gray(x), 1.2)
    gx, gy = cv2.Sobel(g, cv2.CV_32F, 1, 0), cv2.Sobel(g, cv2.CV_32F, 0, 1)
    xx, yy, xy = blur(gx * gx, sigma), blur(gy * gy, sigma), blur(gx * gy, sigma)
    if rng is not None:
        turn = noise(rng, g.shape, 60) * 1.2
        xx, yy, xy = xx + 2e-4 * np.sin(turn) ** 2, yy + 2e-4 * np.cos(turn) ** 2, xy - 2e-4 * np.sin(turn) * np.cos(turn)
    angle = 0.5 * np.arctan2(2 * xy, xx - yy) + np.pi / 2
    return np.stack([np.cos(angle), np.sin(angle)], -1).astype(np.float32)


def smear(x, field, length):
    """Line integral convolution: the mean of `x` along the field, `length` px in all."""
    h, w = field.shape[:2]
    yy, xx = np.mgrid[0:h, 0:w].astype(np.float32)
    total, count, step = np.array(x, np.float32), 1, 1.5 if length < 15 else 2.5
    u, v = (np.ascontiguousarray(field[..., k]) for k in (0, 1))
    for sign in (step, -step):
        px, py, du, dv = xx, yy, u * np.float32(sign), v * np.float32(sign)
        for _ in range(int(length / 2 / step)):
            px, py = px + du, py + dv
            cv2.add(total, cv2.remap(x, px, py, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT), total)
            count += 1
            there = [cv2.remap(part, px, py, cv2.INTER_NEAREST, borderMode=cv2.BORDER_REFLECT) for part in (u, v)]
            ahead = np.copysign(np.float32(step), there[0] * du + there[1] * dv)
            du, dv = there[0] * ahead, there[1] * ahead
    return total / count


def relief(height, strength):
    """Light from the upper left on a height field: a factor around 1."""
    dx, dy = cv2.Sobel(height, cv2.CV_32F, 1, 0) / 8, cv2.Sobel(height, cv2.CV_32F, 0, 1) / 8
    return 1 + np.clip((dx + dy) * strength, -0.35, 0.35)


def detail(x):
    """0 where calm, 1 where much is going on in a neighbourhood."""
    g = gray(x)
    return smoothstep(blur(np.abs(g - blur(g, 3)), 6), 0.015, 0.06)


def lines(x, sigma=1.4, sharp=18, threshold=0.0, field=None):
    """Dark lines along edges: a difference of Gaussians, smoothed along the flow; 0 on a line, 1 elsewhere."""
    g = gray(x)
    field = flow(x, 4) if field is None else field
    dog = blur(g, sigma) - 0.98 * blur(g, sigma * 1.6)
    dog = smear(dog, field, 12)
    return np.clip(1 + np.tanh(sharp * 10 * (dog - threshold)), 0, 1)


def dabs(x, rng, passes, follow=True, vivid=0.0):
    """Paints oriented ellipses over the picture, coarse passes first; gives the picture and the strokes' height."""
    h, w = x.shape[:2]
    field = flow(x, 5, rng)
    canvas, height = blur(x, 10).copy(), np.zeros((h, w), np.float32)
    busy = detail(x)
    hsv_jitter = vivid
    for length, width, density, need in passes:
        smooth = blur(x, width * 0.6)
        count = int(h * w / (length * width) * density)
        ys, xs = rng.integers(0, h, count), rng.integers(0, w, count)
        for cy, cx in zip(ys, xs):
            if need and busy[cy, cx] < need * rng.random():
                continue
            color = smooth[cy, cx] * (1 + 0.05 * rng.standard_normal()) + hsv_jitter * rng.standard_normal(3)
            dx, dy = field[cy, cx]
            angle = np.degrees(np.arctan2(dy, dx)) + 14 * rng.standard_normal() if follow else 35 + 12 * rng.standard_normal()
            color = tuple(float(c) for c in np.clip(color, 0, 1))
            axes = (max(2, int(length * (0.7 + 0.6 * rng.random()) / 2)), max(1, int(width / 2)))
            cv2.ellipse(canvas, (int(cx), int(cy)), axes, angle, 0, 360, color, -1, cv2.LINE_AA)
            cv2.ellipse(height, (int(cx), int(cy)), axes, angle, 0, 360, float(rng.random()), -1, cv2.LINE_AA)
    return canvas, height


def hatch(shape, period, angle, wobble):
    """Parallel lines as a wave of -1..1 with the given period in px; `wobble` shifts them, in px."""
    h, w = shape
    yy, xx = np.mgrid[0:h, 0:w].astype(np.float32)
    across = xx * np.cos(angle) + yy * np.sin(angle)
    return np.sin(2 * np.pi * (across + wobble) / period)


def hatched(g, rng, period, softness=0.5):
    """Tone drawn as up to three crossing layers of strokes: 1 is paper, 0 is ink."""
    paper = np.ones_like(g)
    wobble = 2.5 * noise(rng, g.shape, 40) + 0.6 * noise(rng, g.shape, 8)
    for angle, start in ((0.75, 0.78), (2.2, 0.5), (1.55, 0.26)):
        wave = hatch(g.shape, period, angle, wobble)
        depth = np.clip((start - g) / 0.3, 0, 1)  # how dark below this layer's threshold
        width = -1 + 1.75 * depth
        paper = paper * (1 - 0.62 * smoothstep(width - wave, -softness, softness) * (depth > 0.02))
    return paper


def oil(x, rng):
    x = tones(saturate(x, 1.3))
    field = flow(x, 6, rng)
    busy = detail(x)
    coarse = smear(kuwahara(kuwahara(x, 11), 11), field, 30)
    fine = smear(kuwahara(x, 4), field, 8)
    paint = mix(coarse, fine, busy)
    bristles = smear(noise(rng, x.shape, 3.4), field, 34)
    bristles = bristles / (bristles.std() + 1e-6)
    light = relief(bristles * 0.6 + gray(paint), 0.95)
    paint = paint * light[..., None] + 0.024 * bristles[..., None]
    varnish = np.float32([1.03, 0.97, 0.84])  # an old master's: deep shadows, warm lights
    return saturate(np.clip((paint - 0.5) * 1.15 + 0.46, 0, 1), 1.15) * varnish


def impressionist(x, rng):
    x = tones(saturate(x, 1.35))
    canvas, height = dabs(x, rng, [(26, 12, 2.0, 0), (18, 8, 2.4, 0), (12, 6, 1.4, 0.9)], vivid=0.05)
    light = relief(blur(height, 0.8), 0.7)
    canvas = np.clip(canvas * 0.86 + 0.14, 0, 1) * light[..., None]
    return saturate(np.clip(canvas, 0, 1), 1.25)


def watercolor(x, rng):
    x = np.clip(tones(x) ** 0.62, 0, 1)
    h, w = x.shape[:2]
    yy, xx = np.mgrid[0:h, 0:w].astype(np.float32)
    wash = mix(kuwahara(kuwahara(x, 13), 9), kuwahara(x, 3), detail(x) * 0.9)
    wash = cv2.remap(wash, xx + 3 * noise(rng, x.shape, 14), yy + 3 * noise(rng, x.shape, 14), cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
    density = -np.log(np.clip(wash, 0.04, 1))
    pools = 1 + 0.34 * noise(rng, x.shape, 45) + 0.2 * noise(rng, x.shape, 12)
    g = gray(wash)
    rims = np.clip(blur(np.abs(g - blur(g, 4)), 1.4) * 11, 0, 1)
    density = density * np.clip(pools, 0.2, 1.8)[..., None] * (0.62 + 1.0 * rims[..., None])
    white = smoothstep(g, 0.7, 0.88)
    density = density * (1 - 0.92 * white[..., None])
    out = np.exp(-density)
    grain = 1 + 0.035 * noise(rng, x.shape, 3)
    paper = np.float32([0.99, 0.975, 0.94])
    return saturate(np.clip(out, 0, 1), 1.4) * paper * grain[..., None]


def anime(x, rng):
    x = tones(x) ** 0.8
    flat = mix(kuwahara(kuwahara(x, 9), 9), kuwahara(x, 3), detail(x) * 0.9)
    flat = cv2.bilateralFilter(flat.astype(np.float32), 9, 0.12, 5)
    g = gray(flat)
    flat = banded(saturate(flat, 2.1), (0.3, 0.58, 0.82, 0.97), (0.22, 0.46, 0.74), 0.015)
    shadow = smoothstep(0.5 - g, 0, 0.1)  # cel shadows lean to blue violet, lights to cream
    flat = mix(flat, flat * np.float32([0.82, 0.78, 1.12]) + np.float32([0.02, 0.0, 0.1]), shadow)
    flat = mix(flat, flat * np.float32([1.03, 1.0, 0.96]), smoothstep(g, 0.6, 0.8))
    flat = saturate(np.clip(flat, 0, 1), 1.25)
    ink = lines(kuwahara(x, 3), 1.6, 20, -0.006)
    return mix(np.broadcast_to(np.float32([0.16, 0.1, 0.26]), x.shape), flat, smoothstep(ink, 0.15, 0.75))


def pencil(x, rng):
    g = gray(tones(x))
    g = np.clip(g + 0.5 - np.clip(np.mean(g), 0.3, 0.65) + 0.07, 0, 1)
    g = blur(g, 1.0)
    marks = hatched(g, rng, 8.0)
    ink = lines(kuwahara(x, 3), 1.6, 12, -0.004)
    out = 0.97 - 0.62 * (1 - marks) - 0.1 * (1 - g) * smoothstep(0.75 - g, 0, 0.4)
    out = out * (0.35 + 0.65 * ink)
    out = out * (1 + 0.02 * noise(rng, g.shape, 2.6))
    return np.clip(out, 0, 1)[..., None] * np.float32([1.0, 0.995, 0.98])


def charcoal(x, rng):
    g = blur(gray(tones(x)), 2.2)
    g = np.clip(g + 0.47 - np.clip(np.mean(g), 0.3, 0.6), 0, 1)
    g = smoothstep(g, 0.1, 0.82)
    field = flow(x, 8, rng)
    smudge = smear(g, field, 26)
    tooth = noise(rng, g.shape, 3.2)
    dark = np.clip((1 - smudge) * 1.15 + (1 - smudge) * smudge * 1.5 * tooth * 0.25, 0, 1)
    strokes = smear(noise(rng, g.shape, 4), np.broadcast_to(np.float32([0.8, 0.6]), (*g.shape, 2)).copy(), 40)
    dark = np.clip(dark + 0.16 * (1 - smudge) * strokes / strokes.std(), 0, 1)
    ink = lines(kuwahara(x, 6), 2.6, 9, -0.006)
    out = (0.88 - 0.84 * dark) * (0.2 + 0.8 * ink)
    return np.clip(out, 0.04, 1)[..., None] * np.float32([1.0, 0.97, 0.92])


def ink(x, rng):
    x = tones(x)
    g = blur(gray(kuwahara(x, 5)), 0.8)
    g = np.clip(g + 0.5 - np.clip(np.mean(g), 0.3, 0.65), 0, 1)
    black = 1 - smoothstep(g, 0.16, 0.24)
    line = lines(kuwahara(x, 4), 1.8, 22, -0.008)
    wobble = 1.5 * noise(rng, g.shape, 30)
    wave = hatch(g.shape, 9.0, 0.7, wobble)
    depth = np.clip((0.46 - g) / 0.24, 0, 1)
    strokes = smoothstep(-1.1 + 1.6 * depth - wave, -0.2, 0.2) * (depth > 0.02)
    wash = 1 - 0.24 * smoothstep(0.62 - blur(g, 3), 0, 0.25)
    out = wash * (1 - 0.92 * strokes) * (1 - black) * line
    return np.clip(out, 0, 1)[..., None] * np.float32([0.99, 0.98, 0.95]) + 0.03


def pastel(x, rng):
    x = tones(x)
    field = np.broadcast_to(np.float32([0.83, -0.55]), (*x.shape[:2], 2)).copy()
    soft = smear(mix(kuwahara(x, 11), kuwahara(x, 6), detail(x)), field, 18)
    soft = saturate(soft * 0.72 + 0.26, 1.35)
    chalk = smear(noise(rng, x.shape, 3.6), field, 22)
    chalk = chalk / chalk.std()
    cover = smoothstep(chalk, -1.3, 0.3) * 0.5 + 0.5
    paper = np.float32([0.86, 0.79, 0.72])
    out = mix(np.broadcast_to(paper, x.shape), soft, cover)
    return np.clip(out + 0.03 * chalk[..., None], 0, 1)


def comic(x, rng):
    x = tones(x)
    flat = mix(kuwahara(kuwahara(x, 9), 7), kuwahara(x, 4), detail(x) * 0.85)
    g = gray(flat)
    primary = saturate(banded(saturate(flat, 2.2), (0.14, 0.4, 0.66, 0.92), (0.24, 0.46, 0.72), 0.015), 1.5)
    primary = blur(np.clip(primary * 0.9 + np.float32([0.1, 0.09, 0.03]), 0, 1).astype(np.float32), 0.7)
    h, w = g.shape
    yy, xx = np.mgrid[0:h, 0:w].astype(np.float32)
    period = 8.0
    u, v = (xx + yy) / period / np.sqrt(2), (xx - yy) / period / np.sqrt(2)
    dots = np.cos(2 * np.pi * u) + np.cos(2 * np.pi * v)
    shade = np.clip((0.68 - g) / 0.35, 0, 1)
    cover = smoothstep(dots, 1.6 - 2.2 * shade - 0.3, 1.6 - 2.2 * shade + 0.3) * (shade > 0.02)
    primary = primary * (1 - 0.38 * cover[..., None])
    black = 1 - smoothstep(g, 0.1, 0.15)
    ink_lines = lines(kuwahara(x, 4), 1.9, 20, -0.008)
    return primary * ((1 - black) * ink_lines)[..., None] + 0.02


PALETTE = np.float32([
    [26, 28, 44], [93, 39, 93], [177, 62, 83], [239, 125, 87], [255, 205, 117], [167, 240, 112], [56, 183, 100], [37, 113, 121],
    [41, 54, 111], [59, 93, 201], [65, 166, 246], [115, 239, 247], [244, 244, 244], [148, 176, 194], [86, 108, 134], [51, 60, 87],
    [138, 72, 54], [222, 158, 65], [110, 140, 60], [60, 90, 50],
]) / 255


def pixel(x, rng):
    h, w = x.shape[:2]
    small = cv2.resize(kuwahara(saturate(tones(x), 1.35), 5), (w // 8, h // 8), interpolation=cv2.INTER_AREA)
    yy, xx = np.mgrid[0 : small.shape[0], 0 : small.shape[1]]
    order = np.float32([[0, 2], [3, 1]])[yy % 2, xx % 2] / 4 - 0.375
    small = small + 0.09 * order[..., None]
    distance = ((small[..., None, :] - PALETTE) ** 2 * np.float32([0.9, 1.3, 0.8])).sum(-1)
    return cv2.resize(PALETTE[distance.argmin(-1)], (w, h), interpolation=cv2.INTER_NEAREST)


def cyberpunk(x, rng):
    x = tones(x)
    g = blur(gray(kuwahara(x, 3)), 0.7)
    g = smoothstep(g, 0.05, 0.98) ** 1.15
    which = smoothstep(noise(rng, g.shape, 110), -0.7, 0.7)
    stops = np.float32([0, 0.3, 0.6, 0.85, 1.0])
    magenta = np.float32([[0.02, 0.0, 0.08], [0.25, 0.0, 0.38], [0.85, 0.08, 0.62], [1.0, 0.45, 0.75], [1, 0.92, 1]])
    cyan = np.float32([[0.0, 0.02, 0.09], [0.02, 0.14, 0.36], [0.02, 0.55, 0.78], [0.35, 0.95, 1.0], [0.92, 1, 1]])
    dye = lambda p: np.stack([np.interp(g, stops, p[:, c]) for c in range(3)], -1).astype(np.float32)  # noqa: E731
    out = mix(dye(magenta), dye(cyan), which) * 0.92
    edges = np.clip(blur(np.abs(cv2.Laplacian(blur(g, 1.6), cv2.CV_32F)) * 9, 1.0), 0, 1)
    neon = mix(np.broadcast_to(np.float32([0.1, 1, 1]), x.shape), np.float32([1, 0.15, 0.85]), which)
    out = out + 0.75 * edges[..., None] * neon
    out = out + 0.55 * blur(np.clip(out - 0.55, 0, 1).astype(np.float32), 12) + 0.12 * blur(out.astype(np.float32), 25)
    streaks = cv2.blur(np.maximum(noise(rng, g.shape, 1.6) - 1.7, 0), (1, 31)) * 1.0
    return np.clip(out + streaks[..., None] * np.float32([0.6, 0.8, 1]), 0, 1)


def vignette(shape, amount):
    h, w = shape[:2]
    yy, xx = np.mgrid[-1 : 1 : h * 1j, -1 : 1 : w * 1j]
    return (1 - amount * np.clip(xx * xx + yy * yy - 0.35, 0, 2) / 1.65).astype(np.float32)


def vintage(x, rng):
    soft = mix(x, blur(x, 4), 0.45)
    g = gray(tones(soft))[..., None]
    film = mix(np.broadcast_to(np.float32([0.2, 0.3, 0.36]), x.shape), np.float32([1.0, 0.91, 0.7]), np.repeat(g**0.85, 3, -1))
    out = 0.5 * film + 0.5 * (saturate(soft, 0.8) * np.float32([0.98, 0.86, 0.72]) + np.float32([0.14, 0.1, 0.1]))
    grain = noise(rng, x.shape, 2.8) * 0.026
    return np.clip(out + grain[..., None], 0, 1) * vignette(x.shape, 0.3)[..., None]


def noir(x, rng):
    g = gray(tones(x, 2, 98))
    g = smoothstep(blur(g, 0.6), 0.19, 0.88)
    g = g**1.2 * vignette(x.shape, 0.8)
    g = g + 0.22 * blur(np.clip(g - 0.7, 0, 1).astype(np.float32), 14) + 0.02 * noise(rng, x.shape, 2.2)
    return np.repeat(np.clip(g, 0, 1)[..., None], 3, 2) * np.float32([0.96, 0.985, 1.0])


def golden_hour(x, rng):
    h, w = x.shape[:2]
    g = gray(x)[..., None]
    warm = mix(saturate(x, 0.9), g * np.float32([1.35, 0.92, 0.5]), 0.5) * np.float32([1.2, 1.0, 0.72])
    warm = np.clip(warm, 0, 1) ** np.float32([0.85, 0.97, 1.15])
    yy, xx = np.mgrid[0:1 : h * 1j, 0:1 : w * 1j]
    sun = np.exp(-(((xx - rng.uniform(0.1, 0.9)) ** 2 + (yy - 0.22) ** 2) / 0.2)).astype(np.float32)
    return np.clip(warm + sun[..., None] * np.float32([0.42, 0.24, 0.04]) + np.float32([0.03, 0.012, 0]), 0, 1)


def night(x, rng):
    x = tones(x)
    g = gray(x)[..., None]
    dark = mix(saturate(x, 0.5), g * np.float32([0.55, 0.8, 1.35]), 0.72) * np.float32([0.3, 0.42, 0.72])
    dark = dark * (0.55 + 0.5 * g)
    level = gray(kuwahara(x, 4))
    bright = smoothstep(level - blur(level, 14), 0.12, 0.3) * smoothstep(noise(rng, x.shape, 20), 0.0, 1.0)
    lamps = bright[..., None] * np.float32([1.0, 0.72, 0.3])
    dark = dark + 0.75 * lamps + 0.8 * blur(lamps.astype(np.float32), 12)
    return np.clip(dark + np.float32([0.005, 0.012, 0.035]), 0, 1) * vignette(x.shape, 0.35)[..., None]


def greenness(x):
    r, g, b = x[..., 0], x[..., 1], x[..., 2]
    return smoothstep(g - np.maximum(r * 0.92, b), -0.01, 0.09)


def winter(x, rng):
    h, w = x.shape[:2]
    g = gray(tones(x))
    cold = mix(saturate(x, 0.3), np.float32([0.8, 0.92, 1.08]) * (0.2 + 0.8 * g[..., None]), 0.65)
    cold = np.clip(cold * 0.8 + np.float32([0.12, 0.15, 0.19]), 0, 1)
    up = blur(g, 1.5) - blur(np.roll(g, 5, 0), 1.5)  # lighter than what lies above: a ledge where snow would lie
    ledges = smoothstep(up, 0.02, 0.12)
    ground = np.linspace(-0.9, 1.0, h, dtype=np.float32)[:, None]
    patches = smoothstep(0.3 * noise(rng, g.shape, 30) + 1.1 * blur(greenness(x), 2) + ground + 0.8 * (g - 0.5), 0.2, 1.2)
    snow = np.clip(ledges * 0.75 + patches * 0.8, 0, 1)
    shade = 0.86 + 0.14 * blur(noise(rng, g.shape, 5), 1) * 0.5 + 0.25 * (g - blur(g, 6))
    cold = mix(cold, np.clip(shade, 0.6, 1.05)[..., None] * np.float32([0.94, 0.97, 1.0]), snow * 0.9)
    cold = mix(cold, np.float32([0.83, 0.88, 0.94]), 0.14)
    flakes = np.zeros((h, w), np.float32)
    for _ in range(int(h * w / 1500)):
        centre = (int(rng.integers(0, w)), int(rng.integers(0, h)))
        cv2.circle(flakes, centre, int(rng.choice([2, 3, 3, 4, 6], p=[0.3, 0.3, 0.2, 0.15, 0.05])), float(rng.uniform(0.6, 1)), -1, cv2.LINE_AA)
    return np.clip(mix(cold, np.float32([1, 1, 1]), blur(flakes, 0.9) * 0.95), 0, 1)


def autumn(x, rng):
    h, w = x.shape[:2]
    g = gray(x)
    leaf = np.clip(greenness(x) + 0.35 * smoothstep(saturate(x, 1)[..., 1] - x[..., 2], 0.0, 0.2), 0, 1)
    shift = noise(rng, x.shape, 22)
    dye = mix(np.broadcast_to(np.float32([1.0, 0.33, 0.05]), x.shape), np.float32([1.0, 0.66, 0.08]), smoothstep(shift, -0.8, 0.8))
    out = mix(x, dye * np.clip(g * 1.7, 0.08, 1.0)[..., None], leaf * 0.92)
    out = out * np.float32([1.12, 0.93, 0.72]) + np.float32([0.05, 0.015, 0])
    haze = np.linspace(0.25, 0.05, h, dtype=np.float32)[:, None] * np.ones((1, w), np.float32)
    out = mix(out, np.float32([0.93, 0.72, 0.48]), haze)
    for _ in range(int(h * w / 7000)):
        centre, axes = (int(rng.integers(0, w)), int(rng.integers(0, h))), (int(rng.integers(4, 9)), int(rng.integers(2, 5)))
        color = [(0.86, 0.32, 0.06), (0.93, 0.58, 0.1), (0.7, 0.18, 0.06)][int(rng.integers(0, 3))]
        out = np.ascontiguousarray(out, np.float32)
        cv2.ellipse(out, centre, axes, float(rng.uniform(0, 180)), 0, 360, color, -1, cv2.LINE_AA)
    return np.clip(out, 0, 1)


def studio(x, rng):
    """A lit middle before a grey backdrop, on which everything else is out of focus and nearly gone."""
    h, w = x.shape[:2]
    yy, xx = np.mgrid[-1 : 1 : h * 1j, -1 : 1 : w * 1j].astype(np.float32)
    near = np.exp(-((xx / 0.82) ** 2 + ((yy - 0.05) / 0.95) ** 2) ** 1.8)
    lamp = np.exp(-((xx + 0.25) ** 2 + (yy + 0.3) ** 2) / 1.3)
    lit = saturate(tones(x), 0.95) ** 0.92 * (0.55 + 0.62 * lamp)[..., None]
    backdrop = np.float32([0.36, 0.38, 0.42]) * (0.35 + 0.75 * lamp[..., None])
    behind = mix(blur(lit, 9), backdrop, 0.82)
    out = mix(behind, lit, near)
    return np.clip((out - 0.5) * 1.12 + 0.5, 0, 1)


def art_nouveau(x, rng):
    x = tones(x)
    flat = mix(kuwahara(kuwahara(kuwahara(x, 11), 11), 9), kuwahara(kuwahara(x, 6), 5), detail(x) * 0.9)
    g = gray(flat)
    muted = mix(saturate(flat, 0.55), g[..., None] * np.float32([1.15, 1.0, 0.72]), 0.45)
    steps = (np.floor(np.clip(g, 0, 0.999) * 5) + 0.7) / 5
    muted = muted * (steps / np.maximum(g, 0.06))[..., None]
    muted = blur(np.clip(muted * 0.72 + np.float32([0.25, 0.2, 0.1]), 0, 1).astype(np.float32), 0.8)
    line = lines(kuwahara(flat, 5), 2.5, 16, -0.005, flow(flat, 7))
    line = smoothstep(blur(line, 0.8), 0.25, 0.75)
    return mix(np.broadcast_to(np.float32([0.24, 0.13, 0.08]), x.shape), muted, line)


def expressionist(x, rng):
    h, w = x.shape[:2]
    yy, xx = np.mgrid[0:h, 0:w].astype(np.float32)
    bend = lambda: 5 * noise(rng, (h, w), 45)  # noqa: E731
    x = cv2.remap(tones(x), xx + bend(), yy + bend(), cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
    g = gray(kuwahara(x, 9))
    stops = np.float32([0, 0.28, 0.5, 0.75, 1.0])
    violent = np.float32([[0.08, 0.03, 0.3], [0.1, 0.3, 0.35], [0.85, 0.16, 0.1], [1.0, 0.6, 0.05], [1.0, 0.95, 0.45]])
    dyed = np.stack([np.interp(g, stops, violent[:, c]) for c in range(3)], -1).astype(np.float32)
    vivid = mix(saturate(x, 2.6), dyed, 0.62)
    canvas, height = dabs(vivid.astype(np.float32), rng, [(48, 15, 1.8, 0), (34, 10, 1.8, 0), (20, 7, 1.0, 1.0)], vivid=0.04)
    light = relief(blur(height, 1), 0.8)
    dark = lines(kuwahara(x, 9), 3.0, 12, -0.008)
    return np.clip(canvas * light[..., None], 0, 1) * (0.2 + 0.8 * dark[..., None])


def enhance(x, rng):
    """The photo itself, slightly sharpened: what a damaged copy should become again."""
    return np.clip(x + 0.3 * (x - blur(x, 1.0)), 0, 1)


def degraded(x, rng):
    """What an old phone or a careless upload makes of a photo: blur, noise and JPEG blocks in random amounts."""
    out = blur(x, rng.uniform(0.6, 2.2))
    out = out + rng.uniform(0.01, 0.07) * rng.standard_normal(x.shape).astype(np.float32)
    quality = int(rng.integers(12, 50))
    code = cv2.imencode(".jpg", (np.clip(out, 0, 1)[..., ::-1] * 255).astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return cv2.imdecode(code, 1)[..., ::-1].astype(np.float32) / 255


def teal_orange(x, rng):
    g = gray(x)[..., None]
    shadows, lights = np.float32([0.0, 0.36, 0.42]), np.float32([1.05, 0.7, 0.36])
    tint = mix(np.broadcast_to(shadows, x.shape), lights, smoothstep(g, 0.15, 0.8)) * (0.35 + 0.95 * g)
    return np.clip(mix(x, tint, 0.55), 0, 1)


def pale(x, rng):
    """Pastel colours as a palette word, without chalk."""
    return np.clip(saturate(blur(x, 0.5), 0.75) * 0.5 + np.float32([0.48, 0.45, 0.47]), 0, 1)


def mono(x, rng):
    return np.repeat(gray(tones(x))[..., None], 3, 2)


def vivid(x, rng):
    return np.clip((saturate(tones(x), 3.2) - 0.5) * 1.12 + 0.5, 0, 1)


def fog(x, rng):
    h = x.shape[0]
    depth = np.linspace(0.85, 0.35, h, dtype=np.float32)[:, None] + 0.08 * noise(rng, x.shape, 80)
    return np.clip(mix(saturate(x, 0.6), np.float32([0.8, 0.82, 0.84]), np.clip(depth, 0, 0.9)), 0, 1)


def photo(x, rng):
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


def render(x, style, seed):
    """One rendering of an RGB picture of 0..255 as RGB of 0..255; `seed` decides every random stroke."""
    rng = np.random.default_rng(seed)
    out = ALL[style](x.astype(np.float32) / 255, rng)
    return (np.clip(out, 0, 1) * 255 + 0.5).astype(np.uint8)
