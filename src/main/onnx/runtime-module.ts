/** Where the native runtime's package lies, for a child process that loads it by path. */

import { createRequire } from 'node:module'

export const runtimeModule = (): string => createRequire(import.meta.url).resolve('onnxruntime-node')
