"""Turns questions into token sequences and losses, and word embeddings into the class vectors of the query slots."""
from functools import lru_cache

import torch
import torch.nn.functional as F

import model as M
import questions
import study

BOS = EOS = 2
PAD = 1
LAYOUT_WORDS = ["thing", "left", "top", "many", "flag"]


class Words:
    """Tokenizer with a cache, and the word → class-vector averaging of each slot head."""

    def __init__(self, tokenizer):
        self.tokenizer = tokenizer
        self.ids = lru_cache(maxsize=200000)(lambda text: tuple(tokenizer(text, add_special_tokens=False)["input_ids"]))
        words = {
            "name": [*M.NAMES, None], "layout": LAYOUT_WORDS, "colour": list(study.COLOURS), "count": study.NUMBERS,
            "group": [*M.GROUPS, None],
        }
        self.averages = {}
        for head, names in words.items():
            mix = torch.zeros(len(names), len(tokenizer))
            for row, name in enumerate(names):
                tokens = self.ids(f" {name}") if name is not None else (0,)
                mix[row, list(tokens)] = 1 / len(tokens)
            self.averages[head] = mix.to_sparse()

    def class_vectors(self, model):
        """Unit vectors per head, from the token embeddings."""
        table = embeddings(model).weight
        return {head: F.normalize(torch.sparse.mm(mix, table.float()), dim=1) for head, mix in self.averages.items()}

    def sequences(self, pairs):
        """Padded ids, answer mask (True where a token is to be predicted) of (prompt, answer) pairs; begin and end included."""
        rows = [((BOS, *self.ids(p)), (*self.ids(f" {a}"), EOS)) for p, a in pairs]
        longest = max(len(p) + len(a) for p, a in rows)
        ids = torch.full((len(rows), longest), PAD)
        wanted = torch.zeros(len(rows), longest, dtype=torch.bool)
        for i, (p, a) in enumerate(rows):
            ids[i, : len(p) + len(a)] = torch.tensor(p + a)
            wanted[i, len(p) : len(p) + len(a)] = True
        return ids, wanted


def embeddings(model):
    return model.language_model.model.decoder.embed_tokens


def answer_loss(model, ids, wanted, prefix=None):
    """Mean cross-entropy over the wanted tokens, and per sequence whether all were the most likely ones."""
    embedded = embeddings(model)(ids)
    if prefix is not None:
        embedded = torch.cat([prefix.to(embedded.dtype), embedded], 1)
    hidden = model.language_model.model.decoder(inputs_embeds=embedded, use_cache=False).last_hidden_state
    hidden = hidden[:, hidden.shape[1] - ids.shape[1] :][:, :-1]
    rows, columns = wanted[:, 1:].nonzero(as_tuple=True)
    scores = (hidden[rows, columns] @ embeddings(model).weight.T).float()
    target = ids[rows, columns + 1]
    loss = F.cross_entropy(scores, target)
    wrong = torch.zeros(len(ids)).index_add_(0, rows, (scores.argmax(1) != target).float())
    return loss, wrong == 0


def oracle_prefix(vectors, labels, heads, generator_noise=True):
    """What ideal query slots would hold for these labels: class vectors of random length, with noise."""
    slots = torch.zeros(len(labels), M.QUERIES, M.WIDTH)
    for slot, head, target in heads.targets(labels):
        slots[:, slot] = vectors[head][target]
    if generator_noise:
        slots = slots + torch.randn_like(slots) * (torch.rand(len(slots), 1, 1) * 0.9 / M.WIDTH**0.5)
        slots = slots * (1 + 3 * torch.rand(len(slots), 1, 1))
    return slots


def picture_questions(composition, rng, count):
    """`count` random (kind, prompt, answer) about a composition."""
    asked = []
    for kind in rng.sample(questions.KINDS_OF[composition.layout], count):
        question, reply = questions.ask(composition, kind, rng)
        asked.append((kind, questions.form(question, kind, rng), reply))
    return asked


def text_questions(rng, count):
    """`count` random (kind, prompt, answer) text facts, in MMEdit's prefix form, the template, or bare."""
    asked = []
    for _ in range(count):
        kind, question, reply = questions.text_fact(rng)
        draw = rng.random()
        if draw < 0.6:
            prompt = questions.text_prompt(question)
        else:
            question = f"{question[0].upper()}{question[1:]}?"
            prompt = questions.template(question) if draw < 0.9 else question
        asked.append((kind, prompt, reply))
    return asked
