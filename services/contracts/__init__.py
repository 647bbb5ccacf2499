"""The contracts as others read them: JSON Schemas, an AsyncAPI document, a page."""
