/*
 * file.h: reading and writing the small files of a home.
 *
 * What is read is bounded, and refused when its mode says that others may have read or changed
 * it. What is written is there whole or not at all, and never takes the place of what was there
 * before.
 */
#ifndef KITH_NODE_FILE_H
#define KITH_NODE_FILE_H

#include <stddef.h>

#include "keys/error.h"

enum kith_file_rule {
	KITH_FILE_KEY,        /* a regular file of ours, no link, no access for group and others */
	KITH_FILE_PASSPHRASE, /* no access for others; what systemd or a container mounts may be
	                         somebody else's and readable by a group */
	KITH_FILE_CONFIG,     /* readable by all if they like, but not writable by others */
};

/* Reads all of path into out, NUL-terminated. KITH_E_NOT_FOUND, KITH_E_PERMISSION,
 * KITH_E_TOO_LARGE (more than room - 1 bytes), KITH_E_IO; why names path and what to do. out is
 * wiped on an error. */
KITH_MUST_CHECK int kith_file_read(const char *path, enum kith_file_rule rule, char *out,
	size_t room, size_t *out_len, char *why, size_t why_len);

/* Writes a new file of mode 0600: under another name first, flushed to the disk, then renamed,
 * then the directory flushed. KITH_E_EXISTS, KITH_E_PERMISSION, KITH_E_FULL, KITH_E_IO, … */
KITH_MUST_CHECK int kith_file_create(
	const char *path, const char *text, size_t len, char *why, size_t why_len);

/* dir and "/" and name. KITH_E_TOO_LARGE. */
KITH_MUST_CHECK int kith_path_join(const char *dir, const char *name, char *out, size_t room);

#endif
