"""The only code that knows SpiffWorkflow."""
