/*
 * body.h: what a record says, checked.
 *
 * A Body (kith.proto) is unpacked only after a bounded scan and into one block that takes no more
 * than KITH_PROTO_EXPANSION times the packed length (plus KITH_PROTO_BASE_BYTES), so that 64 KiB
 * of hostile bytes stay cheap; unpack.h says which bytes are refused. The rules of DOMAIN.md are
 * tables over the descriptors (rules.c); the first broken rule is named with its field. The same
 * check runs when a record is published here and when it arrives from a partner; a record of a
 * known kind that breaks a rule is declined: counted in the set, never shown or forwarded.
 *
 * Versions live side by side. Fields not known here are allowed and ignored (the bytes are kept).
 * So is a number that an enum does not know here: it means "not known here", passes every check,
 * and is shown as its number. Were it refused, a record with a new value would stop at every node
 * of the version before; accepted, it only loses a word. A node that declines what another shows
 * loses nothing but sight of it, for ids are counted either way and the sets stay equal.
 */
#ifndef KITH_PROTOCOL_BODY_H
#define KITH_PROTOCOL_BODY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "keys/rng.h"
#include "protocol/bytes.h"
#include "protocol/kind.h"
#include "protocol/record.h"

#include "kith.pb-c.h"

/* An unpacked body. `message` is the kind's message, e.g. a Kith__Practice; `common` its first
 * field, never NULL (an empty one stands in). Both die with the body. */
struct kith_body {
	struct kith_kind kind;
	const ProtobufCMessage *message;
	const Kith__Common *common;
	const Kith__Body *body;
	void *arena; /* private: one allocation holds all of it */
};

/*
 * Unpacks the body of a kind this build knows. The salt has 16 bytes and the oneof is `kind`.
 *   KITH_E_NOT_FOUND  the kind is not known here: store and forward it, say nothing about it
 *   KITH_E_MALFORMED, KITH_E_TOO_LARGE, KITH_E_NOMEM
 */
KITH_MUST_CHECK int kith_body_decode(struct kith_bytes packed, uint32_t kind, struct kith_body *out,
	struct kith_problem *problem);
void kith_body_clear(struct kith_body *body);

/* Packs a Body message that was filled in by hand or from JSON; draws the salt if it has none.
 * Rules are not looked at. KITH_E_ARGUMENT: no kind is set, or the salt has not 16 bytes; else
 * from out. */
KITH_MUST_CHECK int kith_body_encode(
	Kith__Body *body, const struct kith_rng *rng, struct kith_buf *out);

/*
 * The rules of the kind, with what they need to know of the header. 0, or KITH_E_RULE with problem
 * filled: field is a path such as "place.country" or "tags[3]", rule a sentence a person
 * understands.
 */
struct kith_header_facts {
	struct kith_author author;
	bool in_commons;
	const struct kith_link *links;
	size_t link_count;
};
KITH_MUST_CHECK int kith_body_check(const struct kith_body *body,
	const struct kith_header_facts *facts, struct kith_problem *problem);

/* Decodes and checks the body of a verified record: 0 also for unknown kinds and erased bodies. */
KITH_MUST_CHECK int kith_record_check(
	const struct kith_record *record, struct kith_problem *problem);

/*
 * Walks every string of the body that is text for people, for the search index: all string fields
 * of the kind's message and below, except title and summary, urls, ids and codes (rules.c).
 */
void kith_body_each_text(
	const struct kith_body *body, void (*visit)(void *ctx, const char *text), void *ctx);

/* Every value of a field with a fixed list of values: of the kind's own message and of `common`. */
void kith_body_each_choice(const struct kith_body *body,
	void (*visit)(void *ctx, const ProtobufCFieldDescriptor *field, int value), void *ctx);

/* Every person or group that the body names by key: the fields whose names end in _author. */
void kith_body_each_author(const struct kith_body *body,
	void (*visit)(void *ctx, const struct kith_author *author), void *ctx);

/*
 * A line that stands for the record in lists: its title; else what the kind says first, a choice
 * and a text, cut between two characters to 100 bytes: "lesson: We asked the neighbours too late".
 * Empty only when there is neither.
 */
#define KITH_CAPTION_MAX 304
void kith_body_caption(const struct kith_body *body, char out[KITH_CAPTION_MAX]);

/*
 * Shared with the node's text handling: UTF-8, NFC (Unicode 15), no control characters (C0, DEL,
 * C1) and none that change the direction of writing. KITH_E_RULE with *why a rule for people, or
 * KITH_E_NOMEM.
 */
enum kith_text_rules { KITH_TEXT_LINE, KITH_TEXT_BLOCK /* newline and tab allowed */ };
KITH_MUST_CHECK int kith_text_check(
	const char *text, size_t len, enum kith_text_rules rules, const char **why);

#endif
