/*
 * reconcile-stdio: one side of a reconciliation, a line at a time, in the manner of negentropy's
 * public test harness, so that foreign implementations can be run against ours.
 *
 *     item,<timestamp>,<64 hex digits>    any number, in any order; then
 *     seal                                nothing is answered to these two
 *     initiate                            -> msg,<hex>
 *     msg,<hex> -> msg,<hex>; of the initiator, a have,<hex> or need,<hex>
 *                                            for each id and then msg,<hex> or done
 *
 * An id is told once in a run, even when a frame limit makes the two go over a range again.
 * FRAMESIZELIMIT in the environment is the frame limit in bytes (0, empty or unset: none). What
 * cannot be understood is named on stderr with its line, and the status is 1.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/reconcile.h"

struct line_item {
	struct kith_item item;
	unsigned long line;
};

/* What the initiator was told: all ids so far, and those of the message at hand in their order. */
struct told {
	struct kith_set *ever;
	struct kith_buf now;
};

struct side {
	unsigned long line; /* number of the line being read */
	struct line_item *items;
	size_t n_items, room;
	struct kith_set *set; /* NULL until sealed */
	struct kith_reconcile reconcile;
	size_t frame_limit;
	struct told have, need;
};

static _Noreturn void fail(const struct side *side, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static _Noreturn void fail(const struct side *side, const char *format, ...)
{
	va_list args;

	fflush(stdout);
	fprintf(stderr, "reconcile-stdio: line %lu: ", side->line);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	exit(1);
}

static void must(const struct side *side, const char *what, int err)
{
	if (err)
		fail(side, "%s: %s", what, kith_err_text(err));
}

/* Decimal digits alone, up to UINT64_MAX. */
static bool parse_number(const char *text, uint64_t *out)
{
	char *end;

	if (*text < '0' || *text > '9')
		return false;
	errno = 0;
	*out = strtoumax(text, &end, 10);
	return !errno && *end == '\0';
}

/* ---- the set ---- */

static void take_item(struct side *side, char *fields)
{
	char *comma = strchr(fields, ',');
	struct line_item *added;

	if (side->set)
		fail(side, "item after seal");
	if (!comma)
		fail(side, "an item is item,<timestamp>,<id>");
	*comma = '\0';
	if (side->n_items == side->room) {
		side->room = side->room ? 2 * side->room : 1024;
		side->items = realloc(side->items, side->room * sizeof(*side->items));
		if (!side->items)
			must(side, "item", KITH_E_NOMEM);
	}
	added = &side->items[side->n_items++];
	added->line = side->line;
	if (!parse_number(fields, &added->item.created_ms))
		fail(side, "the timestamp is not a number of 64 bits");
	if (added->item.created_ms == UINT64_MAX)
		fail(side, "the timestamp 2^64 - 1 is reserved for infinity");
	if (kith_hex_parse(comma + 1, added->item.id.bytes, KITH_ID_LEN))
		fail(side, "the id is not 64 hexadecimal digits");
}

static int compare_items(const void *a, const void *b)
{
	const struct line_item *left = a, *right = b;
	int order = kith_item_compare(&left->item, &right->item);

	return order ? order : (left->line > right->line) - (left->line < right->line);
}

static void seal(struct side *side)
{
	if (side->set)
		fail(side, "sealed already");
	side->set = kith_set_new();
	if (!side->set)
		must(side, "seal", KITH_E_NOMEM);
	if (side->n_items)
		qsort(side->items, side->n_items, sizeof(*side->items), compare_items);
	for (size_t i = 0; i < side->n_items; i++) {
		int err = kith_set_insert(side->set, &side->items[i].item);

		if (err == KITH_E_EXISTS)
			fail(side, "the item of line %lu was given before", side->items[i].line);
		must(side, "seal", err);
	}
	free(side->items);
	side->items = NULL;
	must(side, "FRAMESIZELIMIT",
		kith_reconcile_init(&side->reconcile, side->set, side->frame_limit, false));
}

/* ---- messages ---- */

static void print_hex(const struct side *side, const char *word, const uint8_t *bytes, size_t len)
{
	char *hex = malloc(2 * len + 1);

	if (!hex)
		must(side, word, KITH_E_NOMEM);
	kith_hex_format(bytes, len, hex);
	printf("%s,%s\n", word, hex);
	free(hex);
}

static int keep(struct told *told, const struct kith_record_id *id)
{
	int err = kith_set_insert(told->ever, &(struct kith_item){0, *id});

	if (err)
		return err == KITH_E_EXISTS ? 0 : err;
	kith_write(&told->now, id->bytes, KITH_ID_LEN);
	return kith_buf_err(&told->now);
}

static int keep_have(void *ctx, const struct kith_record_id *id)
{
	struct side *side = ctx;

	return keep(&side->have, id);
}

static int keep_need(void *ctx, const struct kith_record_id *id)
{
	struct side *side = ctx;

	return keep(&side->need, id);
}

static void told_init(const struct side *side, struct told *told)
{
	kith_buf_init(&told->now, SIZE_MAX);
	told->ever = kith_set_new();
	if (!told->ever)
		must(side, "seal", KITH_E_NOMEM);
}

static void told_print(const struct side *side, const char *word, struct told *told)
{
	for (size_t at = 0; at < told->now.len; at += KITH_ID_LEN)
		print_hex(side, word, told->now.data + at, KITH_ID_LEN);
	kith_buf_reset(&told->now);
}

static void told_clear(struct told *told)
{
	kith_buf_clear(&told->now);
	kith_set_free(told->ever);
}

static void answer(const struct side *side, struct kith_buf *out)
{
	if (out->len)
		print_hex(side, "msg", out->data, out->len);
	else
		puts("done");
	kith_buf_clear(out);
	fflush(stdout);
}

static void initiate(struct side *side)
{
	struct kith_buf out;

	if (side->reconcile.initiator)
		fail(side, "initiated already");
	side->reconcile.initiator = true;
	kith_buf_init(&out, SIZE_MAX);
	must(side, "initiate", kith_reconcile_initiate(&side->reconcile, &out));
	answer(side, &out);
}

static void take_message(struct side *side, const char *hex)
{
	size_t len = strlen(hex) / 2;
	uint8_t *msg = malloc(len + 1);
	struct kith_reconcile_diff diff = {keep_have, keep_need, side};
	struct kith_buf out;

	kith_buf_init(&out, SIZE_MAX);
	if (!msg)
		must(side, "msg", KITH_E_NOMEM);
	must(side, "msg", strlen(hex) % 2 ? KITH_E_MALFORMED : kith_hex_parse(hex, msg, len));
	must(side, "msg",
		kith_reconcile_consume(&side->reconcile, msg, len,
			side->reconcile.initiator ? &diff : NULL, &out));
	free(msg);
	told_print(side, "have", &side->have);
	told_print(side, "need", &side->need);
	answer(side, &out);
}

/* ---- lines ---- */

static void take_line(struct side *side, char *line)
{
	char *fields = strchr(line, ',');

	if (fields)
		*fields++ = '\0';
	if (strcmp(line, "item") == 0 && fields)
		take_item(side, fields);
	else if (strcmp(line, "seal") == 0 && !fields)
		seal(side);
	else if (!side->set)
		fail(side, "before seal only item,<timestamp>,<id> is understood");
	else if (strcmp(line, "initiate") == 0 && !fields)
		initiate(side);
	else if (strcmp(line, "msg") == 0 && fields)
		take_message(side, fields);
	else
		fail(side, "only msg,<hex> and initiate are understood here");
}

static size_t frame_limit(const struct side *side)
{
	const char *text = getenv("FRAMESIZELIMIT");
	uint64_t limit = 0;

	if (text && *text && !parse_number(text, &limit))
		fail(side, "FRAMESIZELIMIT is not a number");
	if (limit && limit < KITH_RECONCILE_LIMIT_MIN)
		fail(side, "FRAMESIZELIMIT is neither 0 nor at least %d", KITH_RECONCILE_LIMIT_MIN);
	return (size_t)limit;
}

int main(void)
{
	struct side side = {0};
	size_t room = 0;
	char *line = NULL;
	ssize_t len;

	side.frame_limit = frame_limit(&side);
	told_init(&side, &side.have);
	told_init(&side, &side.need);
	while ((len = getline(&line, &room, stdin)) > 0) {
		side.line++;
		if (line[len - 1] == '\n')
			line[--len] = '\0';
		if (strlen(line) != (size_t)len)
			fail(&side, "a NUL byte");
		if (len)
			take_line(&side, line);
	}
	free(line);
	free(side.items);
	kith_set_free(side.set);
	told_clear(&side.have);
	told_clear(&side.need);
	return 0;
}
