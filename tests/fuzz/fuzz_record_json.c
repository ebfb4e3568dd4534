/*
 * Any JSON as a draft: either it is refused with a field and a rule, or it becomes a record that
 * opens, breaks no rule, and has a JSON form of its own.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "keys/secret.h"
#include "node/record_json.h"
#include "tests/unit/seeded.h"

static void assert_sound(const struct kith_buf *envelope)
{
	struct kith_problem problem;
	struct kith_record *record;
	json_t *json;

	if (kith_record_open(envelope->data, envelope->len, &record, &problem) != 0)
		abort();
	if (kith_record_check(record, &problem) != 0)
		abort();
	json = kith_record_to_json(record);
	if (!json || !json_is_object(json_object_get(json, "body")) ||
		json_object_get(json_object_get(json, "body"), "unknown"))
		abort();
	json_decref(json);
	kith_record_free(record);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	json_t *draft = json_loadb(
		(const char *)data, size, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, NULL);
	struct seeded seeded = {1};
	struct kith_sign_pair author = seeded_sign_pair(&seeded);
	struct kith_rng rng = seeded_rng(&seeded);
	struct kith_problem problem;
	struct kith_buf envelope;
	int err;

	if (!draft)
		return 0;
	kith_buf_init(&envelope, KITH_RECORD_MAX_BYTES);
	err = kith_record_from_json(
		draft, &author, "en", 1777629600123u, &rng, &envelope, NULL, &problem);
	if (err == 0)
		assert_sound(&envelope);
	else if (!problem.field[0] || !problem.rule[0] || envelope.len != 0)
		abort();
	kith_buf_clear(&envelope);
	json_decref(draft);
	return 0;
}
