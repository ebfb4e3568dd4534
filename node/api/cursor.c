/* cursor.c: see cursor.h. */
#include "node/api/cursor.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "protocol/limits.h"

#define CURSOR_BYTES (8 + KITH_ID_LEN)
#define BASE64       sodium_base64_VARIANT_URLSAFE_NO_PADDING

void kith_find_cursor_format(const struct kith_item *item, char out[KITH_FIND_CURSOR_MAX])
{
	uint8_t bytes[CURSOR_BYTES];

	for (unsigned i = 0; i < 8; i++)
		bytes[i] = (uint8_t)(item->created_ms >> (56 - 8 * i));
	memcpy(bytes + 8, item->id.bytes, KITH_ID_LEN);
	sodium_bin2base64(out, KITH_FIND_CURSOR_MAX, bytes, sizeof(bytes), BASE64);
}

bool kith_find_cursor_parse(const char *text, struct kith_item *out)
{
	uint8_t bytes[CURSOR_BYTES];
	struct kith_item item = {.created_ms = 0};
	size_t len = 0;

	if (sodium_base642bin(bytes, sizeof(bytes), text, strlen(text), NULL, &len, NULL, BASE64) ||
		len != sizeof(bytes))
		return false;
	for (unsigned i = 0; i < 8; i++)
		item.created_ms = item.created_ms << 8 | bytes[i];
	if (item.created_ms > KITH_CREATED_MAX_MS)
		return false;
	memcpy(item.id.bytes, bytes + 8, KITH_ID_LEN);
	*out = item;
	return true;
}

void kith_follow_cursor_format(uint64_t seq, char out[KITH_FOLLOW_CURSOR_MAX])
{
	snprintf(out, KITH_FOLLOW_CURSOR_MAX, "%" PRIu64, seq);
}

bool kith_follow_cursor_parse(const char *text, uint64_t *out)
{
	size_t digits = strspn(text, "0123456789");
	uint64_t value = 0;

	if (digits == 0 || digits > 18 || text[digits])
		return false;
	for (size_t i = 0; i < digits; i++)
		value = value * 10 + (uint64_t)(text[i] - '0');
	*out = value;
	return true;
}
