"""More schedules and loops of diffusers' schedulers, with random configurations. Usage: make_schedulers_more.py OUT.json SEED COUNT
The model, the picture and the noise are those of make_schedulers.py, with k = 0..31 and shape [2,1,4,4]; per-step noise comes from two generators (seeds 99 and 100), one a picture.
Every case is run a second time with the last place of square roots, logarithms and exponentials nudged at random, as another machine's libm may have it. A case that moves by more than
3e-6 is ill-conditioned and left out: its digits belong to the machine. So are cases in which diffusers gives NaN."""
import inspect, json, math, os, random, sys, warnings
os.environ['DIFFUSERS_VERBOSITY'] = 'error'
warnings.filterwarnings('ignore')
import numpy as np, torch, diffusers

torch.set_num_threads(1)
OUT, SEED, COUNT = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
rnd = np.random.default_rng(SEED)
CLASSES = ['EulerDiscrete', 'EulerAncestralDiscrete', 'HeunDiscrete', 'LMSDiscrete', 'KDPM2Discrete', 'KDPM2AncestralDiscrete', 'DDIM', 'DDPM', 'PNDM', 'DPMSolverMultistep', 'DPMSolverSinglestep', 'DEISMultistep', 'UniPCMultistep', 'LCM', 'TCD', 'FlowMatchEulerDiscrete']
VALUES = dict(
    prediction_type=['epsilon', 'epsilon', 'v_prediction', 'sample', 'flow_prediction'], timestep_spacing=['linspace', 'leading', 'trailing'], steps_offset=[0, 1], rescale_betas_zero_snr=[False, False, True],
    interpolation_type=['linear', 'linear', 'log_linear'], timestep_type=['discrete'] * 5 + ['continuous'], final_sigmas_type=['zero', 'sigma_min'], clip_sample=[False, False, True], clip_sample_range=[1.0, 0.7],
    thresholding=[False, False, True], dynamic_thresholding_ratio=[0.995, 0.9], sample_max_value=[1.0, 1.5], set_alpha_to_one=[True, False], skip_prk_steps=[True, True, False], solver_order=[1, 2, 2, 3],
    lower_order_final=[True, False], euler_at_final=[False, False, True], lambda_min_clipped=[-5.1, -3.0], predict_x0=[True, True, False], disable_corrector=[[], [0], [1, 2]], original_inference_steps=[50, 25, 100],
    timestep_scaling=[10.0, 3.0], shift=[1.0, 3.0, 2.5], use_dynamic_shifting=[False, True], shift_terminal=[None, 0.02], time_shift_type=['exponential', 'linear'], invert_sigmas=[False] * 5 + [True],
    stochastic_sampling=[False, True], flow_shift=[1.0, 3.0], sigma_min=[None, 0.1], sigma_max=[None, 12.0], variance_type=['fixed_small', 'fixed_small_log', 'fixed_large'],
    algorithm_type=['dpmsolver', 'dpmsolver++', 'sde-dpmsolver', 'sde-dpmsolver++'], solver_type=['midpoint', 'heun', 'bh1', 'bh2', 'logrho'])

def pick(options): return options[int(rnd.integers(len(options)))]

def config(cls):
    known, c = inspect.signature(cls.__init__).parameters, {}
    if 'beta_start' in known:
        c.update(pick([dict(beta_start=0.00085, beta_end=0.012, beta_schedule='scaled_linear')] * 4 + [dict(beta_schedule='linear'), dict(beta_schedule='squaredcos_cap_v2'), dict(num_train_timesteps=250), dict(num_train_timesteps=40, trained_betas=[round(0.01 + 0.004 * i, 6) for i in range(40)])]))
    for key, options in VALUES.items():
        if key in known and rnd.random() < (0.3 if key == 'variance_type' else 0.5): c[key] = pick(options)
    spacing = pick(['use_karras_sigmas', 'use_exponential_sigmas', 'use_beta_sigmas', 'use_lu_lambdas', 'use_flow_sigmas'] + [None] * 6)
    if spacing in known: c[spacing] = True
    return c

nudging = False
def nudge(f):
    def nudged(*a, **k):
        out = f(*a, **k)
        if nudging and random.random() < 0.3 and hasattr(out, 'dtype') and str(out.dtype).endswith('float32'): out = out * (1 + random.choice([-1, 1]) * 6e-8)
        return out
    return nudged
power = torch.Tensor.__pow__; root = nudge(torch.sqrt)
torch.Tensor.__pow__ = lambda x, p: root(x) if nudging and p == 0.5 else power(x, p)
torch.sqrt, torch.log, torch.exp, torch.expm1, np.log = root, nudge(torch.log), nudge(torch.exp), nudge(torch.expm1), nudge(np.log)
for name in ('sqrt', 'log', 'exp'): setattr(torch.Tensor, name, nudge(getattr(torch.Tensor, name)))

floats = lambda a: [float(np.float32(v)) for v in np.asarray(a, dtype=np.float64).ravel()]
short = lambda a: [float(f'{v:.9g}') for v in floats(a)]
k = torch.arange(32, dtype=torch.float32).reshape(2, 1, 4, 4)
X0, N0 = 0.8 * torch.cos(k), torch.sin(1.7 * k + 0.3)

def run(name, cls, cfg, steps, strength, how, mu, eta):
    s, flow = cls(**cfg), name.startswith('Flow')
    shifts = cfg.get('use_dynamic_shifting') and (flow or cfg.get('use_flow_sigmas') and cfg.get('time_shift_type') != 'linear')
    mu = mu if shifts else None
    if name in ('LCM', 'TCD'): s.set_timesteps(steps, strength=strength); begin = 0
    else:
        if flow and how == 'sigmas': s.set_timesteps(sigmas=np.linspace(1.0, 1 / steps, steps), mu=mu)
        else: s.set_timesteps(steps, **(dict(mu=mu) if mu is not None else {}))
        init = min(steps * strength, steps) if flow or mu is not None else min(int(steps * strength), steps)
        if init == 0: return None
        begin = int(max(steps - init, 0)) * s.order
        if hasattr(s, 'set_begin_index'): s.set_begin_index(begin)
    ts = s.timesteps[begin:]; g = [torch.Generator('cpu').manual_seed(99 + i) for i in range(2)]
    x = s.scale_noise(X0, ts[:1], N0) if flow else s.add_noise(X0, N0, ts[:1].repeat(2)); start, path = floats(x), []
    for t in ts:
        xi = s.scale_model_input(x, t) if hasattr(s, 'scale_model_input') else x
        kw = dict(generator=g) if 'generator' in inspect.signature(cls.step).parameters else {}
        if eta is not None: kw['eta'] = eta
        x = s.step((0.3 * xi + 0.1 * math.sin(float(t) / 100)).float(), t, x, return_dict=False, **kw)[0]; path.append(floats(x))
    c = dict(name=name, scheduler=cls.__name__, config=cfg, steps=steps, strength=strength, begin=begin, how=how if flow else None, mu=mu, eta=eta, timesteps=short(ts), init_noise_sigma=float(getattr(s, 'init_noise_sigma', 1)), start=start, path=path)
    if hasattr(s, 'sigmas') and torch.as_tensor(s.sigmas).numel(): c['sigmas'] = floats(s.sigmas)
    return c

def moved(a, b):
    pairs = [(u, v) for p, q in zip([*a['path'], a['start'], a['timesteps']], [*b['path'], b['start'], b['timesteps']]) for u, v in zip(p, q)]
    return max(abs(u - v) / max(1, abs(u)) for u, v in pairs) if all(math.isfinite(u) and math.isfinite(v) for u, v in pairs) else math.inf

cases, dropped, tries = [], 0, 0
while len(cases) < COUNT:
    tries += 1
    name = CLASSES[tries % len(CLASSES)]; cls = getattr(diffusers, name + 'Scheduler'); cfg = config(cls)
    args = (name, cls, cfg, pick([1, 2, 3, 4, 5, 7, 8, 10, 12, 15, 20, 25, 37]), pick([1.0, 1.0, 0.999, 0.87, 0.75, 0.6, 0.5, 0.33, 0.3, round(float(rnd.uniform(0.05, 1)), 3)]), pick(['count', 'sigmas']), pick([0.6, 0.9, 1.15]), pick([None, None, 0.0, 0.5, 1.0]) if name in ('DDIM', 'TCD') else None)
    nudging = False
    try: c = run(*args)
    except (ValueError, NotImplementedError, AssertionError, IndexError, UnboundLocalError, torch._C._LinAlgError, TypeError, RuntimeError): continue
    if c is None: continue
    nudging = True; random.seed(tries)
    if max(moved(c, run(*args)) for _ in range(3)) > 3e-6: dropped += 1; continue
    if len(c['path']) > 6: c['path'] = c['path'][:2] + c['path'][-2:]
    c['path'] = [[float(f'{v:.9g}') for v in p] for p in c['path']]; cases.append(c)
json.dump(dict(diffusers=diffusers.__version__, torch=torch.__version__, note='path: all when there are at most six, else the first two and the last two', cases=cases), open(OUT, 'w'))
print(len(cases), 'cases', dropped, 'ill-conditioned ones left out')
