"""Writes a training checkpoint as a Hugging Face folder: fp16 safetensors, configuration, tokenizer, image processor."""
import json
import shutil
import sys
from pathlib import Path

import torch
from transformers import GenerationConfig

import model as M
import study


def main(work, folder, checkpoint="context.pt"):
    work, folder = Path(work), Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json"):
        shutil.copy(work / "tok" / name, folder / name)
    saved = torch.load(work / checkpoint)
    vocabulary = saved["model"]["language_model.model.decoder.embed_tokens.weight"].shape[0]
    model = M.build(vocabulary, vocabulary - 1, saved["model"][M.POSITION_TABLE].shape[0] - 2)
    model.load_state_dict(saved["model"])
    model.generation_config = GenerationConfig(bos_token_id=2, eos_token_id=2, pad_token_id=1, max_new_tokens=16)
    model.half().save_pretrained(folder)
    write = lambda name, value: (folder / name).write_text(json.dumps(value, indent=2) + "\n")
    write("preprocessor_config.json", {
        "do_convert_rgb": True, "do_normalize": True, "do_rescale": True, "do_resize": True,
        "image_mean": [0.48145466, 0.4578275, 0.40821073], "image_std": [0.26862954, 0.26130258, 0.27577711],
        "image_processor_type": "BlipImageProcessor", "processor_class": "Blip2Processor", "resample": 3,
        "rescale_factor": 1 / 255, "size": {"height": M.SIDE, "width": M.SIDE},
    })
    write("processor_config.json", {"processor_class": "Blip2Processor", "num_query_tokens": M.QUERIES})
    print(sum(p.numel() for p in model.parameters()), "parameters after", saved["step"], "steps of the last stage")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else study.STUDY / "model", *sys.argv[3:])
