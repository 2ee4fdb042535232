// Fine-tuning: a few gradient steps on the edit itself, on a part of the weights (spec §3.2; VLKEB's FT).
import { fineTuning } from './fine-tuning.ts'

export const fineTune = fineTuning({
  id: 'fine-tune',
  label: 'Fine-tuning',
  paper: 'https://arxiv.org/abs/2403.07350',
  summary: 'Gradient steps on the edit itself: the last feed-forward layers of the language model, the Q-Former, or both.',
})
