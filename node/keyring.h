/*
 * keyring.h: the key files of a home, and the keys opened from them, in guarded memory.
 *
 * A key file that others can read or write is refused, as is one that is not a regular file or
 * not ours. Files are written whole or not at all (node/file.h). What a key file holds passes
 * through guarded memory only.
 */
#ifndef KITH_NODE_KEYRING_H
#define KITH_NODE_KEYRING_H

#include <stdbool.h>
#include <stddef.h>

#include "keys/keyfile.h"
#include "keys/sign.h"

struct kith_keyring {
	struct kith_sign_pair *author; /* guarded */
	struct kith_node_pair *node;   /* guarded */
};

/* The path of home/keys/author.key, node.key or recovery.key. KITH_E_TOO_LARGE,
 * KITH_E_ARGUMENT. */
KITH_MUST_CHECK int kith_keyring_path(
	const char *home, enum kith_id_type type, char *out, size_t room);

/* Makes author.key, node.key and recovery.key in home/keys (see kith_home_create()). Seals author
 * and recovery keys when a passphrase is given; the node key stays unsealed: it opens no record,
 * and without the author key it calls no partner. KITH_E_EXISTS when one is there; then and after
 * any other error all is as it was. */
KITH_MUST_CHECK int kith_keyring_create(const char *home, const char *passphrase,
	size_t passphrase_len, const struct kith_rng *rng, char *why, size_t why_len);

/* Opens author.key and node.key. passphrase may be NULL. KITH_E_PASSPHRASE, KITH_E_PERMISSION,
 * KITH_E_NOT_FOUND, KITH_E_CORRUPT, …; why names the file and what to do. */
KITH_MUST_CHECK int kith_keyring_open(const char *home, const char *passphrase,
	size_t passphrase_len, struct kith_keyring *out, char *why, size_t why_len);
void kith_keyring_clear(struct kith_keyring *keyring);

/* What one key file says of itself, with the same checks of mode and type. */
KITH_MUST_CHECK int kith_keyring_inspect(
	const char *path, struct kith_keyfile_info *out, char *why, size_t why_len);

/* The operating system's random source, as keys/rng.h wants it. */
struct kith_rng kith_rng_system(void);

#endif
