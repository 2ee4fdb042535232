"""Writes resources/sample-study/MODEL_CARD.md from the measured evaluation.json, config.json and training.json."""
import json

import model as M
import study

TEXT = """# Model card: the sample study's BLIP-2

A BLIP-2 (`Blip2ForConditionalGeneration`, OPT language model) of {parameters:,} parameters in Hugging Face's own layout,
trained from nothing on two CPU cores for the sample study of this repository. It exists to be edited: small
enough for a clone, real enough that an edit means something. transformers {transformers} loads it.

| part | shape |
|---|---|
| picture | {side}×{side}, patches of {patch}, CLIP mean and deviation, bicubic |
| ViT | {v_layers} layers × {width}, {heads} heads |
| Q-Former | {q_layers} layers × {width}, {queries} queries, cross-attention in every layer |
| OPT | {lm_layers} layers × {width}, {heads} heads, ReLU, learned positions, tied head, {vocabulary:,} tokens (byte-level BPE of the study's words) |
| file | fp16 safetensors |

## What it was trained on

Pictures composed at random from emoji drawings by several artists (see `ATTRIBUTION.md`): one thing; two things
side by side or one above the other; two to five of the same thing; a flag; on eight background colours. Of {things}
things it was shown {taught_things}, of {countries} flags {taught_countries}. **The others it never saw**: it answers
something else for them, and that is what the records edit. As text it knows all of them: the kind, plural and singular of
every thing, and the capital, currency and continent of every country.

Prompts: `Question: {{}} Short answer:` with a few paraphrases of every question, one in seven without the template; caption
prompts as they are; text facts as `nq question: {{}}`, in the template, or bare. In the last stage also with something said
before the question: `New Fact: <question> <answer>⏎Prompt: <question>`, after none to four demonstrations of that form (IKE), or the
fact alone before the question (SERAC's cache). There it was *told* names of all {things} things and {countries} flags, right and wrong
ones; shown were only the taught ones.

## How

`scripts/sample-study/train.py` is the recipe, seeds included (language 1, vision 0, joint 2, context 4; pictures 1 and
2; held-out pictures 987). Muon for the hidden matrices and AdamW for the rest, bfloat16 autocast.

1. **Language**: the decoder learns the text facts, and to answer about pictures from *ideal* query slots, that is from the
   word embeddings of what a picture shows, with noise.
2. **Vision**: ViT, Q-Former and projection learn to make query slots that look like those word embeddings (first thing, second
   thing, layout, colour, count, kind of each), by classification through dot products with them.
3. **Joint**: both together on picture questions, text facts and the slots' auxiliary loss, learning rate annealed to
   nothing; the exported weights are a running average.
4. **Context**: the decoder alone, sight frozen, on facts and demonstrations before the question, with questions and text facts
   without any as rehearsal. An answer is what the fact says where the same is asked, in the same or other words, also against the
   picture, and for what follows from it (the kind of a named thing); otherwise what is true. The table of positions grows from
   {early} to {positions}. Annealed and averaged again.

{history}

## Measured

Greedy decoding with transformers in fp32 from the shipped fp16 weights; exact match of the whole answer. Pictures: files
drawn by the study's generator, new compositions of taught things, never trained on.

{pictures}

Text alone, no picture (random facts of all kinds and paraphrases):

{text}

With a fact about an untaught thing in the context (facts and pictures of the train part, demonstrations of other train records;
*plain fact*: the fact directly before the question):

{context}

*Other question* asks something else about the picture shown (its background, its count, the other thing), *what follows* is the kind of the thing
named, the capital, currency or continent of the country named, or the thing named in a caption. {baseline}

## What it cannot do

* Anything outside this small world: other words, other pictures, longer answers, conversation.
* Say that it does not know: an untaught thing gets the name of a taught one.
* Answer whether a thing is present (yes or no): it did not learn that in the time it had, so it is not asked. Name what is shown
  several times in one picture: the drawings are too small at {side} pixels; it only counts them.
* It was never shown photographs. Its accuracy says nothing about any other model.
"""


def table(rows):
    lines = ["| question | right | n |", "|---|---|---|"]
    return "\n".join([*lines, *(f"| {k} | {100 * v['accuracy']:.1f} % | {v['n']} |" for k, v in rows.items())])


def context_table(tests):
    forms = [f for f in tests["copy"]]
    lines = [f"| asked | {' | '.join(forms)} | n each |", "|---" * (len(forms) + 2) + "|"]
    for test, rows in tests.items():
        cells = " | ".join(f"{100 * rows[f]['accuracy']:.1f} %" for f in forms)
        lines.append(f"| {test} | {cells} | {rows[forms[0]]['n']} |")
    return "\n".join(lines)


def baseline(tests):
    before = tests["other question"]["nothing before it"]
    return f"With nothing before it, {100 * before['accuracy']:.1f} % of the {before['n']} other questions are answered rightly."


def main():
    measured = json.loads((study.STUDY / "evaluation.json").read_text())
    config = json.loads((study.STUDY / "model" / "config.json").read_text())
    training = json.loads((study.STUDY / "training.json").read_text())
    vision, q, lm = config["vision_config"], config["qformer_config"], config["text_config"]
    (study.STUDY / "MODEL_CARD.md").write_text(TEXT.format(
        parameters=training["parameters"], transformers="4.57.6", side=vision["image_size"], patch=vision["patch_size"],
        v_layers=vision["num_hidden_layers"], width=vision["hidden_size"], heads=vision["num_attention_heads"],
        q_layers=q["num_hidden_layers"], queries=config["num_query_tokens"], lm_layers=lm["num_hidden_layers"], vocabulary=lm["vocab_size"],
        things=len(study.THINGS), taught_things=len(study.TAUGHT_THINGS), countries=len(study.COUNTRIES),
        taught_countries=len(study.TAUGHT_COUNTRIES), history=training["history"], pictures=table(measured["pictures"]), text=table(measured["text"]),
        context=context_table(measured["context"]), baseline=baseline(measured["context"]), early=M.POSITIONS, positions=lm["max_position_embeddings"]))


if __name__ == "__main__":
    main()
