import { resolve } from 'node:path'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'

const root = resolve(import.meta.dirname, '..')

export default defineConfig({
  root,
  plugins: [vue()],
  resolve: { alias: { '@contract': resolve(root, 'src/preload/contract') } },
  test: {
    include: ['tests/{unit,numeric,conformance,contract,architecture}/**/*.test.ts'],
    // onnxruntime-node aborts in worker threads (onnxruntime #20084), so every file runs in a process of its own.
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    passWithNoTests: false,
  },
})
