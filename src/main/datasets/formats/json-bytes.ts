// The bytes that matter when a JSON text is taken apart.

export const quote = 0x22
export const backslash = 0x5C
export const comma = 0x2C
export const openList = 0x5B
export const closeList = 0x5D
export const openObject = 0x7B
export const closeObject = 0x7D

export const isBlank = (byte: number): boolean => byte === 0x20 || byte === 0x0A || byte === 0x0D || byte === 0x09

// Bytes that may stand outside strings: blanks, brackets, punctuation, and what numbers, true, false and null are made of.
export const plain = new Uint8Array(256)
for (const character of ' \t\r\n[]{},:"+-.0123456789eEtruefalsn')
  plain[character.charCodeAt(0)] = 1

export const byteOrderMark = [0xEF, 0xBB, 0xBF]
// What a wrong first byte gives away.
export const hints: Readonly<Record<number, string>> = {
  0xFF: 'It is UTF-16 text; save it as UTF-8.',
  0xFE: 'It is UTF-16 text; save it as UTF-8.',
  0x1F: 'It is compressed; unpack it first.',
  0x50: 'It may be a zip archive; unpack it first.',
  0x7B: 'It holds one JSON object; a file of records is one JSON list.',
}
