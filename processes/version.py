"""The version of zhida, in one place."""

VERSION = "0.1.0"
