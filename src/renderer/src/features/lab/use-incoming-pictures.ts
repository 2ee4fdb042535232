// Pictures that are dropped anywhere on the Lab or pasted into it.
import { onActivated, onDeactivated, ref } from 'vue'
import type { Ref } from 'vue'

const pictureIn = (data: DataTransfer | null): File | undefined => [...data?.files ?? []].find(({ type }) => type.startsWith('image/')) ?? data?.files[0]
const hasFiles = (data: DataTransfer | null): boolean => data?.types.includes('Files') ?? false

/** @returns whether a file is being dragged over the page. */
export function useIncomingPictures(take: (file: File) => void): Ref<boolean> {
  const isOver = ref(false)
  let leaving: ReturnType<typeof setTimeout> | undefined

  function over(event: DragEvent): void {
    if (!hasFiles(event.dataTransfer))
      return
    // Without this the browser would leave the workbench and show the file.
    event.preventDefault()
    clearTimeout(leaving)
    leaving = setTimeout(() => isOver.value = false, 200)
    isOver.value = true
  }

  function drop(event: DragEvent): void {
    const file = pictureIn(event.dataTransfer)
    if (!file)
      return
    event.preventDefault()
    isOver.value = false
    take(file)
  }

  function paste(event: ClipboardEvent): void {
    const file = pictureIn(event.clipboardData)
    if (!file)
      return
    event.preventDefault()
    take(file)
  }

  onActivated(() => {
    window.addEventListener('dragover', over)
    window.addEventListener('drop', drop)
    window.addEventListener('paste', paste)
  })
  onDeactivated(() => {
    window.removeEventListener('dragover', over)
    window.removeEventListener('drop', drop)
    window.removeEventListener('paste', paste)
  })
  return isOver
}
