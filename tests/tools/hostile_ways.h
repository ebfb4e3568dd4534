/*
 * hostile_ways.h: what hostile.c can do to a partner, one way a function: what it says by itself,
 * or in answer to a message. The table in hostile.c gives them names.
 */
#ifndef KITH_TESTS_TOOLS_HOSTILE_WAYS_H
#define KITH_TESTS_TOOLS_HOSTILE_WAYS_H

#include "tests/tools/hostile_make.h"

#define MESSAGE_ROOM (KITH_MESSAGE_MAX_BYTES - 1024)

/* ---- floods: step() is called whenever all that was said before has left --------------------- */

static void flood(struct talk *talk, uint8_t type, size_t len)
{
	for (int i = 0; i < 1000; i++)
		say(talk, type, "\0\0\0\0\0\0\0", len);
}

static void pings(struct talk *talk)
{
	flood(talk, KITH_MESSAGE_PING, 8);
}

static void unknown_messages(struct talk *talk)
{
	flood(talk, 200, 0);
}

static void prunes(struct talk *talk)
{
	flood(talk, KITH_MESSAGE_PRUNE, 2);
}

static void nudges(struct talk *talk)
{
	flood(talk, KITH_MESSAGE_NUDGE, 0);
}

static void made_up_ids(struct talk *talk, uint8_t type)
{
	struct kith_buf buf;

	kith_buf_init(&buf, KITH_MESSAGE_MAX_BYTES);
	write_tag(talk, KITH_CLASS_CONTENT, &buf);
	if (type == KITH_MESSAGE_IHAVE)
		kith_write_u8(&buf, 0);
	else
		kith_write_u16(&buf, 0);
	for (int i = 0; i < 200; i++) {
		add_chance(&buf, type == KITH_MESSAGE_IHAVE ? KITH_ITEM_LEN : KITH_ID_LEN);
		if (type == KITH_MESSAGE_IHAVE)
			kith_write_u16(&buf, 0);
	}
	say_buf(talk, type, &buf);
}

static void ihaves(struct talk *talk)
{
	made_up_ids(talk, KITH_MESSAGE_IHAVE);
}

static void grafts(struct talk *talk)
{
	made_up_ids(talk, KITH_MESSAGE_GRAFT);
}

static void unavailables(struct talk *talk)
{
	struct kith_buf buf;

	kith_buf_init(&buf, KITH_MESSAGE_MAX_BYTES);
	add_chance(&buf, 1000 * KITH_ID_LEN);
	say_buf(talk, KITH_MESSAGE_UNAVAILABLE, &buf);
}

/* The same sound record, over and over. */
static void repeats(struct talk *talk)
{
	struct kith_buf *record = &talk->notes, buf;

	if (record->len == 0)
		add_common_record(record, &talk->group, wall_ms());
	kith_buf_init(&buf, KITH_MESSAGE_MAX_BYTES);
	while (buf.len + record->len < MESSAGE_ROOM)
		kith_write(&buf, record->data, record->len);
	say_buf(talk, KITH_MESSAGE_PUSH, &buf);
}

/* Asks for everything there is from the start, again and again, and throws it away. */
static void pull(struct talk *talk)
{
	struct kith_item zero = {0};
	struct kith_buf buf;

	kith_buf_init(&buf, KITH_MESSAGE_MAX_BYTES);
	write_tag(talk, KITH_CLASS_CONTENT, &buf);
	kith_write_item(&buf, &zero);
	kith_write_u32(&buf, UINT32_MAX);
	say_buf(talk, KITH_MESSAGE_PULL, &buf);
}

static void pull_again(struct talk *talk, uint8_t type, struct kith_cursor *payload)
{
	(void)payload;
	if (type == KITH_MESSAGE_PULLED)
		pull(talk);
}

/* Wants what it learns that there is, each thing five hundred times. */
static void want_again(struct talk *talk, uint8_t type, struct kith_cursor *payload)
{
	struct kith_buf buf;

	if (type != KITH_MESSAGE_RECORDS)
		return;
	(void)kith_read_u8(payload);
	while (kith_cursor_left(payload) > 0 && talk->said < 1000) {
		struct kith_bytes envelope = kith_read_envelope(payload);
		struct kith_claim claim;

		MUST(payload->err == 0 &&
			kith_record_peek(envelope.data, envelope.len, &claim) == 0);
		kith_buf_init(&buf, KITH_MESSAGE_MAX_BYTES);
		write_tag(talk, KITH_CLASS_CONTENT, &buf);
		for (int i = 0; i < 500; i++)
			kith_write(&buf, claim.item.id.bytes, KITH_ID_LEN);
		say_buf(talk, KITH_MESSAGE_WANT, &buf);
	}
}

/* ---- records that should not be -------------------------------------------------------------- */

static void push(struct talk *talk, struct kith_buf *records)
{
	say_buf(talk, KITH_MESSAGE_PUSH, records);
}

static void make_authors(struct talk *talk, struct kith_buf *out)
{
	(void)talk;
	for (int i = 0; i < 100; i++) {
		struct kith_sign_pair author = make_up_author();
		add_common_record(out, &author, wall_ms());
	}
}

static void make_by_one(struct talk *talk, struct kith_buf *out)
{
	for (int i = 0; i < 100; i++)
		add_common_record(out, &talk->group, wall_ms());
}

/* So much is signed before the call, that what is measured then is not our own work. */
#define STOCK_MESSAGES 50

static void lay_in(struct talk *talk, void (*make)(struct talk *talk, struct kith_buf *out))
{
	struct kith_buf buf;

	kith_buf_init(&talk->stock, STOCK_MESSAGES * KITH_MESSAGE_MAX_BYTES);
	for (int i = 0; i < STOCK_MESSAGES; i++) {
		kith_buf_init(&buf, KITH_MESSAGE_MAX_BYTES);
		make(talk, &buf);
		kith_write_u32(&talk->stock, (uint32_t)buf.len);
		kith_write(&talk->stock, buf.data, buf.len);
		kith_buf_clear(&buf);
	}
	MUST(kith_buf_err(&talk->stock) == 0);
}

/* From the stock as long as there is some. */
static void push_more(struct talk *talk, void (*make)(struct talk *talk, struct kith_buf *out))
{
	struct kith_cursor cursor;
	struct kith_bytes message;
	struct kith_buf buf;

	kith_buf_init(&buf, KITH_MESSAGE_MAX_BYTES);
	kith_cursor_init(&cursor, talk->stock.data, talk->stock.len);
	message = kith_read_view(&cursor, kith_read_u32(&cursor));
	if (cursor.err)
		make(talk, &buf);
	else
		kith_write(&buf, message.data, message.len);
	if (!cursor.err)
		kith_buf_consume(&talk->stock, 4 + message.len);
	push(talk, &buf);
}

static void lay_in_authors(struct talk *talk)
{
	lay_in(talk, make_authors);
}

static void authors(struct talk *talk)
{
	push_more(talk, make_authors);
}

static void lay_in_one_author(struct talk *talk)
{
	lay_in(talk, make_by_one);
}

static void one_author(struct talk *talk)
{
	push_more(talk, make_by_one);
}

static void forged(struct talk *talk)
{
	struct kith_buf buf;

	kith_buf_init(&buf, KITH_MESSAGE_MAX_BYTES);
	add_common_record(&buf, &talk->group, wall_ms());
	buf.data[buf.len - 1] ^= 1; /* of the body, which its hash no longer fits */
	push(talk, &buf);
}

static void future(struct talk *talk)
{
	struct kith_buf buf;

	kith_buf_init(&buf, KITH_MESSAGE_MAX_BYTES);
	add_common_record(&buf, &talk->group, wall_ms() + KITH_FUTURE_SKEW_MS + 3600000);
	push(talk, &buf);
}

static void foreign(struct talk *talk)
{
	struct kith_circle circle;
	struct kith_buf buf;

	randombytes_buf(circle.bytes, sizeof(circle.bytes));
	kith_buf_init(&buf, KITH_MESSAGE_MAX_BYTES);
	add_record(&buf, &talk->group, &circle, wall_ms());
	push(talk, &buf);
}

static void unasked(struct talk *talk)
{
	struct kith_buf buf;

	kith_buf_init(&buf, KITH_MESSAGE_MAX_BYTES);
	kith_write_u8(&buf, KITH_RECORDS_PULLED);
	add_common_record(&buf, &talk->group, wall_ms());
	say_buf(talk, KITH_MESSAGE_RECORDS, &buf);
}

static void lying_length(struct talk *talk)
{
	say(talk, KITH_MESSAGE_PUSH,
		"\xff\xff\xff\xff"
		"few",
		7);
}

static void second_scope(struct talk *talk)
{
	say_scope(talk);
}

/* ---- promises -------------------------------------------------------------------------------- */

static void withhold(struct talk *talk)
{
	made_up_ids(talk, KITH_MESSAGE_IHAVE);
}

/* ---- reconciling ----------------------------------------------------------------------------- */

/* One range up to infinity with a fingerprint that nothing has. */
static void wrong_sum(struct talk *talk, uint8_t role)
{
	struct kith_buf buf;

	kith_buf_init(&buf, KITH_MESSAGE_MAX_BYTES);
	write_tag(talk, KITH_CLASS_CONTENT, &buf);
	kith_write_u8(&buf, role);
	kith_write(&buf, "\x61\0\0\1", 4);
	add_chance(&buf, 16);
	say_buf(talk, KITH_MESSAGE_RECONCILE, &buf);
}

static void wrong_sums(struct talk *talk)
{
	wrong_sum(talk, KITH_RECONCILE_QUERY);
}

static void ask_on(struct talk *talk, uint8_t type, struct kith_cursor *payload)
{
	(void)payload;
	if (type == KITH_MESSAGE_RECONCILE)
		wrong_sum(talk, KITH_RECONCILE_QUERY);
}

/* Says in between that all is equal, so that each reconciliation is short. */
static void begin_anew(struct talk *talk, uint8_t type, struct kith_cursor *payload)
{
	struct kith_buf buf;

	(void)payload;
	if (type != KITH_MESSAGE_RECONCILE)
		return;
	kith_buf_init(&buf, KITH_SET_TAG_LEN);
	write_tag(talk, KITH_CLASS_CONTENT, &buf);
	say_buf(talk, KITH_MESSAGE_SYNCED, &buf);
	wrong_sum(talk, KITH_RECONCILE_QUERY);
}

static void answer_wrongly(struct talk *talk, uint8_t type, struct kith_cursor *payload)
{
	struct kith_set_tag tag;
	struct kith_buf buf;

	if (type != KITH_MESSAGE_RECONCILE)
		return;
	tag = kith_read_set_tag(payload);
	kith_buf_init(&buf, KITH_MESSAGE_MAX_BYTES);
	kith_write_set_tag(&buf, &tag);
	kith_write_u8(&buf, KITH_RECONCILE_ANSWER);
	kith_write(&buf, "\x61\0\0\1", 4);
	add_chance(&buf, 16);
	say_buf(talk, KITH_MESSAGE_RECONCILE, &buf);
}

/* ---- bytes ----------------------------------------------------------------------------------- */

static void garbage(struct talk *talk)
{
	add_chance(&talk->out, 70000); /* one frame at least is whole */
}

static void short_frame(struct talk *talk)
{
	kith_write(&talk->out, "\0\3abc", 5);
}

static void flipped(struct talk *talk)
{
	say(talk, KITH_MESSAGE_PING, "12345678", 8);
	seal(talk);
	talk->out.data[talk->out.len - 1] ^= 0x10;
}

static void replay(struct talk *talk)
{
	size_t len;

	exchange(talk, false);
	say(talk, KITH_MESSAGE_PING, "12345678", 8);
	seal(talk);
	len = talk->out.len;
	for (size_t i = 0; i < len; i++)
		kith_write_u8(&talk->out, talk->out.data[i]);
}

/* Half a frame, then nothing more: the connection stays open (slow) or is closed (cut). */
static void half_a_frame(struct talk *talk)
{
	say(talk, KITH_MESSAGE_PING, "12345678", 8);
	seal(talk);
	talk->out.len -= 5;
}

static void cut(struct talk *talk)
{
	half_a_frame(talk);
	exchange(talk, false);
	talk->over = true;
}

static void say_bye(struct talk *talk)
{
	MUST(kith_session_bye(talk->session, KITH_BYE_SHUTDOWN, wall_ms()) == 0);
	exchange(talk, false);
	talk->over = true;
}

#endif
