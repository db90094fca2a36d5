"""Reads the weights of an exported network back into the torch modules of networks.py."""
import sys
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper

from networks import Decoder, Encoder, TextEncoder, UNet


def read_state(path):
    """State dict of one ONNX file. Anonymous constants get their names from the node that uses them."""
    graph = onnx.load(str(path)).graph
    arrays = {i.name: numpy_helper.to_array(i).astype(np.float32) for i in graph.initializer}
    for node in graph.node:
        if node.op_type == "Cast" and node.input[0] in arrays:
            arrays[node.output[0]] = arrays.pop(node.input[0])
    state = {name: a for name, a in arrays.items() if "::" not in name}
    for node in graph.node:
        for source in node.input:
            if "::" not in source or source not in arrays:
                continue
            owner = ".".join(node.output[0].split("/")[1:-1])
            if node.op_type == "MatMul":
                state[f"{owner}.weight"] = arrays[source].T
            elif node.op_type == "Mul":
                state[f"{owner}.weight"] = arrays[source].reshape(-1)
            elif node.op_type == "Add":
                state[f"{owner}.bias"] = arrays[source].reshape(-1)
            elif node.op_type == "Slice" and arrays[source].ndim == 3:
                state["pos"] = arrays[source]
    return {name: torch.from_numpy(np.ascontiguousarray(a)) for name, a in state.items()}


def read_model(folder):
    """All four networks of a model folder, by the name of their subfolder."""
    folder = Path(folder)
    found = {"text_encoder": TextEncoder(), "unet": UNet(), "vae_encoder": Encoder(), "vae_decoder": Decoder()}
    for name, network in found.items():
        network.load_state_dict(read_state(folder / name / "model.onnx"))
    return found


def largest_differences(folder):
    """Largest absolute difference between torch and onnxruntime for each network, on random input of ordinary size."""
    import onnxruntime

    torch.manual_seed(1)
    networks, differences = read_model(folder), {}
    ids = torch.cat([torch.randint(0, 3000, (2, 20)), torch.full((2, 57), 3071)], 1)
    inputs = {
        "text_encoder": {"input_ids": ids},
        "unet": {
            "sample": torch.randn(2, 12, 24, 32),
            "timestep": torch.tensor(412),
            "encoder_hidden_states": torch.randn(2, 77, 192),
        },
        "vae_encoder": {"sample": torch.rand(1, 3, 96, 128) * 2 - 1},
        "vae_decoder": {"latent_sample": torch.randn(1, 12, 12, 16)},
    }
    for name, network in networks.items():
        session = onnxruntime.InferenceSession(str(Path(folder) / name / "model.onnx"))
        kinds = {i.name: np.int64 if "int64" in i.type else np.float32 for i in session.get_inputs()}
        feed = {k: v.numpy().astype(kinds[k]) for k, v in inputs[name].items()}
        theirs = session.run(None, feed)[0]
        with torch.no_grad():
            ours = network(*inputs[name].values())
        ours = ours[0] if isinstance(ours, tuple) else ours
        differences[name] = float(np.abs(ours.numpy() - theirs).max())
    return differences


if __name__ == "__main__":
    print(largest_differences(sys.argv[1]))
