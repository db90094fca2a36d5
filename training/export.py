"""Writes a model folder in the Stable Diffusion layout from trained weights.

    python export.py OUT [--base MODEL_DIR] [--unet WORK/unet.pt] [--vae WORK/vae.pt]

Everything not given is taken over from the base model. Weights are stored as float16, each followed by a Cast to float32,
so that a processor computes in single precision; sizes are dynamic; the timestep has rank 0; opset 17. Each file is
compared with torch in onnxruntime before it is kept.
"""
import argparse
import json
import shutil
import warnings
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import TensorProto, helper, numpy_helper

from networks import LATENT_CHANNELS, Decoder, Encoder, TextEncoder, UNet
from onnx_weights import read_state

TOLERANCE = 0.01  # half precision storage; latents and pictures are of order 1


def store_half(path):
    """Rewrites every larger float32 constant as float16 with a Cast."""
    model = onnx.load(str(path))
    graph, casts, kept = model.graph, [], []
    for tensor in graph.initializer:
        if tensor.data_type != TensorProto.FLOAT or np.prod(tensor.dims) < 64:
            kept.append(tensor)
            continue
        array = numpy_helper.to_array(tensor).astype(np.float16)
        kept.append(numpy_helper.from_array(array, tensor.name + "_h"))
        casts.append(helper.make_node("Cast", [tensor.name + "_h"], [tensor.name], to=TensorProto.FLOAT))
    nodes = [*casts, *graph.node]
    del graph.initializer[:], graph.node[:]
    graph.initializer.extend(kept)
    graph.node.extend(nodes)
    onnx.checker.check_model(model)
    onnx.save(model, str(path))


def write(network, path, feed, outputs, axes):
    """Exports one network, halves its file and compares it with torch; gives the largest difference."""
    path.parent.mkdir(parents=True, exist_ok=True)
    network = network.float().eval()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            network, tuple(feed.values()), str(path), input_names=list(feed), output_names=outputs,
            dynamic_axes=axes, opset_version=17, dynamo=False,
        )
    store_half(path)
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    theirs = session.run(None, {name: value.numpy() for name, value in feed.items()})[0]
    with torch.no_grad():
        ours = network(*feed.values())
    ours = ours[0] if isinstance(ours, tuple) else ours
    difference = float(np.abs(ours.numpy() - theirs).max())
    print(f"{path.parent.name}: {path.stat().st_size / 1e6:.1f} MB, differs from torch by {difference:.5f}")
    return difference


SPACE = {0: "batch", 2: "height", 3: "width"}


def write_unet(state, out):
    unet = UNet()
    unet.load_state_dict(state)
    feed = {
        "sample": torch.randn(2, LATENT_CHANNELS, 32, 40),
        "timestep": torch.tensor(401, dtype=torch.int64),
        "encoder_hidden_states": torch.randn(2, 77, 192),
    }
    axes = {"sample": SPACE, "out_sample": SPACE, "encoder_hidden_states": {0: "batch"}}
    return write(unet, out / "unet" / "model.onnx", feed, ["out_sample"], axes)


def write_text(state, out):
    text = TextEncoder()
    text.load_state_dict(state)
    ids = torch.cat([torch.randint(0, 3000, (2, 30)), torch.full((2, 47), text.end)], 1)
    axes = {name: {0: "batch"} for name in ("input_ids", "last_hidden_state", "pooler_output")}
    return write(text, out / "text_encoder" / "model.onnx", {"input_ids": ids}, ["last_hidden_state", "pooler_output"], axes)


def write_vae(saved, out):
    worst = 0.0
    if "encoder" in saved:
        encoder = Encoder()
        encoder.load_state_dict(saved["encoder"])
        feed, axes = {"sample": torch.rand(1, 3, 96, 128) * 2 - 1}, {"sample": SPACE, "latent_parameters": SPACE}
        worst = write(encoder, out / "vae_encoder" / "model.onnx", feed, ["latent_parameters"], axes)
    decoder = Decoder()
    decoder.load_state_dict(saved["decoder"])
    feed, axes = {"latent_sample": torch.randn(1, LATENT_CHANNELS, 12, 16)}, {"latent_sample": SPACE, "sample": SPACE}
    worst = max(worst, write(decoder, out / "vae_decoder" / "model.onnx", feed, ["sample"], axes))
    for part in ("vae_encoder", "vae_decoder"):
        path = out / part / "config.json"
        config = json.loads(path.read_text())
        config["scaling_factor"] = saved["scaling_factor"]
        path.write_text(json.dumps(config, indent=2) + "\n")
    return worst


def averaged(path):
    """The averaged weights of a denoiser's checkpoint, as two state dicts."""
    saved = torch.load(path, map_location="cpu")
    unet, text = UNet(), TextEncoder()
    unet.load_state_dict(saved["unet"])
    text.load_state_dict(saved["text"])
    with torch.no_grad():
        for p, average in zip([*unet.parameters(), *text.parameters()], saved["average"]):
            p.copy_(average)
    return unet.state_dict(), text.state_dict(), saved["state"]


def write_parts(path, work, part_bytes=15_000_000):
    """A checkpoint's averaged weights as float16 in files of at most 16 MB, to carry between machines."""
    unet, text, state = averaged(path)
    arrays = {f"{kind}/{name}": value.half().numpy() for kind, found in (("unet", unet), ("text", text)) for name, value in found.items()}
    parts, size = [{}], 0
    for name, array in arrays.items():
        if size + array.nbytes > part_bytes:
            parts, size = [*parts, {}], 0
        parts[-1][name], size = array, size + array.nbytes
    for k, part in enumerate(parts):
        np.savez(work / f"unet-{state['samples']}.{k}.npz", **part)
    print(len(parts), "parts after", state["samples"], "samples")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("--base", type=Path, default=Path(__file__).parents[1] / "models" / "overpaint-small")
    parser.add_argument("--unet", type=Path)
    parser.add_argument("--vae", type=Path)
    parser.add_argument("--parts", action="store_true", help="write the denoiser's weights as .npz files of at most 16 MB instead")
    a = parser.parse_args()
    if a.parts:
        a.out.mkdir(parents=True, exist_ok=True)
        return write_parts(a.unet, a.out)
    if a.out.resolve() != a.base.resolve():
        shutil.copytree(a.base, a.out, dirs_exist_ok=True)
    worst = 0.0
    if a.unet:
        unet, text, state = averaged(a.unet)
        worst = max(write_unet(unet, a.out), write_text(text, a.out))
        print("denoiser after", state["samples"], "samples")
    if a.vae:
        worst = max(worst, write_vae(torch.load(a.vae, map_location="cpu"), a.out))
    if worst > TOLERANCE:
        raise SystemExit(f"Expected at most {TOLERANCE} for the difference from torch, but received {worst}")


if __name__ == "__main__":
    main()
