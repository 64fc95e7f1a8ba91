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

/**
 * A file chosen before the scripts of the page had arrived is stored as soon as the form can post itself. Without this
 * its chooser would see no link until another field changed.
 */
export function storeEarlyFiles(): void {
  document.addEventListener('htmx:after:init', (event) => {
    const form = event.target as HTMLElement;
    for (const input of form.querySelectorAll<HTMLInputElement>('input[type="file"]')) {
      if (input.files?.length) input.dispatchEvent(new Event('change', { bubbles: true }));
    }
  });
}
