/* keyfile.c: the text of a key file, which is written in one way only, and its seal. */
#include "keys/keyfile.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "keys/secret.h"

#define SALT_LEN   crypto_pwhash_argon2id_SALTBYTES
#define NONCE_LEN  crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define KEY_LEN    crypto_aead_xchacha20poly1305_ietf_KEYBYTES
#define SEALED_LEN (KITH_SEED_LEN + crypto_aead_xchacha20poly1305_ietf_ABYTES)
#define VALUE_MAX  (2 * SEALED_LEN + 1) /* the longest value, a sealed seed, and its NUL */

_Static_assert(SALT_LEN == 16 && NONCE_LEN == 24 && SEALED_LEN == 48, "the digits of keyfile.h");
_Static_assert(KITH_SEAL_MEMORY_MIN == crypto_pwhash_argon2id_MEMLIMIT_MIN, "least memory");

/* All lines of a file but "seed". */
struct head {
	enum kith_id_type type;
	uint8_t public_key[KITH_ID_LEN];
	bool sealed;
	struct kith_seal_cost cost;
	uint8_t salt[SALT_LEN];
	uint8_t nonce[NONCE_LEN];
};

static int derive_public(
	enum kith_id_type type, const uint8_t seed[KITH_SEED_LEN], uint8_t out[KITH_ID_LEN])
{
	struct kith_sign_pair sign;
	struct kith_node_pair node;

	switch (type) {
	case KITH_ID_AUTHOR:
	case KITH_ID_RECOVERY:
		kith_sign_pair_from_seed(seed, &sign);
		memcpy(out, sign.public_key.bytes, KITH_ID_LEN);
		kith_wipe(&sign, sizeof(sign));
		return 0;
	case KITH_ID_NODE:
		kith_node_pair_from_seed(seed, &node);
		memcpy(out, node.public_key.bytes, KITH_ID_LEN);
		kith_wipe(&node, sizeof(node));
		return 0;
	case KITH_ID_CIRCLE:
		break;
	}
	return KITH_E_ARGUMENT;
}

/* ---- the seal ------------------------------------------------------------------------------- */

static int stretch(const struct head *head, const char *passphrase, size_t passphrase_len,
	uint8_t key[KEY_LEN])
{
	/* The parameters are within bounds, so the only failure left is memory. */
	if (crypto_pwhash_argon2id(key, KEY_LEN, passphrase, passphrase_len, head->salt,
		    head->cost.ops, head->cost.memory_bytes,
		    crypto_pwhash_argon2id_ALG_ARGON2ID13) != 0)
		return KITH_E_NOMEM;
	return 0;
}

static int seal(const struct head *head, const char *text, size_t text_len, const char *passphrase,
	size_t passphrase_len, const uint8_t seed[KITH_SEED_LEN], uint8_t out[SEALED_LEN])
{
	uint8_t key[KEY_LEN] = {0};
	int err = stretch(head, passphrase, passphrase_len, key);

	if (!err && crypto_aead_xchacha20poly1305_ietf_encrypt(out, NULL, seed, KITH_SEED_LEN,
			    (const uint8_t *)text, text_len, NULL, head->nonce, key) != 0)
		err = KITH_E_ARGUMENT;
	kith_wipe(key, sizeof(key));
	return err;
}

static int unseal(const struct head *head, const char *text, size_t text_len,
	const char *passphrase, size_t passphrase_len, const uint8_t sealed[SEALED_LEN],
	uint8_t seed[KITH_SEED_LEN])
{
	uint8_t key[KEY_LEN] = {0};
	int err;

	if (!passphrase || passphrase_len == 0)
		return KITH_E_PASSPHRASE;
	err = stretch(head, passphrase, passphrase_len, key);
	if (!err && crypto_aead_xchacha20poly1305_ietf_decrypt(seed, NULL, NULL, sealed, SEALED_LEN,
			    (const uint8_t *)text, text_len, head->nonce, key) != 0)
		err = KITH_E_PASSPHRASE;
	kith_wipe(key, sizeof(key));
	return err;
}

/* ---- writing -------------------------------------------------------------------------------- */

/* The lines of a head as text; its length without the NUL. The longest needs 314 bytes. */
static size_t render_head(const struct head *head, char out[KITH_KEYFILE_MAX])
{
	const char *type = kith_id_type_name(head->type);
	char public_key[KITH_ID_TEXT_MAX], salt[2 * SALT_LEN + 1], nonce[2 * NONCE_LEN + 1];
	int len;

	kith_id_format(head->type, head->public_key, public_key);
	kith_hex_format(head->salt, SALT_LEN, salt);
	kith_hex_format(head->nonce, NONCE_LEN, nonce);
	if (head->sealed)
		len = snprintf(out, KITH_KEYFILE_MAX,
			"kith-key 1\ntype %s\npublic %s\nsealed argon2id\nops %u\nmemory %u\n"
			"salt %s\nnonce %s\n",
			type, public_key, (unsigned)head->cost.ops,
			(unsigned)head->cost.memory_bytes, salt, nonce);
	else
		len = snprintf(out, KITH_KEYFILE_MAX, "kith-key 1\ntype %s\npublic %s\nsealed no\n",
			type, public_key);
	return (size_t)len;
}

static size_t append_seed(char *text, size_t text_len, const uint8_t *bytes, size_t len)
{
	memcpy(text + text_len, "seed ", 5);
	text_len += 5;
	kith_hex_format(bytes, len, text + text_len);
	text_len += 2 * len;
	memcpy(text + text_len, "\n", 2);
	return text_len + 1;
}

int kith_keyfile_encode(enum kith_id_type type, const uint8_t seed[KITH_SEED_LEN],
	char out[KITH_KEYFILE_MAX], size_t *out_len)
{
	struct head head = {.type = type};
	int err = derive_public(type, seed, head.public_key);

	if (err)
		return err;
	*out_len = append_seed(out, render_head(&head, out), seed, KITH_SEED_LEN);
	return 0;
}

static bool cost_is_allowed(struct kith_seal_cost cost)
{
	return cost.ops >= crypto_pwhash_argon2id_OPSLIMIT_MIN && cost.ops <= KITH_SEAL_OPS_MAX &&
	       cost.memory_bytes >= KITH_SEAL_MEMORY_MIN &&
	       cost.memory_bytes <= KITH_SEAL_MEMORY_MAX;
}

int kith_keyfile_seal(enum kith_id_type type, const uint8_t seed[KITH_SEED_LEN],
	const char *passphrase, size_t passphrase_len, struct kith_seal_cost cost,
	const struct kith_rng *rng, char out[KITH_KEYFILE_MAX], size_t *out_len)
{
	struct head head = {.type = type, .sealed = true, .cost = cost};
	uint8_t sealed[SEALED_LEN];
	size_t text_len;
	int err;

	if (!cost_is_allowed(cost) || !passphrase || passphrase_len == 0)
		return KITH_E_ARGUMENT;
	err = derive_public(type, seed, head.public_key);
	if (err)
		return err;
	kith_rng_fill(rng, head.salt, sizeof(head.salt));
	kith_rng_fill(rng, head.nonce, sizeof(head.nonce));
	text_len = render_head(&head, out);
	err = seal(&head, out, text_len, passphrase, passphrase_len, seed, sealed);
	if (err)
		kith_wipe(out, KITH_KEYFILE_MAX);
	else
		*out_len = append_seed(out, text_len, sealed, sizeof(sealed));
	return err;
}

/* ---- reading -------------------------------------------------------------------------------- */

/* What is left to read. */
struct reader {
	const char *next;
	size_t left;
};

/* Copies the value of the next line, which must have this name, and steps over it. A value that
 * holds a NUL is refused: as a string it would seem shorter than it is. */
static int read_line(struct reader *reader, const char *name, char value[VALUE_MAX])
{
	size_t name_len = strlen(name), known = reader->left < name_len ? reader->left : name_len;
	const char *end;
	size_t len;

	if (memcmp(reader->next, name, known) != 0)
		return KITH_E_MALFORMED;
	if (known < name_len)
		return KITH_E_TRUNCATED;
	end = memchr(reader->next, '\n', reader->left);
	if (!end)
		return KITH_E_TRUNCATED;
	len = (size_t)(end - reader->next) - name_len;
	if (len >= VALUE_MAX || memchr(reader->next + name_len, '\0', len))
		return KITH_E_MALFORMED;
	memcpy(value, reader->next + name_len, len);
	value[len] = '\0';
	reader->left -= name_len + len + 1;
	reader->next = end + 1;
	return 0;
}

/* A decimal number; what exceeds 32 bits is too large, whichever number the field takes. */
static int parse_number(const char *text, uint32_t *out)
{
	uint64_t value = 0;

	if (*text == '\0')
		return KITH_E_MALFORMED;
	for (; *text; text++) {
		if (*text < '0' || *text > '9')
			return KITH_E_MALFORMED;
		value = value * 10 + (uint64_t)(*text - '0');
		if (value > UINT32_MAX)
			return KITH_E_TOO_LARGE;
	}
	*out = (uint32_t)value;
	return 0;
}

static int read_number(struct reader *reader, const char *name, uint32_t *out)
{
	char value[VALUE_MAX];
	int err = read_line(reader, name, value);

	return err ? err : parse_number(value, out);
}

/* A complete line with too few digits is malformed; truncated is said only of the file. */
static int parse_hex(const char *value, uint8_t *out, size_t out_len)
{
	return kith_hex_parse(value, out, out_len) != 0 ? KITH_E_MALFORMED : 0;
}

static int read_hex(struct reader *reader, const char *name, uint8_t *out, size_t out_len)
{
	char value[VALUE_MAX];
	int err = read_line(reader, name, value);

	return err ? err : parse_hex(value, out, out_len);
}

static int read_version(struct reader *reader)
{
	char value[VALUE_MAX];
	uint32_t version = 0;
	int err = read_line(reader, "kith-key ", value);

	if (err)
		return err;
	err = parse_number(value, &version);
	if (err == KITH_E_MALFORMED)
		return err;
	return version != 1 ? KITH_E_UNKNOWN_VERSION : 0;
}

static int read_type(struct reader *reader, enum kith_id_type *out)
{
	static const enum kith_id_type types[] = {KITH_ID_AUTHOR, KITH_ID_NODE, KITH_ID_RECOVERY};
	char value[VALUE_MAX];
	int err = read_line(reader, "type ", value);

	if (err)
		return err;
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (strcmp(value, kith_id_type_name(types[i])) == 0) {
			*out = types[i];
			return 0;
		}
	}
	return KITH_E_MALFORMED;
}

static int read_public(struct reader *reader, enum kith_id_type type, uint8_t out[KITH_ID_LEN])
{
	char value[VALUE_MAX];
	int err = read_line(reader, "public ", value);

	if (err)
		return err;
	err = kith_id_parse(type, value, out, NULL);
	return !err || err == KITH_E_CHECKSUM ? err : KITH_E_MALFORMED;
}

static int read_seal(struct reader *reader, struct head *out)
{
	char value[VALUE_MAX];
	int err = read_line(reader, "sealed ", value);

	if (err)
		return err;
	out->sealed = strcmp(value, "argon2id") == 0;
	if (!out->sealed)
		return strcmp(value, "no") == 0 ? 0 : KITH_E_MALFORMED;
	if ((err = read_number(reader, "ops ", &out->cost.ops)) ||
		(err = read_number(reader, "memory ", &out->cost.memory_bytes)) ||
		(err = read_hex(reader, "salt ", out->salt, SALT_LEN)) ||
		(err = read_hex(reader, "nonce ", out->nonce, NONCE_LEN)))
		return err;
	if (out->cost.ops > KITH_SEAL_OPS_MAX || out->cost.memory_bytes > KITH_SEAL_MEMORY_MAX)
		return KITH_E_TOO_LARGE;
	return cost_is_allowed(out->cost) ? 0 : KITH_E_MALFORMED;
}

/* Whether text begins with the one way to write this head: no leading zero, no upper case. */
static bool head_is_canonical(const struct head *head, const char *text, size_t text_len)
{
	char rendered[KITH_KEYFILE_MAX];

	return render_head(head, rendered) == text_len && memcmp(rendered, text, text_len) == 0;
}

/* Reads a whole file: the head, its length, and the bytes of the seed line as they stand there. */
static int read_file(
	const char *text, size_t len, struct head *head, size_t *head_len, uint8_t seed[SEALED_LEN])
{
	struct reader reader = {text, len};
	char value[VALUE_MAX] = {0};
	int err;

	*head = (struct head){0};
	if (len >= KITH_KEYFILE_MAX)
		return KITH_E_TOO_LARGE;
	if ((err = read_version(&reader)) || (err = read_type(&reader, &head->type)) ||
		(err = read_public(&reader, head->type, head->public_key)) ||
		(err = read_seal(&reader, head)))
		return err;
	*head_len = len - reader.left;
	if (!head_is_canonical(head, text, *head_len))
		return KITH_E_MALFORMED;
	err = read_line(&reader, "seed ", value);
	if (!err && (reader.left > 0 || strpbrk(value, "ABCDEF")))
		err = KITH_E_MALFORMED;
	if (!err)
		err = parse_hex(value, seed, head->sealed ? SEALED_LEN : KITH_SEED_LEN);
	kith_wipe(value, sizeof(value));
	return err;
}

int kith_keyfile_inspect(const char *text, size_t len, struct kith_keyfile_info *out)
{
	uint8_t seed[SEALED_LEN];
	struct head head;
	size_t head_len;
	int err = read_file(text, len, &head, &head_len, seed);

	kith_wipe(seed, sizeof(seed));
	if (err)
		return err;
	out->type = head.type;
	out->sealed = head.sealed;
	memcpy(out->public_key, head.public_key, KITH_ID_LEN);
	return 0;
}

int kith_keyfile_open(enum kith_id_type want, const char *text, size_t len, const char *passphrase,
	size_t passphrase_len, uint8_t seed[KITH_SEED_LEN])
{
	uint8_t stored[SEALED_LEN], derived[KITH_ID_LEN];
	struct head head;
	size_t head_len;
	int err = read_file(text, len, &head, &head_len, stored);

	if (!err && head.type != want)
		err = KITH_E_WRONG_TYPE;
	if (err)
		goto out;
	if (head.sealed)
		err = unseal(&head, text, head_len, passphrase, passphrase_len, stored, seed);
	else
		memcpy(seed, stored, KITH_SEED_LEN);
	if (!err)
		err = derive_public(head.type, seed, derived);
	if (!err && !kith_id_equal(derived, head.public_key))
		err = KITH_E_CORRUPT;
out:
	if (err)
		kith_wipe(seed, KITH_SEED_LEN);
	kith_wipe(stored, sizeof(stored));
	return err;
}
