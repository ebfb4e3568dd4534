/*
 * untranslated.c: what an original says and its translation does not; see translation.h.
 *
 * Tags and places are not text to be translated: tags match through vocabularies, places by their
 * codes. A vocabulary has its words in several languages itself.
 */
#include "protocol/domain/read.h"
#include "protocol/domain/translation.h"
#include "protocol/member.h"
#include "protocol/rules.h"

struct comparison {
	struct kith_path path;
	int (*visit)(void *ctx, const char *path);
	void *ctx;
};

static bool is_to_translate(
	const ProtobufCMessageDescriptor *message, const ProtobufCFieldDescriptor *field)
{
	if (message == &kith__common__descriptor && strcmp(field->name, "tags") == 0)
		return false;
	if (field->type == PROTOBUF_C_TYPE_MESSAGE)
		return field->descriptor != &kith__place__descriptor &&
		       field->descriptor != &kith__term__descriptor;
	return field->type == PROTOBUF_C_TYPE_STRING &&
	       kith_form_is_for_people(kith_rule_of_field(message, field)->form);
}

static int compare(struct comparison *comparison, const ProtobufCMessage *original,
	const ProtobufCMessage *translation);

/* translation may be NULL: all that the original says is missing. */
static int compare_field(struct comparison *comparison, const ProtobufCMessage *original,
	const ProtobufCMessage *translation, const ProtobufCFieldDescriptor *field)
{
	size_t there = translation ? kith_member_count(translation, field) : 0;
	int err = 0;

	for (size_t i = 0; !err && i < kith_member_count(original, field); i++) {
		bool is_common = field->descriptor == &kith__common__descriptor;
		size_t was = comparison->path.len;

		if (!is_common)
			kith_path_push_field(&comparison->path, field, i);
		if (field->type == PROTOBUF_C_TYPE_MESSAGE)
			err = compare(comparison, kith_member_message(original, field, i),
				i < there ? kith_member_message(translation, field, i) : NULL);
		else if (i >= there)
			err = comparison->visit(comparison->ctx, comparison->path.text);
		kith_path_pop(&comparison->path, was);
	}
	return err;
}

static int compare(struct comparison *comparison, const ProtobufCMessage *original,
	const ProtobufCMessage *translation)
{
	const ProtobufCMessageDescriptor *message = original->descriptor;
	int err = 0;

	for (unsigned i = 0; !err && i < message->n_fields; i++)
		if (is_to_translate(message, &message->fields[i]))
			err = compare_field(comparison, original, translation, &message->fields[i]);
	return err;
}

int kith_untranslated(const struct kith_record *original, const struct kith_record *translation,
	int (*visit)(void *ctx, const char *path), void *ctx)
{
	struct comparison comparison = {.visit = visit, .ctx = ctx};
	struct kith_body from, to;
	int got;

	if (original->kind != translation->kind)
		return KITH_E_WRONG_TYPE;
	got = kith_read_body(original, &from);
	if (got <= 0)
		return got < 0 ? got : KITH_E_NOT_FOUND;
	got = kith_read_body(translation, &to);
	if (got > 0) {
		got = compare(&comparison, from.message, to.message);
		kith_body_clear(&to);
	} else if (got == 0) {
		got = KITH_E_NOT_FOUND;
	}
	kith_body_clear(&from);
	return got;
}
