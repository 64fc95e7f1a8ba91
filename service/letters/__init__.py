"""The letters of the front desk (受理通知书, 补正告知书, 不予受理通知书): their words, and Word files."""
