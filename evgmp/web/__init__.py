"""What every screen shares: command pages, record pages, the audit trail, forms, components. Knows no batch and no test."""
