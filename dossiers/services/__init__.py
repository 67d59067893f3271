"""Use cases of dossiers: `versions` (what the law says, by date), `loading`, `guide`."""
