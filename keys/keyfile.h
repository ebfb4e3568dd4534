/*
 * keyfile.h: how a seed rests on disk, as bytes; reading and writing files is node/'s business.
 *
 * One file holds one seed. Text, so that it can be printed and typed in again; every line is a
 * name, one space, a value and a line feed, and the order is fixed (SPEC section "Key file"):
 *
 *     kith-key 1
 *     type     author | node | recovery
 *     public   author_… | node_… | recovery_…
 *     sealed   no | argon2id
 *     ops      3                      (argon2id only: passes)
 *     memory   67108864               (argon2id only: bytes)
 *     salt     <32 hex digits>        (argon2id only)
 *     nonce    <48 hex digits>        (argon2id only)
 *     seed     <64 or 96 hex digits>  (the seed, or XChaCha20-Poly1305 of it, tag last)
 *
 * (The columns here are for the eye.) Letters are lower-case and numbers have no leading zeros:
 * what a file says can be said in one way only, and a file that says it in another is malformed.
 * The lines before "seed" are the associated data of the seal, so none can be changed unnoticed. On
 * reading, the public key is derived again from the seed and must be the one the file names.
 */
#ifndef KITH_KEYS_KEYFILE_H
#define KITH_KEYS_KEYFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "keys/id.h"
#include "keys/rng.h"
#include "keys/sign.h"

#define KITH_KEYFILE_MAX 1024 /* no valid key file is longer */

/* Cost of Argon2id. The default suits a Raspberry Pi with 512 MiB: about a second there. A file
 * must not make a node allocate more than the maximum. */
struct kith_seal_cost {
	uint32_t ops;
	uint32_t memory_bytes;
};
#define KITH_SEAL_COST_DEFAULT ((struct kith_seal_cost){3, 64u << 20})
#define KITH_SEAL_OPS_MAX      16u
#define KITH_SEAL_MEMORY_MIN   8192u
#define KITH_SEAL_MEMORY_MAX   (1024u << 20)

/* Writes an unsealed key file, NUL-terminated; *out_len excludes the NUL.
 * KITH_E_ARGUMENT for another type than AUTHOR, NODE, RECOVERY. */
KITH_MUST_CHECK int kith_keyfile_encode(enum kith_id_type type, const uint8_t seed[KITH_SEED_LEN],
	char out[KITH_KEYFILE_MAX], size_t *out_len);

/* The same, sealed with a passphrase (any bytes). KITH_E_ARGUMENT also for an empty passphrase or a
 * cost out of bounds, KITH_E_NOMEM when Argon2id finds no memory. out is wiped on an error. */
KITH_MUST_CHECK int kith_keyfile_seal(enum kith_id_type type, const uint8_t seed[KITH_SEED_LEN],
	const char *passphrase, size_t passphrase_len, struct kith_seal_cost cost,
	const struct kith_rng *rng, char out[KITH_KEYFILE_MAX], size_t *out_len);

/* What a file says of itself before any passphrase is asked for. */
struct kith_keyfile_info {
	enum kith_id_type type;
	bool sealed;
	uint8_t public_key[KITH_ID_LEN];
};
KITH_MUST_CHECK int kith_keyfile_inspect(
	const char *text, size_t len, struct kith_keyfile_info *out);

/*
 * Opens a key file of the wanted type. passphrase may be NULL for an unsealed file. seed should
 * point into guarded memory; it is wiped on every error. Nothing large is allocated before all but
 * the seed was checked.
 *   KITH_E_PASSPHRASE       sealed, and no or the wrong passphrase (or the sealed part was changed)
 *   KITH_E_WRONG_TYPE       a key of another type
 *   KITH_E_UNKNOWN_VERSION  the first line names another version than 1
 *   KITH_E_MALFORMED        not the text described above
 *   KITH_E_TRUNCATED        its beginning only
 *   KITH_E_TOO_LARGE        a cost over the maximum, or longer than any key file
 *   KITH_E_CHECKSUM         the public key is mistyped
 *   KITH_E_CORRUPT          the public key does not belong to the seed
 *   KITH_E_NOMEM            Argon2id finds no memory
 * kith_keyfile_inspect() above knows the same errors but for the passphrase's and the last two.
 */
KITH_MUST_CHECK int kith_keyfile_open(enum kith_id_type want, const char *text, size_t len,
	const char *passphrase, size_t passphrase_len, uint8_t seed[KITH_SEED_LEN]);

#endif
