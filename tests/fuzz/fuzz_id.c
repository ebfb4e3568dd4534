/* Fuzz: any bytes as a typed key. What is read is what format would write, and as one type only. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "keys/id.h"
#include "keys/secret.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static const enum kith_id_type types[] = {
	KITH_ID_AUTHOR, KITH_ID_NODE, KITH_ID_CIRCLE, KITH_ID_RECOVERY};

static void require(bool condition)
{
	if (!condition)
		abort();
}

static bool same_but_for_case(const char *typed, const char *formatted)
{
	for (; *typed && *formatted; typed++, formatted++) {
		char c = *typed >= 'A' && *typed <= 'Z' ? (char)(*typed - 'A' + 'a') : *typed;

		if (c != *formatted)
			return false;
	}
	return *typed == *formatted;
}

/* Whether text is a key of this type; checks what goes with either answer. */
static bool parses_as(enum kith_id_type want, const char *text)
{
	char again[KITH_ID_TEXT_MAX], sentence[160];
	uint8_t key[KITH_ID_LEN];
	enum kith_id_type found = KITH_ID_AUTHOR;
	int err = kith_id_parse(want, text, key, &found);

	require(err <= 0);
	if (err) {
		require((err == KITH_E_WRONG_TYPE) <= (found != want));
		kith_id_explain(err, want, found, sentence, sizeof(sentence));
		require(strlen(sentence) < sizeof(sentence) - 1);
		return false;
	}
	require(found == want);
	kith_id_format(want, key, again);
	require(same_but_for_case(text, again));
	return true;
}

static void check_hex(const char *text)
{
	uint8_t bytes[32];
	char again[65];

	if (kith_hex_parse(text, bytes, sizeof(bytes)) != 0)
		return;
	kith_hex_format(bytes, sizeof(bytes), again);
	require(same_but_for_case(text, again));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	unsigned readings = 0;
	char *text = malloc(len + 1);

	require(text && kith_keys_init() == 0);
	if (len)
		memcpy(text, data, len);
	text[len] = '\0';
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		readings += parses_as(types[i], text);
	require(readings <= 1);
	check_hex(text);
	free(text);
	return 0;
}
