"""The tiny BLIP-2 in Hugging Face's own classes, and the auxiliary heads that teach its query slots what to hold."""
import torch
import torch.nn as nn
import torch.nn.functional as F
from transformers import Blip2Config, Blip2ForConditionalGeneration

import study
from sprites import name_index

SIDE, PATCH, WIDTH, LAYERS, Q_LAYERS, LM_LAYERS, QUERIES, HEADS = 48, 8, 160, 4, 2, 4, 8, 5
POSITIONS, CONTEXT_POSITIONS = 96, 256  # of the decoder: while it learns to answer, and from the context stage on
NAMES = name_index()
NONE = len(NAMES)
GROUPS = [*study.GROUPS, "flag"]


def config(vocabulary, image_token, positions=POSITIONS):
    """Blip2Config of the study; ids 1 (pad) and 2 (begin and end) as in OPT."""
    shared = {"hidden_size": WIDTH, "num_attention_heads": HEADS, "intermediate_size": 4 * WIDTH}
    return Blip2Config(
        vision_config=shared | {"num_hidden_layers": LAYERS, "image_size": SIDE, "patch_size": PATCH, "attention_dropout": 0.0},
        qformer_config=shared | {
            "num_hidden_layers": Q_LAYERS, "cross_attention_frequency": 1, "encoder_hidden_size": WIDTH, "vocab_size": vocabulary,
            "hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0,
        },
        text_config={
            "model_type": "opt", "vocab_size": vocabulary, "hidden_size": WIDTH, "ffn_dim": 4 * WIDTH, "num_hidden_layers": LM_LAYERS,
            "num_attention_heads": HEADS, "word_embed_proj_dim": WIDTH, "max_position_embeddings": positions, "dropout": 0.0,
            "attention_dropout": 0.0, "layerdrop": 0.0, "bos_token_id": 2, "eos_token_id": 2, "pad_token_id": 1, "tie_word_embeddings": True,
        },
        num_query_tokens=QUERIES, image_token_index=image_token, tie_word_embeddings=True,
    )


def build(vocabulary, image_token, positions=POSITIONS):
    model = Blip2ForConditionalGeneration(config(vocabulary, image_token, positions))
    model.set_attn_implementation("eager")  # fused attention's backward takes half the step on CPU at these sizes
    nn.init.normal_(model.query_tokens, std=0.5)
    for module in (model.vision_model, model.qformer, model.language_projection):
        for p in module.parameters():
            if p.ndim == 2:
                nn.init.normal_(p, std=p.shape[1] ** -0.5)
    vision = model.vision_model.embeddings
    nn.init.normal_(vision.position_embedding, std=0.3)
    nn.init.normal_(vision.class_embedding, std=0.3)
    nn.init.normal_(model.language_model.model.decoder.embed_tokens.weight, std=WIDTH**-0.5)
    nn.init.normal_(model.language_model.model.decoder.embed_positions.weight, std=0.15)
    return model


def encode(model, pixels):
    """Projected query outputs (batch, queries, width) of normalised pictures (batch, 3, side, side)."""
    patches = model.vision_model(pixel_values=pixels).last_hidden_state
    queries = model.query_tokens.expand(len(pixels), -1, -1)
    out = model.qformer(query_embeds=queries, encoder_hidden_states=patches).last_hidden_state
    return model.language_projection(out)


POSITION_TABLE = "language_model.model.decoder.embed_positions.weight"
POSITIONS_USED = 48  # no prompt of the earlier stages is longer, so the later rows were never trained


def grown(state, positions=CONTEXT_POSITIONS):
    """The state dictionary with a longer table of decoder positions: the learned rows stay, the others become sinusoids of the same spread.

    OPT's table has two rows before position 0. Sinusoids, because a shift by one is the same rotation everywhere, so attention to the
    token before need not be learned again at each position.
    """
    old = state[POSITION_TABLE]
    kept = old[: POSITIONS_USED + 2]
    at = torch.arange(len(kept) - 2, positions).float()[:, None]
    angle = at / 300 ** (torch.arange(0, WIDTH, 2).float() / WIDTH)
    waves = torch.stack([angle.sin(), angle.cos()], 2).flatten(1) * 0.15 * 2**0.5
    return state | {POSITION_TABLE: torch.cat([kept, waves])}


class SlotHeads(nn.Module):
    """Query slots 0-6 are read as: first thing, second thing, layout, colour, count, group of the first, group of the second.

    Each class is a vector of the language model's width; the score is the dot product with the projected slot,
    so a slot learns to look like a word embedding.
    """

    def __init__(self):
        super().__init__()
        sizes = {"name": NONE + 1, "layout": len(study.LAYOUTS), "colour": len(study.COLOURS), "count": 5, "group": len(GROUPS) + 1}
        self.heads = nn.ParameterDict({k: nn.Parameter(torch.randn(n, WIDTH) * WIDTH**-0.5) for k, n in sizes.items()})
        group = [GROUPS.index(study.THINGS[n]["group"]) if n in study.THINGS else len(GROUPS) - 1 for n in NAMES]
        self.sharpness = 1.0
        self.register_buffer("group_of", torch.tensor([*group, len(GROUPS)]))
        taught = {*study.TAUGHT_THINGS, *study.TAUGHT_COUNTRIES}
        self.register_buffer("unseen", torch.tensor([n not in taught for n in NAMES] + [False]))

    def targets(self, labels):
        """(slot, head, class numbers) for labels (batch, 5) as sprites.labels makes them."""
        first, layout, colour, count = (labels[:, i] for i in (0, 2, 3, 4))
        second = torch.where(labels[:, 1] < 0, NONE, labels[:, 1])
        return [
            (0, "name", first), (1, "name", second), (2, "layout", layout), (3, "colour", colour), (4, "count", count),
            (5, "group", self.group_of[first]), (6, "group", self.group_of[second]),
        ]

    def forward(self, slots, labels):
        """Sum of the cross-entropies, and per slot which rows were right."""
        loss, right = 0.0, []
        for slot, head, target in self.targets(labels):
            scores = slots[:, slot].float() @ self.heads[head].T * self.sharpness
            if head == "name":
                scores = scores.masked_fill(self.unseen, -1e4)
            loss = loss + F.cross_entropy(scores, target) * (1.0 if head == "name" else 0.3)
            right.append(scores.argmax(1) == target)
        return loss, torch.stack(right, 1)
