/**
 * A chosen file is stored by the request that draws the form again and comes back as a link. The file input must then
 * be empty, or the next request would send and store the same file once more.
 */
export function forgetSentFiles(): void {
  document.addEventListener('htmx:after:swap', (event) => {
    const target = event.target as HTMLElement;
    for (const input of target.querySelectorAll<HTMLInputElement>('input[type="file"]')) input.value = '';
  });
}
