// Settings that every training has, to be spread into a method's own.
import { z } from 'zod'

/** @param defaults what the method was found to need on the sample study. */
export const trainingShape = (defaults: { readonly iterations: number, readonly learningRate: number, readonly validateEvery?: number }) => ({
  iterations: z.int().min(1).max(1_000_000).default(defaults.iterations).describe('Training steps'),
  learningRate: z.number().positive().max(10).default(defaults.learningRate).describe('Size of a step of Adam'),
  gradientClip: z.number().positive().default(100).describe('Longest gradient; longer ones are scaled down'),
  validateEvery: z.int().min(1).default(defaults.validateEvery ?? 500).describe('Steps between two validations; the best one is kept'),
  validationRecords: z.int().min(1).default(100).describe('Records kept apart for validation'),
  patience: z.int().min(0).default(0).describe('Stop after so many steps without a better validation; 0 = never'),
  checkpointEvery: z.int().min(1).default(500).describe('Steps between two checkpoints on disk'),
})
