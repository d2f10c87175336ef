"""The training itself: low-rank additions to the projections of a Qwen2 model, on one machine without a GPU.

The weights are those of the GGUF file that the adapter is for, so what quantisation took from them is made good with the rest.
Needs the extra ``train``. Source: Hu et al., "LoRA: Low-Rank Adaptation of Large Language Models" (2021).
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import gguf
import torch
from torch import nn
from torch.nn import functional
from transformers import AutoTokenizer, Qwen2Config, Qwen2ForCausalLM

from eval.training.packs import Encode, Pack
from eval.training.sentences import SENTENCES_KEY
from pipeline.model.adapter import BASE_KEY

PARTS: Final = {
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
    "attn_norm": "input_layernorm",
    "ffn_norm": "post_attention_layernorm",
}
"""What llama.cpp calls the parts of a layer, and what transformers does."""
WHOLE: Final = {
    "token_embd": "model.embed_tokens",
    "output_norm": "model.norm",
    "output": "lm_head",
}
ADAPTED: Final = ("attn_q", "attn_k", "attn_v", "attn_output", "ffn_down")
"""The parts that are adapted."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How it is trained."""

    rank: int = 8
    alpha: float = 16.0
    rate: float = 2e-4
    """The learning rate: it rises over ``rising`` packs, stays for the first half, and falls to nearly nothing."""
    rising: int = 20
    seed: int = 1


class Adapted(nn.Module):
    """A projection, and what is added to it."""

    def __init__(self, base: nn.Linear, recipe: Recipe) -> None:
        super().__init__()
        self.base = base
        self.scale = recipe.alpha / recipe.rank
        self.a = nn.Parameter(torch.empty(recipe.rank, base.in_features))
        self.b = nn.Parameter(torch.zeros(base.out_features, recipe.rank))
        nn.init.kaiming_uniform_(self.a, a=math.sqrt(5))

    def forward(self, given: torch.Tensor) -> torch.Tensor:
        """The projection of ``given`` with the addition. Shapes as the projection's."""
        low = functional.linear(given, self.a.to(given.dtype))
        added: torch.Tensor = self.base(given) + functional.linear(low, (self.scale * self.b).to(given.dtype))
        return added


def tokenizer(path: Path) -> Encode:
    """What turns text to the tokens of the model in the GGUF file ``path``."""
    read = AutoTokenizer.from_pretrained(path.parent, gguf_file=path.name)
    return lambda text: list(read(text, add_special_tokens=False).input_ids)


def opened(path: Path) -> Any:
    """The model of a GGUF file of the Qwen2 family, its weights in bfloat16, none of them to be trained."""
    file = gguf.GGUFReader(path)

    def told(key: str) -> Any:
        return file.fields[f"qwen2.{key}"].contents()

    weights = {}
    for tensor in file.tensors:
        values = torch.from_numpy(gguf.dequantize(tensor.data, tensor.tensor_type).copy())
        weights[_named(tensor.name)] = values.to(torch.bfloat16)
    config = Qwen2Config(
        vocab_size=len(weights["model.embed_tokens.weight"]),
        hidden_size=told("embedding_length"),
        intermediate_size=told("feed_forward_length"),
        num_hidden_layers=told("block_count"),
        num_attention_heads=told("attention.head_count"),
        num_key_value_heads=told("attention.head_count_kv"),
        rms_norm_eps=told("attention.layer_norm_rms_epsilon"),
        rope_theta=told("rope.freq_base"),
        max_position_embeddings=told("context_length"),
        tie_word_embeddings="lm_head.weight" not in weights,
    )
    model = Qwen2ForCausalLM(config).to(torch.bfloat16)
    model.load_state_dict(weights, strict=not config.tie_word_embeddings, assign=True)
    model.tie_weights()
    return model.requires_grad_(False)


def train(
    model: Any, packs: Sequence[Pack], encode: Encode, recipe: Recipe, told: Callable[[int, float], None]
) -> None:
    """Adapt ``model`` in place, one step a pack; ``told`` hears the number of the pack and its loss."""
    torch.manual_seed(recipe.seed)
    layers = model.model.layers
    for layer in layers:
        for part in ADAPTED:
            block, name = PARTS[part].split(".")
            holder = getattr(layer, block)
            setattr(holder, name, Adapted(getattr(holder, name), recipe))
    trained = [each for each in model.parameters() if each.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=recipe.rate, weight_decay=0.0, betas=(0.9, 0.99))
    always = sorted(
        {
            token
            for text in ("[]", "]}", '"]', '"}]}', "},{", '","', '[{"', '":"', '":["')
            for token in encode(text)
        }
    )
    for number, pack in enumerate(packs):
        for group in optimizer.param_groups:
            group["lr"] = recipe.rate * _share(number, len(packs), recipe)
        loss = _loss(model, pack, always)
        loss.backward()
        nn.utils.clip_grad_norm_(trained, 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        told(number, float(loss.detach()))


def write(model: Any, path: Path, recipe: Recipe, *, base_sha256: str, sentences_sha256: str) -> None:
    """The adapter of a trained model, in llama.cpp's form, halves of float, with what it is made of and for."""
    writer = gguf.GGUFWriter(path, "qwen2")
    writer.add_type(gguf.GGUFType.ADAPTER)
    writer.add_string(gguf.Keys.Adapter.TYPE, "lora")
    writer.add_float32(gguf.Keys.Adapter.LORA_ALPHA, recipe.alpha)
    writer.add_string(BASE_KEY, base_sha256)
    writer.add_string(SENTENCES_KEY, sentences_sha256)
    for number, layer in enumerate(model.model.layers):
        for part in ADAPTED:
            adapted = layer.get_submodule(PARTS[part])
            for side in ("a", "b"):
                values = getattr(adapted, side).detach().to(torch.float16).numpy()
                writer.add_tensor(f"blk.{number}.{part}.weight.lora_{side}", values)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _named(name: str) -> str:
    """The name that transformers has for a tensor of llama.cpp's."""
    first, *rest = name.split(".")
    if first != "blk":
        return ".".join([WHOLE[first], *rest])
    number, part, kind = rest
    return f"model.layers.{number}.{PARTS[part]}.{kind}"


def _share(number: int, packs: int, recipe: Recipe) -> float:
    """The share of the learning rate at a pack."""
    half = packs // 2
    falling = 0.5 * (1 + math.cos(math.pi * max(number - half, 0) / max(packs - half, 1)))
    return min(1.0, (number + 1) / recipe.rising) * max(0.03, falling)


def _loss(model: Any, pack: Pack, always: Sequence[int]) -> torch.Tensor:
    """Mean cross-entropy of a pack's answers, over the tokens of the pack: the grammar lets no others be written."""
    tokens = torch.tensor([pack.tokens])
    hidden = ~torch.from_numpy(pack.seen())
    mask = torch.zeros(hidden.shape, dtype=torch.bfloat16).masked_fill(
        hidden, torch.finfo(torch.bfloat16).min
    )
    states = model.model(
        input_ids=tokens,
        position_ids=torch.tensor([pack.positions]),
        attention_mask=mask[None, None],
        use_cache=False,
    ).last_hidden_state[0]
    learnt = torch.tensor(pack.learnt).nonzero()[:, 0]
    vocabulary, at = torch.unique(torch.cat([tokens[0], torch.tensor(always)]), return_inverse=True)
    scores = functional.linear(states[learnt - 1], model.lm_head.weight[vocabulary]).float()
    return functional.cross_entropy(scores, at[learnt])
