// Named fp32 tensors with notes: what training leaves behind, whatever file it is kept in.

export interface NamedTensor {
  readonly shape: readonly number[]
  readonly data: Float32Array
}

export interface TensorFile {
  readonly tensors: ReadonlyMap<string, NamedTensor>
  /** Strings by name, as safetensors keeps them in `__metadata__`. */
  readonly metadata: Readonly<Record<string, string>>
}
