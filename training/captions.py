"""What people write, and which rendering each text asks for."""
import json
from pathlib import Path

PRESETS = {s["id"]: s for s in json.loads((Path(__file__).parents[1] / "src" / "recipe" / "styles.json").read_text())}

# More ways to ask for the same; phrases are drawn and joined at random.
PHRASES = {
    "oil": ["oil painting", "oil on canvas", "thick oil paint", "impasto", "brushstrokes", "classical painting", "palette knife", "old master painting", "gallery lighting", "baroque painting"],
    "watercolor": ["watercolor", "watercolour painting", "aquarelle", "watercolor wash", "wet-on-wet", "wet edges", "transparent layers", "paper texture", "loose watercolor sketch"],
    "anime": ["anime", "anime style", "manga", "cel shaded", "cel shading", "clean lines", "vibrant colors", "japanese animation", "anime background art", "cartoon"],
    "pencil": ["pencil sketch", "pencil drawing", "graphite", "graphite pencil drawing", "cross-hatching", "sketch", "hand drawn", "white paper", "fine shading"],
    "cyberpunk": ["cyberpunk", "neon", "neon lighting", "neon lights", "rain-slicked", "holographic", "dystopian", "synthwave", "futuristic city", "blade runner mood"],
    "vintage": ["vintage photograph", "old photo", "faded film", "1970s polaroid", "polaroid", "film grain", "warm cast", "soft focus", "retro photo", "sepia"],
    "impressionist": ["impressionist painting", "impressionism", "monet", "dabs of paint", "broken color", "plein air", "dappled light", "pointillism"],
    "charcoal": ["charcoal", "charcoal drawing", "smudged charcoal", "rough paper", "expressive strokes", "smudged shadows"],
    "ink": ["ink drawing", "pen and ink", "black ink", "ink lines", "sumi-e", "ink wash", "hatching", "woodcut", "lino print"],
    "pastel": ["soft pastel", "pastel drawing", "chalk", "chalk drawing", "chalky texture", "toned paper", "oil pastels"],
    "comic": ["comic book", "comic", "comics", "graphic novel", "halftone", "halftone dots", "bold ink outlines", "pop art", "superhero comic"],
    "pixel": ["pixel art", "8-bit", "16-bit game", "pixelated", "crisp square pixels", "retro game", "limited palette", "sprite"],
    "noir": ["film noir", "noir", "deep shadows", "hard light", "high contrast black and white", "1940s movie still"],
    "golden-hour": ["golden hour", "sunset light", "warm light", "low sun", "sunset", "warm tones, soft shadows", "glowing light", "sunny evening"],
    "night": ["night", "at night", "moonlight", "night scene", "midnight", "dark blue night", "moonlit", "glowing windows"],
    "winter": ["winter", "snow", "snowy", "snowfall", "frost", "cold light", "blizzard", "covered in snow", "christmas weather"],
    "autumn": ["autumn", "fall", "autumn leaves", "orange leaves", "october", "fall colors", "red and orange foliage"],
    "studio": ["studio light", "studio lighting", "three-point lighting", "professional portrait", "softbox", "studio portrait", "clean background"],
    "art-nouveau": ["art nouveau", "mucha", "art nouveau poster", "lithograph", "flowing ornamental lines", "flat muted colors", "vintage poster"],
    "expressionist": ["expressionist painting", "expressionism", "violent color", "thick restless brushstrokes", "van gogh", "munch", "fauvism", "distorted forms"],
    "enhance": ["sharp focus", "high resolution", "clean detail", "DSLR quality", "professional photograph", "enhance", "restore", "4k", "detailed", "accurate colors", "well-exposed", "denoise"],
    "teal-orange": ["teal and orange", "teal and orange color grade", "blockbuster color grading", "cinematic color grade"],
    "pale": ["pastel colors", "pastel palette", "pale colors", "soft pastel tones", "dreamy pale light", "washed out"],
    "mono": ["black and white", "monochrome", "grayscale", "black and white photo", "b&w"],
    "vivid": ["vivid colors", "vibrant", "saturated colors", "colorful", "bold colors", "high saturation"],
    "fog": ["fog", "foggy", "misty", "mist", "haze", "misty morning"],
}
QUALITY = ["masterpiece", "masterwork", "museum quality", "highly detailed", "beautiful", "gallery exhibition", "trending", "best quality", "cinematic", "award winning"]
BAD = ["blurry", "low quality", "jpeg artifacts", "noise", "grain", "worst quality", "bad quality", "blur", "out of focus", "pixelated jpeg", "artifacts", "low resolution"]
BESIDE_BAD = ["photo", "photograph", "color", "daylight", "modern", "digital", "smooth", "summer", "green leaves", "flat light", "harsh shadows", "harsh contrast", "calm", "text", "watermark", "ugly", "deformed", "extra fingers"]
LIGHTER = ["slightly", "subtle", "a hint of", "lightly", "a touch of", "gentle"]
STRONGER = ["very", "strong", "extreme", "bold", "heavily"]
OTHER = ["dragon", "spaceship", "xyzzy", "asdf", "my friend Bob", "happy birthday", "2024", "make it nice", "do something", "robot", "wizard", "hello", "pizza", "smiling", "from above", "close-up", "wide angle"]


def positive(rng, style, subject):
    """A text that asks for a style, as members and presets write it."""
    preset = PRESETS.get(style, {}).get("prompt")
    kind = rng.random()
    if preset and kind < 0.5:
        text = preset
    elif preset and kind < 0.62:
        parts = preset.split(", ")
        text = ", ".join(rng.permutation(parts)[: rng.integers(1, len(parts) + 1)])
        if rng.random() < 0.6:
            text = f"{rng.choice(PHRASES[style])}, {text}"
    else:
        text = ", ".join(rng.permutation(PHRASES[style])[: rng.integers(1, 4)])
    if rng.random() < 0.15:
        text = f"{text}, {rng.choice(QUALITY)}"
    chance = rng.random()
    if chance < 0.3:
        text = f"{subject}, {text}"
    elif chance < 0.36:
        text = f"{rng.choice(OTHER)}, {text}"
    elif chance < 0.42:
        text = f"{text}, {subject}"
    elif chance < 0.46:
        text = f"{subject} as {text}"
    return text


def plain(rng, subject):
    """A text that asks for nothing: empty, the subject, or words that no rendering stands for."""
    kind = rng.random()
    if kind < 0.5:
        return ""
    if kind < 0.8:
        return subject
    return ", ".join(rng.permutation(OTHER)[: rng.integers(1, 4)])


def negative(rng):
    """A usual negative prompt."""
    kind = rng.random()
    if kind < 0.5:
        return PRESETS[list(PRESETS)[rng.integers(len(PRESETS))]]["negative"]
    words = [*rng.permutation(BAD)[: rng.integers(1, 5)], *rng.permutation(BESIDE_BAD)[: rng.integers(0, 4)]]
    return ", ".join(rng.permutation(words))
