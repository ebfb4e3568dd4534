/*
 * problem.h: saying which field is wrong, and which rule it breaks. Internal to protocol/.
 *
 * The sentences are for people who typed or imported something: they name what is expected and
 * never repeat what was received, so that no control byte reaches a terminal or a log through them.
 */
#ifndef KITH_PROTOCOL_PROBLEM_H
#define KITH_PROTOCOL_PROBLEM_H

#include <stddef.h>

#include "keys/error.h"
#include "protocol/record.h"

/* Fills problem (may be NULL) and returns err, so that a check can end with `return
 * kith_problem_set(…)`. */
KITH_MUST_CHECK int kith_problem_set(struct kith_problem *problem, int err, const char *field,
	const char *rule, ...) __attribute__((format(printf, 4, 5)));

/* Where a walk over nested fields is: "conditions.legal", "tags[3]". Cut short when it gets too
 * long. */
struct kith_path {
	char text[64];
	size_t len;
};

/* Each returns the length before, to be handed to kith_path_pop() on the way out. */
size_t kith_path_push(struct kith_path *path, const char *name);
size_t kith_path_push_index(struct kith_path *path, size_t index);
void kith_path_pop(struct kith_path *path, size_t len);

#endif
