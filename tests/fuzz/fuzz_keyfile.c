/* Fuzz: any bytes as a key file. What is refused leaves no seed; what opens unsealed is what encode
 * would write. Argon2id runs only at the least cost, or the fuzzer would do nothing else. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "keys/keyfile.h"
#include "keys/secret.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static const enum kith_id_type types[] = {
	KITH_ID_AUTHOR, KITH_ID_NODE, KITH_ID_CIRCLE, KITH_ID_RECOVERY};

static void require(bool condition)
{
	if (!condition)
		abort();
}

static bool holds(const char *text, size_t len, const char *line)
{
	return memmem(text, len, line, strlen(line)) != NULL;
}

static bool is_zero(const uint8_t *bytes, size_t len)
{
	uint8_t any = 0;

	for (size_t i = 0; i < len; i++)
		any |= bytes[i];
	return any == 0;
}

static void check_same_text(
	enum kith_id_type type, const uint8_t *seed, const char *text, size_t len)
{
	char again[KITH_KEYFILE_MAX];
	size_t again_len = 0;

	require(kith_keyfile_encode(type, seed, again, &again_len) == 0);
	require(again_len == len && memcmp(again, text, len) == 0);
}

static void open_as(enum kith_id_type want, const char *text, size_t len, const char *passphrase,
	const struct kith_keyfile_info *info)
{
	size_t passphrase_len = passphrase ? strlen(passphrase) : 0;
	uint8_t seed[KITH_SEED_LEN];
	int err;

	memset(seed, 0xee, sizeof(seed));
	err = kith_keyfile_open(want, text, len, passphrase, passphrase_len, seed);
	require(err <= 0);
	if (err) {
		require(is_zero(seed, sizeof(seed)));
		return;
	}
	require(info && info->type == want);
	if (!info->sealed)
		check_same_text(want, seed, text, len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	const char *text = (const char *)data;
	struct kith_keyfile_info info;
	bool readable;

	require(kith_keys_init() == 0);
	readable = kith_keyfile_inspect(text, len, &info) == 0;
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		open_as(types[i], text, len, NULL, readable ? &info : NULL);
	if (readable && info.sealed && holds(text, len, "\nops 1\nmemory 8192\n"))
		open_as(info.type, text, len, "correct horse", &info);
	return 0;
}
