interface Window {
  /** Test hook: island name -> shown. */
  __ready?: Record<string, boolean>;
  /** Test hook: English texts of the diagram libraries that our dictionary does not know. */
  __missingTranslations: string[];
  /** Test hook: the modeler of the designer page. */
  __designer?: unknown;
  /** Test hook: the viewers of this page, in page order. */
  __viewers?: unknown[];
}
