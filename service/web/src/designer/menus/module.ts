import { ContextPadProvider } from './contextPad';
import { PaletteProvider } from './palette';
import { ReplaceMenuProvider } from './replaceMenu';

/** What may be drawn, in the palette, the context pad and the replace menu. */
export const menusModule = {
  __init__: ['zhidaPalette', 'zhidaContextPad', 'zhidaReplaceMenu'],
  zhidaPalette: ['type', PaletteProvider],
  zhidaContextPad: ['type', ContextPadProvider],
  zhidaReplaceMenu: ['type', ReplaceMenuProvider],
};
