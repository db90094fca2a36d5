"""Starts a training with 16 latent channels from a model folder that has 12, without forgetting what it knows.

    python grow.py OLD_MODEL_DIR WORK

Writes WORK/vae.pt and WORK/unet.pt, from which the trainers go on. The four detail channels begin at random in the encoder
and at zero everywhere else: at first the decoder ignores them and the denoiser predicts nothing for them. The decoder's added
blocks begin as identities.
"""
import json
import sys
from pathlib import Path

import torch

from networks import PICTURE_CHANNELS, Decoder, Encoder, TextEncoder, UNet
from onnx_weights import read_state

# Where the layers of the smaller decoder stand in the larger one.
MOVED = {0: 0, 1: 1, 2: 2, 3: 3, 4: 5, 6: 7, 7: 8, 9: 11, 11: 13, 13: 16}
ADDED = (4, 9, 14)


def widen(old, new, axis):
    """`old` along the first part of an axis of `new`, zeros along the rest."""
    wide = torch.zeros_like(new)
    wide.narrow(axis, 0, old.shape[axis]).copy_(old)
    return wide


def grown_vae(encoder_path, decoder_path):
    torch.manual_seed(12)
    encoder, decoder = Encoder(), Decoder()
    encoder.load_state_dict(read_state(encoder_path), strict=False)
    state, old = decoder.state_dict(), read_state(decoder_path)
    for name, value in old.items():
        _, place, rest = name.split(".", 2)
        new = f"net.{MOVED[int(place)]}.{rest}"
        state[new] = widen(value, state[new], 1) if new == "net.0.weight" else value
    for place in ADDED:
        for part in ("weight", "bias"):
            state[f"net.{place}.b.{part}"].zero_()
    decoder.load_state_dict(state)
    return encoder.state_dict(), decoder.state_dict()


def grown_unet(path):
    unet = UNet()
    state, old = unet.state_dict(), read_state(path)
    for name, value in old.items():
        axis = {"cin.weight": 1, "co.weight": 0, "co.bias": 0}.get(name)
        state[name] = value if axis is None else widen(value, state[name], axis)
    return state


def main():
    old, work = Path(sys.argv[1]), Path(sys.argv[2])
    channels = json.loads((old / "vae_decoder" / "config.json").read_text())
    if channels["latent_channels"] != PICTURE_CHANNELS:
        raise SystemExit(f"Expected a model with {PICTURE_CHANNELS} latent channels, but received {channels['latent_channels']}")
    begun = {"seconds": 0.0, "samples": 0, "steps": 0}
    encoder, decoder = grown_vae(old / "vae_encoder" / "model.onnx", old / "vae_decoder" / "model.onnx")
    torch.save({"encoder": encoder, "decoder": decoder, "state": begun, "scaling_factor": channels["scaling_factor"]}, work / "vae.pt")
    text = read_state(old / "text_encoder" / "model.onnx")
    torch.save({"unet": grown_unet(old / "unet" / "model.onnx"), "text": text, "state": begun}, work / "unet.pt")


if __name__ == "__main__":
    main()
