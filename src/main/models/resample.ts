/**
 * Pillow's two-pass bicubic resampling (libImaging/Resample.c): the kernel is stretched when shrinking, weights
 * are fixed-point with 22 bits, and values are rounded to 8 bits between the passes. sharp's kernels differ.
 */

export interface Rgb {
  readonly width: number
  readonly height: number
  /** Row-major, three bytes a pixel. */
  readonly data: Uint8Array
}

// Keys' cubic with a = -0.5.
function bicubic(x: number): number {
  const a = -0.5
  const d = Math.abs(x)
  if (d < 1)
    return ((a + 2) * d - (a + 3)) * d * d + 1
  return d < 2 ? (((d - 5) * d + 8) * d - 4) * a : 0
}

const PRECISION = 22

interface Taps {
  readonly start: number
  readonly weights: Int32Array
}

/** For each output position: where its window begins in the input, and the window's fixed-point weights. */
function tapsOf(from: number, to: number): Taps[] {
  const scale = from / to
  const filterScale = Math.max(scale, 1)
  const support = 2 * filterScale
  return Array.from({ length: to }, (_, i) => {
    const center = (i + 0.5) * scale
    const start = Math.max(0, Math.trunc(center - support + 0.5))
    const end = Math.min(from, Math.trunc(center + support + 0.5))
    const raw = Array.from({ length: end - start }, (_, k) => bicubic((k + start - center + 0.5) / filterScale))
    const sum = raw.reduce((a, b) => a + b, 0)
    const weights = raw.map((w) => {
      const fixed = (sum === 0 ? w : w / sum) * 2 ** PRECISION
      return Math.trunc(fixed < 0 ? fixed - 0.5 : fixed + 0.5)
    })
    return { start, weights: Int32Array.from(weights) }
  })
}

/** One pass over lines of pixels: `step` from tap to tap, `line` from line to line, both in pixels. */
function pass(source: Uint8Array, target: Uint8Array, taps: readonly Taps[], lines: number, step: { from: number, to: number }, line: { from: number, to: number }): void {
  for (let l = 0; l < lines; l++) {
    for (const [i, { start, weights }] of taps.entries()) {
      const out = (l * line.to + i * step.to) * 3
      for (let c = 0; c < 3; c++) {
        let sum = 2 ** (PRECISION - 1)
        let at = (l * line.from + start * step.from) * 3 + c
        for (const weight of weights) {
          sum += source[at]! * weight
          at += step.from * 3
        }
        target[out + c] = Math.min(255, Math.max(0, Math.floor(sum / 2 ** PRECISION)))
      }
    }
  }
}

const horizontal = (image: Rgb, width: number): Rgb => {
  if (width === image.width)
    return image
  const data = new Uint8Array(width * image.height * 3)
  pass(image.data, data, tapsOf(image.width, width), image.height, { from: 1, to: 1 }, { from: image.width, to: width })
  return { width, height: image.height, data }
}

const vertical = (image: Rgb, height: number): Rgb => {
  if (height === image.height)
    return image
  const { width } = image
  const data = new Uint8Array(width * height * 3)
  pass(image.data, data, tapsOf(image.height, height), width, { from: width, to: width }, { from: 1, to: 1 })
  return { width, height, data }
}

/**
 * The picture at exactly width × height, aspect ratio not kept; equal to Pillow 13's `resize(…, BICUBIC)`.
 * The order of the passes matters for rounding: since Pillow 13 (#9549) the vertical one comes first when the
 * height shrinks by more than twice as many pixels as the width; before, always the horizontal one.
 */
export function resizeBicubic(image: Rgb, width: number, height: number): Rgb {
  const isVerticalFirst = image.height > height && image.height - height > 2 * (image.width - width)
  return isVerticalFirst ? horizontal(vertical(image, height), width) : vertical(horizontal(image, width), height)
}
