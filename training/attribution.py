"""Prints the attribution table of the model card: python attribution.py"""
import re
from collections import defaultdict

from pack import manifest


def author(text):
    """Names without years, addresses and repetition."""
    text = re.sub(r"<[^>]*>|\(c\)|©|Copyright|\b(19|20)\d\d([-–,] ?(19|20)?\d\d)*\b", " ", text)
    return re.sub(r"^[\s.,]+|[\s.,]+$", "", re.sub(r"\s+,", ",", re.sub(r"\s+", " ", text)))


def main():
    groups = defaultdict(list)
    for row in manifest():
        if row["split"] == "train":
            groups[row["package"].split("==")[0], row["licence"], author(row["author"])].append(row["name"].rsplit(".", 1)[0].split("-", 1)[-1])
    print("| author | licence | package | pictures |\n| --- | --- | --- | --- |")
    for (package, licence, who), names in sorted(groups.items()):
        print(f"| {who} | {licence} | {package} | {', '.join(names) if len(names) < 30 else f'{len(names)}, listed in training/pictures.tsv'} |")


if __name__ == "__main__":
    main()
