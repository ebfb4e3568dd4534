/*
 * plain.h: the body of a plain record, of the kind that any record may have: for tests and benches
 * to which it does not matter what a record says.
 */
#ifndef KITH_TESTS_PLAIN_H
#define KITH_TESTS_PLAIN_H

#include <stdio.h>

#include "protocol/body.h"

/* title: at most 200 bytes; data may be empty. What kith_body_encode() says. */
KITH_MUST_CHECK static inline int plain_body(
	const char *title, struct kith_bytes data, const struct kith_rng *rng, struct kith_buf *out)
{
	Kith__Body body = KITH__BODY__INIT;
	Kith__X x = KITH__X__INIT;
	Kith__Common common = KITH__COMMON__INIT;
	char name[] = "org.example.plain", copy[201];

	snprintf(copy, sizeof(copy), "%s", title); /* protobuf-c wants char * */
	common.title = copy;
	x.common = &common;
	x.name = name;
	x.has_data = data.len > 0;
	x.data.data = (uint8_t *)(uintptr_t)data.data;
	x.data.len = data.len;
	body.kind_case = KITH__BODY__KIND_X;
	body.x = &x;
	return kith_body_encode(&body, rng, out);
}

#endif
