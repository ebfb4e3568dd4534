/*
 * Replays protocol/vectors/records: each envelope is opened and checked, and every line that
 * follows it must be what came of it. README.md there explains the form.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdbool.h>

#include "keys/secret.h"
#include "protocol/body.h"
#include "protocol/limits.h"
#include "protocol/record.h"
#include "tests/vectors/record_blob.h"

#define FOLDER "protocol/vectors/records/"

/* The vector under replay. */
struct replay {
	char name[128];
	struct kith_buf envelope;
	struct kith_record *record; /* NULL: refused */
	struct kith_problem problem;
	int err;
	size_t links; /* seen so far */
	size_t vectors, verdicts, refused;
};

static void open_envelope(struct replay *r, const char *blob)
{
	kith_buf_reset(&r->envelope);
	if (read_blob(blob, &r->envelope))
		fail_msg("%s: not hexadecimal", r->name);
	kith_record_free(r->record);
	r->err = kith_record_open(r->envelope.data, r->envelope.len, &r->record, &r->problem);
	r->links = 0;
	r->vectors++;
}

/* "ok", or "refused REASON FIELD". */
static void expect_verdict(struct replay *r, const char *expected)
{
	char found[160] = "ok";

	if (r->err)
		snprintf(found, sizeof(found), "refused %s %s", kith_err_name(r->err),
			r->problem.field);
	if (strcmp(found, expected) != 0)
		fail_msg("%s: %s, not %s", r->name, found, expected);
	r->verdicts++;
	r->refused += r->err != 0;
}

static void format_link(const struct replay *r, char *out, size_t len)
{
	const struct kith_link *link = &r->record->links[r->links];
	char hex[2 * KITH_ID_LEN + 1];

	if (r->links >= r->record->link_count)
		fail_msg("%s: too few links", r->name);
	kith_hex_format(link->target.bytes, KITH_ID_LEN, hex);
	snprintf(out, len, "%u target %s", link->type, hex);
}

/* What the record says under the name of a line. */
static void format_fact(const struct replay *r, const char *name, char *out, size_t len)
{
	const struct kith_record *record = r->record;
	const uint8_t *id = strcmp(name, "id") == 0             ? record->id.bytes
			    : strcmp(name, "circle") == 0       ? record->circle.bytes
			    : strcmp(name, "author") == 0       ? record->author.bytes
			    : strcmp(name, "on-behalf-of") == 0 ? record->on_behalf_of.bytes
			    : strcmp(name, "delegation") == 0   ? record->delegation.bytes
								: NULL;

	snprintf(out, len, "no such line");
	if (id)
		kith_hex_format(id, KITH_ID_LEN, out);
	else if (strcmp(name, "kind") == 0)
		snprintf(out, len, "%u", record->kind);
	else if (strcmp(name, "created-ms") == 0)
		snprintf(out, len, "%llu", (unsigned long long)record->created_ms);
	else if (strcmp(name, "lang") == 0)
		snprintf(out, len, "%s", record->lang);
	else if (strcmp(name, "link") == 0)
		format_link(r, out, len);
	else if (strcmp(name, "body") == 0 && record->has_body)
		snprintf(out, len, "%zu", record->body.len);
	else if (strcmp(name, "body") == 0)
		snprintf(out, len, "erased");
}

static void expect_fact(struct replay *r, const char *name, const char *expected)
{
	char found[256];

	if (!r->record)
		fail_msg("%s: says %s, but is refused", r->name, name);
	format_fact(r, name, found, sizeof(found));
	if (strcmp(found, expected) != 0)
		fail_msg("%s: %s %s, not %s", r->name, name, found, expected);
	r->links += strcmp(name, "link") == 0;
}

static void play_line(struct replay *r, char *line)
{
	char *value = strchr(line, ' ');

	line[strcspn(line, "\n")] = '\0';
	if (line[0] == '#' || line[0] == '\0')
		return;
	if (!value)
		fail_msg("%s: a line without a value", r->name);
	*value++ = '\0';
	if (strcmp(line, "record") == 0) {
		snprintf(r->name, sizeof(r->name), "%s", value);
	} else if (strcmp(line, "envelope") == 0) {
		open_envelope(r, value);
	} else if (strcmp(line, "open") == 0) {
		expect_verdict(r, value);
	} else if (strcmp(line, "check") == 0) {
		assert_int_equal(r->links, r->record->link_count);
		r->err = kith_record_check(r->record, &r->problem);
		expect_verdict(r, value);
	} else {
		expect_fact(r, line, value);
	}
}

static void replay(const char *file, size_t vectors, size_t refused)
{
	struct replay r = {.record = NULL};
	char *line = NULL;
	size_t room = 0;
	FILE *in = fopen(file, "r");

	if (!in)
		fail_msg("%s cannot be read", file);
	kith_buf_init(&r.envelope, 2 * KITH_RECORD_MAX_BYTES);
	while (getline(&line, &room, in) > 0)
		play_line(&r, line);
	fclose(in);
	free(line);
	kith_record_free(r.record);
	kith_buf_clear(&r.envelope);
	/* Exactly as many as were written, so that no line was taken for another. */
	if (r.vectors != vectors || r.refused != refused || r.verdicts < r.vectors)
		fail_msg("%s: %zu vectors, %zu refused", file, r.vectors, r.refused);
}

static void valid_records(void **state)
{
	(void)state;
	replay(FOLDER "valid.txt", 34, 0);
}

static void envelopes(void **state)
{
	(void)state;
	replay(FOLDER "envelope.txt", 24, 22);
}

static void headers(void **state)
{
	(void)state;
	replay(FOLDER "header.txt", 77, 62);
}

static void declined_records(void **state)
{
	(void)state;
	replay(FOLDER "declined.txt", 126, 125);
}

static int init_keys(void **state)
{
	(void)state;
	return kith_keys_init();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(valid_records),
		cmocka_unit_test(envelopes),
		cmocka_unit_test(headers),
		cmocka_unit_test(declined_records),
	};
	return cmocka_run_group_tests(tests, init_keys, NULL);
}
