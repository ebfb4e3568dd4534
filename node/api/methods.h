/*
 * methods.h: the table of what can be called.
 *
 * One row a method: its name, which is that of its schema file, and the function that does it. A
 * function reads its arguments from call->params, which were held to the schema, and sets the
 * outcome with kith_call_result(), kith_call_fail() or one of their kin (call.h).
 */
#ifndef KITH_NODE_API_METHODS_H
#define KITH_NODE_API_METHODS_H

#include <stdbool.h>
#include <stddef.h>

struct kith_call;
struct kith_reader;

struct kith_method {
	const char *name;
	/* One of the three: */
	void (*run)(struct kith_call *call);   /* on the loop, at once */
	void (*begin)(struct kith_call *call); /* on the loop; kith_call_finish() follows */
	void (*ask)(struct kith_call *call, struct kith_reader *reader); /* on the thread pool */
	/* May begin while earlier calls of the same client, overlapping too, are under way. */
	bool overlaps;
};

/* NULL: beyond the last. In order of name. */
const struct kith_method *kith_method_at(size_t i);
/* NULL: no such method. */
const struct kith_method *kith_method_find(const char *name);

#endif
