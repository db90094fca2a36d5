"""Renders views of the pictures in every style and encodes them.

    python pack.py WORK [--model DIR] [--views 3] [--workers 2]

For each view: WORK/views/NAME.V.npy with the latents of all renderings, float16 [styles, 12, 48, 48], scaled, in the order of
styles.ALL, and WORK/views/NAME.V.zip with the renderings as JPEG. Views that exist are left alone, so it can be stopped and
started again; training picks up new views while this runs. Held-out pictures get one view, in WORK/held-out. After a change
of the encoder delete the .npy files: they are made again from the .zip files.

    python pack.py WORK --carry FILE    one archive (at most 48 MB) of the photos, to carry to a machine without a network
"""
import argparse
import csv
import io
import json
import multiprocessing
import zipfile
import zlib
from pathlib import Path

import cv2
import numpy as np

import styles

SIDE = 384  # a view; the strokes are made for pictures of about 512 px, of which this is a part
MANIFEST = Path(__file__).parent / "pictures.tsv"


def manifest():
    with open(MANIFEST, newline="") as source:
        return list(csv.DictReader(source, delimiter="\t"))


def read_photo(path):
    """RGB of 0..255; a transparent ground becomes white."""
    x = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    if x.dtype == np.uint16:
        x = (x // 257).astype(np.uint8)
    if x.ndim == 2:
        x = np.repeat(x[..., None], 3, 2)
    if x.shape[2] == 4:
        alpha = x[..., 3:].astype(np.float32) / 255
        x = (x[..., :3] * alpha + 255 * (1 - alpha)).astype(np.uint8)
    return np.ascontiguousarray(x[..., ::-1])


def resize_short(x, short):
    h, w = x.shape[:2]
    scale = short / min(h, w)
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return cv2.resize(x, (max(short, round(w * scale)), max(short, round(h * scale))), interpolation=method)


def cut_view(x, view, seed):
    """A SIDE x SIDE part of a photo: view 0 at 512 px a short side, later ones at any, mirrored and with other tones."""
    rng = np.random.default_rng(seed)
    short = min(x.shape[:2])
    x = resize_short(x, 512 if view == 0 else int(rng.integers(400, max(480, min(1000, int(short * 1.15))))))
    h, w = x.shape[:2]
    top, left = int(rng.integers(0, h - SIDE + 1)), int(rng.integers(0, w - SIDE + 1))
    x = np.ascontiguousarray(x[top : top + SIDE, left : left + SIDE])
    if view:
        if rng.random() < 0.5:
            x = np.ascontiguousarray(x[:, ::-1])
        tone = (x.astype(np.float32) / 255) ** np.exp(rng.normal(0, 0.18)) * np.exp(rng.normal(0, 0.06, 3)).astype(np.float32)
        x = (np.clip(tone, 0, 1) * 255 + 0.5).astype(np.uint8)
    return x


def write_renderings(path, photo, view, seed):
    x = cut_view(read_photo(photo), view, seed)
    options = [cv2.IMWRITE_JPEG_QUALITY, 95, cv2.IMWRITE_JPEG_SAMPLING_FACTOR, cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444]
    with zipfile.ZipFile(path.with_suffix(".part"), "w", zipfile.ZIP_STORED) as archive:
        for k, style in enumerate(styles.ALL):
            picture = styles.render(x, style, seed + k)
            archive.writestr(f"{style}.jpg", cv2.imencode(".jpg", picture[..., ::-1], options)[1].tobytes())
    path.with_suffix(".part").rename(path)


def read_renderings(path):
    with zipfile.ZipFile(path) as archive:
        codes = [np.frombuffer(archive.read(f"{style}.jpg"), np.uint8) for style in styles.ALL]
    return [np.ascontiguousarray(cv2.imdecode(code, 1)[..., ::-1]) for code in codes]


def work_on(jobs, folder, model, work):
    import torch

    from onnx_weights import read_state
    from networks import LATENT_CHANNELS, Encoder, half

    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    encoder = Encoder()
    encoder.load_state_dict(read_state(model / "vae_encoder" / "model.onnx"))
    encoder = encoder.to(memory_format=torch.channels_last)
    scale = json.loads((model / "vae_encoder" / "config.json").read_text())["scaling_factor"]
    for name, view, target in jobs:
        out = folder / target / f"{name.rsplit('.', 1)[0]}.{view}.npy"
        if out.exists():
            continue
        archive = out.with_suffix(".zip")
        if not archive.exists():
            write_renderings(archive, work / "pictures" / name, view, zlib.crc32(f"{name} {view}".encode()))
        pictures = read_renderings(archive)
        latents = []
        with torch.inference_mode(), half("cpu"):
            for start in range(0, len(pictures), 7):
                batch = torch.from_numpy(np.stack(pictures[start : start + 7])).permute(0, 3, 1, 2).float() / 127.5 - 1
                latents.append((encoder(batch.contiguous(memory_format=torch.channels_last))[:, :LATENT_CHANNELS] * scale).half())
        with open(out.with_suffix(".tmp"), "wb") as part:
            np.save(part, torch.cat(latents).contiguous().numpy())
        out.with_suffix(".tmp").rename(out)


def carry(work, path, side=768, quality=88):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        archive.write(MANIFEST, "pictures.tsv")
        for row in manifest():
            x = read_photo(work / "pictures" / row["name"])
            x = resize_short(x, min(side, min(x.shape[:2])))
            code = cv2.imencode(".webp", x[..., ::-1], [cv2.IMWRITE_WEBP_QUALITY, quality])[1]
            archive.writestr(f"pictures/{row['name']}", code.tobytes())
    size = path.stat().st_size / 1e6
    if size > 48:
        raise SystemExit(f"Expected at most 48 MB for {path}, but received {size:.1f} MB: lower the side or the quality")
    print(f"{size:.1f} MB in {path}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("work", type=Path)
    parser.add_argument("--model", type=Path, default=MANIFEST.parents[1] / "models" / "overpaint-small")
    parser.add_argument("--views", type=int, default=3)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--carry", type=Path)
    a = parser.parse_args()
    if a.carry:
        return carry(a.work, a.carry)
    rows = manifest()
    for folder in ("views", "held-out"):
        (a.work / folder).mkdir(parents=True, exist_ok=True)
    jobs = []
    for view in range(a.views):
        jobs += [(r["name"], view, "views") for r in rows if r["split"] == "train"]
        if view == 0:
            jobs += [(r["name"], 0, "held-out") for r in rows if r["split"] != "train"]
    (a.work / "styles.json").write_text(json.dumps(list(styles.ALL)))
    workers = [multiprocessing.Process(target=work_on, args=(jobs[k :: a.workers], a.work, a.model, a.work)) for k in range(a.workers)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    if any(worker.exitcode for worker in workers):
        raise SystemExit("A worker failed")


if __name__ == "__main__":
    main()
