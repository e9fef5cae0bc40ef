"""Who is who and who may what: tokens, sign-in in all its ways, the directory, roles."""
