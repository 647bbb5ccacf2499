"""How an entry changes what is kept of its matter. Pure, one module a service."""
