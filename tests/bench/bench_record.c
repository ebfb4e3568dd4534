/*
 * What a record costs: opening without its signature, the signature alone, both, signing, and the
 * check of what the body says. A practice of some 1.5 KiB with four links. Lines of name, value,
 * unit.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "keys/hash.h"
#include "keys/secret.h"
#include "protocol/body.h"
#include "protocol/record.h"
#include "tests/unit/saying.h"

#define LINKS  4
#define ROUNDS 5 /* the best of them counts: the others were interrupted */

struct bench {
	struct kith_sign_pair pair;
	struct kith_record_draft draft;
	struct kith_link links[LINKS];
	struct kith_buf body, envelope;
	struct kith_record *record;
	struct kith_signature signature;
};

static double now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return 1e9 * (double)t.tv_sec + (double)t.tv_nsec;
}

static void must(int err)
{
	if (err) {
		fprintf(stderr, "bench_record: %s\n", kith_err_name(err));
		exit(1);
	}
}

static void open_unverified(struct bench *b)
{
	struct kith_record *record;

	must(kith_record_reopen(b->envelope.data, b->envelope.len, &record));
	kith_record_free(record);
}

static void open_whole(struct bench *b)
{
	struct kith_record *record;

	must(kith_record_open(b->envelope.data, b->envelope.len, &record, NULL));
	kith_record_free(record);
}

static void peek(struct bench *b)
{
	struct kith_claim claim;

	must(kith_record_peek(b->envelope.data, b->envelope.len, &claim));
}

/* What of opening is hashing, which no decoder can save. */
static void hashes(struct bench *b)
{
	struct kith_hash hash;

	kith_hash("kith/1 record", b->envelope.data, b->envelope.len - b->body.len, &hash);
	kith_hash("kith/1 body", b->body.data, b->body.len, &hash);
}

static void verify(struct bench *b)
{
	must(kith_verify(&b->record->author, "kith/1 signature", b->record->id.bytes, KITH_ID_LEN,
		&b->signature));
}

static void check(struct bench *b)
{
	must(kith_record_check(b->record, NULL));
}

static void sign(struct bench *b)
{
	struct kith_buf out;

	kith_buf_init(&out, KITH_RECORD_MAX_BYTES);
	must(kith_record_sign(&b->draft, &b->pair, &out, NULL, NULL));
	kith_buf_clear(&out);
}

static void measure(struct bench *b, const char *name, void (*work)(struct bench *), int times)
{
	double best = 1e18;

	for (int round = 0; round < ROUNDS; round++) {
		double begin = now_ns(), each;

		for (int i = 0; i < times; i++)
			work(b);
		each = (now_ns() - begin) / times;
		best = each < best ? each : best;
	}
	printf("%s %.0f ns\n", name, best);
}

static void prepare(struct bench *b)
{
	static struct saying saying;
	struct seeded seeded = {1};

	b->pair = seeded_sign_pair(&seeded);
	for (uint32_t i = 0; i < LINKS; i++)
		b->links[i] = (struct kith_link){12, {{(uint8_t)i}}};
	saying_init(&saying, "practice",
		"summary=*300|problem=*400|approach=*400|steps=*100|steps=*100|tags=health|"
		"tags=solidarity|place.country=GR|place.name=\xce\x9a\xce\xb1\xce\xb2\xce\xac|"
		"outcome=worked|sdg=3|licence=CC-BY-4.0|source.url=https://example.org/a");
	b->body = saying_pack(&saying);
	b->draft = (struct kith_record_draft){
		.circle = kith_circle_commons(),
		.kind = 65,
		.created_ms = 1700000000000,
		.lang = "el",
		.links = b->links,
		.link_count = LINKS,
		.body = {b->body.data, b->body.len},
	};
	kith_buf_init(&b->envelope, KITH_RECORD_MAX_BYTES);
	must(kith_record_sign(&b->draft, &b->pair, &b->envelope, NULL, NULL));
	must(kith_record_open(b->envelope.data, b->envelope.len, &b->record, NULL));
	kith_sign(&b->pair, "kith/1 signature", b->record->id.bytes, KITH_ID_LEN, &b->signature);
}

int main(void)
{
	struct bench b = {.record = NULL};

	must(kith_keys_init());
	prepare(&b);
	printf("record_length %zu bytes\n", b.envelope.len);
	measure(&b, "record_peek", peek, 100000);
	measure(&b, "record_open_without_signature", open_unverified, 100000);
	measure(&b, "record_hashes", hashes, 100000);
	measure(&b, "record_verify", verify, 2000);
	measure(&b, "record_open", open_whole, 2000);
	measure(&b, "record_check", check, 20000);
	measure(&b, "record_sign", sign, 2000);
	kith_record_free(b.record);
	kith_buf_clear(&b.envelope);
	kith_buf_clear(&b.body);
	return 0;
}
