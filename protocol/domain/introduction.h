/*
 * introduction.h: the state of an introduction, from the two answers alone.
 *
 * a and b answer with a stance that `answers` it: support is yes, abstain is no; the latest of each
 * counts. Accepted when both said yes, declined when one said no. Who said no is for the tool's
 * own decisions (whom is an answer missing of); it is never told to the other side.
 */
#ifndef KITH_PROTOCOL_DOMAIN_INTRODUCTION_H
#define KITH_PROTOCOL_DOMAIN_INTRODUCTION_H

#include "protocol/domain/view.h"

enum kith_introduction_state {
	KITH_INTRODUCTION_PROPOSED,
	KITH_INTRODUCTION_ACCEPTED,
	KITH_INTRODUCTION_DECLINED
};
enum kith_reply { KITH_REPLY_NONE, KITH_REPLY_YES, KITH_REPLY_NO };

struct kith_introduced {
	struct kith_author author;
	enum kith_reply reply;
	struct kith_record_id id; /* of the stance; when there is a reply */
	uint64_t replied_ms;
};

struct kith_introduction {
	enum kith_introduction_state state;
	struct kith_introduced a, b;
};

/* KITH_E_NOT_FOUND: the record is not here, or was erased. KITH_E_WRONG_TYPE: no introduction. */
KITH_MUST_CHECK int kith_introduction_derive(const struct kith_view *view,
	const struct kith_record_id *id, struct kith_introduction *out);

#endif
