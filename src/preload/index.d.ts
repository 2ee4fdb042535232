// What the preload script leaves in the page: the sign that this is the desktop window.
interface Window {
  readonly desktop?: true
}
