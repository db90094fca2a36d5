"""Renders views of the pictures in every style and encodes them.

    python pack.py WORK [--model DIR] [--views 3] [--workers 2]

For each view: WORK/views/NAME.V.npy with the latents of all renderings, float16 [styles, 12, 48, 48], scaled, in the order of
styles.ALL, and WORK/views/NAME.V.zip with the renderings as JPEG. Views that exist are left alone, so it can be stopped and
started again; training picks up new views while this runs. Held-out pictures get one view, in WORK/held-out. After a change
of the encoder delete the .npy files: they are made again from the .zip files. With CUDA one process renders eight views at a
time on the GPU, and its threads read and write pictures; elsewhere --workers processes of one thread each.

    python pack.py WORK --carry FILE    one archive (at most 48 MB) of the photos, to carry to a machine without a network
"""
import argparse
import csv
import json
import multiprocessing
import os
import zipfile
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cv2
import numpy as np
import torch

import styles
from networks import LATENT_CHANNELS, Encoder, half
from onnx_weights import read_state

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


def write_renderings(path, pictures):
    options = [cv2.IMWRITE_JPEG_QUALITY, 95, cv2.IMWRITE_JPEG_SAMPLING_FACTOR, cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444]
    with zipfile.ZipFile(path.with_suffix(".part"), "w", zipfile.ZIP_STORED) as archive:
        for style, picture in zip(styles.ALL, pictures):
            archive.writestr(f"{style}.jpg", cv2.imencode(".jpg", picture[..., ::-1], options)[1].tobytes())
    path.with_suffix(".part").rename(path)


def read_renderings(path):
    with zipfile.ZipFile(path) as archive:
        codes = [np.frombuffer(archive.read(f"{style}.jpg"), np.uint8) for style in styles.ALL]
    return [np.ascontiguousarray(cv2.imdecode(code, 1)[..., ::-1]) for code in codes]


def make_renderings(jobs, work, device, pool):
    """Renders views together on the device; reading photos and writing archives is the threads' work."""
    seeds = [zlib.crc32(f"{name} {view}".encode()) for name, view, _ in jobs]
    views = pool.map(lambda job, seed: cut_view(read_photo(work / "pictures" / job[0]), job[1], seed), jobs, seeds)
    x = styles.to_batch(list(views), device)
    renderings = [styles.to_pictures(styles.render(x, style, [seed + k for seed in seeds])) for k, style in enumerate(styles.ALL)]
    list(pool.map(lambda job, pictures: write_renderings(view_file(work, job, ".zip"), pictures), jobs, zip(*renderings)))


def view_file(work, job, ending):
    name, view, folder = job
    return work / folder / f"{name.rsplit('.', 1)[0]}.{view}{ending}"


def work_on(jobs, work, model, device="cpu", at_once=1, threads=1):
    """Renders and encodes views, `at_once` together; jobs are (picture, view, folder)."""
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    encoder = Encoder()
    encoder.load_state_dict(read_state(model / "vae_encoder" / "model.onnx"))
    encoder = encoder.to(device, memory_format=torch.channels_last)
    scale = json.loads((model / "vae_encoder" / "config.json").read_text())["scaling_factor"]
    jobs = [job for job in jobs if not view_file(work, job, ".npy").exists()]
    with ThreadPoolExecutor(threads) as pool:
        for first in range(0, len(jobs), at_once):
            group = jobs[first : first + at_once]
            missing = [job for job in group if not view_file(work, job, ".zip").exists()]
            if missing:
                make_renderings(missing, work, device, pool)
            for job, pictures in zip(group, pool.map(lambda job: read_renderings(view_file(work, job, ".zip")), group)):
                latents = []
                with torch.inference_mode(), half(device):
                    for start in range(0, len(pictures), 7):
                        batch = styles.to_batch(pictures[start : start + 7], device) * 2 - 1
                        latents.append((encoder(batch.contiguous(memory_format=torch.channels_last))[:, :LATENT_CHANNELS] * scale).half())
                out = view_file(work, job, ".npy")
                with open(out.with_suffix(".tmp"), "wb") as part:
                    np.save(part, torch.cat(latents).contiguous().cpu().numpy())
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
    if torch.cuda.is_available():
        return work_on(jobs, a.work, a.model, "cuda", at_once=8, threads=os.cpu_count())
    workers = [multiprocessing.Process(target=work_on, args=(jobs[k :: a.workers], a.work, a.model)) for k in range(a.workers)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    if any(worker.exitcode for worker in workers):
        raise SystemExit("A worker failed")


if __name__ == "__main__":
    main()
