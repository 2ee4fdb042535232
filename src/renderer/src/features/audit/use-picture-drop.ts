// Pictures that are dropped on the queue or pasted into it.
import { onActivated, onBeforeUnmount, onDeactivated, onMounted, ref } from 'vue'
import type { Ref } from 'vue'

const pictureIn = (data: DataTransfer | null): File | undefined => [...data?.files ?? []].find(({ type }) => type.startsWith('image/'))
const hasFiles = (data: DataTransfer | null): boolean => data?.types.includes('Files') ?? false

/** @returns whether a file is being dragged over the page. */
export function usePictureDrop(take: (file: File) => void): Ref<boolean> {
  const isOver = ref(false)
  let leaving: ReturnType<typeof setTimeout> | undefined
  let isListening = false

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
    if (!hasFiles(event.dataTransfer))
      return
    event.preventDefault()
    isOver.value = false
    const file = pictureIn(event.dataTransfer)
    if (file)
      take(file)
  }

  function paste(event: ClipboardEvent): void {
    const file = pictureIn(event.clipboardData)
    // Programs that copy a text beside its picture mean the text, where one is written.
    const isText = event.target instanceof HTMLTextAreaElement && event.clipboardData?.types.includes('text/plain')
    if (!file || isText || document.querySelector('[role="dialog"][aria-modal="true"]'))
      return
    event.preventDefault()
    take(file)
  }

  function listen(is: boolean): void {
    if (is === isListening)
      return
    isListening = is
    const change = is ? window.addEventListener.bind(window) : window.removeEventListener.bind(window)
    change('dragover', over as EventListener)
    change('drop', drop as EventListener)
    change('paste', paste as EventListener)
  }
  onMounted(() => listen(true))
  onActivated(() => listen(true))
  onDeactivated(() => listen(false))
  onBeforeUnmount(() => listen(false))
  return isOver
}
