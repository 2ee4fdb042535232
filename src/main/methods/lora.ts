// LoRA: fine-tuning of low-rank factors that are added to the chosen matrices and merged into them afterwards.
import { fineTuning } from './fine-tuning.ts'

export const lora = fineTuning({
  id: 'lora',
  label: 'LoRA',
  paper: 'https://arxiv.org/abs/2106.09685',
  summary: 'Fine-tuning of two thin factors beside each chosen matrix: the change has low rank.',
  defaults: { parametrisation: 'lora', learningRate: 3e-3 },
})
