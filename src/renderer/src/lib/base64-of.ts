// A file's bytes as the backend takes them.

/** As the backend has it: larger pictures are refused before they are sent. */
const mostMegabytes = 20

/** Throws a sentence if the file cannot be read or is larger than the backend keeps. */
export function base64Of(file: File): Promise<string> {
  if (file.size > mostMegabytes * 1e6)
    return Promise.reject(new Error(`Picture '${file.name}' has ${(file.size / 1e6).toFixed(1)} MB; at most ${mostMegabytes} MB are kept. Make it smaller first.`))
  return new Promise((resolve, reject) => {
    const reader = new FileReader()
    reader.onload = () => resolve(String(reader.result).replace(/^[^,]*,/, ''))
    reader.onerror = () => reject(new Error(`Picture '${file.name}' cannot be read. Choose it again.`))
    reader.readAsDataURL(file)
  })
}
