/** Weights as initializers that point into the checkpoint's own files: no copy, no conversion. */

import type { WeightLocation } from '../tensor/expr.ts'
import { dataType } from './protobuf.ts'
import type { TensorProto } from './protobuf.ts'

/** TensorProto.DataLocation.EXTERNAL */
const EXTERNAL = 1

/** A plain file name beside the others: the runtime refuses anything that leaves the folder, and so do we, with a sentence. */
export function externalTensor(name: string, shape: readonly number[], location: WeightLocation): TensorProto {
  if (location.file === '' || location.file === '..' || /[\\/]/.test(location.file))
    throw new Error(`Weight '${name}' points to '${location.file}', but weights must lie in files directly inside the checkpoint folder.`)
  return {
    name,
    dataType: dataType[location.stored],
    dims: [...shape],
    dataLocation: EXTERNAL,
    externalData: [
      { key: 'location', value: location.file },
      { key: 'offset', value: String(location.offset) },
      { key: 'length', value: String(location.length) },
    ],
  }
}
