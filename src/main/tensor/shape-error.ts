/** Thrown where sizes or types do not fit; the message is a sentence with the shapes in it. */

export class ShapeError extends Error {
  override readonly name = 'ShapeError'
}
