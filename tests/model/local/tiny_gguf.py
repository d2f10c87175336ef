"""A real GGUF model small enough to write in a test: random weights, a token per byte, one block, width 64.

It answers nonsense, fast. What a test learns from it is whether the engine starts, serves, holds its
answers to a schema and ends: none of which depends on what the weights say.
"""

from pathlib import Path

import numpy as np
from gguf import GGMLQuantizationType, GGUFWriter, LlamaFileType, TokenType
from gguf.quants import quantize

WIDTH, HEADS, FEED_FORWARD, CONTEXT = 64, 2, 64, 32_768
CHAT_TEMPLATE = (
    "{% for message in messages %}<|{{ message.role }}|>{{ message.content }}\n{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>{% endif %}"
)
_PRINTED = [*range(33, 127), *range(161, 173), *range(174, 256)]
"""Bytes that a byte-level vocabulary writes as the character of the same number; the others follow behind 255."""


def write_tiny_gguf(path: Path, *, seed: int = 0) -> Path:
    """Write the model (about 80 KB) to ``path`` and return it; the same seed gives the same weights."""
    writer = GGUFWriter(path, "qwen2")
    tokens = _add_tokens(writer)
    _add_shape(writer)
    _add_weights(writer, tokens, np.random.default_rng(seed))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def _add_tokens(writer: GGUFWriter) -> int:
    others = iter(range(256, 512))
    bytewise = [chr(byte) if byte in _PRINTED else chr(next(others)) for byte in range(256)]
    names = [*bytewise, "aa", "<|endoftext|>", "<|im_end|>"]
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("qwen2")
    writer.add_token_list(names)
    writer.add_token_types([*([TokenType.NORMAL] * 257), TokenType.CONTROL, TokenType.CONTROL])
    writer.add_token_merges(["a a"])
    writer.add_bos_token_id(257)
    writer.add_eos_token_id(258)
    writer.add_pad_token_id(257)
    writer.add_add_bos_token(False)
    writer.add_chat_template(CHAT_TEMPLATE)
    return len(names)


def _add_shape(writer: GGUFWriter) -> None:
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(1)
    writer.add_feed_forward_length(FEED_FORWARD)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(HEADS)
    writer.add_layer_norm_rms_eps(1e-6)
    writer.add_rope_freq_base(10_000.0)
    writer.add_file_type(LlamaFileType.MOSTLY_Q8_0)


def _add_weights(writer: GGUFWriter, tokens: int, random: np.random.Generator) -> None:
    shapes = {
        "token_embd.weight": (tokens, WIDTH),
        "output.weight": (tokens, WIDTH),
        "blk.0.attn_q.weight": (WIDTH, WIDTH),
        "blk.0.attn_k.weight": (WIDTH, WIDTH),
        "blk.0.attn_v.weight": (WIDTH, WIDTH),
        "blk.0.attn_output.weight": (WIDTH, WIDTH),
        "blk.0.ffn_gate.weight": (FEED_FORWARD, WIDTH),
        "blk.0.ffn_up.weight": (FEED_FORWARD, WIDTH),
        "blk.0.ffn_down.weight": (WIDTH, FEED_FORWARD),
    }
    for name, shape in shapes.items():
        weights = quantize(random.normal(0, 0.5, shape).astype(np.float32), GGMLQuantizationType.Q8_0)
        writer.add_tensor(name, weights, raw_dtype=GGMLQuantizationType.Q8_0)
    for name in ("blk.0.attn_q.bias", "blk.0.attn_k.bias", "blk.0.attn_v.bias"):
        writer.add_tensor(name, np.zeros(WIDTH, dtype=np.float32))
    for name in ("output_norm.weight", "blk.0.attn_norm.weight", "blk.0.ffn_norm.weight"):
        writer.add_tensor(name, np.ones(WIDTH, dtype=np.float32))
