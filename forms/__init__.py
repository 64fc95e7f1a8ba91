"""What a person fills in: forms as data, compiled to marshmallow schemas."""
