"""Pure helpers that turn text as published into harmonised values; each says what it refuses."""
