/* message.c: the elements that messages are made of. */
#include "protocol/message.h"

#include <string.h>

#include "keys/hash.h"
#include "protocol/limits.h"

void kith_message_tag(const struct kith_circle *circle, const uint8_t handshake_hash[64],
	uint8_t out[KITH_TAG_LEN])
{
	struct kith_hash hash;

	kith_hash_keyed(handshake_hash, 64, circle->bytes, sizeof(circle->bytes), &hash);
	memcpy(out, hash.bytes, KITH_TAG_LEN);
}

void kith_write_set_tag(struct kith_buf *buf, const struct kith_set_tag *tag)
{
	kith_write(buf, tag->circle, KITH_TAG_LEN);
	kith_write_u8(buf, tag->class_);
}

struct kith_set_tag kith_read_set_tag(struct kith_cursor *cursor)
{
	struct kith_set_tag tag;

	kith_read_copy(cursor, tag.circle, KITH_TAG_LEN);
	tag.class_ = kith_read_u8(cursor);
	if (!cursor->err && tag.class_ >= KITH_CLASSES)
		cursor->err = KITH_E_MALFORMED;
	return tag;
}

void kith_write_item(struct kith_buf *buf, const struct kith_item *item)
{
	kith_write_u64(buf, item->created_ms);
	kith_write(buf, item->id.bytes, KITH_ID_LEN);
}

struct kith_item kith_read_item(struct kith_cursor *cursor)
{
	struct kith_item item;

	item.created_ms = kith_read_u64(cursor);
	kith_read_copy(cursor, item.id.bytes, KITH_ID_LEN);
	return item;
}

void kith_write_scope(struct kith_buf *buf, const struct kith_scope *scope)
{
	kith_write(buf, scope->tag, KITH_TAG_LEN);
	for (int i = 0; i < KITH_CLASSES; i++)
		kith_write_u64(buf, scope->counts[i]);
}

struct kith_scope kith_read_scope(struct kith_cursor *cursor)
{
	struct kith_scope scope;

	kith_read_copy(cursor, scope.tag, KITH_TAG_LEN);
	for (int i = 0; i < KITH_CLASSES; i++)
		scope.counts[i] = kith_read_u64(cursor);
	return scope;
}

struct kith_bytes kith_read_envelope(struct kith_cursor *cursor)
{
	uint32_t len = kith_read_u32(cursor);

	if (!cursor->err && len > KITH_RECORD_MAX_BYTES)
		cursor->err = KITH_E_TOO_LARGE;
	return kith_read_view(cursor, len);
}
