// What made the numbers: written into every run.
import description from '../../../package.json' with { type: 'json' }

export const workbenchVersion: string = description.version

/** Program and runtime versions, by name. */
export function versions(): Record<string, string> {
  return {
    'mmedit-workbench': description.version,
    'onnxruntime-node': description.dependencies['onnxruntime-node'],
    'node': process.versions.node,
    'platform': `${process.platform}-${process.arch}`,
  }
}
