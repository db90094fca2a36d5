"""Embeddings with `clip_skip`, as diffusers gives them, for the text encoder of real/sd1.
Usage: make_clip_skip.py real/sd1/model OUT   (torch, diffusers, transformers, onnx, safetensors)
The torch encoder is filled from the ONNX file: its weights are found by the path of the node that uses them."""
import json, sys
import numpy as np, onnx, torch
from diffusers import StableDiffusionImg2ImgPipeline
from onnx import numpy_helper
from safetensors.torch import save_file
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTokenizer

torch.set_num_threads(1)
MODEL, OUT = sys.argv[1], sys.argv[2]
PROMPTS = ['a lighthouse in a storm, oil on canvas, impasto', '']

config = json.load(open(f'{MODEL}/text_encoder/config.json'))
encoder = CLIPTextModel(CLIPTextConfig(**{k: v for k, v in config.items() if k not in ('torch_dtype', 'dtype')})).eval()
graph = onnx.load(f'{MODEL}/text_encoder/model.onnx').graph
initial = {t.name: numpy_helper.to_array(t) for t in graph.initializer}
# Equal weights are kept once, and named again by Identity nodes.
for node in graph.node:
    if node.op_type == 'Identity' and node.input[0] in initial: initial[node.output[0]] = initial[node.input[0]]
state = encoder.state_dict()
filled = {}
for name, value in initial.items():
    if name in state: filled[name] = torch.from_numpy(value.copy())
for node in graph.node:
    if node.op_type != 'MatMul': continue
    weight = [i for i in node.input if i in initial]
    name = node.name.strip('/').replace('/MatMul', '').replace('/', '.') + '.weight'
    if weight and name in state: filled[name] = torch.from_numpy(initial[weight[0]].T.copy())
missing = [k for k in state if k not in filled and 'position_ids' not in k]
assert not missing, missing
encoder.load_state_dict({**state, **filled})

tokenizer = CLIPTokenizer.from_pretrained(f'{MODEL}/tokenizer')
pipe = StableDiffusionImg2ImgPipeline(vae=None, text_encoder=encoder, tokenizer=tokenizer, unet=None, scheduler=None, safety_checker=None, feature_extractor=None, requires_safety_checker=False)
out = {}
with torch.no_grad():
    for i, prompt in enumerate(PROMPTS):
        for skip in (None, 1, 2):
            embeds, _ = pipe.encode_prompt(prompt, 'cpu', 1, False, clip_skip=skip)
            out[f'{i}.{skip or 0}'] = embeds.contiguous()
save_file(out, f'{OUT}/embeds.safetensors')
json.dump({'prompts': PROMPTS, 'skips': [0, 1, 2]}, open(f'{OUT}/cases.json', 'w'), indent=1)

# An encoder as exporters wrote it before there was one operation for a layer norm (opset 14), with expected states by transformers.
torch.manual_seed(14)
small = CLIPTextModel(CLIPTextConfig(vocab_size=96, hidden_size=32, intermediate_size=40, num_hidden_layers=3, num_attention_heads=4, max_position_embeddings=16, bos_token_id=94, eos_token_id=95, pad_token_id=95, attn_implementation='eager')).eval()
for norm in [m for m in small.modules() if isinstance(m, torch.nn.LayerNorm)]:
    norm.weight.data = torch.rand_like(norm.weight) + 0.5; norm.bias.data = torch.randn_like(norm.bias) * 0.1
ids = torch.tensor([[94, 3, 17, 41, 8, 95, 95, 95, 95, 95, 95, 95, 95, 95, 95, 95]])
with torch.no_grad():
    hidden = small(ids, output_hidden_states=True).hidden_states
    states = {str(skip): small.text_model.final_layer_norm(hidden[-(skip + 1)]).contiguous() for skip in (0, 1, 2, 3)}
encoder_, embed, norm = small.text_model.encoder, small.text_model.embeddings, small.text_model.final_layer_norm
causal = torch.full((16, 16), -1e9).triu(1)[None, None]
class States(torch.nn.Module):
    def __init__(self): super().__init__(); self.model = small
    def forward(self, input_ids):
        x = embed(input_ids)
        for layer in encoder_.layers: x = layer(x, None, causal)[0]
        return norm(x)
assert torch.allclose(States()(ids), states['0'], atol=1e-6)
torch.onnx.export(States(), (ids,), f'{OUT}/opset14.onnx', opset_version=14, input_names=['input_ids'], output_names=['last_hidden_state'], dynamo=False)
save_file(states, f'{OUT}/opset14.safetensors')
