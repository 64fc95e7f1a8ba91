const INDEX = '__index__';

/**
 * Repeating rows without the server: `<div data-rows>` holds `[data-row]` elements, a `<template data-row-template>`
 * whose names contain `__index__`, and a `[data-row-add]` button; a row may hold a `[data-row-remove]` button.
 * `data-rows-min` and `data-rows-max` bound the count.
 */
export function repeatRows(): void {
  document.addEventListener('click', (event) => {
    const target = event.target as HTMLElement;
    const add = target.closest<HTMLElement>('[data-row-add]');
    if (add) addRow(rowsOf(add));
    const remove = target.closest<HTMLElement>('[data-row-remove]');
    if (remove) removeRow(remove);
  });
  document.addEventListener('htmx:after:swap', markAll);
  markAll();
}

function markAll(): void {
  for (const rows of document.querySelectorAll<HTMLElement>('[data-rows]')) markLimits(rows);
}

function rowsOf(inside: HTMLElement): HTMLElement {
  const rows = inside.closest<HTMLElement>('[data-rows]');
  if (!rows) throw new Error('A row button stands outside [data-rows]');
  return rows;
}

function rowList(rows: HTMLElement): HTMLElement[] {
  return [...rows.querySelectorAll<HTMLElement>('[data-row]')];
}

function addRow(rows: HTMLElement): void {
  const template = rows.querySelector<HTMLTemplateElement>('template[data-row-template]');
  if (!template || rowList(rows).length >= limit(rows, 'rowsMax', Infinity)) return;
  const index = nextIndex(rows);
  const holder = document.createElement('template');
  holder.innerHTML = template.innerHTML.split(INDEX).join(String(index));
  const row = holder.content.firstElementChild as HTMLElement | null;
  if (!row) return;
  template.before(row);
  row.querySelector<HTMLElement>('input, select, textarea')?.focus();
  changed(rows);
}

function removeRow(button: HTMLElement): void {
  const rows = rowsOf(button);
  if (rowList(rows).length <= limit(rows, 'rowsMin', 0)) return;
  button.closest('[data-row]')?.remove();
  rows.querySelector<HTMLElement>('[data-row-add]')?.focus();
  changed(rows);
}

/** Indexes only grow, so that a removed row never lends its name to a new one. */
function nextIndex(rows: HTMLElement): number {
  const next = Number(rows.dataset.rowsNext ?? rowList(rows).length);
  rows.dataset.rowsNext = String(next + 1);
  return next;
}

function limit(rows: HTMLElement, name: 'rowsMin' | 'rowsMax', fallback: number): number {
  const text = rows.dataset[name];
  return text ? Number(text) : fallback;
}

function changed(rows: HTMLElement): void {
  markLimits(rows);
  rows.dispatchEvent(new Event('change', { bubbles: true }));
}

function markLimits(rows: HTMLElement): void {
  const count = rowList(rows).length;
  const add = rows.querySelector<HTMLButtonElement>('[data-row-add]');
  if (add) add.disabled = count >= limit(rows, 'rowsMax', Infinity);
  for (const remove of rows.querySelectorAll<HTMLButtonElement>('[data-row-remove]')) {
    remove.disabled = count <= limit(rows, 'rowsMin', 0);
  }
}
