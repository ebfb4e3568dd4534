/*
 * id.h: the 32-byte names of kith, and how a person reads and types them.
 *
 * Each name is a struct of its own, so that the compiler refuses a node key where an author key is
 * meant. Record ids are shown as 64 hexadecimal digits, of which any unambiguous prefix will do.
 * Keys and circles are shown in a typed, checksummed form (SPEC section "Text form of keys"):
 *
 *     author_<base32>     prefix, underscore, then 58 characters of lower-case base32 (RFC 4648
 *                         alphabet, no padding) over 32 bytes of key and 4 bytes of checksum,
 *                         BLAKE2b-256("kith/1 text" || prefix || key)[0..4]
 *
 * A mistyped, truncated or wrong-type key is refused, and kith_err_text() plus the found prefix say
 * which. This file never allocates.
 */
#ifndef KITH_KEYS_ID_H
#define KITH_KEYS_ID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "keys/error.h"

#define KITH_ID_LEN 32

/* Ed25519 public key of a person or group. */
struct kith_author {
	uint8_t bytes[KITH_ID_LEN];
};

/* X25519 public key of a machine. */
struct kith_node_key {
	uint8_t bytes[KITH_ID_LEN];
};

/* Name of a circle. */
struct kith_circle {
	uint8_t bytes[KITH_ID_LEN];
};

/* BLAKE2b-256 of a record's header. */
struct kith_record_id {
	uint8_t bytes[KITH_ID_LEN];
};

/* Any other BLAKE2b-256. */
struct kith_hash {
	uint8_t bytes[KITH_ID_LEN];
};

enum kith_id_type {
	KITH_ID_AUTHOR,   /* author_…   */
	KITH_ID_NODE,     /* node_…     */
	KITH_ID_CIRCLE,   /* circle_…   */
	KITH_ID_RECOVERY, /* recovery_… */
};

/* Longest prefix ("recovery"), the underscore, 58 characters and the NUL. */
#define KITH_ID_TEXT_MAX   (8 + 1 + 58 + 1)
#define KITH_ID_BASE32_LEN 58

/* The prefix word of a type, without the underscore. */
const char *kith_id_type_name(enum kith_id_type type);

/* Writes the NUL-terminated text form; out has room for KITH_ID_TEXT_MAX bytes. */
void kith_id_format(
	enum kith_id_type type, const uint8_t key[KITH_ID_LEN], char out[KITH_ID_TEXT_MAX]);

/*
 * Reads the text form of the given type. Upper-case letters are accepted, white space is not.
 *   KITH_E_WRONG_TYPE   it is a well-formed key of another type (*found says which)
 *   KITH_E_TRUNCATED    a known prefix, but fewer than 58 characters follow
 *   KITH_E_CHECKSUM     complete, but a character is wrong
 *   KITH_E_MALFORMED    no known prefix, a character outside the alphabet, or too long
 * *found (if not NULL) is the type that the prefix names, or `want` when it names none. On an error
 * out is not written.
 */
KITH_MUST_CHECK int kith_id_parse(enum kith_id_type want, const char *text,
	uint8_t out[KITH_ID_LEN], enum kith_id_type *found);

/* A sentence that says what is wrong with `text`, for err as returned by kith_id_parse(). Names the
 * type wanted and, where it was another, the type found. Nothing of text is never repeated. */
void kith_id_explain(
	int err, enum kith_id_type want, enum kith_id_type found, char *out, size_t out_len);

/* Lower-case hexadecimal; out has room for 2 * len + 1. */
void kith_hex_format(const uint8_t *bytes, size_t len, char *out);

/* Reads exactly 2 * out_len hexadecimal digits, of either case, followed by NUL. KITH_E_MALFORMED,
 * KITH_E_TRUNCATED; on an error out is not written. */
KITH_MUST_CHECK int kith_hex_parse(const char *text, uint8_t *out, size_t out_len);

/* Equality in constant time, and lexicographic order (not in constant time), of 32-byte names. */
bool kith_id_equal(const uint8_t a[KITH_ID_LEN], const uint8_t b[KITH_ID_LEN]);
int kith_id_compare(const uint8_t a[KITH_ID_LEN], const uint8_t b[KITH_ID_LEN]);

#endif
