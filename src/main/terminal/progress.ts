// A line that replaces itself on a terminal; elsewhere one line every few seconds.
import { elapsed } from '../base/log.ts'

export function createProgress(stream: NodeJS.WriteStream): { show: (line: string) => void, end: () => void } {
  let lastMs = -Infinity
  return {
    show(line) {
      if (stream.isTTY) {
        stream.write(`\r\u001B[K${line}`)
        return
      }
      if (elapsed() - lastMs < 5_000)
        return
      lastMs = elapsed()
      stream.write(`${line}\n`)
    },
    end: () => void (stream.isTTY && stream.write('\r\u001B[K')),
  }
}
