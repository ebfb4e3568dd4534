/*
 * who.h: whom a person means: "me", what this node calls a partner, a key, or the beginning of one.
 *
 * Names are those this node gave to its partners and to itself, never what others call themselves,
 * for anybody can take a name; case and accents do not count. What fits several is refused with
 * all that it fits.
 */
#ifndef KITH_CLI_WHO_H
#define KITH_CLI_WHO_H

#include "node/cli/cli.h"

enum kith_whom {
	KITH_ANYBODY,
	KITH_PARTNERS, /* only among the partners */
};

/* Appends the author key. A whole key is taken as it is, known or not. 0, or after a complaint that
 * begins with subject (such as "--author") an exit code. */
KITH_MUST_CHECK int kith_who(struct kith_cli *cli, enum kith_whom whom, const char *subject,
	const char *text, struct kith_str *key);

/* Replaces the argument of that name, where there is one, by the key that is meant. */
KITH_MUST_CHECK int kith_who_param(
	struct kith_cli *cli, json_t *params, const char *name, const char *subject);

/* The same for all fields of a draft that hold keys of authors. */
KITH_MUST_CHECK int kith_who_fields(struct kith_cli *cli, json_t *draft);

#endif
