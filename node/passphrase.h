/*
 * passphrase.h: where the words come from that unseal a key file.
 *
 * In this order: the file an option names; `passphrase` in $CREDENTIALS_DIRECTORY, which is how
 * systemd hands over secrets (LoadCredential=); the file that $KITH_PASSPHRASE_FILE names; a
 * question on the terminal, without echo. A line break at the end of a file does not count. Never
 * the command line or the environment itself, which others can read.
 */
#ifndef KITH_NODE_PASSPHRASE_H
#define KITH_NODE_PASSPHRASE_H

#include <stddef.h>

#include "keys/error.h"

#define KITH_PASSPHRASE_MAX 1024

struct kith_passphrase {
	char *text; /* guarded; NUL-terminated */
	size_t len;
};

/* file and prompt may be NULL; without a prompt nobody is asked. KITH_E_PASSPHRASE when there is
 * none to be had or it is empty; KITH_E_NOT_FOUND, KITH_E_PERMISSION, KITH_E_TOO_LARGE,
 * KITH_E_NOMEM, KITH_E_IO. */
KITH_MUST_CHECK int kith_passphrase_find(const char *file, const char *prompt,
	struct kith_passphrase *out, char *why, size_t why_len);

/* Asks on the terminal. KITH_E_PASSPHRASE when there is no terminal, or the answer is empty or
 * broken off with Ctrl-C or Ctrl-D. */
KITH_MUST_CHECK int kith_passphrase_ask(
	const char *prompt, struct kith_passphrase *out, char *why, size_t why_len);

void kith_passphrase_clear(struct kith_passphrase *passphrase);

#endif
