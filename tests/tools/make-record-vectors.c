/*
 * make-record-vectors FILE: writes one of the files of protocol/vectors/records to standard output.
 *
 * Everything is made from fixed seeds, so the files are the same in every run. What the protocol
 * says of a record stands beside it in the tables here; this program refuses to write a vector of
 * which the code says something else. protocol/vectors/records/README.md explains the form.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "keys/secret.h"
#include "protocol/body.h"
#include "protocol/limits.h"
#include "protocol/record.h"
#include "tests/unit/handmade.h"
#include "tests/unit/saying.h"
#include "tests/vectors/declined_records.h"
#include "tests/vectors/record_blob.h"
#include "tests/vectors/valid_records.h"

#define CREATED_MS 1700000000000

static _Noreturn void die(const char *name, const char *what)
{
	fprintf(stderr, "make-record-vectors: %s: %s\n", name, what);
	exit(1);
}

/* ---- writing one vector ---------------------------------------------------------------------- */

static void print_hex(const char *name, const uint8_t bytes[KITH_ID_LEN])
{
	char hex[2 * KITH_ID_LEN + 1];

	kith_hex_format(bytes, KITH_ID_LEN, hex);
	printf("%s %s\n", name, hex);
}

static void print_record(const struct kith_record *record)
{
	print_hex("id", record->id.bytes);
	print_hex("circle", record->circle.bytes);
	print_hex("author", record->author.bytes);
	if (record->has_on_behalf_of)
		print_hex("on-behalf-of", record->on_behalf_of.bytes);
	if (record->has_delegation)
		print_hex("delegation", record->delegation.bytes);
	printf("kind %u\ncreated-ms %llu\nlang %s\n", record->kind,
		(unsigned long long)record->created_ms, record->lang);
	for (size_t i = 0; i < record->link_count; i++) {
		printf("link %u ", record->links[i].type);
		print_hex("target", record->links[i].target.bytes);
	}
	if (record->has_body)
		printf("body %zu\n", record->body.len);
	else
		printf("body erased\n");
}

static void print_verdict(const char *what, int err, const struct kith_problem *problem)
{
	if (err)
		printf("%s refused %s %s\n", what, kith_err_name(err), problem->field);
	else
		printf("%s ok\n", what);
}

/* field: what is wrong with the header or body, or NULL; opens: whether it is the body. */
static void print_vector(const char *name, struct kith_buf *envelope, bool opens, const char *field)
{
	struct kith_problem problem = {{0}, {0}};
	struct kith_record *record;
	int err = kith_record_open(envelope->data, envelope->len, &record, &problem);

	if ((err == 0) != opens)
		die(name, kith_err_name(err));
	printf("\nrecord %s\nenvelope ", name);
	print_blob(envelope->data, envelope->len);
	printf("\n");
	print_verdict("open", err, &problem);
	if (!err) {
		print_record(record);
		err = kith_record_check(record, &problem);
		print_verdict("check", err, &problem);
	}
	if (err ? !field || strcmp(problem.field, field) : field != NULL)
		die(name, err ? problem.field : "passes");
	kith_record_free(record);
	kith_buf_clear(envelope);
}

/* ---- making records -------------------------------------------------------------------------- */

static struct saying saying;

static struct kith_record_draft usual_draft(uint32_t kind)
{
	return (struct kith_record_draft){
		.circle = kith_circle_commons(),
		.kind = kind,
		.created_ms = CREATED_MS,
		.lang = "en",
	};
}

static struct kith_buf sign(const struct kith_record_draft *draft)
{
	struct seeded seeded = {HANDMADE_SEED};
	struct kith_sign_pair pair = seeded_sign_pair(&seeded);
	struct kith_problem problem;
	struct kith_buf out;

	kith_buf_init(&out, KITH_RECORD_MAX_BYTES);
	if (kith_record_sign(draft, &pair, &out, NULL, &problem))
		die(problem.field, problem.rule);
	return out;
}

static struct kith_buf sign_body(struct kith_record_draft draft, const char *kind, const char *line)
{
	struct kith_link needed = {saying_link(kind), {{1}}};
	struct kith_kind found;
	struct kith_buf body, out;

	if (needed.type && draft.link_count == 0) {
		draft.links = &needed;
		draft.link_count = 1;
	}
	saying_init(&saying, kind, line);
	body = saying_pack(&saying);
	if (!kith_kind_by_name(kind, &found))
		die(kind, "no kind");
	draft.kind = found.number;
	draft.body = (struct kith_bytes){body.data, body.len};
	out = sign(&draft);
	kith_buf_clear(&body);
	return out;
}

static struct kith_buf sign_bytes(struct kith_record_draft draft, const void *body, size_t len)
{
	draft.body = (struct kith_bytes){body, len};
	return sign(&draft);
}

/* ---- valid.txt ------------------------------------------------------------------------------- */

static void print_kinds(void)
{
	for (size_t i = 0; i < sizeof(valid) / sizeof(valid[0]); i++) {
		struct kith_record_draft draft = usual_draft(0);
		struct kith_buf envelope;

		draft.lang = valid[i].lang;
		envelope = sign_body(draft, valid[i].kind, valid[i].line);
		print_vector(valid[i].name, &envelope, true, NULL);
	}
}

/* What a stance says may depend on its link. */
static void print_stances(void)
{
	static const struct {
		const char *name;
		uint32_t type;
		const char *line;
	} records[] = {
		{"a signature", 10, "!title"},
		{"yes to an introduction", 6, "!title"},
		{"no to an introduction", 6, "!title|position=abstain"},
	};

	for (size_t i = 0; i < sizeof(records) / sizeof(records[0]); i++) {
		struct kith_link link = {records[i].type, {{9}}};
		struct kith_record_draft draft = usual_draft(0);
		struct kith_buf envelope;

		draft.links = &link;
		draft.link_count = 1;
		envelope = sign_body(draft, "stance", records[i].line);
		print_vector(records[i].name, &envelope, true, NULL);
	}
}

static void print_bodies_by_hand(void)
{
	static const struct {
		const char *name;
		uint32_t kind;
		struct kith_bytes body;
	} records[] = {
		{"a kind that is not known", 4711, RAW("anything at all")},
		{"a kind of the control set", 3, RAW("anything at all")},
		{"the highest kind", 536870911, RAW("a")},
		{"unknown fields in a body, before and after the known", 66,
			RAW("\x78\x01" SALT "\x92\x04\x0a\x0a\x03\x0a\x01t\xca\x06\x02\x08\x01\x79"
			    "12345678")},
		{"fields of a body in any order", 66, RAW("\x92\x04\x05\x0a\x03\x0a\x01t" SALT)},
	};

	for (size_t i = 0; i < sizeof(records) / sizeof(records[0]); i++) {
		struct kith_buf envelope = sign_bytes(
			usual_draft(records[i].kind), records[i].body.data, records[i].body.len);

		print_vector(records[i].name, &envelope, true, NULL);
	}
}

static void print_links(void)
{
	static const struct kith_author group = {{7}};
	static const struct kith_record_id delegation = {{8}};
	struct kith_link links[KITH_LINKS_MAX];
	struct kith_record_draft draft = usual_draft(0);
	struct kith_buf envelope;

	for (uint32_t i = 0; i < KITH_LINKS_MAX; i++)
		links[i] = (struct kith_link){1 + i / 8, {{(uint8_t)(i + 1)}}};
	links[0].type = 2147483647;
	draft.links = links;
	draft.link_count = 1;
	envelope = sign_body(draft, "practice", "notes[0].link=0|notes[0].note=n");
	print_vector("a link of a type that is not known", &envelope, true, NULL);
	links[0].type = 2;
	envelope = sign_body(draft, "practice",
		"notes[0].link=0|notes[0].kept=k|notes[0].changed=c|notes[0].why=w");
	print_vector("an adaptation", &envelope, true, NULL);
	links[0].type = 15;
	draft.kind = 7;
	envelope = sign_bytes(draft, "b", 1);
	print_vector("a control record that retracts", &envelope, true, NULL);
	for (uint32_t i = 0; i < KITH_LINKS_MAX; i++)
		links[i].type = 100 + i;
	draft.link_count = KITH_LINKS_MAX;
	draft.on_behalf_of = &group;
	draft.delegation = &delegation;
	draft.lang = "aa-abcde-abcde-abcde-abcde-abcdefgh";
	draft.created_ms = KITH_CREATED_MAX_MS;
	envelope = sign_body(draft, "practice", "");
	print_vector("64 links, on behalf of a group, the longest lang, the last time", &envelope,
		true, NULL);
}

/* The longest body that fits beside the usual header, and that record without it. */
static void print_largest_and_erased(void)
{
	static uint8_t body[KITH_RECORD_MAX_BYTES];
	struct kith_buf header = handmade_header_of(KITH_HEADER_MAX_BYTES);
	struct kith_buf envelope = handmade_sign(&header);
	size_t len = 65000, beside;

	kith_buf_clear(&header);
	print_vector("a header of 4,096 bytes", &envelope, true, NULL);
	memset(body, 'b', sizeof(body));
	envelope = sign_bytes(usual_draft(4711), body, len);
	beside = envelope.len - len;
	kith_buf_clear(&envelope);
	len = KITH_RECORD_MAX_BYTES - beside;
	envelope = sign_bytes(usual_draft(4711), body, len);
	print_vector("a record of 65,536 bytes", &envelope, true, NULL);
	envelope = sign_bytes(usual_draft(4711), body, len);
	envelope.len -= kith_wire_bytes_len(3, len);
	print_vector("the same, erased", &envelope, true, NULL);
}

static void print_valid(void)
{
	print_kinds();
	print_stances();
	print_bodies_by_hand();
	print_links();
	print_largest_and_erased();
}

/* ---- header.txt ------------------------------------------------------------------------------ */

static void print_missing(void)
{
	static const char *const names[] = {[1] = "version",
		[2] = "circle",
		[3] = "author",
		[6] = "kind",
		[7] = "created_ms",
		[8] = "lang",
		[10] = "body_hash",
		[11] = "body_len"};

	for (uint32_t number = 1; number < sizeof(names) / sizeof(names[0]); number++) {
		struct kith_buf envelope = handmade_envelope(&(struct handmade){.skip = number});
		char name[40];

		snprintf(name, sizeof(name), "no field %u", number);
		print_vector(name, &envelope, !names[number], names[number]);
	}
}

static void print_langs(void)
{
	static const char *const good[] = {
		"x-a", "zh-cmn-Hans-CN", "de-CH-1901", "es-419", "en-a-bbb-x-a-ccc", "abcdefgh"};
	static const char *const bad[] = {"", "e", "en-", "en_US", "en--US", "en-u", "x",
		"abcdefghi", "i-klingon", "aa-abcde-abcde-abcde-abcdef-abcdefgh"};

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]) + sizeof(bad) / sizeof(bad[0]); i++) {
		bool is_good = i < sizeof(good) / sizeof(good[0]);
		const char *lang = is_good ? good[i] : bad[i - sizeof(good) / sizeof(good[0])];
		struct kith_buf field, envelope;
		char name[80];

		kith_buf_init(&field, 100);
		kith_wire_put_bytes(&field, 8, lang, strlen(lang));
		envelope = handmade_envelope(&(struct handmade){8, "9", {field.data, field.len}});
		snprintf(name, sizeof(name), "lang \"%s\"", lang);
		print_vector(name, &envelope, is_good, is_good ? NULL : "lang");
		kith_buf_clear(&field);
	}
}

/* count links, of which the last may be like the one before. */
static void print_links_of(const char *name, size_t count, bool alike, const char *field)
{
	struct kith_buf fields, envelope;

	kith_buf_init(&fields, KITH_HEADER_MAX_BYTES);
	for (size_t i = 0; i < count; i++) {
		struct kith_record_id target = {{(uint8_t)(i - (alike && i + 1 == count))}};

		kith_wire_put_prefix(&fields, 9, 36);
		kith_wire_put_number(&fields, 1, 12);
		kith_wire_put_bytes(&fields, 2, target.bytes, KITH_ID_LEN);
	}
	envelope = handmade_envelope(&(struct handmade){9, "10", {fields.data, fields.len}});
	print_vector(name, &envelope, !field, field);
	kith_buf_clear(&fields);
}

static void print_header(void)
{
	struct kith_buf header = handmade_header_of(KITH_HEADER_MAX_BYTES + 1);
	struct kith_buf envelope = handmade_sign(&header);

	print_vector("a header of 4,097 bytes", &envelope, false, "header");
	kith_buf_clear(&header);
	print_missing();
	for (size_t i = 0; i < HANDMADE_CASES; i++) {
		const struct handmade_case *c = &handmade_cases[i];

		envelope = handmade_envelope(&c->spec);
		print_vector(c->name, &envelope, !c->err, c->err ? c->field : NULL);
	}
	print_langs();
	print_links_of("65 links", KITH_LINKS_MAX + 1, false, "links");
	print_links_of("two links alike", 2, true, "links[1]");
}

/* ---- envelope.txt ---------------------------------------------------------------------------- */

/* The parts of a good envelope, to be put together wrongly. */
struct parts {
	struct kith_buf good;
	struct kith_bytes field[4]; /* by number, with tag and length */
};

static void parts_init(struct parts *parts)
{
	struct kith_cursor cursor;
	struct kith_wire_field field;

	parts->good = sign_bytes(usual_draft(4711), "body", 4);
	kith_cursor_init(&cursor, parts->good.data, parts->good.len);
	for (const uint8_t *begin = cursor.next; kith_wire_next(&cursor, &field);
		begin = cursor.next)
		parts->field[field.number] =
			(struct kith_bytes){begin, (size_t)(cursor.next - begin)};
}

/* order: digits are the good fields, "e" an empty body, "u" an unknown field, "l" a body whose
 * length is written in two bytes, "s" and "S" a signature of 63 and 65 bytes, "h" an empty header.
 * */
static void put_part(const struct parts *parts, char part, struct kith_buf *out)
{
	static const uint8_t zeros[KITH_SIGNATURE_LEN + 1];

	if (part >= '1' && part <= '3')
		kith_write(out, parts->field[part - '0'].data, parts->field[part - '0'].len);
	else if (part == 'u')
		kith_wire_put_number(out, 4, 1);
	else if (part == 'l')
		kith_write(out,
			"\x1a\x84\x00"
			"body",
			7);
	else if (part == 's' || part == 'S')
		kith_wire_put_bytes(out, 2, zeros, KITH_SIGNATURE_LEN + (part == 'S' ? 1 : -1));
	else
		kith_wire_put_bytes(out, part == 'e' ? 3 : 1, zeros, 0);
}

static void print_order(
	const struct parts *parts, const char *name, const char *order, const char *field)
{
	struct kith_buf out;

	kith_buf_init(&out, KITH_RECORD_MAX_BYTES);
	for (; *order; order++)
		put_part(parts, *order, &out);
	print_vector(name, &out, !field, field);
}

static void print_orders(const struct parts *parts)
{
	static const char *const orders[][3] = {
		{"in order", "123", NULL},
		{"without its body", "12", NULL},
		{"nothing at all", "", "envelope"},
		{"only a header", "1", "envelope"},
		{"no signature", "13", "envelope"},
		{"no header", "23", "envelope"},
		{"signature first", "213", "envelope"},
		{"body before the signature", "132", "envelope"},
		{"two headers", "1123", "envelope"},
		{"two bodies", "1233", "envelope"},
		{"an unknown field at the end", "123u", "envelope"},
		{"an unknown field without a body", "12u", "envelope"},
		{"an empty body", "12e", "body"},
		{"a length not of the shortest form", "12l", "envelope"},
		{"a signature of 63 bytes", "1s3", "signature"},
		{"a signature of 65 bytes", "1S3", "signature"},
		{"an empty header", "h23", "version"},
	};

	for (size_t i = 0; i < sizeof(orders) / sizeof(orders[0]); i++)
		print_order(parts, orders[i][0], orders[i][1], orders[i][2]);
}

static void print_changed(
	const char *name, struct kith_buf envelope, size_t at, uint8_t mask, const char *field)
{
	envelope.data[at] ^= mask;
	print_vector(name, &envelope, false, field);
}

static void print_cut(const char *name, struct kith_buf envelope, size_t len)
{
	envelope.len = len;
	print_vector(name, &envelope, false, "envelope");
}

static void print_envelope(void)
{
	struct parts parts;
	struct kith_buf large;
	size_t len, header, signature;

	parts_init(&parts);
	print_orders(&parts);
	len = parts.good.len;
	header = parts.field[1].len;
	signature = header + parts.field[2].len;
	kith_buf_clear(&parts.good);
	print_cut("cut in the header", sign_bytes(usual_draft(4711), "body", 4), header - 1);
	print_cut("cut in the signature", sign_bytes(usual_draft(4711), "body", 4), signature - 1);
	print_cut("cut in the body", sign_bytes(usual_draft(4711), "body", 4), len - 1);
	print_changed("a bit of created_ms flipped", sign_bytes(usual_draft(4711), "body", 4),
		header - 42, 1, "signature");
	print_changed("a bit of the signature flipped", sign_bytes(usual_draft(4711), "body", 4),
		signature - 1, 1, "signature");
	print_changed("a bit of the body flipped", sign_bytes(usual_draft(4711), "body", 4),
		len - 2, 1, "body");
	kith_buf_init(&large, 2 * KITH_RECORD_MAX_BYTES);
	memset(kith_write_reserve(&large, KITH_RECORD_MAX_BYTES + 1), 0, KITH_RECORD_MAX_BYTES + 1);
	print_vector("65,537 bytes", &large, false, "envelope");
}

/* ---- declined.txt ---------------------------------------------------------------------------- */

static void print_lists(void)
{
	static const struct {
		const char *name;
		unsigned max;
	} lists[] = {{"sdg", KITH_SDG_MAX}, {"tags", KITH_TAGS_MAX}, {"steps", KITH_STEPS_MAX},
		{"actors", KITH_LIST_MAX}};

	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		char line[2000] = "", name[40];
		struct kith_buf envelope;

		for (unsigned n = 1; n <= lists[i].max + 1; n++)
			sprintf(line + strlen(line), "%s%s=17.%u", n > 1 ? "|" : "", lists[i].name,
				n);
		envelope = sign_body(usual_draft(0), "practice", line);
		snprintf(name, sizeof(name), "%u %s", lists[i].max + 1, lists[i].name);
		print_vector(name, &envelope, true, lists[i].name);
	}
}

static void print_declined_links(void)
{
	for (size_t i = 0; i < sizeof(declined_links) / sizeof(declined_links[0]); i++) {
		struct kith_link link = {declined_links[i].type, {{9}}};
		struct kith_record_draft draft = usual_draft(0);
		struct kith_buf envelope;

		draft.links = &link;
		draft.link_count = 1;
		envelope = sign_body(draft, declined_links[i].kind, declined_links[i].line);
		print_vector(declined_links[i].name, &envelope, true, declined_links[i].field);
	}
}

static void print_declined_bodies(void)
{
	for (size_t i = 0; i < sizeof(declined_bodies) / sizeof(declined_bodies[0]); i++) {
		struct kith_buf envelope = sign_bytes(
			usual_draft(66), declined_bodies[i].body.data, declined_bodies[i].body.len);

		print_vector(declined_bodies[i].name, &envelope, true, declined_bodies[i].field);
	}
}

static void print_many_fields(void)
{
	struct kith_buf body, envelope;

	kith_buf_init(&body, KITH_RECORD_MAX_BYTES);
	kith_write(&body, SALT "\x92\x04\x05\x0a\x03\x0a\x01t", sizeof(SALT) - 1 + 8);
	for (unsigned n = 0; n < KITH_PROTO_FIELDS_MAX - 4; n++) /* salt, kind, common, title */
		kith_wire_put_number(&body, 15, 1);
	envelope = sign_bytes(usual_draft(66), body.data, body.len);
	print_vector("2,048 fields (passes)", &envelope, true, NULL);
	kith_wire_put_number(&body, 15, 1);
	envelope = sign_bytes(usual_draft(66), body.data, body.len);
	print_vector("2,049 fields", &envelope, true, "body");
	kith_buf_clear(&body);
}

static void print_declined(void)
{
	for (size_t i = 0; i < sizeof(declined) / sizeof(declined[0]); i++) {
		struct kith_buf envelope =
			sign_body(usual_draft(0), declined[i][0], declined[i][1]);
		char name[40];

		snprintf(name, sizeof(name), "rule %zu, of %s", i + 1, declined[i][0]);
		print_vector(name, &envelope, true, declined[i][2]);
	}
	print_lists();
	print_declined_links();
	print_declined_bodies();
	print_many_fields();
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*print)(void);
	} files[] = {{"valid", print_valid}, {"header", print_header}, {"envelope", print_envelope},
		{"declined", print_declined}};

	if (kith_keys_init())
		die("keys", "cannot be initialised");
	for (size_t i = 0; argc == 2 && i < sizeof(files) / sizeof(files[0]); i++) {
		if (strcmp(argv[1], files[i].name) == 0) {
			printf("# kith/1 records: how to read this file, see README.md\n");
			files[i].print();
			return fflush(stdout) ? 1 : 0;
		}
	}
	fprintf(stderr, "usage: make-record-vectors valid|header|envelope|declined\n");
	return 2;
}
