/*
 * Replays the transcripts of protocol/vectors/reconcile in both roles: every message must be the
 * one in the file, byte for byte. The README there explains the lines.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/reconcile.h"

#define FOLDER    "protocol/vectors/reconcile"
#define FILES_MAX 100

struct replay {
	char path[512];
	unsigned line;
	struct kith_set *a, *b;
	size_t limit;
	bool begun;
	struct kith_buf to_a, to_b; /* the last message to each side */
	struct kith_buf told; /* 'h' or 'n' and the id, for each id not yet seen in the file */
};

static _Noreturn void bad(const struct replay *r, const char *what)
{
	fail_msg("%s:%u: %s", r->path, r->line, what);
	abort(); /* not reached */
}

static void check(const struct replay *r, bool good, const char *what)
{
	if (!good)
		bad(r, what);
}

static void read_hex(struct replay *r, const char *hex, struct kith_buf *out)
{
	size_t len = strlen(hex) / 2;
	uint8_t *room;

	kith_buf_reset(out);
	room = kith_write_reserve(out, len + 1); /* never NULL, even for nothing */
	check(r, room && strlen(hex) == 2 * len && kith_hex_parse(hex, room, len) == 0, "bad hex");
	out->len = len;
}

/* got must be what the line says in hexadecimal. */
static void same_hex(struct replay *r, const struct kith_buf *got, const char *hex)
{
	struct kith_buf want;
	bool same;

	kith_buf_init(&want, SIZE_MAX);
	read_hex(r, hex, &want);
	same = got->len == want.len && (!got->len || memcmp(got->data, want.data, got->len) == 0);
	kith_buf_clear(&want);
	check(r, same, "another message than ours");
}

/* ---- what the lines do ---- */

static void add_item(struct replay *r, const char *rest)
{
	struct kith_item item;
	char side, id[65];

	check(r, sscanf(rest, "%c item,%" SCNu64 ",%64[0-9a-f]", &side, &item.created_ms, id) == 3,
		"not an item");
	check(r, kith_hex_parse(id, item.id.bytes, KITH_ID_LEN) == 0, "not an id");
	check(r, kith_set_insert(side == 'a' ? r->a : r->b, &item) == 0, "not inserted");
}

static int tell(struct replay *r, uint8_t word, const struct kith_record_id *id)
{
	kith_write_u8(&r->told, word);
	kith_write(&r->told, id->bytes, KITH_ID_LEN);
	return kith_buf_err(&r->told);
}

static int on_have(void *ctx, const struct kith_record_id *id)
{
	return tell(ctx, 'h', id);
}

static int on_need(void *ctx, const struct kith_record_id *id)
{
	return tell(ctx, 'n', id);
}

static int consume(
	struct replay *r, bool initiator, const struct kith_buf *msg, struct kith_buf *out)
{
	struct kith_reconcile_diff diff = {on_have, on_need, r};
	struct kith_reconcile side;

	kith_buf_reset(out);
	check(r, kith_reconcile_init(&side, initiator ? r->a : r->b, r->limit, initiator) == 0,
		"bad limit");
	return kith_reconcile_consume(&side, msg->data, msg->len, initiator ? &diff : NULL, out);
}

static void initiator_says(struct replay *r, const char *hex)
{
	struct kith_reconcile side;

	check(r, r->told.len == 0, "an id before this line was not named");
	if (!r->begun) {
		check(r, kith_reconcile_init(&side, r->a, r->limit, true) == 0, "bad limit");
		check(r, kith_reconcile_initiate(&side, &r->to_b) == 0, "no first message");
		r->begun = true;
	}
	same_hex(r, &r->to_b, hex);
}

static void responder_says(struct replay *r, const char *hex)
{
	check(r, consume(r, false, &r->to_b, &r->to_a) == 0, "the responder refuses");
	same_hex(r, &r->to_a, hex);
	check(r, consume(r, true, &r->to_a, &r->to_b) == 0, "the initiator refuses");
}

static void id_is_told(struct replay *r, uint8_t word, const char *hex)
{
	uint8_t want[1 + KITH_ID_LEN] = {word};

	check(r, kith_hex_parse(hex, want + 1, KITH_ID_LEN) == 0, "not an id");
	check(r, r->told.len >= sizeof(want) && memcmp(r->told.data, want, sizeof(want)) == 0,
		"another id is told");
	kith_buf_consume(&r->told, sizeof(want));
}

static void done(struct replay *r)
{
	check(r, r->told.len == 0, "an id before this line was not named");
	check(r, r->begun && r->to_b.len == 0, "the initiator is not done");
}

static void refuse(struct replay *r, char *rest)
{
	char *space = strchr(rest, ' ');

	if (space)
		*space = '\0';
	read_hex(r, space ? space + 1 : "", &r->to_b);
	for (int initiator = 0; initiator < 2; initiator++) {
		int err = consume(r, initiator, &r->to_b, &r->to_a);

		check(r, err && strcmp(kith_err_name(err), rest) == 0, "another verdict");
		kith_buf_reset(&r->told);
	}
}

static void take_line(struct replay *r, char *line)
{
	char *rest = strchr(line, ' ');

	if (line[0] == '#' || line[0] == '\0')
		return;
	if (rest)
		*rest++ = '\0';
	if (strcmp(line, "done") == 0 && !rest)
		return done(r);
	check(r, rest, "a word alone");
	if (strcmp(line, "set") == 0)
		add_item(r, rest);
	else if (strcmp(line, "limit") == 0)
		r->limit = strtoul(rest, NULL, 10);
	else if (strcmp(line, "a>") == 0)
		initiator_says(r, rest);
	else if (strcmp(line, "b>") == 0)
		responder_says(r, rest);
	else if (strcmp(line, "have") == 0)
		id_is_told(r, 'h', rest);
	else if (strcmp(line, "need") == 0)
		id_is_told(r, 'n', rest);
	else if (strcmp(line, "to-b") == 0)
		read_hex(r, rest, &r->to_b);
	else if (strcmp(line, "b=") == 0) {
		check(r, consume(r, false, &r->to_b, &r->to_a) == 0, "the responder refuses");
		same_hex(r, &r->to_a, rest);
	} else if (strcmp(line, "refused") == 0)
		refuse(r, rest);
	else
		bad(r, "unknown word");
}

/* ---- files ---- */

static void replays(void **state)
{
	struct replay r = {.a = kith_set_new(), .b = kith_set_new()};
	char *line = NULL;
	size_t room = 0;
	ssize_t len;
	FILE *file;

	snprintf(r.path, sizeof(r.path), "%s/%s", FOLDER, (const char *)*state);
	file = fopen(r.path, "r");
	assert_non_null(file);
	kith_buf_init(&r.to_a, SIZE_MAX);
	kith_buf_init(&r.to_b, SIZE_MAX);
	kith_buf_init(&r.told, SIZE_MAX);
	while ((len = getline(&line, &room, file)) > 0) {
		r.line++;
		if (line[len - 1] == '\n')
			line[len - 1] = '\0';
		take_line(&r, line);
	}
	assert_true(r.line > 2);
	assert_int_equal(r.told.len, 0);
	fclose(file);
	free(line);
	kith_buf_clear(&r.to_a);
	kith_buf_clear(&r.to_b);
	kith_buf_clear(&r.told);
	kith_set_free(r.a);
	kith_set_free(r.b);
}

static int is_case(const struct dirent *entry)
{
	size_t len = strlen(entry->d_name);

	return len > 4 && strcmp(entry->d_name + len - 4, ".txt") == 0;
}

int main(void)
{
	struct CMUnitTest tests[FILES_MAX];
	struct dirent **entries;
	int n = scandir(FOLDER, &entries, is_case, alphasort), failed;

	if (n < 1 || n > FILES_MAX) {
		fprintf(stderr, "%s holds %d files\n", FOLDER, n);
		return 1;
	}
	for (int i = 0; i < n; i++)
		tests[i] = (struct CMUnitTest){
			.name = entries[i]->d_name,
			.test_func = replays,
			.initial_state = entries[i]->d_name,
		};
	failed = _cmocka_run_group_tests("reconcile vectors", tests, (size_t)n, NULL, NULL);
	for (int i = 0; i < n; i++)
		free(entries[i]);
	free(entries);
	return failed;
}
