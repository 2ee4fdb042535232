/** A checkpoint that cannot be used, in one sentence with the name, the value and the next step. Caught by `models check` and the lab. */
export class CheckpointError extends Error {
  override readonly name = 'CheckpointError'
}
