"""Puts what bench/quality.ts painted side by side.

    python sheet.py PICTURES OUT_DIR [OTHER_OUT_DIR] --file docs/pictures/looks.webp [--photos 8] [--thumb 150] [--styles oil ...]

A row is a photo, a column a style; with a second folder each photo has two rows, the first folder's above.
"""
import argparse
from pathlib import Path

import cv2
import numpy as np

import styles
from pack import read_photo, resize_short


def square(x, side):
    x = resize_short(x, side)
    top, left = (x.shape[0] - side) // 2, (x.shape[1] - side) // 2
    return x[top : top + side, left : left + side]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("pictures", type=Path)
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--file", type=Path, required=True)
    parser.add_argument("--photos", type=int, default=8)
    parser.add_argument("--thumb", type=int, default=150)
    parser.add_argument("--quality", type=int, default=80)
    parser.add_argument("--wrap", type=int, default=99, help="columns before a new band begins")
    parser.add_argument("--styles", nargs="*", default=list(styles.STYLES))
    a = parser.parse_args()
    photos = sorted(p for p in a.pictures.iterdir() if p.suffix.lower() in {".png", ".jpg", ".jpeg", ".webp"})[: a.photos]
    blank = np.full((a.thumb, a.thumb, 3), 255, np.uint8)
    columns = [["photo", [square(read_photo(p), a.thumb) for p in photos for _ in a.folders]]]
    for style in a.styles:
        name = "enhanced" if style == "enhance" else style
        files = [folder / f"{p.stem}.{name}.png" for p in photos for folder in a.folders]
        columns.append([style, [square(read_photo(f), a.thumb) if f.exists() else blank for f in files]])
    bands = []
    for start in range(0, len(columns), a.wrap):
        strips = []
        for style, cells in columns[start : start + a.wrap]:
            head = np.full((20, a.thumb, 3), 255, np.uint8)
            cv2.putText(head, style, (3, 14), cv2.FONT_HERSHEY_SIMPLEX, 0.42, (0, 0, 0), 1, cv2.LINE_AA)
            strips.append(np.concatenate([head, *cells]))
        while len(strips) < min(a.wrap, len(columns)):
            strips.append(np.full_like(strips[0], 255))
        bands.append(np.concatenate(strips, 1))
    sheet = np.concatenate(bands)
    cv2.imwrite(str(a.file), sheet[..., ::-1], [cv2.IMWRITE_WEBP_QUALITY, a.quality])
    print(sheet.shape, f"{a.file.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
