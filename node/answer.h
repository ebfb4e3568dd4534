/*
 * answer.h: the pieces that answers are made of.
 */
#ifndef KITH_NODE_ANSWER_H
#define KITH_NODE_ANSWER_H

#include <stdint.h>

#include <jansson.h>

#include "keys/id.h"
#include "node/json_out.h"
#include "node/store/query.h"
#include "protocol/core.h"

/* Each sets one member; a NULL object is left alone. */
void kith_answer_id(json_t *object, const char *name, const struct kith_record_id *id);
void kith_answer_key(
	json_t *object, const char *name, enum kith_id_type type, const uint8_t key[KITH_ID_LEN]);
/* Nothing when ms is 0: it never was. */
void kith_answer_time(json_t *object, const char *name, uint64_t ms);
void kith_answer_number(json_t *object, const char *name, uint64_t number);
/* Nothing when text is NULL or empty. Bytes that are not UTF-8 are shown escaped. */
void kith_answer_text(json_t *object, const char *name, const char *text);

/* A kind or link type by its name, or its number in text. */
void kith_answer_kind(json_t *object, const char *name, uint32_t kind);
void kith_answer_link_type(json_t *object, const char *name, uint32_t type);

/* The result of record.get; display (may be NULL) is what a reader is to be shown. */
void kith_answer_row(struct kith_json_out *out, const struct kith_row *row, bool with_envelope,
	const json_t *display);

#endif
