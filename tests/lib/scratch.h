/* scratch.h - a directory of a unit test's own, and files in it. */
#ifndef WORKRELIEF_SCRATCH_H
#define WORKRELIEF_SCRATCH_H

/* Makes a fresh directory; it and all in it goes at exit. Asserts on failure. */
const char *scratch_directory(void);
/* "<scratch>/<name>"; valid until the fourth call after. */
const char *scratch_path(const char *name);
/* Writes text to a file of that mode. */
void scratch_write(const char *name, const char *text, unsigned mode);

#endif
