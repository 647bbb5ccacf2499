"""What only the inner part can show, checked before release and again on receipt. Pure."""
