"""What the pages of several rooms share: filters, fields, decorators, middleware."""
