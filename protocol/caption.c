/*
 * caption.c: a record in one line, for lists (kith_body_caption() of body.h). A record without a
 * title is called by what it says first: "lesson: We asked the neighbours too late".
 */
#include <string.h>

#include "protocol/body.h"
#include "protocol/limits.h"
#include "protocol/member.h"
#include "protocol/rules.h"

#define WORDS_MAX_BYTES 100
#define CUT             "\xe2\x80\xa6" /* … */

/* One value of an enum field of the kind's own message: the first that was said. */
static bool first_choice(const ProtobufCMessage *message, char *out, size_t room)
{
	const ProtobufCMessageDescriptor *type = message->descriptor;

	for (unsigned f = 0; f < type->n_fields; f++) {
		const ProtobufCFieldDescriptor *field = &type->fields[f];

		if (field->type == PROTOBUF_C_TYPE_ENUM && kith_member_count(message, field))
			return kith_enum_format(field->descriptor,
				(int)kith_member_number(message, field, 0), out, room);
	}
	return false;
}

static const char *first_text(const ProtobufCMessage *message)
{
	const ProtobufCMessageDescriptor *type = message->descriptor;

	for (unsigned f = 0; f < type->n_fields; f++) {
		const ProtobufCFieldDescriptor *field = &type->fields[f];

		if (field->type == PROTOBUF_C_TYPE_STRING &&
			kith_form_is_for_people(kith_rule_of_field(type, field)->form) &&
			kith_member_count(message, field))
			return kith_member_text(message, field, 0);
	}
	return NULL;
}

/* Appends text as one line: what separates words there becomes a space. Whether all fitted. */
static bool add_line(char *out, size_t *len, size_t room, const char *text)
{
	for (text += strspn(text, " \t\n"); *text; text++) {
		if (strchr(" \t\n", *text) && (!text[1] || strchr(" \t\n", text[1])))
			continue;
		if (*len + 1 >= room)
			return false;
		out[(*len)++] = strchr("\t\n", *text) ? ' ' : *text;
	}
	out[*len] = '\0';
	return true;
}

/* Makes room for the sign that something is missing, between two characters, best two words. */
static void cut(char *out, size_t len)
{
	size_t end = len - (sizeof(CUT) - 1), word;

	while (end && (out[end] & 0xc0) == 0x80)
		end--;
	for (word = end; word > end / 2 && out[word] != ' '; word--)
		continue;
	memcpy(out + (word > end / 2 ? word : end), CUT, sizeof(CUT));
}

void kith_body_caption(const struct kith_body *body, char out[KITH_CAPTION_MAX])
{
	const char *text = body->common->title ? body->common->title : first_text(body->message);
	size_t room = body->common->title ? KITH_CAPTION_MAX : WORDS_MAX_BYTES + 1, len = 0;

	out[0] = '\0';
	if (!body->common->title && first_choice(body->message, out, WORDS_MAX_BYTES / 2)) {
		len = strlen(out);
		if (text) {
			memcpy(out + len, ": ", sizeof(": "));
			len += 2;
		}
	}
	if (text && !add_line(out, &len, room, text))
		cut(out, len);
}
