"""The kernel: no service itself, but what each stands on."""
