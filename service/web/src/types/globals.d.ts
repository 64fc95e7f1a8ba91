interface Window {
  /** Test hook: island name -> shown. */
  __ready?: Record<string, boolean>;
  /** Test hook: English texts of the diagram libraries that our dictionary does not know. */
  __missingTranslations: string[];
  /** Test hook: the modeler of the designer page. */
  __designer?: unknown;
  /** Test hook: the editor of the form page. */
  __formEditor?: unknown;
  /** Test hook: the form of the form page, as a file. */
  __formDocument?: unknown;
  /** Test hook: the editor of the decision-table page. */
  __tableEditor?: unknown;
  /** Test hook: the files of the decision-table page as they would be published. */
  __tableSession?: unknown;
  /** Test hook: the viewers of this page, in page order. */
  __viewers?: unknown[];
}
