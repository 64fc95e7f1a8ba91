import { translate } from './translate';

const CHINESE = /[\u3400-\u9fff]/;
const SYNTAX_FAULT = '表达式在这里写得不对，请检查括号、引号和名称。';

/**
 * Translates the few texts that the properties panel writes without asking the translation service: titles of its
 * buttons, and the remarks of the expression editor.
 */
export function translateTitles(): void {
  const observer = new MutationObserver((changes) => {
    for (const change of changes) {
      if (change.type === 'attributes') translateTitle(change.target as Element);
      for (const node of change.addedNodes) if (node instanceof Element) translateTree(node);
    }
  });
  observer.observe(document.body, { childList: true, subtree: true, attributes: true, attributeFilter: ['title'] });
  translateTree(document.body);
}

function translateTree(root: Element): void {
  for (const element of [root, ...root.querySelectorAll('[title]')]) translateTitle(element);
  for (const remark of root.querySelectorAll('.cm-diagnosticText')) {
    if (!CHINESE.test(remark.textContent ?? '')) remark.textContent = SYNTAX_FAULT;
  }
}

function translateTitle(element: Element): void {
  if (!element.closest('.bio-properties-panel, .bio-properties-panel-popup')) return;
  const title = element.getAttribute('title');
  if (!title || CHINESE.test(title)) return;
  const chinese = translate(title);
  if (chinese !== title) element.setAttribute('title', chinese);
}
