// FT-L: fine-tuning whose weights stay inside a small box around where they were (Zhu et al. 2020; the name is ROME's).
import { fineTuning } from './fine-tuning.ts'

export const fineTuneL = fineTuning({
  id: 'fine-tune-l',
  label: 'FT-L (norm-constrained)',
  paper: 'https://arxiv.org/abs/2012.00363',
  summary: 'Fine-tuning in which no weight moves further than a small radius (L∞), so that the edit disturbs little else.',
  // On held-out train records of the sample study: 0.01 edits 15 % of them in the last text layer, 0.02 edits 93 %; large models need far less (ROME: 5e-4).
  defaults: { constraint: 'linf', radius: 0.02 },
})
