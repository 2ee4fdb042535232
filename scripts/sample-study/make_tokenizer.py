"""Builds the study's byte-level BPE tokenizer (GPT-2/OPT style) so that every common word is one token, and the processor files."""
import json
import sys
from pathlib import Path

from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, processors, trainers
from transformers import AutoTokenizer

import questions
import study

SIZE = 2560


def corpus():
    """Every question, answer and word of the study; names repeated so that merges finish their words."""
    for kinds in (questions.PICTURE, questions.TEXT):
        for variants in kinds.values():
            for text in variants:
                yield from [questions.template(text), questions.text_prompt(text)] * 40
    yield from questions.CAPTIONS * 40
    for thing in study.THINGS.values():
        yield from [f" {thing['name']}", f" {thing['plural']}", f" {thing['group']}"] * 30
    for country in study.COUNTRIES.values():
        yield from [f" {country[k]}" for k in ("name", "capital", "currency", "continent")] * 30
    words = [*study.COLOURS, *study.NUMBERS, "yes", "no", "flag", "left", "right", "above", "background", "an", "and"]
    yield from [f" {w}" for w in words] * 60
    yield from [f"{t['name']} {t['plural']}" for t in study.THINGS.values()]


def main(folder):
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=SIZE - 1, min_frequency=2, special_tokens=["<s>", "<pad>", "</s>", "<unk>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False)
    tokenizer.train_from_iterator(corpus(), trainer)
    while tokenizer.get_vocab_size() < SIZE - 1:
        tokenizer.add_special_tokens([AddedToken(f"<unused{tokenizer.get_vocab_size()}>", special=True)])
    tokenizer.add_special_tokens([AddedToken("<image>", normalized=False, special=True)])
    tokenizer.post_processor = processors.TemplateProcessing(single="</s> $A", pair="</s> $A </s> $B", special_tokens=[("</s>", 2)])
    tokenizer.save(str(folder / "tokenizer.json"))
    write = lambda name, value: (folder / name).write_text(json.dumps(value, indent=2) + "\n")
    special = {"bos_token": "</s>", "eos_token": "</s>", "unk_token": "<unk>", "pad_token": "<pad>"}
    write("special_tokens_map.json", special | {"additional_special_tokens": ["<image>"]})
    added = {str(i): {"content": tokenizer.id_to_token(i), "lstrip": False, "normalized": False, "rstrip": False, "single_word": False, "special": True}
             for i in (0, 1, 2, 3, SIZE - 1)}
    write("tokenizer_config.json", special | {
        "tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": 256, "clean_up_tokenization_spaces": False,
        "added_tokens_decoder": added, "additional_special_tokens": ["<image>"], "processor_class": "Blip2Processor"})
    loaded = AutoTokenizer.from_pretrained(folder)
    words = [*study.THINGS, *study.COUNTRIES, *(t["plural"] for t in study.THINGS.values()), *(c["capital"] for c in study.COUNTRIES.values())]
    long = [w for w in words if len(loaded(f" {w}", add_special_tokens=False)["input_ids"]) > 1]
    print(tokenizer.get_vocab_size(), "tokens;", len(long), "words of several tokens:", long[:60])
    print(loaded("<image><image>", add_special_tokens=False)["input_ids"], loaded("Question: What is this? Short answer:")["input_ids"])


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else study.STUDY / "model")
